"""Specification of judging without a calibration: by the most upright posture seen so far."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from people import bend, body, in_pictures, seen_from

from posture_cam.baseline import make_baseline
from posture_cam.config import SLOWEST_HZ, Settings
from posture_cam.engine import PostureEngine
from posture_cam.landmarks import Landmark as L
from posture_cam.models import load_networks
from posture_cam.replay import run_engine
from posture_cam.spine import SpineEstimator
from posture_cam.types import Angles, EventKind, Pose, Step
from posture_cam.upright import HOLD_S, UprightFinder, arms_raised, leans_back, rounder_deg

RATE_HZ = 5
SETTINGS = Settings()
ON_THE_WAY = Settings.model_validate({"calibration": {"whole_clip": False}})
"""As `live` judges, which knows nothing of what comes."""
NETWORKS = load_networks()
FIRST_S = SETTINGS.calibration.first_upright_s
Joints = NDArray[np.float64]


def slouched(degrees: float = 30.0) -> Joints:
    return bend(body(), -0.3, degrees)


def stretched() -> Joints:
    """Both arms up, bent backwards."""
    joints = bend(body(), -0.3, -12)
    joints[[L.LEFT_ELBOW, L.RIGHT_ELBOW], 1] = 0.25
    joints[[L.LEFT_WRIST, L.RIGHT_WRIST], 1] = 0.5
    return joints


def shrugging() -> Joints:
    """Both shoulders raised by 4 cm."""
    joints = body()
    joints[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER, L.LEFT_ELBOW, L.RIGHT_ELBOW], 1] += 0.04
    return joints


def sitting(*parts: tuple[Joints, float], view_deg: float = 0.0) -> list[Pose]:
    """Poses of one posture after the other, each for some seconds."""
    random = np.random.default_rng(5)
    poses: list[Pose] = []
    for joints, seconds in parts:
        for _ in range(round(seconds * RATE_HZ)):
            noisy = joints + random.normal(0, 0.0015, joints.shape)
            poses.append(seen_from(noisy, view_deg, time_s=len(poses) / RATE_HZ))
    return poses


def finder_after(poses: list[Pose]) -> tuple[UprightFinder, list[Any]]:
    """The finder and all baselines that it gave."""
    finder = UprightFinder(SETTINGS, SpineEstimator(NETWORKS, SETTINGS.pose.min_visibility))
    found = [finder.update(pose) for pose in poses]
    return finder, [baseline for baseline in found if baseline is not None]


def run(engine: PostureEngine, poses: list[Pose]) -> list[Step]:
    return [engine.update(pose) for pose in poses]


class TestTheFirstPosture:
    """What is known in the first seconds."""

    def test_judging_begins_after_a_second(self) -> None:
        """A clip of two seconds is not too short to be judged."""
        steps = run(PostureEngine(SETTINGS, NETWORKS), sitting((body(), 2.0)))
        provisional_s = SETTINGS.calibration.provisional_s
        for step in steps:
            known = step.time_s >= provisional_s
            assert (step.assessment.slouched is not None) == known

    def test_a_provisional_verdict_has_less_confidence(self) -> None:
        """It grows with the seconds behind it, up to that of a whole baseline."""
        steps = run(PostureEngine(SETTINGS, NETWORKS), sitting((body(), FIRST_S + 1)))
        confidence = {step.time_s: step.assessment.confidence for step in steps}
        assert 0 < confidence[1.0] < 0.3 * confidence[FIRST_S]
        assert confidence[3.0] == pytest.approx(0.6 * confidence[FIRST_S], rel=0.1)

    def test_it_is_the_median_of_all_the_seconds_that_were_asked_for(self) -> None:
        """In the end the first posture rests on calibration.first_upright_s."""
        finder, found = finder_after(sitting((body(), FIRST_S + 1)))
        assert [baseline.seconds for baseline in found] == pytest.approx([1, 2, 3, 4, FIRST_S])
        assert finder.settled

    def test_restless_seconds_are_waited_out(self) -> None:
        """Nobody who rocks to and fro has an upright posture."""
        rocking = [(bend(body(), -0.479, 30 * np.sin(step)), 0.2) for step in range(50)]
        _, found = finder_after(sitting(*rocking, view_deg=90))
        assert not found
        _, found = finder_after(sitting(*rocking, (body(), 4.0), view_deg=90))
        assert found

    @pytest.mark.parametrize("rate_hz", [1, 2, 30])
    def test_it_is_found_at_every_frame_rate(self, rate_hz: int) -> None:
        """Seconds count, not frames."""
        poses = [seen_from(body(), time_s=index / rate_hz) for index in range(10 * rate_hz)]
        finder, _ = finder_after(poses)
        assert finder.settled

    @pytest.mark.parametrize("video_hz", [24000 / 1001, 25, 30000 / 1001, 30])
    def test_it_is_found_at_the_slowest_rate_of_any_video(self, video_hz: float) -> None:
        """Frames lie between the instants asked for, so some gaps are longer than the rate says."""
        wanted = np.arange(60) / SLOWEST_HZ
        times = np.round(wanted * video_hz) / video_hz
        finder, _ = finder_after([seen_from(body(), time_s=time_s) for time_s in times])
        assert finder.settled


class TestABetterPosture:
    """What takes the place of the first."""

    @pytest.mark.parametrize("view_deg", [0, 40, 90])
    def test_who_began_slouched_is_judged_by_the_upright_seen_later(self, view_deg: float) -> None:
        """The same slouch is called upright before, and slouched after sitting up."""
        poses = sitting((slouched(), 10), (body(), 8), (slouched(), 6), view_deg=view_deg)
        steps = run(PostureEngine(SETTINGS, NETWORKS), poses)
        before = [step for step in steps if 5 < step.time_s < 9]
        after = [step for step in steps if step.time_s > 21]
        assert not any(step.assessment.slouched for step in before)
        assert all(step.assessment.slouched for step in after)

    def test_a_moment_is_not_enough(self) -> None:
        """It must have been held, still."""
        poses = sitting((slouched(), 10), (body(), HOLD_S - 1), (slouched(), 6))
        _, found = finder_after(poses)
        assert found[-1].seconds == pytest.approx(FIRST_S)

    def test_slouching_is_never_taken_for_upright(self) -> None:
        """However long it lasts."""
        _, found = finder_after(sitting((body(), 8), (slouched(), 120)))
        assert len(found) == round(FIRST_S)

    @pytest.mark.parametrize("view_deg", [60, 90])
    def test_a_stretch_is_not_taken(self, view_deg: float) -> None:
        """It is less round than upright, and nobody sits like that."""
        _, found = finder_after(sitting((body(), 8), (stretched(), 20), view_deg=view_deg))
        assert len(found) == round(FIRST_S)

    @pytest.mark.parametrize("view_deg", [0, 20, 40, 60])
    def test_a_shrug_is_not_taken(self, view_deg: float) -> None:
        """Raised shoulders lengthen the trunk, which looks less round than upright."""
        poses = sitting((body(), 8), (shrugging(), 20), view_deg=view_deg)
        finder, found = finder_after(poses)
        assert len(found) == round(FIRST_S)
        assert len(finder.state()["postures"]) == 1

    @pytest.mark.parametrize(
        ("point", "hidden", "raised"),
        [
            (L.LEFT_WRIST, (), True),
            (L.RIGHT_ELBOW, (), True),
            (L.LEFT_WRIST, (L.LEFT_WRIST,), False),
        ],
    )
    def test_a_hand_or_an_elbow_seen_above_the_shoulders_is_no_way_to_sit(
        self, point: L, hidden: tuple[L, ...], raised: bool
    ) -> None:
        """Who drinks or rests the chin on a hand; where an unseen hand is guessed says nothing."""
        joints = body()
        assert not arms_raised(seen_from(joints))
        joints[point, 1] = 0.1
        assert arms_raised(seen_from(joints, hidden=hidden)) is raised

    @pytest.mark.parametrize("view_deg", [0, 40, 90])
    def test_which_of_two_is_rounder_does_not_depend_on_which_came_first(
        self, view_deg: float
    ) -> None:
        """A slouch is rounder than an upright posture, by a comparison and by either picture."""
        upright, slouch = (
            make_baseline(sitting((joints, 4), view_deg=view_deg), SETTINGS)
            for joints in (body(), slouched())
        )
        estimator = SpineEstimator(NETWORKS, SETTINGS.pose.min_visibility)
        rounder = rounder_deg(estimator, slouch, upright)
        assert rounder == pytest.approx(-rounder_deg(estimator, upright, slouch))
        there = estimator.measure(slouch.pose, upright).angles.spine_flexion_deg
        back = estimator.measure(upright.pose, slouch).angles.spine_flexion_deg
        assert rounder > (there - back) / 2 > 0

    @pytest.mark.parametrize(
        ("trunk_deg", "neck_deg", "leans"),
        [(4, 10, False), (-8, 3, False), (-15, 5, True), (4, -6, True), (math.nan, 10, False),
         (math.nan, -6, True), (4, math.nan, True)],
    )  # fmt: skip
    def test_who_reclines_or_looks_up_is_told_by_trunk_and_neck(
        self, trunk_deg: float, neck_deg: float, leans: bool
    ) -> None:
        """Hips out of sight hide the trunk; without a neck nothing is certain."""
        angles = Angles(trunk_inclination_deg=trunk_deg, neck_inclination_deg=neck_deg)
        assert leans_back(angles) is leans

    def test_many_postures_are_remembered_within_bounds(self) -> None:
        """A long day fills no memory, and the best posture is kept."""
        parts = [(slouched(10 + 3 * (number % 11)), 4.0) for number in range(40)]
        finder, found = finder_after(sitting((slouched(), 6), (body(), 8), *parts))
        assert len(finder.state()["postures"]) <= 8
        assert found[-1].pose.landmarks[L.NOSE, 1] == pytest.approx(
            seen_from(body()).landmarks[L.NOSE, 1], abs=1
        )

    def test_a_calibrated_baseline_never_changes(self) -> None:
        """Who calibrated has said what upright is."""
        baseline = make_baseline(sitting((slouched(), 6)), SETTINGS)
        engine = PostureEngine(SETTINGS, NETWORKS, baseline)
        run(engine, sitting((slouched(), 6), (body(), 30)))
        assert engine.baseline is baseline


class TestWhatFollows:
    """Bouts and reminders when the reference changes, and recordings."""

    QUICK = Settings.model_validate(
        {"slouch": {"sustained_s": 4, "recover_s": 6, "settle_s": 1}, "quiet": {"settle_in_s": 1}}
    )

    def test_a_bout_goes_on_over_the_change(self) -> None:
        """What was slouched against a rounder reference is so against a better one."""
        poses = sitting((slouched(30), 8), (slouched(65), 10), (body(), 4.4), (slouched(65), 9))
        engine = PostureEngine(self.QUICK, NETWORKS)
        steps = run(engine, poses)
        events = [event for step in steps for event in step.events] + list(engine.finish())
        (bout,) = [event for event in events if event.kind is EventKind.SLOUCH]
        assert engine.baseline is not None
        assert engine.baseline.seconds == pytest.approx(HOLD_S, abs=0.3)
        assert bout.start_s == pytest.approx(8, abs=1)
        assert bout.end_s == pytest.approx(31.4, abs=1)

    def test_a_recording_may_be_judged_from_its_beginning(self) -> None:
        """With hindsight the slouch before the first upright is found, too."""
        poses = sitting((slouched(), 10), (body(), 10))
        causal, foreseen = run_engine(poses, ON_THE_WAY), run_engine(poses, SETTINGS)
        assert not any(step.assessment.slouched for step in causal.steps[:40])
        assert all(step.assessment.slouched for step in foreseen.steps[5:40])
        assert not any(step.assessment.slouched for step in foreseen.steps[60:])

    @pytest.mark.parametrize("first", [body(), slouched()], ids=["upright", "slouched"])
    def test_hindsight_changes_nothing_where_nothing_straighter_comes(self, first: Joints) -> None:
        """A recording is judged just as `live` judged it, down to the last bit."""
        poses = sitting((first, 10), (slouched(55), 8), (first, 8))
        on_the_way, hindsight = run_engine(poses, ON_THE_WAY), run_engine(poses, SETTINGS)
        assert repr(hindsight.steps) == repr(on_the_way.steps)
        assert hindsight.events == on_the_way.events

    def test_hindsight_prefers_a_little_straighter_posture_that_live_does_not_take(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nothing can jump any more, so it need not be so much straighter."""
        monkeypatch.setattr("posture_cam.upright.LEAST_DOUBT", 0.0)
        poses = sitting((slouched(20), 10), (body(), 10), (slouched(45), 6))
        on_the_way, hindsight = run_engine(poses, ON_THE_WAY), run_engine(poses, SETTINGS)
        found, straightest = on_the_way.baselines[-1], hindsight.baselines[0]
        assert found is not None
        assert straightest is not None
        assert found.pose.time_s < 10 < straightest.pose.time_s

    def test_hindsight_leaves_alone_who_begins_in_a_posture_that_looks_upright(self) -> None:
        """People mostly do; then another posture is more often another chair than a better one."""
        poses = sitting((slouched(20), 10), (body(), 10), (slouched(45), 6))
        on_the_way, hindsight = run_engine(poses, ON_THE_WAY), run_engine(poses, SETTINGS)
        assert repr(hindsight.steps) == repr(on_the_way.steps)

    def test_poses_that_can_be_read_only_once_are_judged_alike(self) -> None:
        """A second look needs them again."""
        poses = sitting((slouched(), 10), (body(), 10))
        once, again = run_engine(iter(poses), SETTINGS), run_engine(poses, SETTINGS)
        assert repr(once.steps) == repr(again.steps)

    def test_hindsight_of_pictures_that_grow_is_the_same(self) -> None:
        """Nobody sits straighter because the camera's pictures are larger from now on."""
        poses = sitting((body(), 10), (slouched(40), 6))
        later = [replace(pose, time_s=16 + pose.time_s) for pose in in_pictures(poses, 2)]
        poses += later
        on_the_way, hindsight = (run_engine(poses, how) for how in (ON_THE_WAY, SETTINGS))
        assert repr(hindsight.steps) == repr(on_the_way.steps)

    def test_whole_clip_changes_nothing_for_who_calibrated(self) -> None:
        """A profile is a profile."""
        poses = sitting((slouched(), 6), (body(), 6))
        baseline = make_baseline(sitting((body(), 6)), SETTINGS)
        on_the_way, same = (run_engine(poses, one, baseline) for one in (ON_THE_WAY, SETTINGS))
        assert repr(same.steps) == repr(on_the_way.steps)

    def test_a_stopped_search_goes_on(self) -> None:
        """Who began slouched and then sits up is found alike, stopped on the way or not."""
        poses = sitting((slouched(), 8), (body(), 8))
        finder, _ = finder_after(poses[: len(poses) // 2 + 10])
        again = UprightFinder(SETTINGS, SpineEstimator(NETWORKS, SETTINGS.pose.min_visibility))
        again.restore(finder.state())
        assert again.trust == finder.trust == 1.0
        later = [
            (finder.update(pose), again.update(pose)) for pose in poses[len(poses) // 2 + 10 :]
        ]
        assert any(one is not None for one, _ in later)
        assert repr([one for one, _ in later]) == repr([other for _, other in later])
        assert again.state() == finder.state()

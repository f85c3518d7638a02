"""Specification of noticing that the camera has moved: closed forms, then rendered rooms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from people import bend, body, seen_from
from rooms import room, seen

from posture_cam.background import BLANK, reference_scene, without_people
from posture_cam.baseline import make_baseline
from posture_cam.camera_motion import LOST, CameraComparer, SceneMatch, recognisable
from posture_cam.camera_watch import CameraWatch
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.errors import CalibrationError
from posture_cam.figure import cut_figure
from posture_cam.landmarks import Landmark as L
from posture_cam.models import load_networks
from posture_cam.reference import CAMERA_MOVED
from posture_cam.replay import run_engine, take_back
from posture_cam.types import (
    SCENE_SHAPE,
    Angles,
    Assessment,
    Event,
    EventKind,
    Pose,
    Step,
    Strain,
)

ROOM = room()
SITTING = seen_from(body())


class TestBackground:
    """What is kept of the picture."""

    def test_nobody_is_kept(self) -> None:
        """Face, trunk and hands of everybody are blanked; the room beside the head stays."""
        away = seen_from(body(), scale=0.4, shift=(200, 0))
        scene = without_people(np.full(SCENE_SHAPE, 90, np.uint8), [SITTING, away])
        for pose in (SITTING, away):
            places = pose.landmarks[:17, :2] / 10
            columns, rows = np.clip(places, 0, [63, 47]).astype(int).T
            assert (scene[rows, columns] == BLANK).all()
        assert (scene[:20, :15] == 90).all()

    def test_hair_beyond_the_face_is_blanked_by_the_silhouette(self) -> None:
        """A bun far above the head: no pixel of the small picture shows any of it."""
        mask = np.zeros((120, 160), dtype=np.uint8)
        eye = SITTING.landmarks[L.LEFT_EYE] / 4
        mask[10 : round(eye[1]), 70:90] = 255
        bun = replace(SITTING, figure=cut_figure(mask, SITTING.landmarks, 0.25))
        without = without_people(np.full(SCENE_SHAPE, 90, np.uint8), [SITTING])
        scene = without_people(np.full(SCENE_SHAPE, 90, np.uint8), [bun])
        assert (without[4:6, 28:36] != BLANK).all()
        assert (scene[4:10, 28:36] == BLANK).all()
        assert (scene[:10, :25] != BLANK).all()

    def test_black_is_not_blank(self) -> None:
        """A black wall is seen, not blanked."""
        assert (without_people(np.zeros(SCENE_SHAPE, np.uint8), []) != BLANK).all()

    def test_a_screen_in_the_background_is_left_out(self) -> None:
        """What changes during calibration is nothing to compare with later."""
        scenes = [seen(ROOM, seed=n) for n in range(6)]
        for number, scene in enumerate(scenes):
            scene[5:15, 5:20] = 40 + 30 * number
        reference = reference_scene(scenes)
        assert reference is not None
        assert (reference[5:15, 5:20] == BLANK).all()
        assert (reference != BLANK).sum() > 0.9 * reference.size - 150

    def test_without_pictures_there_is_no_reference(self) -> None:
        """Frames that carry no scene make none."""
        assert reference_scene([None, None]) is None


class TestComparison:
    """One small picture against another."""

    def test_the_same_place(self) -> None:
        """Noise alone is no movement."""
        found = CameraComparer(seen(ROOM)).compare(seen(ROOM, seed=1))
        assert found.place is SceneMatch.SAME
        assert abs(found.right) * 64 < 0.1
        assert abs(found.down) * 64 < 0.1

    @pytest.mark.parametrize(("right", "down"), [(2, 0), (0, -2), (1.5, 1), (-4.25, 3), (8, -6)])
    def test_displacement_is_measured(self, right: float, down: float) -> None:
        """A displaced picture is told with its direction and size, to a fifth of a pixel."""
        found = CameraComparer(seen(ROOM)).compare(seen(ROOM, right, down, seed=1))
        assert found.place is SceneMatch.MOVED
        assert found.right * 64 == pytest.approx(right, abs=0.2)
        assert found.down * 64 == pytest.approx(down, abs=0.2)

    def test_there_and_back_are_opposite(self) -> None:
        """Exchanging the two pictures turns the displacement round."""
        one, other = seen(ROOM), seen(ROOM, 3, -2, seed=1)
        there, back = CameraComparer(one).compare(other), CameraComparer(other).compare(one)
        assert there.right == pytest.approx(-back.right, abs=0.003)
        assert there.down == pytest.approx(-back.down, abs=0.003)

    @pytest.mark.parametrize("brighter", [0.3, 0.6, 1.3])
    def test_light_is_no_movement(self, brighter: float) -> None:
        """A brighter or darker room is the same place."""
        found = CameraComparer(seen(ROOM)).compare(seen(ROOM, brighter=brighter, seed=1))
        assert found.place is SceneMatch.SAME

    @pytest.mark.parametrize("left", range(0, 56, 8))
    def test_somebody_passing_by_is_no_movement(self, left: int) -> None:
        """A stranger, unrecognised, covers a quarter of the picture wherever they are."""
        scene = seen(ROOM, seed=1)
        scene[4:, left : left + 16] = seen(room(9))[:44, :16]
        assert CameraComparer(seen(ROOM)).compare(scene).place is SceneMatch.SAME

    def test_another_place(self) -> None:
        """A different room is recognised as such."""
        assert CameraComparer(seen(ROOM)).compare(seen(room(5))).place is SceneMatch.ELSEWHERE

    @pytest.mark.parametrize(("one", "other"), [(1, 3), (1, 5), (2, 7), (11, 7)])
    def test_another_place_of_which_a_little_fits_by_chance(self, one: int, other: int) -> None:
        """Nothing fits where it was; what fits elsewhere is a corner of the picture."""
        before, after = (seen(room(seed, 60), people=(SITTING,)) for seed in (one, other))
        found = CameraComparer(before).compare(after)
        assert found.fit > LOST
        assert found.place is SceneMatch.ELSEWHERE

    def test_a_bare_wall_cannot_tell(self) -> None:
        """Without structure behind the person nothing is said, wherever the camera looks."""
        bare = CameraComparer(seen(room(things=0)))
        for scene in (seen(room(things=0), seed=1), seen(ROOM), seen(room(things=0), 5, 5)):
            assert bare.compare(scene).place is SceneMatch.UNKNOWN

    @pytest.mark.parametrize("aside", [2, 3])
    def test_a_chair_moved_before_a_bare_wall_is_no_movement(self, aside: int) -> None:
        """What is seen of its back is all that there is to see, and it goes aside."""
        before, after = seen(room(things=0)), seen(room(things=0), seed=1)
        before[20:32, 20:28] = 60
        after[20:32, 20 + aside : 28 + aside] = 60
        assert CameraComparer(before).compare(after).place is SceneMatch.UNKNOWN

    def test_a_dark_picture_cannot_tell(self) -> None:
        """With the light off there is nothing to compare."""
        dark = seen(ROOM, brighter=0.01, seed=1)
        assert CameraComparer(seen(ROOM)).compare(dark).place is SceneMatch.UNKNOWN


def poses(seconds: float, start_s: float = 0.0, right: float = 0.0) -> Iterator[Pose]:
    """Somebody sitting still, five poses a second, one scene a second."""
    for number in range(round(seconds * 5)):
        scene = seen(ROOM, right, seed=number, people=(SITTING,)) if number % 5 == 0 else None
        yield replace(seen_from(body(), time_s=start_s + number / 5), scene=scene)


class TestOverTime:
    """When a comparison is believed."""

    def watch(self) -> CameraWatch:
        watch = CameraWatch(seen(ROOM))
        for pose in poses(5):
            watch.update(pose)
        assert not watch.moved
        return watch

    def test_a_moved_camera_is_noticed_within_five_seconds(self) -> None:
        """Three agreeing comparisons are enough; two are not."""
        watch = self.watch()
        said = [pose.time_s for pose in poses(8, 5, right=3) if watch.update(pose)]
        assert 7 <= said[0] <= 10

    def test_a_knock_is_not_believed(self) -> None:
        """A camera that shakes for two seconds and stands as before has not moved."""
        watch = self.watch()
        shaken = [*poses(2, 5, right=3), *poses(5, 7)]
        assert not any(watch.update(pose) for pose in shaken)

    def test_a_camera_put_back_is_noticed(self) -> None:
        """Where it stood before, all is as before."""
        watch = self.watch()
        for pose in (*poses(6, 5, right=3), *poses(5, 11)):
            watch.update(pose)
        assert not watch.moved

    def test_a_slowly_changing_place_is_followed(self) -> None:
        """Things come and go over the hours until nothing is as it was; the camera did not move."""
        watch, other = CameraWatch(seen(ROOM)), room(7)
        for number in range(40):
            scene = seen((1 - number / 40) * ROOM + number / 40 * other, seed=number)
            watch.update(replace(seen_from(body(), time_s=60.0 * number), scene=scene))
            assert not watch.moved

    def test_a_slowly_sinking_camera_is_noticed(self) -> None:
        """A lid that gives way by a small pixel in ten minutes has moved after half an hour."""
        watch = CameraWatch(seen(ROOM))
        for number in range(180):
            scene = seen(ROOM, down=number / 60, seed=number)
            watch.update(replace(seen_from(body(), time_s=10.0 * number), scene=scene))
        assert watch.moved

    def test_an_empty_chair_before_another_place_says_nothing(self) -> None:
        """Somebody too near to be recognised hides everything: no reason to speak."""
        watch = self.watch()
        for number in range(5, 15):
            hidden = Pose.nobody(float(number), 640, 480, 0.5, seen(room(5)))
            assert not watch.update(hidden)


def pitched(*parts: Any) -> list[Pose]:
    """Five poses a second before a camera that is pitched further and further.

    parts: (seconds, pixels by which everything lies lower, joints if not upright).
    """
    random, clip = np.random.default_rng(5), list[Pose]()
    for seconds, down, *joints in parts:
        for _ in range(round(seconds * 5)):
            number = len(clip)
            noisy = (joints[0] if joints else body()) + random.normal(0, 0.002, body().shape)
            pose = seen_from(noisy, time_s=number / 5, shift=(0, down))
            scene = seen(ROOM, 0, down / 10, seed=number) if number % 5 == 0 else None
            clip.append(replace(pose, scene=scene))
    return clip


def run(engine: PostureEngine, *parts: Iterator[Pose]) -> tuple[list[Step], list[Event]]:
    steps = [engine.update(pose) for part in parts for pose in part]
    return steps, [event for step in steps for event in step.events]


class TestEngine:
    """What the engine does about it."""

    def test_calibrated(self) -> None:
        """It says so once, judges nothing until somebody has sat there, and is glad to be back."""
        baseline = make_baseline(list(poses(6)), Settings())
        engine = PostureEngine(Settings(), load_networks(), baseline)
        steps, events = run(engine, poses(5), poses(3.4, 5, right=3))
        assert [event.kind for event in events] == [EventKind.CAMERA_MOVED]
        assert steps[0].assessment.slouched is False
        assert steps[-1].assessment.slouched is None
        assert "camera has moved" in steps[-1].assessment.reason
        steps, events = run(engine, poses(6.6, 8.4, right=3), poses(6, 15))
        assert events == []
        assert steps[-1].assessment.slouched is False
        assert engine.baseline is baseline

    def test_of_a_recording_the_seconds_before_it_was_noticed_are_taken_back(self) -> None:
        """Up to when the camera was last seen to stand; every other second that is looked at."""
        baseline = make_baseline(list(poses(6)), Settings())
        clip = [*poses(8), *poses(2.8, 8, right=3)]
        live = run(PostureEngine(Settings(), load_networks(), baseline), iter(clip))[0]
        told = [step.assessment.slouched is None for step in live]
        replay = run_engine(clip, Settings(), baseline)
        noticed = replay.times[told.index(True)]
        for step in replay.steps:
            judged = step.assessment.slouched is not None
            assert judged == math.isfinite(step.angles.spine_flexion_deg)
            assert judged if step.time_s <= 6.0 else not judged or step.time_s < 8.0
            if 8.0 <= step.time_s < noticed:
                assert step.assessment.reason == CAMERA_MOVED
        assert noticed > 9.0

    @pytest.mark.parametrize("calibrated", [True, False])
    def test_every_move_is_taken_back_and_the_way_home(self, calibrated: bool) -> None:
        """From home to A, from A to B and home again, upright all along."""
        baseline = make_baseline(list(pitched((6, 0))), Settings()) if calibrated else None
        clip = pitched((10, 0), (20, 40), (20, 90), (15, 0))
        steps = run_engine(clip, Settings(), baseline).steps
        assert not any(step.assessment.slouched for step in steps)
        for moved_s in (10.0, 30.0, 50.0):
            [first] = [step for step in steps if step.time_s == moved_s]
            assert first.assessment.reason == CAMERA_MOVED

    @pytest.mark.parametrize("whole_clip", [True, False])
    def test_hindsight_hides_no_move(self, whole_clip: bool) -> None:
        """Who slouches at once before the moved camera is judged anew; that it moved is told."""
        settings = Settings.model_validate({"calibration": {"whole_clip": whole_clip}})
        slouched = [bend(body(), -0.3, 36)]
        clip = pitched((12, 0), (14, 40, *slouched), (14, 40))
        replay = run_engine(clip, settings)
        assert EventKind.CAMERA_MOVED in [event.kind for event in replay.events]
        [first] = [step for step in replay.steps if step.time_s == 12.0]
        assert first.assessment.reason == CAMERA_MOVED
        there = [step.assessment.slouched for step in replay.steps if 18 < step.time_s < 25]
        assert set(there) == {whole_clip}

    @pytest.mark.parametrize("tilted_s", [1.0, 2.0, 3.0, 4.0])
    def test_a_lid_tilted_in_the_first_seconds_spoils_nothing(self, tilted_s: float) -> None:
        """The first posture grows for five seconds; it never mixes two places of the camera."""
        engine = PostureEngine(Settings(), load_networks())
        clip = pitched((tilted_s, 0), *((0.2, 5.0 * step) for step in range(1, 8)), (30, 40))
        steps, events = run(engine, iter(clip))
        assert [event.kind for event in events] == [EventKind.CAMERA_MOVED]
        assert not any(step.assessment.slouched for step in steps if step.time_s > 10)
        assert engine.baseline is not None
        assert recognisable(engine.baseline.pose.scene)

    def test_a_camera_that_moves_is_not_calibrated_with(self) -> None:
        """What is seen before and after has nothing to do with each other."""
        with pytest.raises(CalibrationError, match="camera moved"):
            make_baseline(pitched((5, 0), (5, 40)), Settings())

    def test_at_most_ten_seconds_are_taken_back(self) -> None:
        """Before a wall that had told nothing for minutes the camera most likely still stood."""
        one = Step(0.0, Angles(), Assessment(0.1, False), Strain(load=1.2, dose=1.1))
        steps = [replace(one, time_s=float(second)) for second in range(30)]
        take_back(steps, math.nan, 29.0)
        kept = [step.time_s for step in steps if step.assessment.slouched is False]
        assert kept == list(range(19))
        assert [step.time_s for step in steps if math.isfinite(step.strain.load)] == kept
        assert {step.strain.dose for step in steps} == {1.1}

    def test_uncalibrated(self) -> None:
        """A baseline that the engine had found itself gives way to a new one."""
        engine = PostureEngine(Settings(), load_networks())
        run(engine, poses(8))
        first = engine.baseline
        steps, events = run(engine, poses(15, 8, right=3))
        assert [event.kind for event in events] == [EventKind.CAMERA_MOVED]
        assert engine.baseline is not first
        assert steps[-1].assessment.slouched is False

    def test_without_scenes(self) -> None:
        """A recording without pictures of the place is judged as if the camera never moved."""
        engine = PostureEngine(Settings(), load_networks())
        bare = (replace(pose, scene=None) for pose in poses(12))
        steps, events = run(engine, bare)
        assert events == []
        assert steps[-1].assessment.slouched is False

    def test_a_baseline_keeps_its_place(self) -> None:
        """Stored and read back, the picture of the place is the same."""
        baseline = make_baseline(list(poses(6)), Settings())
        back = type(baseline).from_dict(baseline.to_dict(), 0.5)
        assert baseline.pose.scene is not None
        assert back.pose.scene is not None
        np.testing.assert_array_equal(back.pose.scene, baseline.pose.scene)


class TestRendered:
    """Whole way, from rendered pictures through the pose model."""

    def test_moved_and_not_moved(self) -> None:
        """Leaning to either side is no movement of the camera; raising it by 12 cm is."""
        pytest.importorskip("moderngl")
        from posture_cam.pose import PoseEstimator
        from posture_cam.types import Frame
        from sample_videos.session import CLIP_SEEDS, random_session
        from sample_videos.states import state_posture

        session = random_session(CLIP_SEEDS[210], "front", (320, 240))
        random = np.random.default_rng(0)
        states = ["upright"] * 4 + ["reaching", "turning", "slumped_left", "farther", "leaning_in"]
        found = []
        with PoseEstimator("lite") as estimator:
            for second, state in enumerate([*states, *["upright"] * 5]):
                shift = np.array([0.0, 0.12, 0.0]) if second >= len(states) else None
                posture = session.person.with_change(state_posture(state, 0.6, random))
                image = session.render(posture, second, camera_shift=shift).image
                found.append(estimator.estimate(Frame(second, float(second), image))[0])
        session.close()
        assert all(pose.present and pose.scene is not None for pose in found)
        watch = CameraWatch(reference_scene([pose.scene for pose in found[:4]]))
        moved = [watch.update(pose) for pose in found]
        assert not any(moved[: len(states)])
        assert moved[-1]

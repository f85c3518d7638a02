"""Specification of what is judged against while the camera is not where it was calibrated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from commands import run as run_command
from people import bend, body, seen_from
from restarts import run_restarted
from rooms import room, seen
from test_another_profile import HERE as HERE_CLIP
from test_another_profile import THERE as THERE_CLIP
from test_another_profile import film
from test_engine import NETWORKS, QUICK, RATE_HZ, broad, run, verdicts

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.engine import PostureEngine
from posture_cam.reference import CAMERA_MOVED, SOMEBODY_ELSE
from posture_cam.replay import _run, run_engine
from posture_cam.stand_in import Search
from posture_cam.types import EventKind, Pose, Step

HERE, THERE, THIRD = 0.0, 4.0, -4.0
"""How far to the right the room lies in the small picture."""
PLACE = room(1)


def poses(*acts: tuple[str, float, float]) -> list[Pose]:
    """Of (upright, slouched, away or broad; where the room lies; seconds), with a little noise."""
    random = np.random.default_rng(5)
    stream = list[Pose]()
    for act, right, seconds in acts:
        for _ in range(round(seconds * RATE_HZ)):
            number = len(stream)
            time_s = number / RATE_HZ
            scene = seen(PLACE, right, seed=number) if number % RATE_HZ == 0 else None
            if act == "away":
                stream.append(Pose.nobody(time_s, 640, 480, 0.5, scene))
                continue
            joints = broad() if act == "broad" else body()
            joints = bend(joints, -0.3, 36) if act == "slouched" else joints
            noisy = joints + random.normal(0, 0.002, joints.shape)
            stream.append(replace(seen_from(noisy, time_s=time_s), scene=scene))
    return stream


BASELINE = make_baseline(poses(("upright", HERE, 4)), QUICK)


def calibrated() -> PostureEngine:
    return PostureEngine(QUICK, NETWORKS, BASELINE)


def kinds(steps: Sequence[Step]) -> list[EventKind]:
    return [event.kind for step in steps for event in step.events]


def test_the_next_upright_seconds_are_judged_against() -> None:
    """A slouch after them is noticed, and reminded of, without a calibration there."""
    engine = calibrated()
    stream = poses(("upright", HERE, 5), ("upright", THERE, 10), ("slouched", THERE, 9))
    steps = run(engine, stream)
    assert verdicts(steps)[15 * RATE_HZ - 1] is False
    assert verdicts(steps)[-1] is True
    assert kinds(steps) == [EventKind.CAMERA_MOVED, EventKind.ALERT]
    assert engine.baseline is not BASELINE


def test_they_are_trusted_as_any_posture_that_was_found() -> None:
    """What was held for a second is less sure than what was held as long as it should be."""
    steps = run(calibrated(), poses(("upright", HERE, 5), ("upright", THERE, 14)))
    judged = [step.assessment.confidence for step in steps if step.time_s > 8.5]
    judged = [confidence for confidence in judged if confidence > 0]
    assert judged[0] < judged[-1]


def test_until_then_nothing_is_judged() -> None:
    """Nobody who does not sit still is compared with anything."""
    engine = calibrated()
    restless = [
        replace(pose, landmarks=pose.landmarks * np.float32(1 + 0.5 * (number % 2)))
        for number, pose in enumerate(poses(("upright", HERE, 5), ("upright", THERE, 15)))
        if number >= 5 * RATE_HZ
    ]
    run(engine, poses(("upright", HERE, 5)))
    late = [step for step in run(engine, restless) if step.time_s > 12]
    assert set(verdicts(late)) == {None}
    assert {step.assessment.reason for step in late} == {CAMERA_MOVED}
    assert engine.baseline is BASELINE


def test_the_calibration_holds_again_once_the_camera_is_back() -> None:
    """Nothing is said of it, and the stand-in is forgotten."""
    engine = calibrated()
    there = [("upright", HERE, 5), ("upright", THERE, 10)]
    steps = run(engine, poses(*there, ("upright", HERE, 8), ("slouched", HERE, 8)))
    assert engine.baseline is BASELINE
    assert engine.obstacle == ""
    assert verdicts(steps)[-1] is True
    assert steps[-1].assessment.confidence > 0.5
    assert kinds(steps).count(EventKind.CAMERA_MOVED) == 1


def test_a_camera_that_moves_on_is_not_told_again() -> None:
    """That the calibration does not hold is known; what stood in gives way to the next seconds."""
    engine = calibrated()
    there = [("upright", HERE, 5), ("upright", THERE, 10)]
    run(engine, poses(*there))
    first = engine.baseline
    steps = run(engine, poses(*there, ("upright", THIRD, 12))[15 * RATE_HZ :])
    assert None in verdicts(steps)
    assert verdicts(steps)[-1] is False
    assert engine.baseline is not first
    assert kinds(steps) == []


def test_a_calibration_for_the_new_place_takes_over() -> None:
    """Chosen from the stored profiles, or made there."""
    engine = calibrated()
    run(engine, poses(("upright", HERE, 5), ("upright", THERE, 10)))
    assert engine.obstacle == CAMERA_MOVED
    profile = make_baseline(poses(("upright", THERE, 4)), QUICK)
    engine.calibrate(profile)
    later = [
        replace(pose, time_s=pose.time_s + 15)
        for pose in poses(("upright", THERE, 6), ("slouched", THERE, 6))
    ]
    steps = run(engine, later)
    assert engine.baseline is profile
    assert engine.obstacle == ""
    assert verdicts(steps)[-1] is True


def test_nobody_stands_in_for_somebody_else() -> None:
    """A guest before the camera of who calibrated is not judged."""
    engine = calibrated()
    steps = run(engine, poses(("upright", HERE, 8), ("away", HERE, 7), ("broad", HERE, 40)))
    assert steps[-1].assessment.reason == SOMEBODY_ELSE
    assert engine.baseline is BASELINE


def test_who_sits_down_before_the_moved_camera_is_judged_by_themselves() -> None:
    """As without a calibration: told once, and against how they sit upright."""
    engine = calibrated()
    there = [("upright", HERE, 5), ("upright", THERE, 10), ("away", THERE, 7)]
    steps = run(engine, poses(*there, ("broad", THERE, 40)))
    told = [kind for kind in kinds(steps) if kind is not EventKind.AWAY]
    assert told == [EventKind.CAMERA_MOVED, EventKind.OTHER_PERSON]
    assert verdicts(steps)[-1] is False


def test_it_can_be_saved_and_put_back() -> None:
    """Before and after the stand-in is found, and after the camera is back."""
    stream = poses(
        ("upright", HERE, 5), ("upright", THERE, 10), ("slouched", THERE, 6), ("upright", HERE, 8)
    )
    expected = run(calibrated(), stream)
    steps = run_restarted(calibrated(), lambda: PostureEngine(QUICK, NETWORKS), stream)
    assert repr(steps) == repr(expected)


SLOUCHING_AT_ONCE = (("upright", HERE, 5), ("slouched", THERE, 12), ("upright", THERE, 12))


def test_of_a_recording_who_slouches_before_the_moved_camera_is_judged_with_hindsight() -> None:
    """Against how they sit upright there later; on the way that slouch is the only posture."""
    stream = poses(*SLOUCHING_AT_ONCE)
    calibration = QUICK.calibration.model_copy(update={"whole_clip": False})
    on_the_way = QUICK.model_copy(update={"calibration": calibration})
    last_s = 5 + 12
    for settings, found in ((on_the_way, False), (QUICK, True)):
        steps = run_engine(stream, settings, BASELINE).steps
        there = [step.assessment.slouched for step in steps if 10 < step.time_s < last_s - 1]
        after = [step.assessment.slouched for step in steps if step.time_s > last_s + 6]
        assert set(there) == {found}
        assert set(after) == {False}


@pytest.mark.parametrize("baseline", [BASELINE, None], ids=["calibrated", "not calibrated"])
def test_hindsight_waits_until_a_camera_that_is_carried_stands(baseline: Baseline | None) -> None:
    """Held elsewhere by somebody restless first; who then slouches at once is judged with it."""
    stream = poses(
        ("upright", HERE, 12),
        ("upright", THERE, 8),
        ("slouched", THIRD, 14),
        ("upright", THIRD, 14),
    )
    restless = [
        replace(pose, landmarks=pose.landmarks * np.float32(1 + 0.5 * (number % 2)))
        if 12 <= pose.time_s < 20
        else pose
        for number, pose in enumerate(stream)
    ]
    steps = run_engine(restless, QUICK, baseline).steps
    there = [step.assessment.slouched for step in steps if 27 < step.time_s < 33]
    assert set(there) == {True}


def test_with_hindsight_it_can_be_saved_and_put_back_too() -> None:
    """The second stand-in goes on with what is foreseen of it."""
    stream = poses(*SLOUCHING_AT_ONCE, ("upright", HERE, 8), ("slouched", THIRD, 12))
    foreseen = {
        Search(number, 0): make_baseline(poses(("upright", place, 4)), QUICK)
        for number, place in ((1, THERE), (2, THIRD))
    }
    engine, begun = (PostureEngine(QUICK, NETWORKS, BASELINE, foreseen=foreseen) for _ in range(2))
    expected = run(engine, stream)
    assert engine.search == Search(2, 0)
    fresh = partial(PostureEngine, QUICK, NETWORKS, foreseen=foreseen)
    assert repr(run_restarted(begun, fresh, stream)) == repr(expected)


def test_back_in_pictures_of_its_own_shape_a_calibration_holds_at_once() -> None:
    """What the others showed of the place says nothing: a slouch is no new upright posture."""
    engine = PostureEngine(QUICK, NETWORKS, BASELINE)
    acts = poses(("upright", HERE, 4), ("upright", THERE, 8), ("slouched", HERE, 8))
    cropped = [replace(pose, height=360) if 4 <= pose.time_s < 12 else pose for pose in acts]
    back = [step for step in run(engine, cropped) if step.time_s >= 13]
    assert False not in [step.assessment.slouched for step in back]
    assert back[-1].assessment.slouched is True
    assert engine.baseline is BASELINE


def test_a_result_says_where_its_upright_postures_are_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The profile, the clip itself where it shows another place, or one after the other."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    lite = ("--set", "pose.model=lite", "--profile", "desk")
    desk = film(tmp_path / "desk.mp4", HERE_CLIP)
    made = run_command(
        capsys, "calibrate", "--source", desk, "--seconds", "6", "--no-preview", *lite
    )
    assert made.code == 0
    elsewhere = film(tmp_path / "elsewhere.mp4", THERE_CLIP, THERE_CLIP)
    both = film(tmp_path / "both.mp4", HERE_CLIP, THERE_CLIP)
    done = run_command(capsys, "analyze", desk, elsewhere, both, "-o", tmp_path / "out", *lite)
    assert done.code == 0
    sources = {}
    for name in ("desk", "elsewhere", "both"):
        summary = json.loads((tmp_path / "out" / name / "summary.json").read_text())
        sources[name] = summary["baseline"]["source"]
    assert sources["desk"] == "profile desk"
    assert sources["both"] == "profile desk and, while the camera stood elsewhere, this clip"
    assert sources["elsewhere"] == "this clip since profile desk never held"


def test_with_hindsight_it_can_be_saved_whenever_the_camera_moves() -> None:
    """Also between the picture in which that was noticed and the next."""
    stream = poses(("upright", HERE, 8), ("slouched", THERE, 8), ("upright", THERE, 8))
    replay, foreseen = _run(stream, QUICK)
    assert foreseen
    fresh = partial(PostureEngine, QUICK, NETWORKS, foreseen=foreseen)
    expected = run(fresh(), stream)
    assert EventKind.CAMERA_MOVED in kinds(expected)
    assert repr(run_restarted(fresh(), fresh, stream)) == repr(expected)
    assert replay.events


def test_in_pictures_of_another_shape_no_move_of_the_camera_is_made_up() -> None:
    """What is judged against a posture of these pictures stays as it is."""
    clip = [replace(pose, height=360) for pose in poses(("upright", THERE, 12))]
    steps = run_engine(clip, QUICK, BASELINE).steps
    assert CAMERA_MOVED not in [step.assessment.reason for step in steps]
    assert {step.assessment.slouched for step in steps if step.time_s > 4} == {False}


def test_what_a_portrait_has_used_up_is_not_the_persons_who_takes_its_place() -> None:
    """Live began before they came, and watched a picture of somebody for a while."""
    engine = PostureEngine(QUICK, NETWORKS)
    watched = poses(("upright", HERE, 35))
    run(engine, watched[: 30 * RATE_HZ])
    engine.start_over()
    steps = run(engine, watched[30 * RATE_HZ :])
    assert steps[-1].strain is not None
    assert steps[-1].strain.sitting_for_s < 6

"""The engine as a whole: what it carries through time can be saved and put back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from people import bend, body, in_pictures, seen_from
from rooms import room, seen

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.errors import RecordingError
from posture_cam.models import load_networks
from posture_cam.replay import run_engine
from posture_cam.stand_in import Search
from posture_cam.types import EventKind, Pose, Step

QUICK = Settings.model_validate(
    {
        "calibration": {"first_upright_s": 2},
        "slouch": {"sustained_s": 4, "recover_s": 2, "settle_s": 0.6, "bridge_s": 2},
        "strain": {"mild_hold_s": 5, "severe_hold_s": 2, "recovery_half_s": 10},
        "quiet": {"cooldown_s": 5, "settle_in_s": 1, "spacing_s": 1, "max_per_hour": 120},
        "movement": {"away_s": 5, "break_s": 6, "still_s": 60, "break_every_s": 60},
    }
)
"""Everything in seconds, so that a short stream reaches every rule."""
RATE_HZ = 3
NETWORKS = load_networks()
HERE = room(1)
ACTS = ("upright", "slouched", "away", "camera moved", "somebody else", "dark")


def broad() -> Any:
    """Somebody with wider-set eyes, a narrower mouth and broader shoulders."""
    joints = body()
    joints[1:7, 0] *= 1.8
    joints[9:11, 0] *= 0.7
    joints[11:13, 0] *= 1.2
    return joints


def poses(acts: list[tuple[str, float]]) -> Iterator[Pose]:
    """Poses of one act after the other, with a little noise and a picture of the place a second."""
    random = np.random.default_rng(3)
    index, end_s = 0, 0.0
    for act, seconds in acts:
        end_s += seconds
        while index / RATE_HZ < end_s - 1e-9:
            time_s = index / RATE_HZ
            scene = None
            if index % RATE_HZ == 0:
                scene = seen(HERE, right=4.0 if act == "camera moved" else 0.0, seed=index)
            if act in ("away", "dark"):
                brightness = 0.02 if act == "dark" else 0.5
                yield Pose.nobody(time_s, 640, 480, brightness, None if act == "dark" else scene)
            else:
                joints = broad() if act == "somebody else" else body()
                joints = bend(joints, -0.3, 36) if act == "slouched" else joints
                noisy = joints + random.normal(0, 0.002, joints.shape)
                yield replace(seen_from(noisy, time_s=time_s), scene=scene)
            index += 1


def run(engine: PostureEngine, stream: list[Pose]) -> list[Step]:
    return [engine.update(pose) for pose in stream]


def a_long_story() -> list[Pose]:
    """Upright, slouched, away, the camera moved, somebody else."""
    return list(
        poses(
            [("upright", 8), ("slouched", 16), ("upright", 5), ("away", 8), ("somebody else", 24),
             ("away", 5), ("upright", 20), ("camera moved", 10), ("slouched", 9)]
        )
    )  # fmt: skip


@settings(max_examples=10)
@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from([1.0, 4.0, 9.0, 17.0])), max_size=5),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_restored_engine_goes_on_as_if_nothing_had_happened(
    acts: list[tuple[str, float]], cut: float, calibrated: bool
) -> None:
    """Split anywhere, the state through JSON: the same steps and events to the last bit."""
    stream = list(poses([("upright", 3.0), *acts]))
    at = round(cut * len(stream))
    baseline = make_baseline(list(poses([("upright", 4)])), QUICK) if calibrated else None
    straight, first, second = (PostureEngine(QUICK, NETWORKS, baseline) for _ in range(3))
    expected = [*run(straight, stream), straight.finish()]
    steps = run(first, stream[:at])
    saved = json.loads(json.dumps(first.state(), allow_nan=False))
    second = PostureEngine(QUICK, NETWORKS)
    second.restore(saved)
    steps += run(second, stream[at:])
    assert repr([*steps, second.finish()]) == repr(expected)
    assert second.state() == straight.state()


def found_in(stream: list[Pose]) -> dict[Search, Baseline]:
    """By search, the last upright posture that was found on the way."""
    engine, found = PostureEngine(QUICK, NETWORKS), dict[Search, Baseline]()
    for pose in stream:
        engine.update(pose)
        if engine.baseline is not None:
            found[engine.search] = engine.baseline
    return found


@pytest.mark.parametrize("look_ahead", [False, True])
@pytest.mark.parametrize("at_s", [1, 5, 14, 22, 30, 45, 60, 80, 95])
def test_it_can_be_split_within_everything_that_it_follows(at_s: int, look_ahead: bool) -> None:
    """Baseline half found, bout running, absence, somebody looked at, the camera moved."""
    stream = a_long_story()
    foreseen = found_in(stream) if look_ahead else None
    straight, first, second = (PostureEngine(QUICK, NETWORKS, foreseen=foreseen) for _ in range(3))
    expected = [*run(straight, stream), straight.finish()]
    at = at_s * RATE_HZ
    steps = run(first, stream[:at])
    second.restore(json.loads(json.dumps(first.state(), allow_nan=False)))
    assert repr([*steps, *run(second, stream[at:]), second.finish()]) == repr(expected)
    assert second.state() == straight.state()


def test_the_story_has_all_of_it() -> None:
    """Otherwise the test above would prove nothing."""
    engine = PostureEngine(QUICK, NETWORKS)
    steps = run(engine, a_long_story())
    kinds = {event.kind for step in steps for event in step.events}
    assert {EventKind.SLOUCH, EventKind.ALERT, EventKind.AWAY, EventKind.CAMERA_MOVED} <= kinds


def test_a_pause_ends_the_bout_and_is_no_absence() -> None:
    """What was running ends where the camera was lost; the time until it is back is not `away`."""
    engine = PostureEngine(QUICK, NETWORKS)
    stream = list(poses([("upright", 6), ("slouched", 12), ("upright", 30)]))
    run(engine, stream[: 16 * RATE_HZ])
    engine.paused()
    after = run(engine, stream[30 * RATE_HZ :])
    events = [event for step in after for event in step.events]
    (bout,) = (event for event in events if event.kind is EventKind.SLOUCH)
    assert bout.end_s == pytest.approx(16, abs=1)
    assert EventKind.AWAY not in {event.kind for event in events}
    assert after[-1].strain.sitting_for_s < 20


@pytest.mark.parametrize(
    "damage", [{"version": 0}, {"strain": {}}, {"filter": 3}, {"references": {"own": None}}]
)
def test_a_damaged_state_is_refused_in_one_sentence(damage: dict[str, Any]) -> None:
    """Nothing is made up from a state that does not fit."""
    engine = PostureEngine(QUICK, NETWORKS)
    run(engine, list(poses([("upright", 4)])))
    with pytest.raises(RecordingError, match=r"start without it\.$"):
        PostureEngine(QUICK, NETWORKS).restore({**engine.state(), **damage})


def verdicts(steps: Sequence[Step]) -> list[bool | None]:
    return [step.assessment.slouched for step in steps]


@pytest.mark.parametrize("scale", [0.5, 1.5])
def test_a_baseline_holds_in_pictures_of_another_size(scale: float) -> None:
    """A camera that gives larger or smaller pictures than at calibration changes no angle."""
    baseline = make_baseline(list(poses([("upright", 4)])), QUICK)
    stream = list(poses([("upright", 5), ("slouched", 5), ("upright", 3)]))
    expected = run(PostureEngine(QUICK, NETWORKS, baseline), stream)
    steps = run(PostureEngine(QUICK, NETWORKS, baseline), in_pictures(stream, scale))
    assert {True, False} <= set(verdicts(expected))
    assert verdicts(steps) == verdicts(expected)
    for step, other in zip(steps, expected, strict=True):
        assert step.angles.spine_flexion_deg == pytest.approx(
            other.angles.spine_flexion_deg, abs=0.02
        )


@pytest.mark.parametrize("calibrated", [True, False])
def test_the_size_may_change_on_the_way(calibrated: bool) -> None:
    """After a lost connection a camera may come back with another size."""
    baseline = make_baseline(list(poses([("upright", 4)])), QUICK) if calibrated else None
    stream = list(poses([("upright", 6), ("slouched", 8)]))
    half = len(stream) // 2
    mixed = [*stream[:half], *in_pictures(stream[half:], 2)]
    expected = run(PostureEngine(QUICK, NETWORKS, baseline), stream)
    assert verdicts(run(PostureEngine(QUICK, NETWORKS, baseline), mixed)) == verdicts(expected)


def test_pictures_of_another_shape_are_not_judged_by_a_calibration() -> None:
    """What a wider or narrower picture shows of the room is not known: by what is seen in it."""
    baseline = make_baseline(list(poses([("upright", 4)])), QUICK)
    stream = in_pictures(list(poses([("upright", 6), ("slouched", 6)])), 1, height=360)
    engine = PostureEngine(QUICK, NETWORKS, baseline)
    steps = run(engine, stream)
    assert verdicts(steps)[0] is None
    assert "another shape" in steps[0].assessment.reason
    kinds = [event.kind for step in steps for event in step.events]
    assert kinds == [EventKind.CAMERA_MOVED, EventKind.ALERT]
    assert engine.baseline is not baseline
    assert engine.obstacle == steps[0].assessment.reason
    assert verdicts(steps)[-1] is True


def test_without_a_calibration_another_shape_begins_anew() -> None:
    """Somebody sits upright before the new pictures, and is judged again."""
    stream = list(poses([("upright", 6), ("slouched", 4), ("upright", 6), ("slouched", 4)]))
    half = len(stream) // 2
    mixed = [*stream[:half], *in_pictures(stream[half:], 1, height=360)]
    engine = PostureEngine(QUICK, NETWORKS)
    steps = run(engine, mixed)
    assert engine.stretch == 1
    assert verdicts(steps)[half] is None
    assert verdicts(steps)[-1] is True


def test_a_camera_put_back_at_once_loses_nothing() -> None:
    """What was found upright before it was nudged holds, and no slouch takes its place."""
    acts = [("upright", 12.0), ("slouched", 3.0), ("camera moved", 6.0), ("away", 9.0)]
    engine = PostureEngine(QUICK, NETWORKS)
    before = list(poses(acts[:2]))
    run(engine, before)
    found = engine.baseline
    restless = [
        replace(pose, landmarks=pose.landmarks * np.float32(1 + 0.5 * (index % 2)))
        for index, pose in enumerate(poses(acts))
        if index >= len(before)
    ]
    run(engine, restless)
    assert engine.stretch == 2
    assert engine.baseline is found
    late = [pose for pose in poses([*acts, ("slouched", 12.0)]) if pose.time_s >= 30]
    steps = run(engine, late)
    assert engine.baseline is found
    assert verdicts(steps)[-1] is True
    assert steps[-1].assessment.confidence > 0.5


def test_what_somebody_else_has_sat_is_not_charged_to_who_comes_back() -> None:
    """With a profile: the calibrated person was away meanwhile, however short the swap."""
    baseline = make_baseline(list(poses([("upright", 4)])), QUICK)
    engine = PostureEngine(QUICK, NETWORKS, baseline)
    acts = [("upright", 8.0), ("away", 8.0), ("somebody else", 24.0), ("away", 5.0)]
    steps = run(engine, list(poses([*acts, ("upright", 45.0)])))
    assert [event.kind for step in steps for event in step.events].count(
        EventKind.OTHER_PERSON
    ) == 1
    assert steps[-1].assessment.slouched is False
    assert steps[-1].strain.sitting_for_s <= 45


@pytest.mark.parametrize("stopped", [False, True])
def test_a_profile_chosen_for_a_newcomer_begins_anew(stopped: bool) -> None:
    """Who was there before, and fitted no profile, leaves nothing behind, stopped or not."""
    baseline = make_baseline(list(poses([("upright", 4)])), QUICK)
    for newcomer in (False, True):
        engine = PostureEngine(QUICK, NETWORKS)
        before = run(engine, list(poses([("upright", 20), ("slouched", 4)])))[-1].strain
        assert before.sitting_for_s > 20
        engine.calibrate(baseline, newcomer=newcomer)
        if stopped:
            state = json.loads(json.dumps(engine.state()))
            engine = PostureEngine(QUICK, NETWORKS)
            engine.restore(state)
        later = [replace(pose, time_s=24 + pose.time_s) for pose in poses([("upright", 1)])]
        after = run(engine, later)[0].strain
        assert (after.sitting_for_s < 1) is newcomer
        assert (after.budget_left == 1.0) is newcomer


@pytest.mark.parametrize("look_ahead", [True, False])
def test_a_recording_whose_size_changes_is_judged_as_if_it_did_not(look_ahead: bool) -> None:
    """Without a calibration, whether its upright is looked for before or on the way."""
    stream = list(poses([("upright", 9), ("slouched", 9), ("upright", 9), ("slouched", 9)]))
    half = len(stream) // 2
    mixed = [*stream[:half], *in_pictures(stream[half:], 0.5)]
    changed = QUICK.calibration.model_copy(update={"whole_clip": look_ahead})
    given = QUICK.model_copy(update={"calibration": changed})
    replay, expected = run_engine(mixed, given), run_engine(stream, given)
    assert {True, False} <= set(verdicts(expected.steps))
    assert verdicts(replay.steps) == verdicts(expected.steps)

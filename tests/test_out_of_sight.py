"""Specification of who has sunk out of sight, and who has left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from people import HEIGHT, WIDTH, bend, body, seen_from

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.engine import IN_THE_DARK, OUT_OF_SIGHT, PostureEngine
from posture_cam.models import load_networks
from posture_cam.observation import Posture, State, posture_of, state_of
from posture_cam.out_of_sight import LEAST_DROP, LONGEST_S, SinkingWatch, head_drop
from posture_cam.types import EventKind, Pose, Step

Joints = NDArray[np.float64]

RATE_HZ = 5
SETTINGS = Settings()
UPRIGHT = make_baseline([seen_from(body(), time_s=t / 5) for t in range(15)], SETTINGS)
AWAY_S = SETTINGS.movement.away_s


def standing() -> Joints:
    """Shoulders and head half a metre higher."""
    joints = body()
    joints[:, 1] += 0.5
    return joints


def poses(last_seen: Joints, lost_s: float) -> Iterator[Pose]:
    """Upright, 3 s of another posture, nobody found, and upright again."""
    acts = ((body(), 5.0), (last_seen, 3.0), (None, lost_s), (body(), 4.0))
    index = 0
    for joints, seconds in acts:
        for _ in range(round(seconds * RATE_HZ)):
            time_s = index / RATE_HZ
            index += 1
            if joints is None:
                yield Pose.nobody(time_s, WIDTH, HEIGHT, 0.5)
            else:
                yield seen_from(joints, time_s=time_s)


def run(last_seen: Joints, lost_s: float) -> list[tuple[Pose, Step]]:
    """What the calibrated engine says of each pose."""
    engine = PostureEngine(SETTINGS, load_networks(), UPRIGHT)
    return [(pose, engine.update(pose)) for pose in poses(last_seen, lost_s)]


def events(steps: list[tuple[Pose, Step]]) -> list[EventKind]:
    return [event.kind for _, step in steps for event in step.events]


def test_who_folds_until_nobody_is_found_is_still_there() -> None:
    """That is the deepest slouch and no break: not judged, not away, still sitting."""
    steps = run(bend(body(), -0.479, 60), AWAY_S + 5)
    lost = [(pose, step) for pose, step in steps if not pose.present]
    assert all(step.out_of_sight for _, step in lost)
    assert {posture_of(pose, step) for pose, step in lost} == {Posture.UNKNOWN}
    assert {state_of(pose, step, True) for pose, step in lost} == {State.UNKNOWN}
    assert {step.assessment.reason for _, step in lost} == {OUT_OF_SIGHT}
    assert EventKind.AWAY not in events(steps)
    assert steps[-1][1].strain.sitting_for_s == pytest.approx(steps[-1][0].time_s, abs=0.5)


@pytest.mark.parametrize("last_seen", [body(), standing()], ids=["at once", "getting up"])
def test_who_was_last_seen_upright_or_higher_has_left(last_seen: Joints) -> None:
    """Who leaves gets up first."""
    steps = run(last_seen, AWAY_S + 5)
    assert not any(step.out_of_sight for _, step in steps)
    assert events(steps) == [EventKind.AWAY]


@pytest.mark.parametrize("last_seen", [body(), bend(body(), -0.479, 60)], ids=["upright", "folded"])
def test_in_the_dark_nobody_knows_whether_somebody_is_there(last_seen: Joints) -> None:
    """Wherever the head was before the light went out: not judged, and neither away nor sunk."""
    engine = PostureEngine(SETTINGS, load_networks(), UPRIGHT)
    course = [
        pose if pose.present else replace(pose, brightness=0.0)
        for pose in poses(last_seen, AWAY_S + 5)
    ]
    steps = [(pose, engine.update(pose)) for pose in course]
    dark = [(pose, step) for pose, step in steps if not pose.present]
    assert {posture_of(pose, step) for pose, step in dark} == {Posture.UNKNOWN}
    assert {state_of(pose, step, False) for pose, step in dark} == {State.UNKNOWN}
    assert {step.assessment.reason for _, step in dark} == {IN_THE_DARK}
    assert EventKind.AWAY not in events(steps)


def test_who_left_before_the_light_went_out_is_away() -> None:
    """It was seen."""
    engine = PostureEngine(SETTINGS, load_networks(), UPRIGHT)
    course = list(poses(body(), AWAY_S + 20))
    gone_s = next(pose.time_s for pose in course if not pose.present)
    course = [
        pose if pose.present or pose.time_s <= gone_s + 5 else replace(pose, brightness=0.0)
        for pose in course
    ]
    steps = [(pose, engine.update(pose)) for pose in course]
    assert {posture_of(pose, step) for pose, step in steps if not pose.present} == {Posture.AWAY}


def test_nobody_stays_below_for_ever() -> None:
    """Who has rolled away unseen is away from then on."""
    steps = run(bend(body(), -0.479, 60), LONGEST_S + 60)
    lost_s = next(pose.time_s for pose, _ in steps if not pose.present)
    out = [pose.time_s for pose, step in steps if step.out_of_sight]
    assert out[-1] - lost_s == pytest.approx(LONGEST_S, abs=0.5)
    assert events(steps)[-1] is EventKind.AWAY


def test_without_an_upright_posture_nothing_is_known_of_sinking() -> None:
    """Lower than what?"""
    watch = SinkingWatch()
    watch.update(seen_from(bend(body(), -0.479, 60)), None)
    assert not watch.update(Pose.nobody(0.2, WIDTH, HEIGHT), None)


def test_how_far_somebody_has_sunk_does_not_depend_on_the_distance() -> None:
    """It is measured in sizes of the body in the picture."""
    low = bend(body(), -0.479, 40)
    near = head_drop(seen_from(low, scale=2.0), seen_from(body(), scale=2.0))
    assert near == pytest.approx(head_drop(seen_from(low), UPRIGHT.pose))
    assert near > LEAST_DROP


@given(st.lists(st.tuples(st.booleans(), st.floats(-200, 200)), max_size=30))
def test_who_is_found_is_never_out_of_sight(course: list[tuple[bool, float]]) -> None:
    """Nor is anybody who was last seen no lower than upright."""
    watch, low = SinkingWatch(), False
    for index, (found, down) in enumerate(course):
        pose = Pose.nobody(index, WIDTH, HEIGHT)
        if found:
            pose = seen_from(body(), time_s=index, shift=(0.0, down))
            low = down > 0
        out = watch.update(pose, UPRIGHT)
        assert not (out and (found or not low))

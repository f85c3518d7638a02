"""Specification of who sits upright elsewhere than where the baseline was taken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from people import bend, body, seen_from

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.models import load_networks
from posture_cam.replay import run_engine
from posture_cam.seats import HOLD_S, SeatWatch
from posture_cam.spine import SpineEstimator
from posture_cam.types import Pose, Step

Joints = NDArray[np.float64]

RATE_HZ = 5
SETTINGS = Settings()
NETWORKS = load_networks()
UPRIGHT = make_baseline([seen_from(body(), time_s=t / 5) for t in range(25)], SETTINGS)
TURNED_DEG, NEARER = 40.0, 1.2
SLUMP = bend(body(), -0.479, 24)
LONG_S, SHORT_S = HOLD_S + 1, HOLD_S - 1


def held(joints: Joints, seconds: float, view_deg: float = 0.0, scale: float = 1.0) -> list[Pose]:
    """The same posture for some seconds; times are set by `in_turn`."""
    return [seen_from(joints, view_deg, scale=scale)] * round(seconds * RATE_HZ)


def in_turn(*acts: list[Pose]) -> list[Pose]:
    """Postures one after another, at RATE_HZ."""
    poses = [pose for act in acts for pose in act]
    return [replace(pose, time_s=number / RATE_HZ) for number, pose in enumerate(poses)]


def reference_after(poses: Iterable[Pose]) -> Baseline:
    """What is judged against once these were seen."""
    estimator = SpineEstimator(NETWORKS, SETTINGS.pose.min_visibility)
    seats = SeatWatch(SETTINGS, estimator)
    for pose in poses:
        seats.update(pose, estimator.measure(pose, None).angles.view_deg, UPRIGHT)
    return seats.reference(UPRIGHT)


def steps_of(poses: Iterable[Pose]) -> list[Step]:
    engine = PostureEngine(SETTINGS, NETWORKS, UPRIGHT)
    return [engine.update(pose) for pose in poses]


@pytest.mark.parametrize(("view_deg", "scale"), [(TURNED_DEG, 1.0), (0.0, NEARER)])
def test_who_sat_upright_in_a_moved_chair_is_judged_against_that(
    view_deg: float, scale: float
) -> None:
    """A slump there is then measured deeper than against the baseline."""
    slump = held(SLUMP, 4, view_deg, scale)
    at_once = steps_of(in_turn(held(body(), LONG_S), slump))[-1]
    after = steps_of(in_turn(held(body(), LONG_S, view_deg, scale), slump))[-1]
    assert after.angles.spine_flexion_deg > at_once.angles.spine_flexion_deg + 4
    assert after.assessment.slouch_score > at_once.assessment.slouch_score


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        ([held(body(), LONG_S)], "the chair stands where it stood"),
        ([held(body(), SHORT_S, TURNED_DEG)], "not for long enough"),
        ([held(SLUMP, 20, TURNED_DEG)], "not upright"),
        ([held(body(), 3, TURNED_DEG), held(SLUMP, 20, TURNED_DEG)], "not upright to the end"),
        ([held(body(), LONG_S, 0.0, NEARER), held(body(), LONG_S)], "back again"),
        ([held(body(), LONG_S, TURNED_DEG), held(SLUMP, 1)], "seen from the front again"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_otherwise_the_baseline_holds(acts: list[list[Pose]], why: str) -> None:
    """A seat is where somebody sits evidently upright and still."""
    assert reference_after(in_turn(*acts)) is UPRIGHT, why


def test_a_known_seat_stays_as_it_was() -> None:
    """Else it would follow somebody who sinks little by little."""
    first = in_turn(held(body(), LONG_S, TURNED_DEG))
    sunk = bend(body(), -0.479, 4)
    longer = in_turn(held(body(), LONG_S, TURNED_DEG), held(sunk, 20, TURNED_DEG))
    seats = [reference_after(poses) for poses in (first, longer)]
    assert np.array_equal(seats[0].pose.landmarks, seats[1].pose.landmarks)


def test_of_two_seats_the_one_seen_from_the_same_side_is_taken_at_once() -> None:
    """Who turns to and fro between two screens need not sit upright anew each time."""
    turned = held(body(), LONG_S, TURNED_DEG)
    acts = turned, held(body(), LONG_S), held(SLUMP, 1, TURNED_DEG)
    assert reference_after(in_turn(*acts)) is not UPRIGHT


def test_pictures_show_the_seat_beside_what_was_measured_against_it() -> None:
    """Annotated video and report draw that upright posture, not the one before another view."""
    slumped = held(SLUMP, 4, TURNED_DEG)
    poses = in_turn(held(body(), LONG_S), held(body(), LONG_S, TURNED_DEG), slumped)
    replay = run_engine(poses, SETTINGS, UPRIGHT)
    assert set(map(id, replay.baselines)) == {id(UPRIGHT)}
    assert replay.compared_with[0] is UPRIGHT
    seat = replay.compared_with[-1]
    assert seat is not None
    assert np.array_equal(seat.pose.landmarks, seen_from(body(), TURNED_DEG).landmarks)


def test_a_new_calibration_forgets_the_seats() -> None:
    """They were upright beside the one before."""
    engine = PostureEngine(SETTINGS, NETWORKS, UPRIGHT)
    poses = in_turn(held(body(), LONG_S, TURNED_DEG), held(SLUMP, 4, TURNED_DEG))
    for pose in poses[: round(LONG_S * RATE_HZ)]:
        engine.update(pose)
    engine.calibrate(UPRIGHT)
    last = [engine.update(pose) for pose in poses[round(LONG_S * RATE_HZ) :]][-1]
    never = steps_of(in_turn(held(body(), LONG_S), held(SLUMP, 4, TURNED_DEG)))[-1]
    flexions = [step.angles.spine_flexion_deg for step in (last, never)]
    assert flexions[0] == pytest.approx(flexions[1], abs=0.5)


def test_a_stopped_engine_goes_on_with_its_seats() -> None:
    """Before, within and after the seconds that make one."""
    poses = in_turn(held(body(), LONG_S, TURNED_DEG), held(SLUMP, 3, TURNED_DEG))
    whole = steps_of(poses)
    for stop in (10, 28, len(poses) - 5):
        engine = PostureEngine(SETTINGS, NETWORKS, UPRIGHT)
        for pose in poses[:stop]:
            engine.update(pose)
        again = PostureEngine(SETTINGS, NETWORKS)
        again.restore(json.loads(json.dumps(engine.state())))
        assert repr([again.update(pose) for pose in poses[stop:]]) == repr(whole[stop:])

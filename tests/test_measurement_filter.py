"""Specification of angles over time: steady names of views, no wrapping, no delay offline."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from posture_cam.config import SlouchSettings
from posture_cam.measurement import Measurement
from posture_cam.measurement_filter import (
    MeasurementFilter,
    smooth_without_delay,
    steady_view,
)
from posture_cam.types import Angles, Assessment, Event, EventKind, Step, View

SLOUCH = SlouchSettings()
UPRIGHT = Assessment(0.2, False, 0.8)
THRESHOLD_DEG = 9.0


def test_a_direction_that_wavers_at_a_border_keeps_its_name() -> None:
    """Four degrees either side of the border between front and oblique change nothing."""
    view = View.FRONT
    for direction in (24, 27, 22, 28, 23):
        view = steady_view(direction, view)
        assert view is View.FRONT
    assert steady_view(31, view) is View.OBLIQUE_LEFT


def test_a_direction_is_smoothed_round_the_back_without_wrapping() -> None:
    """Between 178 and -178 degrees the smooth direction stays near 180, never near 0."""
    smoother = MeasurementFilter()
    for step in range(40):
        raw = Measurement(Angles(view_deg=178.0 if step % 2 else -178.0))
        smooth = smoother.update(step / 10, raw).angles.view_deg
        assert abs(smooth) > 175


def test_an_unseen_person_has_no_view() -> None:
    """Without a direction the view is unknown, whatever it was before."""
    smoother = MeasurementFilter()
    smoother.update(0.0, Measurement(Angles(view_deg=80.0)))
    assert smoother.update(0.1, Measurement(Angles())).angles.view is View.UNKNOWN


def test_the_main_angle_does_not_jump_when_the_name_of_the_view_changes() -> None:
    """A steady flexion stays steady while the direction sweeps from front to side."""
    smoother = MeasurementFilter()
    for step in range(100):
        raw = Measurement(Angles(view_deg=float(step), spine_flexion_deg=12.0))
        assert smoother.update(step / 10, raw).angles.spine_flexion_deg == pytest.approx(12.0)


def make_steps(
    flexion: list[float], log_odds: float = 2.0, judged: Assessment = UPRIGHT
) -> list[Step]:
    """Ten frames a second, each judged as `judged`, whose own readings are the others."""
    event = Event(EventKind.STILL, 0.0, 1.0)
    return [
        Step(
            number / 10,
            Angles(view=View.FRONT, view_deg=0.0, spine_flexion_deg=-99.0),
            judged,
            events=(event,) if number == 3 else (),
            unsmoothed=Angles(
                view=View.FRONT, view_deg=0.0, spine_flexion_deg=value, confidence=1.0
            ),
            unsmoothed_log_odds=log_odds if value > THRESHOLD_DEG else -log_odds,
        )
        for number, value in enumerate(flexion)
    ]


def smoothed(steps: list[Step]) -> list[Step]:
    """What becomes of steps, which stay as they are."""
    after = list(steps)
    smooth_without_delay(after, SLOUCH)
    return after


def test_offline_a_step_is_half_way_up_at_its_own_time() -> None:
    """The zero-phase angle crosses the middle of a step between the frames of the step."""
    steps = smoothed(make_steps([0.0] * 20 + [10.0] * 20))
    flexion = np.array([step.angles.spine_flexion_deg for step in steps])
    assert flexion[19] < 5 < flexion[20]
    assert flexion[19] + flexion[20] == pytest.approx(10)


def test_offline_a_verdict_turns_at_its_own_time() -> None:
    """Whatever the running stream said with its delay, frames are judged by those around them."""
    steps = smoothed(make_steps([0.0] * 20 + [20.0] * 20, log_odds=6.0))
    slouched = [step.assessment.slouched for step in steps]
    assert slouched == [False] * 20 + [True] * 20


def test_offline_a_single_wrong_frame_changes_no_verdict() -> None:
    """One frame in a second that reads as a slouch is not one."""
    steps = smoothed(make_steps([0.0] * 10 + [20.0] + [0.0] * 10))
    assert not any(step.assessment.slouched for step in steps)


def test_offline_frames_that_were_not_judged_stay_so_with_their_reason() -> None:
    """A camera that has moved is not judged by smoothing either."""
    moved = Assessment(reason="the camera has moved")
    steps = smoothed(make_steps([0.0, 20.0, 20.0], judged=moved))
    assert {step.assessment.reason for step in steps} == {"the camera has moved"}
    assert {step.assessment.slouched for step in steps} == {None}


def test_offline_a_baseline_is_trusted_as_far_as_it_was() -> None:
    """Half the trust gives half the confidence in the same verdict."""
    whole, half = (
        smoothed(make_steps([0.0] * 9, judged=replace(UPRIGHT, confidence=trust)))
        for trust in (0.8, 0.4)
    )
    assert half[4].assessment.confidence == pytest.approx(whole[4].assessment.confidence / 2)


def test_offline_smoothing_leaves_events_alone_and_invents_no_angle() -> None:
    """Events stay where they were; a missing angle stays missing."""
    before = make_steps([1.0, math.nan, 3.0, 4.0, 5.0])
    after = smoothed(before)
    assert [step.events for step in after] == [step.events for step in before]
    assert math.isnan(after[1].angles.spine_flexion_deg)
    assert smoothed([]) == []


def test_offline_the_name_of_the_view_is_that_of_the_smoothed_direction() -> None:
    """Not the one that was known while time went on, a little later."""
    steps = make_steps([12.0] * 40)
    turned = [
        replace(step, unsmoothed=replace(step.unsmoothed, view_deg=75.0 if step.time_s >= 2 else 0))
        for step in steps
    ]
    smooth = smoothed(turned)
    assert [step.angles.view for step in smooth[:15]] == [View.FRONT] * 15
    assert [step.angles.view for step in smooth[25:]] == [View.SIDE_LEFT] * 15

"""Specification of the one word for a frame, and of how quantities are written."""

from __future__ import annotations

import math

import pytest
from people import body, seen_from

from posture_cam.observation import (
    State,
    bout_so_far,
    clock,
    explanation,
    plus_minus,
    state_of,
    why_unmeasured,
)
from posture_cam.reference import SOMEBODY_ELSE
from posture_cam.types import Angles, Assessment, Pose, Step, Strain

NOBODY = Pose.nobody(0.0, 640, 480)
SOMEBODY = seen_from(body())


@pytest.mark.parametrize(
    ("pose", "calibrated", "slouched", "state"),
    [
        (NOBODY, True, None, State.NOBODY),
        (NOBODY, False, None, State.NOBODY),
        (SOMEBODY, False, None, State.FINDING_BASELINE),
        (SOMEBODY, True, None, State.UNKNOWN),
        (SOMEBODY, True, True, State.SLOUCHED),
        (SOMEBODY, True, False, State.UPRIGHT),
    ],
)
def test_every_situation_has_one_word(
    pose: Pose, calibrated: bool, slouched: bool | None, state: State
) -> None:
    """What cannot be judged is never called upright."""
    step = Step(0.0, Angles(), assessment=Assessment(slouched=slouched))
    assert state_of(pose, step, calibrated) is state


def test_an_absence_says_how_long_it_has_lasted() -> None:
    """Nobody in view: for how long."""
    step = Step(0.0, Angles(), strain=Strain(away_for_s=75.0))
    assert explanation(State.NOBODY, step) == "Away for 1:15."


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (State.FINDING_BASELINE, "", "not yet known"),
        (State.UNKNOWN, SOMEBODY_ELSE, "not judged"),
        (State.UNKNOWN, "", "not visible"),
        (State.UPRIGHT, "about as upright as your baseline", "not visible"),
        (State.NOBODY, "", "not visible"),
    ],
)
def test_an_angle_without_a_value_says_why(state: State, reason: str, words: str) -> None:
    """A back in full view is not called invisible because somebody else's posture is known."""
    step = Step(0.0, Angles(), assessment=Assessment(reason=reason))
    assert why_unmeasured(state, step) == words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3600, "1:00:00"), (math.nan, "-"), (-1, "0:00")],
)
def test_lengths_of_time(seconds: float, text: str) -> None:
    """Minutes and seconds, hours where there are any; unknown is a dash."""
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("value", "sd", "text"),
    [
        (13.6, 4.2, "14 ± 4°"),
        (13.6, math.nan, "14°"),
        (-0.3, 4.0, "0 ± 4°"),
        (0.0, 0.34, "0 ± 0.3°"),
        (0.0, 0.0, "0 ± 0.1°"),
        (math.nan, 4.0, "not visible"),
        (math.nan, math.nan, "not visible"),
    ],
)
def test_angles_with_their_uncertainty(value: float, sd: float, text: str) -> None:
    """What is not measurable is said in words; a rounded zero has no sign; nothing is exact."""
    assert plus_minus(value, sd, "°") == text


@pytest.mark.parametrize(
    ("for_s", "slouched", "words"),
    [
        (42.0, True, "slouched for 0:42"),
        (42.0, None, "slouched for 0:42"),
        (42.0, False, "slouched for 0:42, not yet over"),
        (0.0, False, ""),
    ],
)
def test_a_bout_that_a_moment_upright_has_not_ended(
    for_s: float, slouched: bool | None, words: str
) -> None:
    """Beside "Upright" it would contradict itself."""
    step = Step(0.0, Angles(), Assessment(slouched=slouched), Strain(slouched_for_s=for_s))
    assert bout_so_far(step) == words

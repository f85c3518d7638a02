"""How likely a slouch is by flexion and trained verdict together, and which angle it then has."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cam.slouch_odds import (
    HALF_SCORE_DEG,
    at_a_desk,
    beyond,
    flexion_given,
    probability,
    slouch_log_odds,
)

degrees = st.floats(-60, 80)
deviation = st.floats(0.05, 30)
log_odds = st.floats(-20, 20)


def test_two_undecided_readings_are_even_odds() -> None:
    """The flexion that says nothing, and a verdict that says nothing."""
    assert probability(slouch_log_odds(HALF_SCORE_DEG, 0.0)) == 0.5


def test_what_is_even_in_training_is_three_in_ten_at_a_desk() -> None:
    """Training shows a slouch in every other picture."""
    assert probability(at_a_desk(0.0)) == pytest.approx(0.3)


@given(degrees, log_odds, st.floats(0, 20))
def test_more_flexion_and_a_surer_verdict_never_lower_the_odds(
    flexion: float, logit: float, more: float
) -> None:
    """Both readings count in one direction."""
    assert slouch_log_odds(flexion + more, logit) >= slouch_log_odds(flexion, logit)
    assert slouch_log_odds(flexion, logit + more) >= slouch_log_odds(flexion, logit)


@pytest.mark.parametrize(("flexion", "logit"), [(math.nan, 3.0), (20.0, math.nan)])
def test_one_reading_alone_is_no_odds(flexion: float, logit: float) -> None:
    """What was not measured makes no verdict."""
    assert math.isnan(probability(slouch_log_odds(flexion, logit)))


@pytest.mark.parametrize(("mean", "sd"), [(20.0, 5.0), (10.0, 4.0), (2.0, 6.0), (-15.0, 2.5)])
def test_the_part_beyond_a_limit_has_the_mean_and_spread_of_what_lies_there(
    mean: float, sd: float
) -> None:
    """Against sums over a fine grid."""
    grid = np.linspace(10.0, max(mean, 10.0) + 12 * sd, 400_001)
    weight = np.exp(-0.5 * ((grid - mean) / sd) ** 2 + 0.5 * ((10.0 - mean) / sd) ** 2)
    expected = (grid * weight).sum() / weight.sum()
    spread = math.sqrt(((grid - expected) ** 2 * weight).sum() / weight.sum())
    assert beyond(mean, sd, 10.0) == pytest.approx((expected, spread), rel=1e-3)


@given(degrees, deviation, log_odds, st.floats(0, 20), st.floats(0, 10))
def test_flexion_grows_with_the_reading_and_with_the_odds(
    flexion: float, sd: float, odds: float, more: float, surer: float
) -> None:
    """It never falls when either rises, and is always a number with a spread."""
    angle, spread = flexion_given(flexion, sd, odds)
    assert math.isfinite(angle)
    assert spread >= 0
    slack = 1e-6 * (1 + abs(angle))
    assert flexion_given(flexion + more, sd, odds)[0] >= angle - slack
    assert flexion_given(flexion, sd, odds + surer)[0] >= angle - slack


@given(degrees, deviation)
def test_certain_odds_put_the_angle_on_their_side(flexion: float, sd: float) -> None:
    """A sure slouch is beyond the limit, sure uprightness is not."""
    assert flexion_given(flexion, sd, 20.0)[0] >= HALF_SCORE_DEG - 1e-6
    assert flexion_given(flexion, sd, -20.0)[0] <= HALF_SCORE_DEG + 1e-6


def test_a_clear_reading_is_left_as_it_is() -> None:
    """Where all that the picture allows lies on the side of the verdict, nothing changes."""
    assert flexion_given(0.0, 0.5, -8.0) == pytest.approx((0.0, 0.5), abs=1e-3)
    assert flexion_given(30.0, 3.0, 8.0) == pytest.approx((30.0, 3.0), abs=1e-3)


def test_an_angle_without_uncertainty_or_verdict_counts_as_it_is() -> None:
    """Nothing is known that could change it."""
    assert flexion_given(3.0, 0.0, 5.0) == (3.0, 0.0)
    assert flexion_given(3.0, 2.0, math.nan) == (3.0, 2.0)
    assert math.isnan(flexion_given(math.nan, 2.0, 1.0)[0])

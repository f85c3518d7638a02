"""Holding times: the curves of ISO 11226, and a budget that is used up and refills."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cam.config import Settings
from posture_cam.holding_time import Budget, HoldingCurve, mean_beyond
from posture_cam.slouch_watch import holding_time_s, relief

TRUNK = HoldingCurve(20, 240, 60, 60)
HEAD = HoldingCurve(25, 480, 85, 60)


@pytest.mark.parametrize("angle_deg", [20.0, 27.5, 40.0, 60.0])
def test_the_trunk_curve_is_the_standards(angle_deg: float) -> None:
    """ISO 11226: t = 4 - 3 (a - 20) / 40 minutes for 20..60 degrees."""
    assert TRUNK.hold_s(angle_deg) == pytest.approx(60 * (4 - 3 * (angle_deg - 20) / 40))


@pytest.mark.parametrize("angle_deg", [25.0, 55.0, 85.0])
def test_the_head_curve_is_the_standards(angle_deg: float) -> None:
    """ISO 11226: t = 8 - 7 (a - 25) / 60 minutes for 25..85 degrees."""
    assert HEAD.hold_s(angle_deg) == pytest.approx(60 * (8 - 7 * (angle_deg - 25) / 60))


def test_beyond_its_break_points_the_curve_is_level() -> None:
    """Below and unknown it is mild, above it is severe; it never reaches 0."""
    assert [TRUNK.hold_s(angle) for angle in (-10, 5, math.nan)] == [240, 240, 240]
    assert [TRUNK.hold_s(angle) for angle in (60.1, 170)] == [60, 60]


def test_the_default_curve_of_the_back_runs_from_four_minutes_to_one() -> None:
    """Mild at 10 degrees of spine flexion 4 min, 25 degrees 2.5 min, 40 degrees 1 min."""
    settings = Settings()
    times = [holding_time_s(settings, flexion, math.nan) for flexion in (10, 25, 40)]
    assert times == pytest.approx([240, 150, 60])


def test_a_trunk_leaning_far_forward_shortens_the_time() -> None:
    """The shorter of the two times counts, and patience stretches both."""
    assert holding_time_s(Settings(), 10, 60) == 60
    assert holding_time_s(Settings(strictness="gentle"), 10, 60) == 90


def test_a_steady_posture_uses_its_budget_up_in_its_holding_time() -> None:
    """At the end of the holding time the budget is used up, at that very moment."""
    budget = Budget()
    for second in range(300):
        budget.hold(second, second + 1, 200.5)
    assert budget.used == 1.0
    assert budget.used_up_s == pytest.approx(200.5)


def test_a_changing_posture_uses_it_up_by_shares() -> None:
    """Half of a 4 min posture and half of a 1 min posture: used up after 2.5 min."""
    budget = Budget()
    budget.hold(0, 120, 240)
    budget.hold(120, 200, 60)
    assert budget.used_up_s == pytest.approx(150)


def test_relief_gives_back_half_in_each_half_life() -> None:
    """Two half-lives upright leave a quarter used; half relief takes twice as long."""
    full, half = Budget(1.0, 5.0), Budget(1.0, 5.0)
    full.recover(240, 120)
    half.recover(240, 120, credit=0.5)
    assert full.used == pytest.approx(0.25)
    assert math.isnan(full.used_up_s)
    assert half.used == pytest.approx(0.5)


def test_nearly_slouched_gives_little_relief() -> None:
    """Relief falls from all of it when upright to none where slouching begins."""
    settings = Settings()
    assert [relief(settings, flexion) for flexion in (-5, 0, 5, 10, 30)] == [1, 1, 0.5, 0, 0]
    assert relief(settings, math.nan) == 1


@pytest.mark.parametrize(("mean", "sd"), [(20.0, 5.0), (10.0, 4.0), (2.0, 6.0), (-5.0, 2.5)])
def test_the_mean_beyond_a_limit_is_that_of_what_lies_beyond_it(mean: float, sd: float) -> None:
    """It equals the mean of those of many draws that lie beyond the limit."""
    grid = np.linspace(10.0, mean + 12 * sd + 30, 400_001)
    weight = np.exp(-0.5 * ((grid - mean) / sd) ** 2)
    assert mean_beyond(mean, sd, 10.0) == pytest.approx((grid * weight).sum() / weight.sum(), 1e-3)


@given(st.floats(-180, 180), st.floats(0, 20), st.floats(0, 60), st.floats(0.01, 60))
def test_the_mean_beyond_a_limit_grows_with_the_angle(
    mean: float, more: float, sd: float, limit: float
) -> None:
    """It never falls when the angle rises, is never less than the angle, and never not a number."""
    here, deeper = mean_beyond(mean, sd, limit), mean_beyond(mean + more, sd, limit)
    assert mean - 1e-9 <= here <= deeper + 1e-6 * (1 + abs(deeper))


def test_an_angle_without_uncertainty_counts_as_it_is() -> None:
    """No sd, no change; an angle that is not a number stays so."""
    assert mean_beyond(3.0, math.nan, 10.0) == 3.0
    assert mean_beyond(3.0, 0.0, 10.0) == 3.0
    assert math.isnan(mean_beyond(math.nan, 3.0, 10.0))

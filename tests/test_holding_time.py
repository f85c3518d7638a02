"""Holding times: the curves of ISO 11226, and a budget that is used up and refills."""

from __future__ import annotations

import math

import pytest

from posture_cam.config import Settings
from posture_cam.holding_time import Budget, HoldingCurve
from posture_cam.slouch_watch import holding_time_s, relief_of_back

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
    reliefs = [relief_of_back(settings, flexion) for flexion in (-5, 0, 5, 10, 30)]
    assert reliefs == [1, 1, 0.5, 0, 0]
    assert relief_of_back(settings, math.nan) == 1


def test_leaning_in_is_no_rest() -> None:
    """The standard limits the time of a trunk that leans, however straight the back is."""
    leans = [relief_of_back(Settings(), 0.0, trunk) for trunk in (-10, 0, 10, 20, 45, math.nan)]
    assert leans == [1, 1, 0.5, 0, 0, 1]
    assert relief_of_back(Settings(), 5.0, 5.0) == 0.5

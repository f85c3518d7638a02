"""Angle errors and the honesty of stated uncertainties, checked by closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cam.tuning.angle_metrics import change_of, coverage_curve, summarise_errors

NAN = math.nan
offsets = st.floats(-40, 40)


def test_error_summary_by_hand() -> None:
    """Errors -1, 1, 3 of four known values: bias 1, mean absolute 5/3, three of four measured."""
    summary = summarise_errors(np.array([-1.0, 1.0, 3.0, NAN]), asked=4)
    assert summary.bias == 1.0
    assert summary.mae == pytest.approx(5 / 3)
    assert summary.sd == pytest.approx(np.std([-1, 1, 3]))
    assert summary.coverage == 0.75
    assert math.isnan(summary.within_sd)


def test_nothing_measured_is_unknown_not_zero() -> None:
    """An angle that was never measured has no error, and a coverage of zero."""
    summary = summarise_errors(np.full(5, NAN), asked=5)
    assert math.isnan(summary.mae)
    assert summary.coverage == 0.0


def test_honest_uncertainty_holds_two_thirds_of_the_errors() -> None:
    """Normal errors with their true spread stated lie on the diagonal of the calibration curve."""
    rng = np.random.default_rng(7)
    sd = rng.uniform(1, 6, 200_000)
    errors = rng.normal(0, sd)
    assert summarise_errors(errors, len(errors), sd).within_sd == pytest.approx(0.6827, abs=0.005)
    for nominal, observed in coverage_curve(errors, sd):
        assert observed == pytest.approx(nominal, abs=0.005)


def test_boasting_shows_below_the_diagonal_and_modesty_above() -> None:
    """Half the true spread stated covers too few errors, twice the spread too many."""
    rng = np.random.default_rng(8)
    errors = rng.normal(0, 4.0, 50_000)
    nominal, boasting = zip(*coverage_curve(errors, np.full(50_000, 2.0)), strict=True)
    _, modest = zip(*coverage_curve(errors, np.full(50_000, 8.0)), strict=True)
    assert all(b < n < m for b, n, m in zip(boasting, nominal, modest, strict=True))


def test_no_stated_uncertainty_gives_no_curve() -> None:
    """Without a statement there is nothing to calibrate."""
    assert coverage_curve(np.ones(3), np.full(3, NAN)) == []


@given(offsets)
def test_a_change_forgives_a_constant_offset(offset: float) -> None:
    """Only the difference from upright counts, wherever zero was."""
    values = np.array([2.0, 2.0, 2.5, 12.0, NAN])
    reference = np.array([True, True, False, False, False])
    assert change_of(values + offset, reference) == pytest.approx(
        [0, 0, 0.5, 10, NAN], abs=1e-9, nan_ok=True
    )


def test_the_reference_is_a_median_of_what_is_known() -> None:
    """One odd frame and one unknown frame of upright do not shift the zero."""
    values = np.array([5.0, 5.0, 40.0, NAN, 15.0])
    reference = np.array([True, True, True, True, False])
    assert change_of(values, reference)[4] == 10.0


def test_change_is_unknown_when_upright_was_never_measured() -> None:
    """Without a reference there is no change, rather than a change from zero."""
    assert np.isnan(change_of(np.array([NAN, 5.0]), np.array([True, False]))).all()

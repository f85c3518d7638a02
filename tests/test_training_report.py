"""What the training states about its own errors."""

from __future__ import annotations

import numpy as np
import pytest
from training_report import STILL, evenly, weighted_quantile


def test_with_equal_weights_the_quantile_is_the_usual_one() -> None:
    """As NumPy gives it for the same numbers."""
    values = np.random.default_rng(0).normal(size=501)
    found = weighted_quantile(values, np.ones(501), 0.683)
    assert found == pytest.approx(np.quantile(values, 0.683), abs=0.02)


def test_a_value_with_twice_the_weight_counts_twice() -> None:
    """It is the same as listing it twice."""
    once = weighted_quantile(np.array([1.0, 2.0, 3.0]), np.array([2.0, 1.0, 1.0]), 0.4)
    twice = weighted_quantile(np.array([1.0, 1.0, 2.0, 3.0]), np.ones(4), 0.4)
    assert once == twice == 1.0


def test_what_is_not_known_counts_for_nothing() -> None:
    """However much it weighs; of nothing known the quantile is not known either."""
    values = np.array([np.nan, 1.0, np.nan, 2.0])
    assert weighted_quantile(values, np.array([9.0, 1.0, 9.0, 1.0]), 0.9) == 2.0
    assert np.isnan(weighted_quantile(values[:1], np.ones(1), 0.5))


def test_of_what_is_rare_the_few_rows_weigh_as_much_as_all_others() -> None:
    """A raised shoulder among many that rest."""
    targets = np.array([0.0, 0.5 * STILL, 0.0, -3.0])
    weights = evenly(targets, rare=True)
    assert weights[3] == pytest.approx(weights[:3].sum())
    assert len(set(weights[:3])) == 1


def test_of_anything_else_all_rows_weigh_alike() -> None:
    """Also of what is rare, where no row shows it."""
    targets = np.array([0.0, 0.0, 2.0])
    assert len(set(evenly(targets, rare=False))) == 1
    assert len(set(evenly(np.zeros(3), rare=True))) == 1

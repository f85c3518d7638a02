"""Specification of the smoothing of angles over time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cam.smoothing import CUTOFF_HZ, MEDIAN_SPAN_S, CausalFilter, zero_phase


def run(times_s: np.ndarray, values: np.ndarray) -> np.ndarray:
    smoother = CausalFilter(np.array([1.0]))
    pairs = zip(times_s, values, strict=True)
    return np.array([smoother.update(t, np.array([v]))[0] for t, v in pairs])


@pytest.mark.parametrize("rate_hz", [1, 5, 10, 30, 60])
def test_a_constant_comes_out_unchanged_at_every_rate(rate_hz: float) -> None:
    """Smoothing has unit gain at rest."""
    times = np.arange(0, 5, 1 / rate_hz)
    np.testing.assert_allclose(run(times, np.full(len(times), 12.5)), 12.5)


@pytest.mark.parametrize("rate_hz", [5, 10, 30, 60])
def test_a_step_is_followed_within_one_second_at_every_rate(rate_hz: float) -> None:
    """Nine tenths of a step are reached one second after it, however many frames that is."""
    times = np.arange(0, 4, 1 / rate_hz)
    out = run(times, np.where(times < 2, 0.0, 10.0))
    assert out[np.searchsorted(times, 1.99)] < 0.5
    assert out[np.searchsorted(times, 3.0)] > 9


@pytest.mark.parametrize("rate_hz", [1, 1.5, 2, 5, 10, 30, 60])
def test_a_slow_movement_is_followed_equally_late_at_every_rate(rate_hz: float) -> None:
    """A drift far below the noise lags by the low-pass and half the median, whatever the rate."""
    times = np.arange(0, 20, 1 / rate_hz)
    low_pass_s = 1 / (2 * math.pi * CUTOFF_HZ)
    lag_s = (times - run(times, times / 1000)[-1] * 1000)[-1]
    assert low_pass_s - 1e-3 <= lag_s <= low_pass_s + MEDIAN_SPAN_S / 2 + 1e-3


@pytest.mark.parametrize("rate_hz", [1, 2, 5, 10, 30, 60])
def test_a_movement_is_followed_with_hardly_more_delay_than_the_medians(rate_hz: float) -> None:
    """Ten times the noise in a second, as of who slumps: the low-pass adds a tenth of a second."""
    times = np.arange(0, 20, 1 / rate_hz)
    lag_s = times[-1] - run(times, 10 * times)[-1] / 10
    assert lag_s <= MEDIAN_SPAN_S / 2 + 0.12


@pytest.mark.parametrize("rate_hz", [5, 10, 30])
def test_noise_is_still_smoothed(rate_hz: float) -> None:
    """Of noise a third as large as is allowed for, little more than half gets through."""
    times = np.arange(0, 200, 1 / rate_hz)
    noise = np.random.default_rng(1).normal(0, 1 / 3, len(times))
    assert run(times, noise)[50:].std() < 0.55 / 3


def test_a_single_wrong_detection_does_not_get_through() -> None:
    """At 10 Hz one wild value among steady ones leaves the output where it was."""
    times = np.arange(0, 4, 0.1)
    values = np.where(np.arange(len(times)) == 20, 90.0, 5.0)
    np.testing.assert_allclose(run(times, values), 5.0)


def test_a_missing_value_is_missing_and_harms_nothing() -> None:
    """NaN in, NaN out at that time alone."""
    times = np.arange(0, 4, 0.1)
    values = np.full(len(times), 5.0)
    values[10:13] = np.nan
    out = run(times, values)
    assert np.isnan(out[10:13]).all()
    np.testing.assert_allclose(np.delete(out, range(10, 13)), 5.0)


def test_a_step_behind_missing_values_is_smoothed_only_while_the_median_remembers() -> None:
    """A gap shorter than the median's span leaves the past in force, a longer one none of it."""
    for missing, first in ((3, 10.0), (7, 0.0)):
        values = np.array([10.0] * 20 + [math.nan] * missing + [0.0] * 20)
        out = run(np.arange(len(values)) / 10, values)
        assert out[20 + missing] == pytest.approx(first)
        assert out[-1] == pytest.approx(0.0, abs=0.1)


def test_after_a_long_gap_the_past_is_forgotten() -> None:
    """The first sample after a gap is taken as it is."""
    assert run(np.array([0.0, 0.1, 60.0]), np.array([0.0, 0.0, 20.0]))[-1] == 20.0


@given(st.lists(st.floats(-90, 90) | st.just(math.nan), min_size=1, max_size=60))
def test_the_output_stays_within_what_was_seen(values: list[float]) -> None:
    """Smoothing never overshoots: every output lies within the range of the inputs so far."""
    out = run(np.arange(len(values)) / 10, np.array(values))
    for index, smooth in enumerate(out):
        if math.isfinite(smooth):
            seen = [value for value in values[: index + 1] if math.isfinite(value)]
            assert min(seen) - 1e-9 <= smooth <= max(seen) + 1e-9


def test_zero_phase_keeps_a_straight_line_and_has_no_delay() -> None:
    """Away from the ends a ramp is unchanged; a symmetric bump keeps its place."""
    times = np.arange(0, 10, 0.1)
    ramp = zero_phase(times, times[:, None], 1.0)[10:-10, 0]
    np.testing.assert_allclose(ramp, times[10:-10], atol=1e-9)
    bump = np.exp(-(((times - 5) / 0.5) ** 2))
    assert times[np.argmax(zero_phase(times, bump[:, None], 1.0))] == pytest.approx(5)


def test_zero_phase_halves_the_power_at_the_cutoff() -> None:
    """A sine at the cutoff frequency comes out with 1/sqrt(2) of its amplitude."""
    times = np.arange(0, 20, 0.01)
    out = zero_phase(times, np.sin(2 * np.pi * 1.5 * times)[:, None], 1.5)[300:-300, 0]
    assert out.max() == pytest.approx(1 / math.sqrt(2), abs=0.02)


def test_zero_phase_leaves_gaps_empty_and_uses_what_is_known() -> None:
    """NaN stays NaN and does not eat into its neighbours."""
    values = np.full((50, 1), 3.0)
    values[20:25] = np.nan
    out = zero_phase(np.arange(50) / 10, values, 1.0)[:, 0]
    assert np.isnan(out[20:25]).all()
    np.testing.assert_allclose(np.delete(out, range(20, 25)), 3.0)

"""Noise reduction in seconds, never in frames: causal for a stream, zero-phase afterwards."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.pose_state import (
    array_from_state,
    array_state,
    number_from_state,
    number_state,
    optional_from_state,
    optional_state,
)

Array = NDArray[np.float64]

MEDIAN_SPAN_S = 0.5
"""The causal median looks back this far: it removes single wrong detections from 5 Hz on."""
CUTOFF_HZ = 0.7
"""Corner of both low-passes at rest; sitting posture changes more slowly than this."""
FASTER = 0.7
"""By so many hertz the corner of the causal one rises for each unit of noise between what is seen
and what it gives, so that a movement is followed at once."""
FORGET_AFTER_S = 2.0
"""After a gap this long the past says nothing about the present."""


class CausalFilter:
    """Short running median, then a one-pole low-pass, both by the samples' own times.

    noise: (n,) of the values; what differs by much more is a movement, for which the low-pass
        opens (after the 1 euro filter, Casiez, Roussel and Vogel 2012, which asks the speed).

    Between two samples the signal is taken to run straight (first-order hold), so the low-pass
    lags a slow movement by the same time at every frame rate. A NaN comes out as NaN and does not
    spread to other values or times. Where a value is NaN for longer than the median looks back, it
    begins anew, unsmoothed, with the next number.
    """

    def __init__(self, noise: Array) -> None:
        self._noise = noise
        self._recent: deque[tuple[float, Array]] = deque()
        self._state: Array | None = None
        self._median: Array | None = None
        self._time_s = -math.inf

    def update(self, time_s: float, values: Array) -> Array:
        """The smoothed values (n,) at `time_s`, which must not run backwards."""
        if time_s - self._time_s > FORGET_AFTER_S:
            self._recent.clear()
            self._state = self._median = None
        self._recent.append((time_s, values))
        while self._recent[0][0] < time_s - MEDIAN_SPAN_S:
            self._recent.popleft()
        median = _nanmedian(np.stack([recent for _, recent in self._recent]))
        if self._state is None or self._median is None:
            self._state = median
        else:
            before = np.where(np.isfinite(self._median), self._median, median)
            cutoff_hz = CUTOFF_HZ + FASTER * np.abs(median - self._state) / self._noise
            passed = 2 * math.pi * cutoff_hz * (time_s - self._time_s)
            moved = low_pass(self._state, before, median, passed)
            self._state = np.where(np.isfinite(moved), moved, median)
        self._median, self._time_s = median, time_s
        return np.where(np.isfinite(values), self._state, np.nan)

    def state(self) -> dict[str, Any]:
        """All that later values depend on, JSON-able."""
        return {
            "recent": [[time_s, array_state(values)] for time_s, values in self._recent],
            "smooth": optional_state(self._state),
            "median": optional_state(self._median),
            "time_s": number_state(self._time_s),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        smooth, median = state["smooth"], state["median"]
        self._recent = deque((float(at), array_from_state(row)) for at, row in state["recent"])
        self._state = optional_from_state(smooth)
        self._median = optional_from_state(median)
        self._time_s = number_from_state(state["time_s"], -math.inf)


def low_pass(state: Array, before: Array, now: Array, passed: Array) -> Array:
    """One exact step of a one-pole low-pass whose input runs straight from `before` to `now`.

    state: what came out at `before`. passed: the step in time constants of the filter, >= 0.
    """
    kept = np.exp(-passed)
    mean_kept = np.where(passed > 0, (1 - kept) / np.where(passed > 0, passed, 1), 1.0)
    return np.asarray(kept * state + (mean_kept - kept) * before + (1 - mean_kept) * now)


def zero_phase(times_s: Array, values: Array, cutoff_hz: float) -> Array:
    """Low-pass without delay: a Gaussian kernel over the samples' own times.

    times_s: (N,) increasing seconds, not necessarily even. values: (N, n); NaN stays NaN and is
    left out of its neighbours' means. cutoff_hz: frequency at which half the power is left.
    """
    deviation_s = math.sqrt(math.log(2)) / (2 * math.pi * cutoff_hz)
    first = np.searchsorted(times_s, times_s - 3 * deviation_s)
    last = np.searchsorted(times_s, times_s + 3 * deviation_s, side="right")
    smooth = np.full_like(values, np.nan)
    for row, (start, stop) in enumerate(zip(first, last, strict=True)):
        near = values[start:stop]
        distance = (times_s[start:stop] - times_s[row]) / deviation_s
        known = np.isfinite(near)
        weight = np.exp(-0.5 * distance**2)[:, None] * known
        total = weight.sum(axis=0)
        here = np.isfinite(values[row])
        smooth[row, here] = (weight * np.where(known, near, 0)).sum(axis=0)[here] / total[here]
    return smooth


def _nanmedian(stack: Array) -> Array:
    """Median over the first axis that ignores NaN and stays silent where all are NaN."""
    ordered = np.sort(stack, axis=0)  # NaN last
    count = np.isfinite(stack).sum(axis=0)
    low, high = np.maximum((count - 1) // 2, 0), count // 2
    columns = np.arange(stack.shape[1])
    high = np.minimum(high, len(stack) - 1)
    median = (ordered[low, columns] + ordered[high, columns]) / 2
    return np.where(count > 0, median, np.nan)

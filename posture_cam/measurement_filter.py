"""Angles over time: smooth, live with as little delay as possible and offline with none.

A direction of view is smoothed as a point on the circle, so that it never wraps, and its name
changes only when the direction is clearly past a border.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from posture_cam.angles import view_label
from posture_cam.config import SlouchSettings
from posture_cam.measurement import Measurement
from posture_cam.slouch import SlouchJudge, judged_again
from posture_cam.smoothing import CUTOFF_HZ, Array, CausalFilter, zero_phase
from posture_cam.types import ANGLE_NAMES, Angles, Step, View

NOISE_DEG, NOISE_CM, NOISE_VIEW, NOISE_LOG_ODDS = 2.0, 1.0, 0.05, 1.0
"""Of angles, lengths, cosine and sine of the view, and the log-odds of a slouch: what single frames
of somebody who sits still differ by at most. Of real people's they were a tenth of that."""
_OF_ANGLES = [NOISE_CM if name.endswith("_cm") else NOISE_DEG for name in ANGLE_NAMES]
NOISE = np.array([*_OF_ANGLES, NOISE_VIEW, NOISE_VIEW, NOISE_LOG_ODDS])
"""(n + 3,) of a row as `as_row` makes it, and of the log-odds."""
VIEW_MARGIN_DEG = 5.0
"""A view keeps its name until the direction is this far past the border."""


class MeasurementFilter:
    """Causal smoothing of one person's measurements."""

    def __init__(self) -> None:
        self._filter = CausalFilter(NOISE)
        self._view = View.UNKNOWN

    def update(self, time_s: float, raw: Measurement) -> Measurement:
        """The smoothed measurement at `time_s`, which must not run backwards."""
        smooth = self._filter.update(time_s, np.append(as_row(raw.angles), raw.slouch_log_odds))
        angles = from_row(raw.angles, smooth[:-1])
        self._view = steady_view(angles.view_deg, self._view)
        angles = replace(angles, view=self._view)
        return replace(raw, angles=angles, slouch_log_odds=float(smooth[-1]))

    def state(self) -> dict[str, Any]:
        """All that later measurements depend on, JSON-able."""
        return {"view": self._view.value, "filter": self._filter.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._view = View(state["view"])
        self._filter.restore(state["filter"])


def smooth_without_delay(steps: list[Step], settings: SlouchSettings) -> None:
    """Smooth the steps of a whole recorded clip in both directions of time, in place.

    Angles and the log-odds of a slouch that the engine gave are replaced, each by the zero-phase
    mean of the unsmoothed ones, and frames are judged by them. Strain and events stay what the
    engine said while time went on. In place, as hours of steps fill the memory once, not twice.
    """
    if not steps:
        return
    times = np.array([step.time_s for step in steps])
    raw = np.empty((len(steps), len(NOISE)))
    for number, step in enumerate(steps):
        raw[number] = (*as_row(step.unsmoothed), step.unsmoothed_log_odds)
    smooth = zero_phase(times, raw, CUTOFF_HZ)
    judge, view = SlouchJudge(settings), View.UNKNOWN
    for number, (step, row) in enumerate(zip(steps, smooth, strict=True)):
        angles = from_row(step.unsmoothed, row[:-1])
        view = steady_view(angles.view_deg, view)
        seen = replace(step, angles=replace(angles, view=view))
        steps[number] = judged_again(seen, float(row[-1]), judge)


def steady_view(view_deg: float, previous: View) -> View:
    """The name of a direction, with hysteresis at the borders between names."""
    if not math.isfinite(view_deg):
        return View.UNKNOWN
    near = {view_label(view_deg - VIEW_MARGIN_DEG), view_label(view_deg + VIEW_MARGIN_DEG)}
    return previous if previous in near else view_label(view_deg)


def as_row(angles: Angles) -> Array:
    """(n + 2,) the values of ANGLE_NAMES, then cosine and sine of the direction of view."""
    view = math.radians(angles.view_deg)
    values = [getattr(angles, name) for name in ANGLE_NAMES]
    return np.array([*values, math.cos(view), math.sin(view)])


def from_row(angles: Angles, row: Array) -> Angles:
    """`angles` with the values of a row as `as_row` makes it."""
    *values, cosine, sine = row.tolist()
    view_deg = math.degrees(math.atan2(sine, cosine))
    return replace(angles, view_deg=view_deg, **dict(zip(ANGLE_NAMES, values, strict=True)))

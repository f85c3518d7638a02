"""Inline SVG for the report: it follows the page's light or dark colours and any screen width.

Charts over time are drawn in a box 1000 wide that the page stretches; their words stand beside the
drawing as HTML, so that they never stretch with it. Colours are classes of report.css.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from posture_cam.observation import clock
from posture_cam.replay import Replay, column
from posture_cam.types import Event, Step

Array = NDArray[np.float64]

WIDTH = 1000.0
BAR_HEIGHT = 20.0
LABEL_HEIGHT = 16.0
"""Pixels from one number on an axis to the next at least."""
COLUMNS = 500
"""Longer clips are averaged into this many columns: finer is not visible."""
TICK_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The time span of a clip and its columns.

    start_s, end_s: the span, seconds. edges: (K + 1,) seconds between the columns. hold_s: how long
    a frame speaks for at most.
    """

    start_s: float
    end_s: float
    edges: Array
    hold_s: float

    @classmethod
    def of(cls, replay: Replay) -> TimeAxis:
        """The axis of a clip, which must have a frame: COLUMNS columns, or as many as frames."""
        times, seconds = replay.times, replay.seconds
        end = float(times[-1] + (seconds[-1] or 1.0))
        edges = np.linspace(times[0], end, min(COLUMNS, len(times)) + 1)
        return cls(float(times[0]), end, edges, replay.settings.strain.max_step_s)

    def x(self, time_s: float) -> float:
        """Horizontal place of a time in the box."""
        inside = min(max(time_s, self.start_s), self.end_s)
        return WIDTH * (inside - self.start_s) / (self.end_s - self.start_s)

    def percent(self, time_s: float) -> float:
        """Horizontal place of a time in percent of the width."""
        return 100 * self.x(time_s) / WIDTH

    def ticks(self, most: int = 6) -> list[float]:
        """Round times, at most `most` of them."""
        span = self.end_s - self.start_s
        steps = [step for step in TICK_STEPS_S if span / step <= most - 1]
        step = steps[0] if steps else math.ceil(span / (most - 1) / 14400) * 14400
        first = math.ceil(self.start_s / step) * step
        return [float(tick) for tick in np.arange(first, self.end_s + 1e-9, step)]

    def of_steps(self, replay: Replay, pick: Callable[[Step], float]) -> Array:
        """(K,) one number of the steps, by column."""
        return self.binned(replay.times, column(replay.steps, pick))

    def binned(self, times: Array, values: Array) -> Array:
        """(K,) mean of the finite values in each column, NaN where there is none.

        A column between two frames shows the earlier one, for as long as that speaks.
        """
        column = np.clip(np.searchsorted(self.edges, times, side="right") - 1, 0, self.count - 1)
        known = np.isfinite(values)
        total = np.bincount(column[known], values[known], minlength=self.count)
        number = np.bincount(column[known], minlength=self.count)
        mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
        latest = np.maximum(np.searchsorted(times, self.edges[:-1], side="right") - 1, 0)
        speaks = self.edges[:-1] - times[latest] <= self.hold_s
        empty = (np.bincount(column, minlength=self.count) == 0) & speaks
        return np.where(empty, values[latest], mean)

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.edges) - 1

    @property
    def centres(self) -> Array:
        """(K,) horizontal places of the columns' middles in the box."""
        middle = (self.edges[1:] + self.edges[:-1]) / 2
        place: Array = WIDTH * (middle - self.start_s) / (self.end_s - self.start_s)
        return place


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """A vertical axis: its values at the bottom and the top, and the height of its box."""

    low: float
    high: float
    height: float

    def y(self, value: float) -> float:
        """Vertical place of a value in the box; values beyond the axis end at its border."""
        inside = min(max(value, self.low), self.high)
        return self.height * (self.high - inside) / (self.high - self.low)

    def roomy(self, step: float) -> float:
        """`step`, or as many times it as keeps numbers on the axis from touching each other."""
        while self.height * step / (self.high - self.low) < LABEL_HEIGHT:
            step *= 2
        return step

    def ticks(self, step: float) -> list[float]:
        """Multiples of `step` on the axis."""
        first = math.ceil(self.low / step) * step
        return [float(tick) for tick in np.arange(first, self.high + 1e-9, step)]


def time_chart(
    time: TimeAxis,
    value: ValueAxis,
    line: Array,
    *,
    label: str,
    step: float,
    unit: str = "",
    spread: Array | None = None,
    second: Array | None = None,
    marked: Iterable[tuple[float, float, str]] = (),
    flags: Iterable[Event] = (),
    threshold: float | None = None,
) -> str:
    """A line over time as an HTML figure.

    line: (K,) values of the columns; spread: (K,) 1-sigma uncertainty, drawn as a band.
    second: (K,) another line, drawn dashed.
    marked: (start, end, words) of spans to shade. flags: events, drawn where they fell due.
    threshold: a value drawn as a dashed line. label: what a screen reader says.
    """
    shapes = [
        _box("bout", time.x(start), 0, time.x(end) - time.x(start), value.height, words)
        for start, end, words in marked
    ]
    shapes += [_rule("zero" if tick == 0 else "grid", value.y(tick)) for tick in value.ticks(step)]
    if threshold is not None:
        shapes.append(_rule("threshold", value.y(threshold)))
    if spread is not None:
        outlines = _bands(time, value, line, spread)
        shapes += [f'<polygon class="spread" points="{points}"/>' for points in outlines]
    for name, values in (("line dashed", second), ("line", line)):
        pieces = [] if values is None else _lines(time, value, values)
        shapes += [f'<polyline class="{name}" points="{points}"/>' for points in pieces]
    for event in flags:
        shapes.append(
            f'<path class="flag" d="M{time.x(event.end_s):.1f} 0v{value.height:.0f}">'
            f"<title>{escape(clock(event.end_s))} {escape(event.message)}</title></path>"
        )
    words = [
        f'<span class="y" style="top:{value.y(tick):.1f}px">{tick:g}{unit}</span>'
        for tick in value.ticks(step)
    ]
    return _figure("".join(shapes), "".join(words), value.height, label)


def state_strip(time: TimeAxis, spans: Iterable[tuple[float, float, str]], label: str) -> str:
    """A band coloured by posture over time. spans: (start, end, posture)."""
    boxes = (
        _box(posture, time.x(start), 0, time.x(end) - time.x(start), BAR_HEIGHT, clock(start))
        for start, end, posture in spans
    )
    return _figure("".join(boxes), "", BAR_HEIGHT, label)


def time_labels(time: TimeAxis) -> str:
    """The words under a chart over time."""
    words = (
        f'<span{_at_end(time.percent(tick))} style="left:{time.percent(tick):.2f}%">'
        f"{clock(tick)}</span>"
        for tick in time.ticks()
    )
    return f'<div class="times" aria-hidden="true">{"".join(words)}</div>'


def _at_end(percent: float) -> str:
    """A label near the right border ends there instead of being centred."""
    return ' class="end"' if percent > 97 else ""


def share_bar(parts: Sequence[tuple[str, float]], label: str) -> str:
    """One stacked bar. parts: (class, share 0..1)."""
    shapes, x = [], 0.0
    for name, share in parts:
        shapes.append(_box(name, x, 0, WIDTH * share, BAR_HEIGHT, f"{100 * share:.0f} %"))
        x += WIDTH * share
    return _figure("".join(shapes), "", BAR_HEIGHT, label)


def _lines(time: TimeAxis, value: ValueAxis, line: Array) -> list[str]:
    """Points of the unbroken pieces of a line."""
    places = np.stack([time.centres, [value.y(level) for level in line]], axis=1)
    return [svg_points(places[start:end]) for start, end in runs(np.isfinite(line))]


def _bands(time: TimeAxis, value: ValueAxis, line: Array, spread: Array) -> list[str]:
    """Outlines of the unbroken pieces of a band about a line."""
    upper = np.stack([time.centres, [value.y(level) for level in line + spread]], axis=1)
    lower = np.stack([time.centres, [value.y(level) for level in line - spread]], axis=1)
    known = np.isfinite(line) & np.isfinite(spread)
    return [
        svg_points(np.concatenate([upper[start:end], lower[start:end][::-1]]))
        for start, end in runs(known)
    ]


def runs(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(start, end) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], known.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def svg_points(places: Array) -> str:
    """Places (n, 2) as the `points` of an SVG line or area."""
    if len(places) == 1:  # a piece of one column is drawn as wide as the column
        places = np.repeat(places, 2, axis=0) + np.array([[-0.8, 0.0], [0.8, 0.0]])
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _box(name: str, x: float, y: float, width: float, height: float, words: str) -> str:
    return (
        f'<rect class="{escape(name)}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}"'
        f' height="{height:.0f}"><title>{escape(words)}</title></rect>'
    )


def _rule(name: str, y: float) -> str:
    return f'<path class="{name}" d="M0 {y:.1f}H{WIDTH:.0f}"/>'


def _figure(shapes: str, words: str, height: float, label: str) -> str:
    svg = (
        f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" preserveAspectRatio="none" role="img"'
        f' aria-label="{escape(label)}">{shapes}</svg>'
    )
    return f'<div class="chart" style="height:{height:.0f}px">{svg}{words}</div>'

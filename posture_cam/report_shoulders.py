"""The shoulders over time, for the report: how level they are, and each side beside the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from posture_cam.charts import TimeAxis, ValueAxis, time_chart, time_labels
from posture_cam.replay import Replay
from posture_cam.summary import Summary

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """One chart: its title, the angle or the angles of both sides, left first, and their axis.

    low, high: the least span of the axis. step: between two lines of its grid. unit: beside them.
    """

    title: str
    angles: tuple[str, ...]
    low: float
    high: float
    step: float
    unit: str


COURSES = (
    Course(
        "Line of the shoulders, degrees: above 0 the left one is higher",
        ("shoulder_tilt_deg",), -10, 10, 5, "°",
    ),
    Course(
        "Raised on the chest, cm from upright",
        ("shoulder_elevation_left_cm", "shoulder_elevation_right_cm"), -2, 2, 2, " cm",
    ),
    Course(
        "Rounded forward, mean of both, cm from upright",
        ("shoulder_protraction_cm",), -2, 4, 2, " cm",
    ),
    Course(
        "Upper arms, degrees from hanging straight down",
        ("upper_arm_elevation_left_deg", "upper_arm_elevation_right_deg"), 0, 60, 30, "°",
    ),
)  # fmt: skip
HEIGHT, LOW_HEIGHT = 100.0, 70.0
"""Of the charts of one angle, with its uncertainty, and of both sides; pixels."""


def shoulders(replay: Replay, summary: Summary) -> str:
    """Charts of the shoulders over time; empty when none of it was measured."""
    if not replay.steps or summary.present_s <= 0:
        return ""
    axis = TimeAxis.of(replay)
    charts = [_chart(axis, replay, one) for one in COURSES]
    if not any(charts):
        return ""
    return (
        "<h2>Shoulders over time</h2><figure><div class='timeline'>"
        + "".join(charts)
        + time_labels(axis)
        + "</div><figcaption>Of raised shoulders and upper arms left is solid and right is dashed;"
        " the farther apart they run, the less even the shoulders. The band is the uncertainty"
        " (1 sigma). No line: not measurable.</figcaption></figure>"
    )


def _chart(axis: TimeAxis, replay: Replay, course: Course) -> str:
    """One chart, empty when nothing of it was measured."""
    lines = [axis.of_steps(replay, attrgetter(f"angles.{name}")) for name in course.angles]
    if not any(np.isfinite(line).any() for line in lines):
        return ""
    spread = None
    if len(lines) == 1:
        (name,) = course.angles
        spread = axis.of_steps(replay, lambda step: step.angles.sd.get(name, math.nan))
    drawn = lines if spread is None else [lines[0], *_band(course, lines[0], spread)]
    low, high = _range(course, np.concatenate(drawn))
    value = ValueAxis(low, high, HEIGHT if len(lines) == 1 else LOW_HEIGHT)
    chart = time_chart(
        axis, value, lines[0], label=course.title, step=value.roomy(course.step), unit=course.unit,
        spread=spread, second=lines[1] if len(lines) > 1 else None,
    )  # fmt: skip
    return f"<h3>{course.title}</h3>{chart}"


def _band(course: Course, line: Array, spread: Array) -> list[Array]:
    """The edges of the uncertainty, no farther from the line than its usual axis is high: what is
    quite unsure for a moment would press everything else flat."""
    most = course.high - course.low
    return [line - np.minimum(spread, most), line + np.minimum(spread, most)]


def _range(course: Course, values: Array) -> tuple[float, float]:
    """The ends of the axis, multiples of its step."""
    lowest, highest = float(np.nanmin(values)), float(np.nanmax(values))
    low = course.step * math.floor(lowest / course.step)
    return min(course.low, low), max(course.high, course.step * math.ceil(highest / course.step))

"""The pictures of the report: posture over time, and a line figure of the most slouched moment."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from posture_cam import summary_text as told
from posture_cam.charts import TimeAxis, ValueAxis, state_strip, time_chart, time_labels
from posture_cam.line_figure import stick_figures
from posture_cam.observation import moment
from posture_cam.replay import Replay, column
from posture_cam.results import THIS_CLIP, Facts
from posture_cam.smoothing import zero_phase
from posture_cam.summary import Summary, postures_of
from posture_cam.types import Event, EventKind

Array = NDArray[np.float64]

FIGURE_CUTOFF_HZ = 0.5
"""The most slouched moment is looked for in a smoothed course, so that one odd frame is not it."""


def course(facts: Facts, replay: Replay, summary: Summary) -> str:
    """Spine flexion, score and posture over time."""
    steps = replay.steps
    if not steps or summary.present_s <= 0:
        return ""
    axis = TimeAxis.of(replay)
    drawn = _Drawn(
        flexion=axis.of_steps(replay, lambda step: step.angles.spine_flexion_deg),
        spread=axis.of_steps(
            replay, lambda step: step.angles.sd.get("spine_flexion_deg", math.nan)
        ),
        score=axis.of_steps(replay, lambda step: step.assessment.slouch_score),
        load=axis.of_steps(replay, lambda step: step.strain.load),
        bouts=[event for event in replay.events if event.kind is EventKind.SLOUCH],
        reminders=[event for event in replay.events if event.kind is EventKind.ALERT],
    )
    strip = state_strip(axis, posture_spans(replay), "Posture over time")
    charts = _charts(axis, drawn, facts.settings.slouch.enter_score)
    return (
        f"<h2>Over time</h2><figure><div class='timeline'><h3>Posture</h3>{strip}{charts}"
        f"{time_labels(axis)}</div>"
        f"<figcaption>{escape(' '.join(_key(drawn, summary)))}</figcaption></figure>"
    )


@dataclass(frozen=True)
class _Drawn:
    """What the charts show; the first four (N,), NaN where there is nothing to show."""

    flexion: Array
    spread: Array
    score: Array
    load: Array
    bouts: list[Event]
    reminders: list[Event]


def _charts(axis: TimeAxis, drawn: _Drawn, threshold: float) -> str:
    """Spine flexion, score and load, those that were measured."""
    bouts = [(event.start_s, event.end_s, event.message) for event in drawn.bouts]
    charts = []
    if np.isfinite(drawn.flexion).any():
        charts += [
            "<h3>Spine flexion from upright, degrees</h3>",
            time_chart(
                axis, _flexion_axis(drawn.flexion, drawn.spread), drawn.flexion,
                label="Spine flexion over time", step=10, unit="°", spread=drawn.spread,
                marked=bouts, flags=drawn.reminders,
            ),
            "<h3>Slouch score, how likely a slouch: 0 to 1</h3>",
            time_chart(
                axis, ValueAxis(0.0, 1.0, 70.0), drawn.score, label="Slouch score over time",
                step=0.5, marked=bouts, threshold=threshold,
            ),
        ]  # fmt: skip
    if np.isfinite(drawn.load).any():
        top = max(2.0, math.ceil(2 * float(np.nanmax(drawn.load))) / 2)
        charts += [
            "<h3>Mid-back load, upright is 1</h3>",
            time_chart(
                axis, ValueAxis(0.0, top, 70.0), drawn.load, label="Mid-back load over time",
                step=1, unit=" ×", marked=bouts,
            ),
        ]  # fmt: skip
    return "".join(charts)


def _key(drawn: _Drawn, summary: Summary) -> Iterator[str]:
    """What the marks in the charts mean."""
    if np.isfinite(drawn.spread).any():
        yield "The band about the line is its uncertainty (1 sigma)."
    if np.isfinite(drawn.score).any():
        yield "Dashed: from there on a frame counts as slouched."
    if drawn.bouts:
        yield "Shaded: slouching that lasted."
    if drawn.reminders:
        yield "Dotted: a reminder was due."
    if np.isfinite(drawn.flexion).any():
        yield "No line: not measurable."
    if summary.worst_minutes:
        yield f"Highest load in the minutes from {told.worst_minutes(summary)}."


def posture_spans(replay: Replay) -> list[tuple[float, float, str]]:
    """(start, end, posture) of the runs of equal posture, in order."""
    spans: list[tuple[float, float, str]] = []
    frames = zip(replay.times.tolist(), replay.seconds.tolist(), postures_of(replay), strict=True)
    for start, seconds, posture in frames:
        if spans and spans[-1][2] == posture and start - spans[-1][1] < 1e-6:
            spans[-1] = (spans[-1][0], start + seconds, str(posture))
        else:
            spans.append((start, start + seconds, str(posture)))
    return spans


def deepest(facts: Facts, replay: Replay) -> str:
    """Line drawings of the upright posture and of the most slouched moment."""
    place = deepest_frame(replay)
    if place is None or (upright := replay.compared_with[place]) is None:
        return ""
    step = replay.steps[place]
    calibrated = upright is replay.baselines[place] and not replay.stand_ins[place]
    source = facts.baseline_source if calibrated else THIS_CLIP
    source = told.place_and_time(source, upright)
    drawing = stick_figures(
        upright.pose,
        replay.poses[place],
        facts.settings.pose.min_visibility,
        "Line drawing of upright and most slouched posture",
    )
    if not drawing:
        return ""
    reason = step.assessment.reason
    sentence = f"{reason[:1].upper()}{reason[1:]}." if reason else ""
    return (
        "<h2>Upright and most slouched</h2><figure class='side-by-side'>"
        f"{drawing}<figcaption><ul class='legend'><li><i class='upright'></i>Upright, taken from"
        f" {escape(source)}</li><li><i class='slouched'></i>Most slouched, at"
        f" {moment(step.time_s)}</li></ul><p>{escape(sentence)} Both are drawn as this camera saw"
        " them, in one scale; parts that were not seen are left out.</p></figcaption></figure>"
    )


def deepest_frame(replay: Replay) -> int | None:
    """The frame with most smoothed spine flexion among those judged as slouched."""
    if not replay.steps:
        return None
    flexion = column(replay.steps, lambda step: step.angles.spine_flexion_deg)
    smooth = zero_phase(replay.times, flexion[:, None], FIGURE_CUTOFF_HZ)[:, 0]
    slouched = np.array([bool(step.assessment.slouched) for step in replay.steps])
    smooth = np.where(slouched, smooth, np.nan)
    return int(np.nanargmax(smooth)) if np.isfinite(smooth).any() else None


def _flexion_axis(flexion: Array, spread: Array) -> ValueAxis:
    """From 0 to 25 degrees at least, with room for the uncertainty, and never without end."""
    reach = np.where(np.isfinite(spread), spread, 0.0)
    low = 5.0 * math.floor(float(np.nanmin(flexion - reach)) / 5.0)
    high = 5.0 * math.ceil(float(np.nanmax(flexion + reach)) / 5.0)
    return ValueAxis(min(max(low, -30.0), 0.0), max(min(high, 80.0), 25.0), 200.0)

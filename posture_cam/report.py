"""report.html: one self-contained page about one video, for a person or their physiotherapist.

No script, no network, no picture of the person: text, tables and inline SVG from the figures alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture_cam import digest
from posture_cam.charts import (
    TimeAxis,
    ValueAxis,
    share_bar,
    state_strip,
    stick_figures,
    time_chart,
    time_labels,
)
from posture_cam.config import Settings
from posture_cam.messages import say
from posture_cam.observation import VIEW_NAMES, clock
from posture_cam.replay import Replay
from posture_cam.results import Facts, versions
from posture_cam.smoothing import zero_phase
from posture_cam.summary import AngleRange, Posture, Summary, postures_of
from posture_cam.types import Event, EventKind, Step, View

Array = NDArray[np.float64]

FIGURE_CUTOFF_HZ = 0.5
"""The most slouched moment is looked for in a smoothed course, so that one odd frame is not it."""

POSTURE_NAMES = {
    Posture.UPRIGHT: "Upright",
    Posture.SLOUCHED: "Slouched",
    Posture.UNKNOWN: "Not judged",
    Posture.AWAY: "Away",
}

ANGLES = {
    "spine_flexion_deg": ("Spine flexion", "pelvis to upper back, rounding from upright"),
    "neck_inclination_deg": ("Neck, forward", "shoulders to ears against the vertical"),
    "trunk_inclination_deg": ("Trunk, forward", "hips to shoulders against the vertical"),
    "trunk_lateral_deg": ("Trunk, to the side", "to the person's left positive"),
    "shoulder_tilt_deg": ("Shoulder line", "left shoulder higher positive"),
    "head_tilt_deg": ("Head tilt", "left ear higher positive"),
    "head_pitch_deg": ("Looking down", "from upright, down positive"),
    "head_forward_cm": ("Head ahead of the shoulders", "from upright"),
    "shoulder_protraction_cm": ("Shoulders forward", "rounded forward, from upright"),
    "twist_deg": ("Trunk turned", "shoulders against pelvis, to the person's left positive"),
}  # fmt: skip
"""Name and explanation of each angle, in the order of the table."""


def write_report(path: Path, facts: Facts, replay: Replay, summary: Summary) -> None:
    """Write the page of one video."""
    path.write_text(report(facts, replay, summary), encoding="utf-8", newline="\n")


def report(facts: Facts, replay: Replay, summary: Summary) -> str:
    """The page as HTML."""
    sections = [
        header(facts, summary),
        overview(summary),
        course(facts, replay, summary),
        deepest(facts, replay),
        events(replay),
        angles(summary),
        how_measured(facts, summary),
        limits(),
        footer(facts),
    ]
    style = files("posture_cam").joinpath("report.css").read_text(encoding="utf-8")
    title = escape(f"Posture report: {facts.video.name}")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(section for section in sections if section)
        + "\n</main>\n</body>\n</html>\n"
    )


def header(facts: Facts, summary: Summary) -> str:
    """Title, the finding in a sentence or two, and what the reader must know first."""
    notice = f'<p class="notice">{escape(facts.problem)}</p>' if facts.problem else ""
    return (
        f"<header><p>Posture report</p><h1>{escape(facts.video.name)}</h1>"
        f"<p>{escape(digest.observed(summary))}; view: {escape(digest.views(summary))}</p>"
        f"</header>{notice}<p class='finding'>{escape(finding(summary))}</p>"
    )


def finding(summary: Summary) -> str:
    """The result in plain words."""
    if not math.isfinite(summary.slouched_share):
        if summary.present_s <= 0:
            return "Nobody was found in this video, so there is nothing to judge."
        return (
            "The posture in this video could not be judged: no upright posture to compare with was"
            " found, or head and shoulders were not seen well enough."
        )
    if summary.seconds[Posture.SLOUCHED] <= 0:
        return f"No slouching in the {digest.duration(summary.judged_s)} that could be judged."
    bout = summary.longest_bout
    longest = (
        f" The longest bout lasted {digest.duration(bout.length_s)}, from {clock(bout.start_s)}."
        if bout.length_s > 0
        else ""
    )
    return (
        f"Slouched for {digest.duration(summary.seconds[Posture.SLOUCHED])}, that is"
        f" {digest.percent(summary.slouched_share)} of the {digest.duration(summary.judged_s)} that"
        f" could be judged.{longest}"
    )


def overview(summary: Summary) -> str:
    """Four figures and the bar of shares."""
    flexion, bout = summary.angles["spine_flexion_deg"], summary.longest_bout
    lasted = bout.length_s > 0
    tiles = [
        ("Slouched", digest.percent(summary.slouched_share), "of the time judged"),
        (
            "Longest bout",
            digest.duration(bout.length_s) if lasted else "none",
            f"from {clock(bout.start_s)}" if lasted else "",
        ),
        ("Spine flexion", _value(flexion.median, "°", signed=True), "median, from upright"),
        ("Mid-back load", _times(summary.dose), "cumulative; upright is 1"),
    ]
    boxes = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(aside)}</small></dd></div>"
        for name, value, aside in tiles
    )
    shown = [(posture, seconds) for posture, seconds in summary.seconds.items() if seconds > 0]
    bar = share_bar(
        [(str(posture), seconds / summary.observed_s) for posture, seconds in shown],
        "Shares of the time: "
        + ", ".join(f"{POSTURE_NAMES[key]} {digest.duration(value)}" for key, value in shown),
    )
    legend = "".join(
        f'<li><i class="{posture}"></i>{POSTURE_NAMES[posture]}'
        f" <b>{digest.duration(seconds)}</b></li>"
        for posture, seconds in shown
    )
    if not shown:
        return f'<dl class="tiles">{boxes}</dl>'
    return f'<dl class="tiles">{boxes}</dl><figure>{bar}<ul class="legend">{legend}</ul></figure>'


def course(facts: Facts, replay: Replay, summary: Summary) -> str:
    """Spine flexion, score and posture over time."""
    steps = replay.steps
    if not steps or summary.present_s <= 0:
        return ""
    times, axis = replay.times, TimeAxis.of(replay)
    flexion = axis.binned(times, _column(steps, lambda step: step.angles.spine_flexion_deg))
    spread = axis.binned(
        times, _column(steps, lambda step: step.angles.sd.get("spine_flexion_deg", math.nan))
    )
    score = axis.binned(times, _column(steps, lambda step: step.assessment.slouch_score))
    lasting = [event for event in replay.events if event.kind is EventKind.SLOUCH]
    reminders = [event for event in replay.events if event.kind is EventKind.ALERT]
    bouts = [(event.start_s, event.end_s, event.message) for event in lasting]
    spans = posture_spans(replay)
    charts = ["<h3>Posture</h3>", state_strip(axis, spans, "Posture over time")]
    if np.isfinite(flexion).any():
        charts += [
            "<h3>Spine flexion from upright, degrees</h3>",
            time_chart(
                axis, _flexion_axis(flexion), flexion, label="Spine flexion over time", step=10,
                unit="°", spread=spread, marked=bouts, flags=reminders,
            ),
            "<h3>Slouch score, 0 upright to 1 deeply slouched</h3>",
            time_chart(
                axis, ValueAxis(0.0, 1.0, 70.0), score, label="Slouch score over time", step=0.5,
                marked=bouts, threshold=facts.settings.slouch.enter_score,
            ),
        ]  # fmt: skip
    load = axis.binned(times, _column(steps, lambda step: step.strain.load))
    if np.isfinite(load).any():
        top = max(2.0, math.ceil(2 * float(np.nanmax(load))) / 2)
        charts += [
            "<h3>Mid-back load, upright is 1</h3>",
            time_chart(
                axis, ValueAxis(0.0, top, 70.0), load, label="Mid-back load over time", step=1,
                unit=" ×", marked=bouts,
            ),
        ]  # fmt: skip
    notes = []
    if np.isfinite(spread).any():
        notes.append("The band about the line is its uncertainty (1 sigma).")
    if bouts:
        notes.append("Shaded: slouching that lasted.")
    if reminders:
        notes.append("Dotted: a reminder was due.")
    notes.append("No line: not measurable.")
    if summary.worst_minutes:
        notes.append(f"Highest load in the minutes from {digest.worst_minutes(summary)}.")
    return (
        "<h2>Over time</h2><figure><div class='timeline'>"
        + "".join(charts)
        + time_labels(axis)
        + f"</div><figcaption>{escape(' '.join(notes))}</figcaption></figure>"
    )


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
    if replay.baseline is None or place is None:
        return ""
    step = replay.steps[place]
    drawing = stick_figures(
        replay.baseline.pose,
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
        f" {escape(facts.baseline_source)}</li><li><i class='slouched'></i>Most slouched, at"
        f" {clock(step.time_s)}</li></ul><p>{escape(sentence)} Both are drawn as this camera saw"
        " them, in one scale; parts that were not seen are left out.</p></figcaption></figure>"
    )


def deepest_frame(replay: Replay) -> int | None:
    """The frame with the highest smoothed slouch score among those judged as slouched."""
    if not replay.steps:
        return None
    score = _column(replay.steps, lambda step: step.assessment.slouch_score)
    smooth = zero_phase(replay.times, score[:, None], FIGURE_CUTOFF_HZ)[:, 0]
    slouched = np.array([bool(step.assessment.slouched) for step in replay.steps])
    smooth = np.where(slouched, smooth, np.nan)
    return int(np.nanargmax(smooth)) if np.isfinite(smooth).any() else None


def events(replay: Replay) -> str:
    """The table of events."""
    if not replay.events:
        return (
            "<h2>Events</h2><p class='faint'>None: nothing lasted long enough to be reported.</p>"
        )
    rows = "".join(
        f"<tr><th scope='row'>{escape(digest.EVENT_NAMES[event.kind][0].capitalize())}</th>"
        f"<td class='number' data-label='from'>{clock(event.start_s)}</td>"
        f"<td class='number' data-label='for'>{_lasted(event)}</td>"
        f"<td>{escape(event.message)}</td></tr>"
        for event in replay.events
    )
    return (
        "<h2>Events</h2><table class='wide'><thead><tr><th>What</th><th class='number'>From</th>"
        "<th class='number'>For</th><th>What was measured</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def angles(summary: Summary) -> str:
    """The table of angles; those never measurable are named below it."""
    measured = {name: value for name, value in summary.angles.items() if _known(value)}
    if not measured:
        return ""
    missing = [title for name, (title, _) in ANGLES.items() if name not in measured]
    rest = f" Not visible from this camera: {', '.join(missing)}." if missing else ""
    rows = "".join(_angle_row(name, measured[name]) for name in ANGLES if name in measured)
    return (
        "<h2>Angles</h2><table class='wide'><thead><tr><th>Angle</th><th class='number'>Median</th>"
        "<th class='number'>5 to 95 %</th><th class='number'>Uncertainty</th>"
        f"<th class='number'>Measured</th></tr></thead><tbody>{rows}</tbody></table>"
        "<p class='aside'>Uncertainty: 1 sigma of a single picture. Measured: share of the time"
        f" with the person in the picture in which the angle could be read.{escape(rest)}</p>"
    )


def _known(value: AngleRange) -> bool:
    return math.isfinite(value.median)


def _angle_row(name: str, value: AngleRange) -> str:
    title, meaning = ANGLES[name]
    unit = " cm" if name.endswith("_cm") else "°"
    cells = (
        ("median", _value(value.median, unit)),
        ("5 to 95 %", f"{_value(value.low, unit)} to {_value(value.high, unit)}"),
        ("each ±", _value(value.sd, unit)),
        ("measured", digest.percent(value.measured_share)),
    )
    numbers = "".join(
        f"<td class='number' data-label='{label}'>{words}</td>" for label, words in cells
    )
    return f"<tr><th scope='row'>{title}<small>{meaning}</small></th>{numbers}</tr>"


def how_measured(facts: Facts, summary: Summary) -> str:
    """View, baseline, model, rate: what the figures rest on."""
    info, baseline = facts.info, facts.baseline
    upright = "None was found; nothing could be compared with it"
    if baseline is not None:
        upright = (
            f"Taken from {facts.baseline_source}: {digest.duration(baseline.seconds)},"
            f" {baseline.frames} pictures, seen from {VIEW_NAMES[baseline.angles.view]}"
        )
    rate = facts.frames / summary.observed_s if summary.observed_s else math.nan
    rows = [
        ("Upright posture", upright),
        ("View", digest.views(summary)),
        ("Pictures", f"{facts.frames} analysed" + (f", {rate:.1f} a second" if rate > 0 else "")),
        ("Video", f"{info.width} x {info.height}, {info.codec}" + _turned(info.rotation_deg)),
        ("Pose model", f"MediaPipe Pose Landmarker, {facts.settings.pose.model}"),
        ("Mid-back load", f"{digest.load(summary)}; arms {_arms(facts)}"),
    ]
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in rows)
    note = ""
    if baseline is not None and facts.baseline_source == "this clip":
        note = (
            "<p class='aside'>Without a calibration, the most upright seconds of the clip stand for"
            " upright: someone who slouched all along would look upright here."
            " <code>posture-cam calibrate</code> removes this doubt.</p>"
        )
    elif View.UNKNOWN in summary.views:
        note = "<p class='aside'>Part of the time the direction of view was not recognised.</p>"
    return f"<h2>What this rests on</h2><dl class='facts'>{items}</dl>{note}"


def limits() -> str:
    """What the page does not say, and when to see a doctor."""
    items = (
        "Angles come from one camera. They show change from the person's own upright posture, not"
        " the true shape of the spine; clothes, hair and furniture add error.",
        "Load is a model of how far head, arms and upper trunk are ahead of the mid-back. It knows"
        " nothing of muscles, and arms resting on a desk lower it.",
        "Posture alone explains little of back pain; varying it and moving often may ease strain.",
        "Time that could not be judged counts neither as upright nor as slouched.",
    )
    rows = "".join(f"<li>{escape(item)}</li>" for item in (say("safety.device"), *items))
    flags = "".join(
        f"<p>{escape(say(f'safety.{part}'))}</p>" for part in ("emergency", "doctor", "routine")
    )
    return (
        f"<h2>Limits</h2><ul class='plain'>{rows}</ul>"
        f"<h2>Back pain: when to get help</h2><div class='aside'>{flags}</div>"
    )


def footer(facts: Facts) -> str:
    """Versions, and settings that differ from the defaults."""
    changed = changed_settings(facts)
    found = versions()
    words = (
        f"posture_cam {found['posture_cam']}, MediaPipe {found.get('mediapipe', '?')}. Computed on"
        " this machine; nothing was sent anywhere. "
        + (f"Settings changed: {', '.join(changed)}." if changed else "Default settings.")
    )
    return f"<footer>{escape(words)}</footer>"


def changed_settings(facts: Facts) -> list[str]:
    """The settings that are not at their defaults, each as "section.key = value"."""
    now, usual = _flat(facts.settings), _flat(type(facts.settings)())
    return [f"{name} = {value}" for name, value in now.items() if value != usual[name]]


def _flat(settings: Settings) -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in settings.model_dump(mode="json").items():
        inner = value if isinstance(value, dict) else {"": value}
        flat.update({f"{name}.{key}".rstrip("."): setting for key, setting in inner.items()})
    return flat


def _flexion_axis(flexion: Array) -> ValueAxis:
    low = min(-5.0, 5.0 * math.floor(float(np.nanmin(flexion)) / 5.0))
    high = max(25.0, 5.0 * math.ceil(float(np.nanmax(flexion)) / 5.0))
    return ValueAxis(max(low, -30.0), min(high, 80.0), 200.0)


def _column(steps: Sequence[Step], pick: Callable[[Step], float]) -> Array:
    return np.array([pick(step) for step in steps], dtype=np.float64)


def _lasted(event: Event) -> str:
    """How long an event lasted; nothing for one that is a moment."""
    return digest.duration(event.end_s - event.start_s) if event.end_s > event.start_s else ""


def _value(value: float, unit: str, *, signed: bool = False) -> str:
    if not math.isfinite(value):
        return "-"
    number = digest.signed(value) if signed else f"{round(value) + 0:d}"
    return f"{number}{unit}".replace("-", "−")


def _times(value: float) -> str:
    return f"{value:.2f} ×" if math.isfinite(value) else "-"


def _arms(facts: Facts) -> str:
    return "taken as supported" if facts.settings.strain.arms_supported else "taken as hanging"


def _turned(degrees: int) -> str:
    return f", turned by {degrees}°" if degrees else ""

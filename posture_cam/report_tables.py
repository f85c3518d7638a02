"""The words and tables of the report: events, angles, what the figures rest on, limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from posture_cam import summary_text as told
from posture_cam.config import Settings
from posture_cam.config_file import setting_changes
from posture_cam.messages import say
from posture_cam.observation import VIEW_NAMES, deviation, moment
from posture_cam.replay import Replay
from posture_cam.results import OF_ANOTHER_DAY, THIS_CLIP, WITHOUT_EFFECT, Facts, versions
from posture_cam.spine import RELATIVE
from posture_cam.summary import AngleRange, Summary
from posture_cam.types import Event, View

ANGLES = {
    "spine_flexion_deg": ("Spine flexion", "pelvis to upper back, rounding from upright"),
    "neck_inclination_deg": ("Neck inclination", "shoulders to ears against the vertical"),
    "trunk_inclination_deg": ("Trunk inclination", "hips to shoulders against the vertical"),
    "trunk_lateral_deg": ("Trunk leaning sideways", "to the person's left positive"),
    "shoulder_tilt_deg": ("Shoulder line", "left shoulder higher positive"),
    "head_tilt_deg": ("Head tilt", "left ear higher positive"),
    "head_pitch_deg": ("Looking down", "from upright, down positive"),
    "head_forward_cm": ("Head ahead of the shoulders", "from upright"),
    "shoulder_protraction_cm": ("Shoulders forward", "rounded forward, from upright"),
    "shoulder_protraction_left_cm": ("Left shoulder forward", "rounded forward, from upright"),
    "shoulder_protraction_right_cm": ("Right shoulder forward", "rounded forward, from upright"),
    "shoulder_elevation_left_cm": ("Left shoulder raised", "on the chest, however it leans"),
    "shoulder_elevation_right_cm": ("Right shoulder raised", "on the chest, however it leans"),
    "upper_arm_elevation_left_deg": ("Left upper arm", "from hanging straight down"),
    "upper_arm_elevation_right_deg": ("Right upper arm", "from hanging straight down"),
    "back_curve_deg": ("Curve of the back", "outline rounder, from upright"),
    "twist_deg": ("Trunk turned", "shoulders against pelvis, to the person's left positive"),
}  # fmt: skip
"""Name and explanation of each angle, in the order of the table."""
CHANGES = (*RELATIVE, "back_curve_deg")
"""Those that are nothing but a change from upright."""


def events(replay: Replay) -> str:
    """The table of events."""
    if not replay.events:
        return (
            "<h2>Events</h2><p class='faint'>None: nothing lasted long enough to be reported.</p>"
        )
    rows = "".join(
        f"<tr><th scope='row'>{escape(told.EVENT_NAMES[event.kind][0].capitalize())}</th>"
        f"<td class='number' data-label='from'>{moment(event.start_s)}</td>"
        f"<td class='number' data-label='to'>{_until(event)}</td>"
        f"<td>{escape(event.message)}</td></tr>"
        for event in replay.events
    )
    return (
        "<h2>Events</h2><table class='wide'><thead><tr><th>What</th><th class='number'>From</th>"
        "<th class='number'>To</th><th>What was measured</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def angles(facts: Facts, summary: Summary) -> str:
    """The table of angles; those never measured are named below it."""
    measured = {name: value for name, value in summary.angles.items() if _known(value)}
    if not measured:
        return ""
    missing = [name for name in ANGLES if name not in measured]
    changes = [name for name in missing if name in CHANGES and not facts.baseline]
    hidden = [name for name in missing if name not in changes]
    rest = _not_measured("no upright to compare with", changes)
    rest += _not_measured("not visible from this camera", hidden)
    rows = "".join(_angle_row(name, measured[name]) for name in ANGLES if name in measured)
    return (
        "<h2>Angles</h2><table class='wide'><thead><tr><th>Angle</th><th class='number'>Median</th>"
        "<th class='number'>5 to 95 %</th><th class='number'>Uncertainty</th>"
        f"<th class='number'>Measured</th></tr></thead><tbody>{rows}</tbody></table>"
        "<p class='aside'>Uncertainty: 1 sigma of a single picture. Measured: share of the time"
        f" with the person in the picture in which the angle could be read.{escape(rest)}</p>"
    )


def _not_measured(reason: str, names: Sequence[str]) -> str:
    titles = ", ".join(ANGLES[name][0] for name in names)
    return f" Not measured ({reason}): {titles}." if names else ""


def how_measured(facts: Facts, summary: Summary) -> str:
    """View, baseline, model, rate: what the figures rest on."""
    info, baseline = facts.info, facts.baseline
    upright = "None was found, so that nothing could be compared with it"
    if baseline is not None:
        source = told.place_and_time(facts.baseline_source, baseline)
        upright = (
            f"Taken from {source}: {told.duration(baseline.seconds)},"
            f" {baseline.frames} pictures (view: {VIEW_NAMES[baseline.angles.view]})"
        )
    rate = facts.frames / summary.observed_s if summary.observed_s else math.nan
    rows = [
        ("Upright posture", upright),
        ("View", told.views(summary)),
        ("Pictures", f"{facts.frames} analysed" + (f", {rate:.1f} a second" if rate > 0 else "")),
        ("Recorded", told.date(facts)),
        ("Video", f"{info.width} x {info.height}, {info.codec}" + _turned(info.rotation_deg)),
        ("Pose model", f"MediaPipe Pose Landmarker, {facts.settings.pose.model}"),
        ("Mid-back load", f"{told.load(facts, summary)}; arms {_arms(facts)}"),
    ]
    items = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in rows if words
    )
    note = "".join(f"<p class='aside'>{escape(sentence)}</p>" for sentence in told.advice(facts))
    if baseline is not None and OF_ANOTHER_DAY in facts.baseline_source:
        note += (
            "<p class='aside'>One sits a little otherwise on another day, so a posture found in the"
            " clip stands for upright, and the profile says how likely it is."
            " <code>posture-cam calibrate</code> on the day itself removes this doubt.</p>"
        )
    elif baseline is not None and THIS_CLIP in facts.baseline_source:
        note += (
            "<p class='aside'>A posture found in the clip stands for upright: someone who slouched"
            " all along would look upright here."
            " <code>posture-cam calibrate</code> removes this doubt.</p>"
        )
    elif View.UNKNOWN in summary.views:
        note += "<p class='aside'>Part of the time the direction of view was not recognised.</p>"
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
    """Each setting that shapes the results and is not at its default, as "section.key = value"."""
    changes = setting_changes(Settings(), facts.settings, without=WITHOUT_EFFECT)
    return [f"{name} = {now}" for name, (_, now) in changes.items()]


def rounded(value: float, unit: str, *, signed: bool = False) -> str:
    """A number with its unit, centimetres with a decimal; "-" where nothing was measured.

    signed: with its sign.
    """
    if not math.isfinite(value):
        return "-"
    if unit == " cm":
        return f"{round(value, 1) + 0:.1f}{unit}".replace("-", "−")
    number = told.signed(value) if signed else f"{round(value)}"
    return f"{number}{unit}".replace("-", "−")


def _known(value: AngleRange) -> bool:
    return math.isfinite(value.median)


def _angle_row(name: str, value: AngleRange) -> str:
    title, meaning = ANGLES[name]
    unit = " cm" if name.endswith("_cm") else "°"
    cells = (
        ("median", rounded(value.median, unit)),
        ("5 to 95 %", f"{rounded(value.low, unit)} to {rounded(value.high, unit)}"),
        ("each ±", f"{deviation(value.sd)}{unit}" if math.isfinite(value.sd) else "-"),
        ("measured", told.percent(value.measured_share)),
    )
    numbers = "".join(
        f"<td class='number' data-label='{label}'>{words}</td>" for label, words in cells
    )
    return f"<tr><th scope='row'>{title}<small>{meaning}</small></th>{numbers}</tr>"


def _until(event: Event) -> str:
    """When an event ended or fell due; nothing for one that is a moment."""
    return moment(event.end_s) if event.end_s > event.start_s else ""


def _arms(facts: Facts) -> str:
    return "taken as supported" if facts.settings.strain.arms_supported else "taken as hanging"


def _turned(degrees: int) -> str:
    return f", turned by {degrees}°" if degrees else ""

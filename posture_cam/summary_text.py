"""The summary of one video in plain words, for the terminal; the report uses the same words."""

from __future__ import annotations

import math
from datetime import datetime

from posture_cam.baseline import Baseline
from posture_cam.framing import framing_advice
from posture_cam.messages import duration_text
from posture_cam.observation import VIEW_NAMES, Posture, clock, deviation, moment
from posture_cam.recording_date import BY_VIDEO
from posture_cam.results import THIS_CLIP, Facts
from posture_cam.summary import AngleRange, Minute, Summary
from posture_cam.types import EventKind

EVENT_NAMES = {
    EventKind.SLOUCH: ("sustained slouch", "sustained slouches"),
    EventKind.ALERT: ("reminder", "reminders"),
    EventKind.STILL: ("long time without moving", "long times without moving"),
    EventKind.BREAK_DUE: ("break due", "breaks due"),
    EventKind.BENDING: ("repeated bending", "times of repeated bending"),
    EventKind.TWISTING: ("repeated twisting", "times of repeated twisting"),
    EventKind.ASYMMETRY: ("one-sided posture", "one-sided postures"),
    EventKind.HEAD_DOWN: ("long look down", "long looks down"),
    EventKind.AWAY: ("absence", "absences"),
    EventKind.CAMERA_MOVED: ("camera move", "camera moves"),
    EventKind.OTHER_PERSON: ("change of person", "changes of person"),
    EventKind.STRAIGHTER: ("sign of a slouched calibration", "signs of a slouched calibration"),
    EventKind.TOO_DARK: ("dark stretch", "dark stretches"),
}
"""What one and what several events of a kind are called."""
OTHERS = " (--person N for another)"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
NO_BASELINE = "not known without an upright posture to compare with"


def summary_lines(facts: Facts, summary: Summary, place: str) -> list[str]:
    """Ten lines about one video. place: where its results are."""
    flexion = summary.angles["spine_flexion_deg"]
    others = f"{company(facts)}{OTHERS}" if company(facts) else ""
    rows = [
        ("Time observed", observed(summary)),
        ("Slouched", slouched(summary)),
        ("Longest bout", longest_bout(summary)),
        ("Upper back", upper_back(facts, flexion)),
        ("Mid-back load", load(facts, summary)),
        ("Worst minutes", worst_minutes(summary)),
        ("Events", events(summary)),
        ("View", f"{views(summary)}; {baseline(facts)}{others}"),
        ("Results", place),
    ]
    heading = f"{facts.video.name}" + (f" ({facts.problem})" if facts.problem else "")
    return [heading, *(f"  {label:<14} {words}" for label, words in rows)]


def date(facts: Facts) -> str:
    """When the video was recorded, on this machine's clock; "" where recorded poses do not tell."""
    if not facts.info.recorded:
        return ""
    moment = datetime.fromisoformat(facts.info.recorded).astimezone()
    words = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M}"
    return words if facts.info.recorded_by == BY_VIDEO else f"{words}, by the date of its file"


def observed(summary: Summary) -> str:
    """How long the clip was, and how much of it could not be judged."""
    rest = [
        f"{words} {duration(summary.seconds[posture])}"
        for posture, words in ((Posture.UNKNOWN, "not judged"), (Posture.AWAY, "away"))
        if summary.seconds[posture] >= 0.5
    ]
    aside = f" ({', '.join(rest)})" if rest else ""
    return duration(summary.observed_s) + aside


def slouched(summary: Summary) -> str:
    """The share of the judged time that was slouched."""
    if not math.isfinite(summary.slouched_share):
        return "could not be judged"
    if summary.seconds[Posture.SLOUCHED] <= 0:
        return f"never, in the {duration(summary.judged_s)} that could be judged"
    return (
        f"{percent(summary.slouched_share)} of the time judged,"
        f" {duration(summary.seconds[Posture.SLOUCHED])} of {duration(summary.judged_s)}"
    )


def longest_bout(summary: Summary) -> str:
    """Length and beginning of the longest bout."""
    bout = summary.longest_bout
    if bout.length_s <= 0:
        return "none" if summary.seconds[Posture.SLOUCHED] <= 0 else "none, only moments"
    return f"{duration(bout.length_s)} from {moment(bout.start_s)}, short breaks included"


def upper_back(facts: Facts, flexion: AngleRange) -> str:
    """Spine flexion against upright, or why there is none."""
    if not math.isfinite(flexion.median) and not facts.baseline_source:
        return NO_BASELINE
    return range_of(flexion.median, flexion.low, flexion.high, flexion.sd)


def load(facts: Facts, summary: Summary) -> str:
    """The load as a multiple of upright, never in newtons, or why there is none."""
    if not math.isfinite(summary.load_mean):
        return "not measurable in this view" if facts.baseline_source else NO_BASELINE
    dose = f", dose {summary.dose:.2f}" if math.isfinite(summary.dose) else ""
    return f"{summary.load_mean:.2f} x your upright on average{dose}"


def worst_minutes(summary: Summary) -> str:
    """When the load was highest."""
    if not summary.worst_minutes:
        return "none" if summary.observed_s >= 120 else "none (clip shorter than two minutes)"
    return ", ".join(minute_words(minute) for minute in summary.worst_minutes)


def minute_words(minute: Minute) -> str:
    """One minute's beginning and what was measured in it."""
    if not math.isfinite(minute.dose):
        return f"{clock(minute.start_s)} (slouched {percent(minute.slouched_share)})"
    return f"{clock(minute.start_s)} ({minute.dose:.2f} x)"


def events(summary: Summary) -> str:
    """How many of each kind."""
    counts = {kind: summary.events.get(kind, 0) for kind in EventKind}
    words = [count_words(kind, count) for kind, count in counts.items() if count]
    return ", ".join(words) if words else "none"


def count_words(kind: EventKind, count: int) -> str:
    """A number of events in words."""
    one, several = EVENT_NAMES[kind]
    return f"{count} {one if count == 1 else several}"


def views(summary: Summary) -> str:
    """The recognised views by their time; those under 5 % are left out."""
    total = sum(summary.views.values())
    if not total:
        return "nobody in the picture"
    shares = {VIEW_NAMES[view]: seconds / total for view, seconds in summary.views.items()}
    main = [name for name, share in shares.items() if share >= 0.05]
    if len(main) == 1:
        return main[0]
    return ", ".join(f"{name} {percent(shares[name])}" for name in main)


def baseline(facts: Facts) -> str:
    """What upright was taken from."""
    if facts.baseline is None or not facts.baseline_source:
        return "no upright baseline could be found"
    return f"upright taken from {place_and_time(facts.baseline_source, facts.baseline)}"


def place_and_time(source: str, upright: Baseline) -> str:
    """Where an upright posture was taken from, and when if that was in the clip."""
    if not source.startswith(THIS_CLIP):
        return source
    in_clip = f"{THIS_CLIP}, at {moment(upright.pose.time_s - upright.seconds)}"
    beside = source.removeprefix(THIS_CLIP)
    return f"{in_clip},{beside}" if beside else in_clip


def advice(facts: Facts) -> tuple[str, ...]:
    """What would have made the angles more exact, a sentence each."""
    return () if facts.baseline is None else framing_advice(facts.baseline.pose)


def company(facts: Facts) -> str:
    """Who of several people was watched; nothing when there was only one."""
    if facts.people < 2:
        return ""
    number = facts.settings.analyze.person
    watched = f"person {number}" if number else "one of them"
    return f"; {facts.people} people seen, {watched} watched"


def range_of(median: float, low: float, high: float, sd: float) -> str:
    """Median, 5th to 95th percentile and uncertainty of an angle against upright."""
    if not math.isfinite(median):
        return "not measurable in this view"
    sure = f", each ±{deviation(sd)} deg" if math.isfinite(sd) else ""
    return f"{signed(median)} deg (5-95 %: {signed(low)} to {signed(high)}{sure}) from upright"


def signed(value: float) -> str:
    """A whole number with its sign; 0 has none."""
    return f"{number:+d}" if (number := round(value)) else "0"


def percent(share: float) -> str:
    """A share in percent; a trace is "<1 %", not 0."""
    if not math.isfinite(share):
        return "-"
    return "<1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def duration(seconds: float) -> str:
    """A length of time in words: 8 s, 3 min 20 s, 1 h 5 min."""
    if not math.isfinite(seconds):
        return "-"
    whole = round(seconds)
    if 60 <= whole < 3600 and whole % 60:
        return f"{whole // 60} min {whole % 60} s"
    return duration_text(whole)

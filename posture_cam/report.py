"""report.html: one self-contained page about one video, for a person or their physiotherapist.

No script, no network, no picture of the person: text, tables and inline SVG from the figures alone.
"""

from __future__ import annotations

import math
from html import escape
from importlib.resources import files
from pathlib import Path

from posture_cam import summary_text as told
from posture_cam.atomic import UNREADABLE_NAMES
from posture_cam.charts import share_bar
from posture_cam.observation import Posture, moment
from posture_cam.replay import Replay
from posture_cam.report_course import course, deepest
from posture_cam.report_shoulders import shoulders
from posture_cam.report_tables import angles, events, footer, how_measured, limits, rounded
from posture_cam.results import Facts
from posture_cam.summary import Summary

POSTURE_NAMES = {
    Posture.UPRIGHT: "Upright",
    Posture.SLOUCHED: "Slouched",
    Posture.UNKNOWN: "Not judged",
    Posture.AWAY: "Away",
}


def write_report(path: Path, facts: Facts, replay: Replay, summary: Summary) -> None:
    """Write the page of one video."""
    text = report(facts, replay, summary)
    path.write_text(text, encoding="utf-8", errors=UNREADABLE_NAMES, newline="\n")


def report(facts: Facts, replay: Replay, summary: Summary) -> str:
    """The page as HTML."""
    sections = [
        header(facts, summary),
        overview(summary),
        course(facts, replay, summary),
        shoulders(replay, summary),
        deepest(facts, replay),
        events(replay),
        angles(facts, summary),
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
        f"<p>{escape(told.observed(summary))}; view: {escape(told.views(summary))}"
        f"{escape(told.company(facts))}</p>"
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
        return f"No slouching in the {told.duration(summary.judged_s)} that could be judged."
    bout = summary.longest_bout
    longest = (
        f" The longest bout, short breaks included, lasted {told.duration(bout.length_s)}, from"
        f" {moment(bout.start_s)}."
        if bout.length_s > 0
        else ""
    )
    return (
        f"Slouched for {told.duration(summary.seconds[Posture.SLOUCHED])}, that is"
        f" {told.percent(summary.slouched_share)} of the {told.duration(summary.judged_s)} that"
        f" could be judged.{longest}"
    )


def overview(summary: Summary) -> str:
    """Four figures and the bar of shares."""
    flexion, bout = summary.angles["spine_flexion_deg"], summary.longest_bout
    lasted = bout.length_s > 0
    tiles = [
        ("Slouched", told.percent(summary.slouched_share), "of the time judged"),
        (
            "Longest bout",
            told.duration(bout.length_s) if lasted else "none",
            f"from {moment(bout.start_s)}" if lasted else "",
        ),
        ("Spine flexion", rounded(flexion.median, "°", signed=True), "median, from upright"),
        ("Mid-back load", _times(summary.dose), "dose; upright is 1"),
    ]
    boxes = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(aside)}</small></dd></div>"
        for name, value, aside in tiles
    )
    shown = [(posture, seconds) for posture, seconds in summary.seconds.items() if seconds > 0]
    bar = share_bar(
        [(str(posture), seconds / summary.observed_s) for posture, seconds in shown],
        "Shares of the time: "
        + ", ".join(f"{POSTURE_NAMES[key]} {told.duration(value)}" for key, value in shown),
    )
    legend = "".join(
        f'<li><i class="{posture}"></i>{POSTURE_NAMES[posture]}'
        f" <b>{told.duration(seconds)}</b></li>"
        for posture, seconds in shown
    )
    if not shown:
        return f'<dl class="tiles">{boxes}</dl>'
    return f'<dl class="tiles">{boxes}</dl><figure>{bar}<ul class="legend">{legend}</ul></figure>'


def _times(value: float) -> str:
    return f"{value:.2f} ×" if math.isfinite(value) else "-"

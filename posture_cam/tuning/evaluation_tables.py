"""The figures of an evaluation as tables for a terminal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from posture_cam.tuning.event_metrics import AlertCounts
from posture_cam.tuning.pooling import Figures, by_view, pool
from posture_cam.tuning.scoring import ClipScore
from posture_cam.types import ANGLE_NAMES

UNKNOWN = "-"
LINES = box.SIMPLE_HEAD


def evaluation_tables(clips: Sequence[ClipScore]) -> RenderableType:
    """All tables: per clip, per view and together, per state, per angle."""
    together = pool(clips)
    views = {view: pool(group) for view, group in by_view(clips).items()}
    if len(views) > 1:
        views["all"] = together
    parts: list[RenderableType] = [clip_table(clips), view_table(views)]
    if together.states:
        parts.append(state_table(together))
    if together.angles:
        parts.append(angle_table(views))
    return Group(*parts)


def clip_table(clips: Sequence[ClipScore]) -> Table:
    """One row per clip."""
    table = make_table(
        "Clips", ("clip", "view"),
        ("judged", "AUC", "precision", "recall", "F1", "bouts\nfound / true"),
    )  # fmt: skip
    for clip in clips:
        counts, events = clip.counts, clip.events
        table.add_row(
            Text(clip.name),
            clip.view,
            percent(counts.coverage),
            figure(clip.auc, 3),
            figure(counts.precision, 3),
            figure(counts.recall, 3),
            figure(counts.f1, 3),
            f"{events.matched} of {events.found} / {events.true}",
        )
    return table


def view_table(views: dict[str, Figures]) -> Table:
    """One column per view: frames, bouts and alerts pooled."""
    table = make_table("By view, pooled over frames, bouts and hours", ("",), tuple(views))
    rows: dict[str, Callable[[Figures], str]] = {
        "clips": lambda one: str(one.clips),
        "frames": lambda one: str(one.counts.labelled),
        "judged": lambda one: percent(one.counts.coverage),
        "AUC": lambda one: figure(one.auc, 3),
        "precision": lambda one: figure(one.counts.precision, 3),
        "recall": lambda one: figure(one.counts.recall, 3),
        "F1": lambda one: figure(one.counts.f1, 3),
        "false positives": lambda one: percent(one.counts.false_positive_rate),
        "bout F1": lambda one: figure(one.events.f1, 2),
        "false alerts / h": lambda one: figure(one.alerts.false_per_hour, 1),
        "bouts with an alert": lambda one: alerted(one.alerts),
        "alert delay, median": lambda one: seconds(one.alerts.median_delay_s),
        "alert delay, 9 in 10 within": lambda one: seconds(one.alerts.late_delay_s),
    }
    for name, told in rows.items():
        table.add_row(name, *(told(figures) for figures in views.values()))
    return table


def state_table(figures: Figures) -> Table:
    """One row per labelled state: for innocent ones, the share called slouched is an error."""
    table = make_table(
        "What was said while it happened", ("state",), ("frames", "judged", "called slouched")
    )
    innocent = [name for name, state in figures.states.items() if not state.slouched]
    for name, state in figures.states.items():
        table.add_row(
            Text(name),
            str(state.frames),
            percent(state.judged / state.frames),
            percent(state.called_share),
            end_section=bool(innocent) and name == innocent[-1],
            style="" if state.slouched else "dim" if state.called == 0 else "yellow",
        )
    return table


def angle_table(views: dict[str, Figures]) -> Table:
    """Per angle a row for each view: errors of the change against upright, in degrees or cm."""
    table = make_table(
        "Errors of the change against upright (measured - true; deg or cm)",
        ("angle",),
        ("measured", "mean\n|error|", "bias", "sd", "95 %\nwithin", "in stated\n1 sd"),
    )
    for name in ANGLE_NAMES:
        shown = {view: figs.angles[name] for view, figs in views.items() if name in figs.angles}
        if not any(angle.change.count for angle in shown.values()):
            continue
        table.add_row(name)
        for view, angle in shown.items():
            change = angle.change
            table.add_row(
                f"  {view}",
                percent(change.coverage),
                figure(change.mae, 1),
                figure(change.bias, 1, sign=True),
                figure(change.sd, 1),
                figure(change.p95, 1),
                percent(angle.within_sd),
                end_section=view == list(shown)[-1],
            )
    return table


def alerted(alerts: AlertCounts) -> str:
    """How many of the true bouts had an alert."""
    bouts = len(alerts.delays_s) + alerts.missed
    return f"{len(alerts.delays_s)} of {bouts}" if bouts else UNKNOWN


def figure(value: float, decimals: int, sign: bool = False) -> str:
    """A number, or a dash when it is unknown."""
    if not math.isfinite(value):
        return UNKNOWN
    return f"{value:{'+' if sign else ''}.{decimals}f}"


def percent(share: float) -> str:
    """A share 0..1 in percent: one decimal below ten, so that 3 % and 3.4 % differ."""
    if not math.isfinite(share):
        return UNKNOWN
    return f"{100 * share:.1f} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"


def seconds(value: float) -> str:
    """A length of time in seconds."""
    return f"{value:.1f} s" if math.isfinite(value) else UNKNOWN


def make_table(title: str, words: Sequence[str], numbers: Sequence[str] = ()) -> Table:
    """An empty table: columns of words to the left, of numbers to the right.

    Narrow, so that 80 columns hold it.
    """
    table = Table(
        title=Text(title, style="bold", no_wrap=True),
        title_justify="left",
        box=LINES,
        padding=(0, 1, 0, 0),
    )
    for word in words:
        table.add_column(word, overflow="fold")
    for number in numbers:
        table.add_column(number, justify="right", no_wrap=True)
    table.min_width = len(title) + 2
    return table

"""What a changed setting would have done, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from posture_cam.observation import clock
from posture_cam.summary import Summary
from posture_cam.tuning.clips import Likeness
from posture_cam.tuning.evaluation_tables import make_table, percent
from posture_cam.tuning.replay import ChangedBout, Comparison
from posture_cam.types import Event, EventKind

LIKENESS = {
    Likeness.IDENTICAL: "identical to the run",
    Likeness.SAME_EVENTS: "the run's events, other figures (run by version {version})",
    Likeness.DIFFERENT: "other events than the run (by version {version})",
    Likeness.UNKNOWN: "the run's tables are not there",
}


def replay_tables(
    comparisons: Sequence[Comparison], changes: dict[str, tuple[Any, Any]]
) -> RenderableType:
    """The changed settings, the figures before and after per clip, and the bouts that moved."""
    parts: list[RenderableType] = []
    if changes:
        parts.append(settings_table(changes))
    parts.append(figures_table(comparisons, changed=bool(changes)))
    for comparison in comparisons:
        moved = [bout for bout in comparison.bouts if bout.moved]
        if moved:
            parts.append(bouts_table(comparison.name, moved))
        if comparison.alerts_moved:
            parts.append(alerts_table(comparison))
    return Group(*parts)


def settings_table(changes: dict[str, tuple[Any, Any]]) -> Table:
    """One row per changed setting."""
    table = make_table("Settings", ("setting", "recorded", "changed to"))
    for name, (before, after) in changes.items():
        table.add_row(name, Text(str(before)), Text(str(after)))
    return table


def figures_table(comparisons: Sequence[Comparison], changed: bool) -> Table:
    """One row per clip: shares and counts, before -> after when settings changed."""
    table = make_table(
        "Clips", ("clip", "with its own\nsettings"),
        ("judged", "slouched", "bouts", "alerts", "other\nevents"),
    )  # fmt: skip
    for comparison in comparisons:
        before, after = comparison.before.summary, comparison.after.summary
        table.add_row(
            Text(comparison.name),
            LIKENESS[comparison.likeness].format(version=comparison.version),
            _both(clock(before.judged_s), clock(after.judged_s), changed),
            _both(percent(before.slouched_share), percent(after.slouched_share), changed),
            *(
                _both(str(one), str(other), changed)
                for one, other in zip(_counts(before), _counts(after), strict=True)
            ),
        )
    return table


def bouts_table(name: str, bouts: Sequence[ChangedBout]) -> Table:
    """The bouts of one clip that came, went or moved."""
    table = make_table(f"Bouts that differ in {name}", ("recorded", "changed"))
    for bout in bouts:
        table.add_row(_span(bout.before, "none"), _span(bout.after, "gone"))
    return table


def alerts_table(comparison: Comparison) -> Table:
    """When the reminders about slouching of one clip fell due, before and after."""
    table = make_table(f"Alerts in {comparison.name}", ("recorded", "changed"))
    sides = (comparison.before.alerts_s, comparison.after.alerts_s)
    for before, after in zip_longest(*([f"{one:.1f} s" for one in side] for side in sides)):
        table.add_row(before or "", after or "")
    return table


def _both(before: str, after: str, changed: bool) -> str:
    return f"{before} -> {after}" if changed else before


def _counts(summary: Summary) -> tuple[int, int, int]:
    """Bouts, alerts and all other events."""
    counts = dict(summary.events)
    bouts, alerts = counts.pop(EventKind.SLOUCH, 0), counts.pop(EventKind.ALERT, 0)
    return bouts, alerts, sum(counts.values())


def _span(event: Event | None, without: str) -> str:
    if event is None:
        return without
    return f"{event.start_s:.1f} to {event.end_s:.1f} s"

"""Figures about what lasts: bouts of slouching found or missed, alerts false or late.

Counts of several clips are added before any rate is taken, so a long clip weighs as much as its
length: a pooled figure, not a mean of means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from posture_cam.tuning.metrics import ratio

SECONDS_PER_HOUR = 3600.0

Bout = tuple[float, float]
"""Start and end of something that lasted, seconds."""


@dataclass(frozen=True, slots=True)
class EventCounts:
    """Bouts that were found, that really were, and the pairs of both that match."""

    matched: int = 0
    found: int = 0
    true: int = 0

    def __add__(self, other: EventCounts) -> EventCounts:
        return EventCounts(
            self.matched + other.matched, self.found + other.found, self.true + other.true
        )

    @property
    def precision(self) -> float:
        """Share of the found bouts that match a true one, 0..1; NaN when none was found."""
        return ratio(self.matched, self.found)

    @property
    def recall(self) -> float:
        """Share of the true bouts that were found, 0..1; NaN when there were none."""
        return ratio(self.matched, self.true)

    @property
    def f1(self) -> float:
        """2 matched / (found + true), 0..1; NaN when nothing was there and nothing found."""
        return ratio(2 * self.matched, self.found + self.true)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "matched": self.matched,
            "found": self.found,
            "true": self.true,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
        }


def match_bouts(
    found: Sequence[Bout], true: Sequence[Bout], tolerance_s: float
) -> list[tuple[int, int]]:
    """Greedy one-to-one pairs (index in found, index in true), best pairs first.

    A pair is possible when both its starts and its ends lie within tolerance_s of each other; the
    pair with the smallest larger error is taken first, so a wider tolerance never loses a pair.
    """
    candidates = sorted(
        (max(abs(f[0] - t[0]), abs(f[1] - t[1])), i, j)
        for i, f in enumerate(found)
        for j, t in enumerate(true)
    )
    pairs: list[tuple[int, int]] = []
    used_found: set[int] = set()
    used_true: set[int] = set()
    for error, i, j in candidates:
        if error <= tolerance_s and i not in used_found and j not in used_true:
            pairs.append((i, j))
            used_found.add(i)
            used_true.add(j)
    return pairs


def count_events(found: Sequence[Bout], true: Sequence[Bout], tolerance_s: float) -> EventCounts:
    """How many bouts were found, true and matched within tolerance_s seconds."""
    return EventCounts(len(match_bouts(found, true, tolerance_s)), len(found), len(true))


@dataclass(frozen=True, slots=True)
class AlertCounts:
    """Alerts against true bouts, over a time of watching.

    false: alerts outside every true bout. delays_s: per alerted bout, from its start to its first
    alert. missed: true bouts without any alert. watched_s: seconds that carry a label.
    """

    false: int = 0
    delays_s: tuple[float, ...] = ()
    missed: int = 0
    watched_s: float = 0.0

    def __add__(self, other: AlertCounts) -> AlertCounts:
        return AlertCounts(
            self.false + other.false,
            self.delays_s + other.delays_s,
            self.missed + other.missed,
            self.watched_s + other.watched_s,
        )

    @property
    def false_per_hour(self) -> float:
        """False alerts per hour watched; NaN when nothing was watched."""
        return ratio(self.false * SECONDS_PER_HOUR, self.watched_s)

    @property
    def median_delay_s(self) -> float:
        """Half of the alerted bouts had their alert by then, seconds after the bout began."""
        return self._delay_quantile(0.5)

    @property
    def late_delay_s(self) -> float:
        """Nine in ten alerted bouts had their alert by then (90th percentile), seconds."""
        return self._delay_quantile(0.9)

    def _delay_quantile(self, share: float) -> float:
        return float(np.quantile(self.delays_s, share)) if self.delays_s else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "false": self.false,
            "false_per_hour": self.false_per_hour,
            "alerted_bouts": len(self.delays_s),
            "missed_bouts": self.missed,
            "median_delay_s": self.median_delay_s,
            "p90_delay_s": self.late_delay_s,
            "watched_s": self.watched_s,
        }


def count_alerts(
    alerts_s: Sequence[float], true: Sequence[Bout], watched_s: float, grace_s: float
) -> AlertCounts:
    """Sort alerts into those that fall into a true bout and false ones.

    alerts_s: times of the alerts. grace_s: an alert this long after a bout still belongs to it,
    because the monitor bridges recoveries that short and cannot know yet that the bout is over.
    """
    delays: list[float] = []
    excused: set[int] = set()
    missed = 0
    for start, end in sorted(true):
        inside = [
            i
            for i, time in enumerate(alerts_s)
            if start <= time <= end + grace_s and i not in excused
        ]
        excused.update(inside)
        if inside:
            delays.append(min(alerts_s[i] for i in inside) - start)
        else:
            missed += 1
    return AlertCounts(len(alerts_s) - len(excused), tuple(delays), missed, watched_s)

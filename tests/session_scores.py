"""Runs working sessions through the time side of the engine and scores what it said."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from working_sessions import (
    SLOUCHED_FROM_DEG,
    UPRIGHT,
    Course,
    Flaws,
    compose,
    expected_alerts,
    expected_bouts,
    frames,
)

from posture_cam.config import Settings
from posture_cam.slouch import SlouchJudge
from posture_cam.strain import StrainMonitor
from posture_cam.tuning.event_metrics import EventCounts, count_events
from posture_cam.types import Event, EventKind

BOUT_TOLERANCE_S = 10.0
LOGIT_WIDTH_DEG = 3.0
"""Flexion beyond the threshold that raises the log-odds of a slouched frame by one."""
ALERT_TOLERANCE_S = 30.0
"""An alert this close to the true end of the budget is that budget's alert; others are false."""


@dataclass(frozen=True)
class Score:
    """What one or more sessions came to. delays_s: alert minus the true end of the budget."""

    bouts: EventCounts = field(default_factory=EventCounts)
    alerts: int = 0
    expected_alerts: int = 0
    delays_s: tuple[float, ...] = ()
    hours: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.bouts + other.bouts,
            self.alerts + other.alerts,
            self.expected_alerts + other.expected_alerts,
            self.delays_s + other.delays_s,
            self.hours + other.hours,
        )

    @property
    def false_alerts_per_hour(self) -> float:
        """Alerts that no true end of a budget explains."""
        return (self.alerts - len(self.delays_s)) / self.hours

    @property
    def median_delay_s(self) -> float:
        """Positive: late."""
        return float(np.median(self.delays_s)) if self.delays_s else math.nan

    @property
    def alert_recall(self) -> float:
        """Share of used-up budgets that were told."""
        return len(self.delays_s) / self.expected_alerts if self.expected_alerts else math.nan


def events_of(course: Course, rate_hz: float, flaws: Flaws, seed: int) -> list[Event]:
    """Everything the engine says about a session seen at rate_hz."""
    settings = Settings()
    judge, monitor = SlouchJudge(settings.slouch), StrainMonitor(settings)
    events: list[Event] = []
    for frame in frames(course, rate_hz, flaws, seed):
        logit = (frame.angles.spine_flexion_deg - SLOUCHED_FROM_DEG) / LOGIT_WIDTH_DEG
        assessment = judge.judge(frame.angles, logit)
        _, new = monitor.update(
            frame.time_s, frame.present, frame.angles, assessment, upright=UPRIGHT
        )
        events += new
    return [*events, *monitor.finish()]


def score(course: Course, events: Iterable[Event]) -> Score:
    """Compare what was said with the truth."""
    events = list(events)
    found = [(event.start_s, event.end_s) for event in events if event.kind is EventKind.SLOUCH]
    said = [event.end_s for event in events if event.kind is EventKind.ALERT]
    due = expected_alerts(course)
    delays, free = [], list(said)
    for due_s in due:
        near = [time_s for time_s in free if abs(time_s - due_s) <= ALERT_TOLERANCE_S]
        if near:
            _, best = min((abs(time_s - due_s), time_s) for time_s in near)
            free.remove(best)
            delays.append(best - due_s)
    return Score(
        count_events(found, expected_bouts(course), BOUT_TOLERANCE_S),
        len(said),
        len(due),
        tuple(delays),
        course.duration_s / 3600,
    )


def score_sessions(
    seeds: Iterable[int], rate_hz: float, flaws: Flaws, minutes: float | None = None
) -> Score:
    """The pooled score of sessions of 10-60 min (by seed, unless `minutes` says how long)."""
    total = Score()
    for seed in seeds:
        course = compose(seed, minutes or 10 + 50 * ((seed * 37) % 11) / 10)
        total += score(course, events_of(course, rate_hz, flaws, seed + 500_000))
    return total

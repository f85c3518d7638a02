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
from posture_cam.measurement import Measurement
from posture_cam.measurement_filter import MeasurementFilter
from posture_cam.slouch import SlouchJudge
from posture_cam.slouch_odds import slouch_log_odds
from posture_cam.strain import StrainMonitor
from posture_cam.tuning.event_metrics import EventCounts, count_events
from posture_cam.types import Event, EventKind

BOUT_TOLERANCE_S = 10.0
FLAW_SEED = 500_000
"""The flaws of a session are drawn apart from its course."""
SLACK_S = 1.0
"""An alert at the very end of a bout still belongs to it."""
LOGIT_WIDTH_DEG = 3.0
"""Flexion beyond the threshold that raises the log-odds of a slouched frame by one."""


@dataclass(frozen=True)
class Score:
    """What one or more sessions came to.

    alerts, expected_alerts: how many were said, and were due. outside: alerts outside every true
    bout. delays_s: alert minus the true end of the budget, for alerts due in their bout.
    """

    bouts: EventCounts = field(default_factory=EventCounts)
    alerts: int = 0
    expected_alerts: int = 0
    delays_s: tuple[float, ...] = ()
    outside: int = 0
    hours: float = 0.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.bouts + other.bouts,
            self.alerts + other.alerts,
            self.expected_alerts + other.expected_alerts,
            self.delays_s + other.delays_s,
            self.outside + other.outside,
            self.hours + other.hours,
        )

    @property
    def false_alerts_per_hour(self) -> float:
        """Alerts outside every true bout, or in one in which none was due."""
        return (self.alerts - len(self.delays_s)) / self.hours

    @property
    def outside_per_hour(self) -> float:
        """Alerts outside every true bout."""
        return self.outside / self.hours

    @property
    def median_delay_s(self) -> float:
        """Positive: late."""
        return float(np.median(self.delays_s)) if self.delays_s else math.nan

    @property
    def alert_recall(self) -> float:
        """Share of used-up budgets that were told."""
        return len(self.delays_s) / self.expected_alerts if self.expected_alerts else math.nan


def events_of(course: Course, rate_hz: float, flaws: Flaws, seed: int) -> list[Event]:
    """Everything the engine says about a session seen at rate_hz: its filter, judge and monitor."""
    settings = Settings()
    smooth, judge = MeasurementFilter(), SlouchJudge(settings.slouch)
    monitor = StrainMonitor(settings)
    events: list[Event] = []
    for frame in frames(course, rate_hz, flaws, FLAW_SEED + seed):
        logit = (frame.angles.spine_flexion_deg - SLOUCHED_FROM_DEG) / LOGIT_WIDTH_DEG
        log_odds = slouch_log_odds(frame.angles.spine_flexion_deg, logit)
        measured = smooth.update(frame.time_s, Measurement(frame.angles, log_odds))
        assessment = judge.judge(measured.angles, measured.slouch_log_odds)
        _, new = monitor.update(
            frame.time_s, frame.present, measured.angles, assessment, upright=UPRIGHT
        )
        events += new
    return [*events, *monitor.finish()]


def score(course: Course, events: Iterable[Event]) -> Score:
    """Compare what was said with the truth."""
    events = list(events)
    found = [(event.start_s, event.end_s) for event in events if event.kind is EventKind.SLOUCH]
    said = [event.end_s for event in events if event.kind is EventKind.ALERT]
    due = expected_alerts(course)
    true = expected_bouts(course)
    return Score(
        count_events(found, true, BOUT_TOLERANCE_S),
        len(said),
        len(due),
        tuple(_delays(said, due, true)),
        sum(not any(a <= time_s <= b + SLACK_S for a, b in true) for time_s in said),
        course.duration_s / 3600,
    )


def _delays(said: list[float], due: list[float], bouts: list[tuple[float, float]]) -> list[float]:
    """Said minus due, for every alert that was due in the bout it was said in, nearest first."""
    pairs = sorted(
        (abs(said_s - due_s), said_s, due_s)
        for start_s, end_s in bouts
        for said_s in said
        for due_s in due
        if start_s <= said_s <= end_s + SLACK_S and start_s <= due_s <= end_s + SLACK_S
    )
    delays, used = [], set[float]()
    for _, said_s, due_s in pairs:
        if said_s not in used and -due_s not in used:
            used |= {said_s, -due_s}
            delays.append(said_s - due_s)
    return delays


def session_minutes(seed: int) -> float:
    """Length of the session of that seed, 10-60 min."""
    return 10 + 50 * ((seed * 37) % 11) / 10


def score_sessions(seeds: Iterable[int], rate_hz: float, flaws: Flaws) -> Score:
    """The pooled score of composed sessions."""
    total = Score()
    for seed in seeds:
        course = compose(seed, session_minutes(seed))
        total += score(course, events_of(course, rate_hz, flaws, seed))
    return total

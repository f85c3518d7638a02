"""What was noticed of posture, made into events: bouts, absences, and the reminders of both."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from posture_cam.bouts import Bout
from posture_cam.messages import duration_text, say
from posture_cam.presence import Absence
from posture_cam.reminders import Topic
from posture_cam.strain_parts import StrainParts
from posture_cam.types import Event, EventKind
from posture_cam.wording import slouch_reason


def of_slouching(parts: StrainParts, time_s: float) -> Iterator[Event]:
    """The reminder that the holding time is used up, if it is and may be spoken."""
    reminders = parts.reminders
    due_s = parts.slouch.due_since_s()
    open_s = reminders.open_since_s(Topic.SLOUCH, time_s)
    if math.isnan(due_s) or math.isnan(open_s):
        return
    due_s = min(time_s, max(due_s, open_s, parts.time_s))
    reminders.spoke(Topic.SLOUCH, due_s)
    bout = parts.slouch.bouts.current
    flexion = bout.measured.flexion_deg
    text = parts.wording.alert(reminders.level, bout.measured, due_s - bout.start_s)
    yield Event(EventKind.ALERT, bout.start_s, due_s, flexion.peak, flexion.mean, text)


def of_movement(parts: StrainParts, time_s: float) -> Iterator[Event]:
    """Reminders of what is due beside slouching, as far as they may be spoken."""
    reminders = parts.reminders
    for finding in parts.movement.due(time_s, parts.presence):
        if math.isnan(reminders.open_since_s(Topic.MOVEMENT, time_s)):
            return
        reminders.spoke(Topic.MOVEMENT, time_s)
        parts.movement.tell(finding, parts.presence)
        start_s, text = finding.start_s, parts.wording.finding(finding, time_s)
        yield Event(finding.kind, start_s, time_s, finding.peak, finding.mean, text)


def of_bouts(bouts: Iterable[Bout | None]) -> Iterator[Event]:
    """What each bout that has ended was like; None is no bout."""
    for bout in filter(None, bouts):
        flexion = bout.measured.flexion_deg
        text = slouch_reason(bout.measured, bout.duration_s)
        yield Event(EventKind.SLOUCH, bout.start_s, bout.end_s, flexion.peak, flexion.mean, text)


def of_absence(absence: Absence | None, away_s: float) -> Iterator[Event]:
    """That nobody was there, if that was seen and lasted; away_s: seconds that count as away."""
    if absence is not None and absence.seen and absence.duration_s >= away_s:
        text = say("away", duration=duration_text(absence.duration_s))
        yield Event(EventKind.AWAY, absence.start_s, absence.end_s, message=text)

"""Reminders of what the picture shows beside posture: camera, person, calibration, light."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from posture_cam.messages import say
from posture_cam.reminders import Reminders, Topic
from posture_cam.strain_parts import StrainParts
from posture_cam.types import Event, EventKind


def told(reminders: Reminders, change: Event, topic: Topic) -> Event:
    """The event of a change: always recorded, `quiet` unless a reminder of it may be spoken now."""
    if math.isnan(reminders.open_since_s(topic, change.end_s)):
        return replace(change, quiet=True)
    reminders.spoke(topic, change.end_s)
    return change


def of_calibration(
    parts: StrainParts, time_s: float, straighter_deg: float, judged: bool
) -> Iterator[Event]:
    """That they sit straighter than when they calibrated.

    It turns out only once, so where it may not be told then, it is noted, and told later on while
    they are judged. straighter_deg: with this frame, else NaN.
    """
    if math.isfinite(straighter_deg):
        event = told(parts.reminders, _straighter(time_s, straighter_deg), Topic.CALIBRATION)
        parts.straighter_deg = straighter_deg if event.quiet else math.nan
        yield event
    elif judged and math.isfinite(parts.straighter_deg):
        event = told(parts.reminders, _straighter(time_s, parts.straighter_deg), Topic.CALIBRATION)
        if not event.quiet:
            parts.straighter_deg = math.nan
            yield event


def _straighter(time_s: float, degrees: float) -> Event:
    text = say("straighter", amount=round(degrees))
    return Event(EventKind.STRAIGHTER, time_s, time_s, degrees, degrees, text)


def of_light(parts: StrainParts, time_s: float) -> Iterator[Event]:
    """That it has been too dark to judge for a while."""
    if parts.dark.due and not math.isnan(parts.reminders.open_since_s(Topic.LIGHT, time_s)):
        parts.reminders.spoke(Topic.LIGHT, time_s)
        parts.dark.told = True
        yield Event(EventKind.TOO_DARK, parts.dark.since_s, time_s, message=say("too_dark"))

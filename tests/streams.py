"""Short streams of frames for the tests of the time side, written as (seconds, what is seen)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from posture_cam.config import Settings
from posture_cam.strain import StrainMonitor
from posture_cam.types import Angles, Assessment, Event, EventKind, Strain

UPRIGHT = Angles(
    neck_inclination_deg=20.0,
    trunk_inclination_deg=0.0,
    trunk_lateral_deg=0.0,
    shoulder_tilt_deg=0.0,
    twist_deg=0.0,
    view_deg=0.0,
)
AWAY = "away"
UNJUDGED = "unjudged"


@dataclass(frozen=True)
class Frame:
    """What StrainMonitor.update is given for one frame."""

    time_s: float
    present: bool
    angles: Angles
    assessment: Assessment
    brightness: float = 0.5
    camera_moved: bool = False
    sitter_changed: bool = False
    straighter_deg: float = math.nan


def frame(time_s: float, seen: float | str | Angles, **more: Any) -> Frame:
    """One frame: a spine flexion in degrees (slouched from 10 on), AWAY, UNJUDGED, or angles."""
    if seen == AWAY:
        return Frame(time_s, False, Angles(), Assessment(), **more)
    if seen == UNJUDGED:
        return Frame(time_s, True, Angles(), Assessment(), **more)
    angles = seen if isinstance(seen, Angles) else Angles(spine_flexion_deg=float(seen))
    slouched = angles.spine_flexion_deg >= 10
    return Frame(time_s, True, angles, Assessment(0.9 if slouched else 0.1, slouched, 1.0), **more)


def stream(*parts: tuple[float, Any], rate_hz: float = 5.0, start_s: float = 0.0) -> list[Frame]:
    """Frames of one part after the other; a frame lies at the beginning of its time."""
    frames, end_s, index = [], 0.0, 0
    for duration_s, seen in parts:
        end_s += duration_s
        while index / rate_hz < end_s - 1e-9:
            frames.append(frame(start_s + index / rate_hz, seen))
            index += 1
    return frames


def feed(monitor: StrainMonitor, frames: Iterable[Frame]) -> list[Event]:
    """Events of these frames."""
    return [event for one in frames for event in feed_one(monitor, one)[1]]


def feed_one(monitor: StrainMonitor, one: Frame) -> tuple[Strain, tuple[Event, ...]]:
    """Give the monitor one frame."""
    return monitor.update(
        one.time_s,
        one.present,
        one.angles,
        one.assessment,
        upright=UPRIGHT,
        brightness=one.brightness,
        camera_moved=one.camera_moved,
        sitter_changed=one.sitter_changed,
        straighter_deg=one.straighter_deg,
    )


def events_of(frames: Iterable[Frame], settings: Settings | None = None) -> list[Event]:
    """Everything a fresh monitor says about the stream, its end included."""
    monitor = StrainMonitor(settings or Settings())
    return [*feed(monitor, frames), *monitor.finish()]


def of_kind(events: Iterable[Event], kind: EventKind) -> list[Event]:
    """Those events, in order."""
    return [event for event in events if event.kind is kind]


def same(a: float, b: float) -> bool:
    """Equal, NaN equal to NaN."""
    return a == b or (math.isnan(a) and math.isnan(b))

"""From single frames to what lasts: bouts, holding time used up, load, and when to speak."""

from __future__ import annotations

import math
from typing import Any

from posture_cam.bouts import Bout, BoutFinder, Cues
from posture_cam.config import Settings
from posture_cam.types import Angles, Assessment, Event, EventKind, Strain


class StrainMonitor:
    """Follows one person through time."""

    def __init__(self, settings: Settings, *, clock_at_zero_s: float | None = None) -> None:
        self._settings = settings
        self._clock_at_zero_s = clock_at_zero_s
        self._bouts = BoutFinder.from_settings(settings.slouch)
        self._time_s = math.nan
        self._slouched = False
        self._strain = Strain()

    def update(
        self,
        time_s: float,
        present: bool,
        angles: Angles,
        assessment: Assessment,
        *,
        upright: Angles | None = None,
        arm_elevation_deg: tuple[float, float] = (math.nan, math.nan),
        brightness: float = math.nan,
        camera_moved: bool = False,
        sitter_changed: bool = False,
    ) -> tuple[Strain, tuple[Event, ...]]:
        """Take in one frame."""
        events: list[Event] = []
        known = present and assessment.slouched is not None
        if known and not time_s <= self._time_s:
            step = time_s - self._time_s
            if step <= self._settings.strain.max_step_s:
                cues = Cues(flexion_deg=angles.spine_flexion_deg)
                middle = self._time_s + step / 2
                for start, end, value in (
                    (self._time_s, middle, self._slouched),
                    (middle, time_s, bool(assessment.slouched)),
                ):
                    _, bout = self._bouts.update(start, end, value, cues)
                    events += [_event(bout)] if bout else []
            self._time_s, self._slouched = time_s, bool(assessment.slouched)
        self._strain = Strain(slouched_for_s=self._bouts.slouched_for_s)
        return self._strain, tuple(events)

    def finish(self) -> tuple[Event, ...]:
        """End of the stream: closes what is open."""
        bout = self._bouts.close()
        return (_event(bout),) if bout else ()

    def state(self) -> dict[str, Any]:
        """Everything that later events depend on."""
        return {"bouts": self._bouts.state(), "time_s": self._time_s, "slouched": self._slouched}

    def restore(self, state: dict[str, Any]) -> None:
        """After it, the same input gives the same events."""
        self._bouts.restore(state["bouts"])
        self._time_s, self._slouched = state["time_s"], state["slouched"]


def _event(bout: Bout) -> Event:
    flexion = bout.measured.flexion_deg
    return Event(EventKind.SLOUCH, bout.start_s, bout.end_s, flexion.peak, flexion.mean)

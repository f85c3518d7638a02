"""Times of frames as the milliseconds that MediaPipe demands."""

from __future__ import annotations

import math

from posture_cam.types import NAN

LONGEST_STEP_MS = 3_600_000
"""Milliseconds told to MediaPipe for any longer gap, so that they never outgrow its integers."""


class VideoClock:
    """Turns any times in seconds into the strictly increasing milliseconds that MediaPipe demands.

    Intervals are kept where time runs forward, so that smoothing over time stays right.
    """

    def __init__(self) -> None:
        self._last_ms = -1
        self._last_s = NAN
        self._zero_s = NAN

    def step_s(self, time_s: float) -> float:
        """Seconds since the last frame; 0 when either time is unknown or infinite."""
        step = time_s - self._last_s
        return step if math.isfinite(step) else 0.0

    def advance(self, time_s: float) -> int:
        """Milliseconds for a frame at this time."""
        earliest = self._last_ms + 1
        if not math.isfinite(time_s):
            return self.next_ms()
        if math.isnan(self._zero_s):
            self._zero_s = time_s - earliest / 1000
        wanted = (time_s - self._zero_s) * 1000
        self._last_s = time_s
        self._last_ms = round(min(max(wanted, earliest), earliest + LONGEST_STEP_MS))
        if wanted > self._last_ms + 1:  # the step was cut short: count from here
            self._zero_s = time_s - self._last_ms / 1000
        return self._last_ms

    def next_ms(self) -> int:
        """The millisecond after the last one."""
        self._last_ms += 1
        return self._last_ms

    def pause(self, milliseconds: int) -> int:
        """So much later, as if time had stood still meanwhile: the next intervals are kept."""
        self._last_ms += milliseconds
        self._zero_s -= milliseconds / 1000
        return self._last_ms

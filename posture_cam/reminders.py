"""When to speak and when to be quiet."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from posture_cam.config_strain import QuietSettings
from posture_cam.quiet_hours import parse_quiet_hours, quiet_until
from posture_cam.stateful import NOT_SAVED, Stateful

HOUR_S = 3600.0
HEEDED_WITHIN_S = 60.0
"""A slouch that ends this soon after its reminder was ended by it."""
MOST_LEVEL = 3


class Topic(StrEnum):
    """What a reminder is about; each topic has its own cooldown."""

    SLOUCH = "slouch"
    MOVEMENT = "movement"
    LIGHT = "light"
    CAMERA = "camera"
    SITTER = "sitter"
    CALIBRATION = "calibration"


CHANGES = frozenset({Topic.CAMERA, Topic.SITTER, Topic.CALIBRATION})
"""What was judged against holds no longer: this is told at once, but each once an hour at most. A
camera that frames people by itself moves all day."""


@dataclass
class Reminders(Stateful):
    """Cooldown, hourly limit, snooze, quiet hours, settling in; and patience learned from answers.

    clock_at_zero_s: seconds after local midnight at time 0, NaN when unknown (then there are no
    quiet hours).
    spoken_s: times of the reminders of the last hour; last_s: the last one by topic.
    patience: factor on holding times, 1 .. settings.adapt_most.
    level: how many reminders about slouching have gone unheeded, 0 .. 3.
    """

    settings: QuietSettings = field(metadata=NOT_SAVED)
    clock_at_zero_s: float = field(default=math.nan, metadata=NOT_SAVED)
    spoken_s: list[float] = field(default_factory=list)
    last_s: dict[str, float] = field(default_factory=dict)
    snoozed_until_s: float = math.nan
    settled_s: float = math.nan
    patience: float = 1.0
    level: int = 0

    def open_since_s(self, topic: Topic, now_s: float) -> float:
        """Since when a reminder on this topic may be spoken; NaN when it may not be spoken now."""
        settings = self.settings
        if settings.max_per_hour == 0:
            return math.nan
        change = topic in CHANGES
        cooldown_s = max(HOUR_S, settings.cooldown_s) if change else settings.cooldown_s
        gates = [self.snoozed_until_s, self.last_s.get(topic, math.nan) + cooldown_s]
        if not change:
            gates.append(self.settled_s)
        if topic in (Topic.MOVEMENT, Topic.LIGHT) and self.spoken_s:
            gates.append(self.spoken_s[-1] + settings.spacing_s)
        if len(self.spoken_s) >= settings.max_per_hour:
            gates.append(self.spoken_s[-settings.max_per_hour] + HOUR_S)
        gate_s = max((gate for gate in gates if math.isfinite(gate)), default=-math.inf)
        gate_s = self._after_quiet_hours(gate_s)
        return gate_s if gate_s <= now_s == self._after_quiet_hours(now_s) else math.nan

    def spoke(self, topic: Topic, now_s: float) -> None:
        """A reminder was spoken."""
        self.last_s[topic] = now_s
        self.spoken_s = [time_s for time_s in self.spoken_s if time_s > now_s - HOUR_S]
        self.spoken_s.append(now_s)
        if topic is Topic.SLOUCH:
            self.level = min(MOST_LEVEL, self.level + 1)

    def settle(self, now_s: float) -> None:
        """The person has sat down, or the camera has moved: wait a little."""
        self.settled_s = now_s + self.settings.settle_in_s

    def snooze(self, until_s: float) -> None:
        """No reminders until then."""
        self.snoozed_until_s = until_s

    def dismissed(self) -> None:
        """The person waved a reminder about slouching away: wait longer from now on."""
        longer = self.patience * (1 + self.settings.adapt_step)
        self.patience = min(self.settings.adapt_most, longer)

    def bout_ended(self, end_s: float) -> None:
        """A bout ended; soon after a reminder this is the answer hoped for, and undoes patience."""
        spoken_s = self.last_s.get(Topic.SLOUCH, math.nan)
        if spoken_s <= end_s <= spoken_s + HEEDED_WITHIN_S:
            self.patience = max(1.0, self.patience / (1 + self.settings.adapt_step))

    def recovered(self) -> None:
        """The back has had its relief: the next reminder is a first one again."""
        self.level = 0

    def _after_quiet_hours(self, time_s: float) -> float:
        spans = parse_quiet_hours(self.settings.hours)
        if not spans or math.isnan(self.clock_at_zero_s) or not math.isfinite(time_s):
            return time_s
        now_s = time_s + self.clock_at_zero_s
        end_s = quiet_until(spans, now_s)
        # There and back again through the time of day would not be the same number.
        return time_s if end_s == now_s else end_s - self.clock_at_zero_s

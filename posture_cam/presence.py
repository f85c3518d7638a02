"""Here or away: who sits, for how long, and which absences count as breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from posture_cam.config import Settings
from posture_cam.config_strain import MovementSettings
from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.steady_verdict import Change, SteadyVerdict
from posture_cam.types import Pose


def in_the_dark(pose: Pose, movement: MovementSettings) -> bool:
    """Whether nobody was found, in a picture that is too dark to find anybody."""
    return not pose.present and pose.brightness < movement.dark_brightness


@dataclass(frozen=True, slots=True)
class Absence:
    """A time without the person. seen: whether the empty place was really seen.

    It was not when the picture was dark, or when no frames came because the camera was lost.
    """

    start_s: float
    end_s: float
    seen: bool

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


@dataclass
class Presence(Stateful):
    """Follows whether somebody is there. A gap without frames counts as absence.

    here: steady, so that neither one lost frame nor one false find changes it.
    changed_s: when the person came, or left.
    sitting_s: time here since the last break; sitting_since_s: when that began.
    unseen_s: how much of the present absence nobody saw, in the dark or without a camera. left:
    whether the person was seen to leave, and nobody has come since. paused: no frames come until
    the next one, which may be much later.
    """

    settings: Settings = field(metadata=NOT_SAVED)
    here: SteadyVerdict
    time_s: float = math.nan
    was_present: bool = False
    was_unseen: bool = False
    changed_s: float = math.nan
    sitting_since_s: float = math.nan
    sitting_s: float = 0.0
    unseen_s: float = 0.0
    left: bool = False
    paused: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Presence:
        """Nothing seen yet."""
        return cls(settings, SteadyVerdict(settings.slouch.settle_s))

    def update(self, time_s: float, present: bool, dark: bool) -> Absence | None:
        """Take in one frame; returns an absence that has just ended.

        dark: the picture is too dark to find anybody.
        """
        absence = None
        unseen = dark and not present
        if math.isnan(self.time_s):
            self.here.reset(present)
            self.changed_s = self.sitting_since_s = time_s
        elif time_s - self.time_s >= self.settings.movement.away_s:
            absence = self._follow(self.time_s, time_s, present=False, unseen=self.paused)
        elif time_s - self.time_s <= self.settings.strain.max_step_s:
            middle_s = self.time_s + (time_s - self.time_s) / 2
            before = self._follow(self.time_s, middle_s, self.was_present, self.was_unseen)
            absence = before or self._follow(middle_s, time_s, present, unseen)
        self.time_s, self.was_present, self.was_unseen = time_s, present, unseen
        self.paused = False
        return absence

    def away_since_s(self) -> float:
        """When the person left, NaN while they are here or their absence is in doubt."""
        return math.nan if self.here.on or math.isnan(self.time_s) else self.changed_s

    def close(self) -> Absence | None:
        """The absence under way at the end of the stream."""
        since_s = self.away_since_s()
        if math.isnan(since_s):
            return None
        return Absence(since_s, self.time_s, seen=self._mostly_seen(since_s, self.time_s))

    def new_sitter(self, time_s: float) -> None:
        """Somebody else sits here from now on."""
        self.sitting_since_s = self.changed_s = time_s
        self.sitting_s = 0.0

    def _follow(self, start_s: float, end_s: float, present: bool, unseen: bool) -> Absence | None:
        change = self.here.update(start_s, end_s, present)
        if self.here.on:
            self.sitting_s += end_s - start_s
        if not present and unseen:
            self.unseen_s += end_s - start_s
        if change is not Change.SWITCHED:
            if self.here.on and change in (Change.NONE, Change.SETTLED):
                self.unseen_s = 0.0
            # Who switched the light off and went is seen to be gone once there is light.
            self.left |= not (self.here.on or present or unseen)
            return None
        since_s, self.changed_s = self.changed_s, self.here.doubt_since_s
        self.left = not self.here.on and not unseen
        if not self.here.on:
            self.sitting_s = max(0.0, self.sitting_s - (start_s - self.changed_s))
            return None
        absence = Absence(since_s, self.changed_s, seen=self._mostly_seen(since_s, self.changed_s))
        self.unseen_s = 0.0
        first_time = self.sitting_s <= end_s - start_s
        self.sitting_s += start_s - self.changed_s
        if first_time or absence.duration_s >= self.settings.movement.break_s:
            self.sitting_since_s, self.sitting_s = self.changed_s, end_s - self.changed_s
        return absence

    def _mostly_seen(self, start_s: float, end_s: float) -> bool:
        return self.unseen_s < (end_s - start_s) / 2

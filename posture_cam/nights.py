"""Notices a night: an absence after which somebody sits down on another day, a little otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.types import Pose

NIGHT_S = 4 * 3600.0
"""Who comes back after so long may sit down on another day (our choice)."""


@dataclass
class NightWatch(Stateful):
    """Follows one person.

    seen_s: when they were last seen. first: whether the latest pose was the first of them.
    """

    seen_s: float = math.nan
    first: bool = field(default=False, metadata=NOT_SAVED)

    def update(self, pose: Pose) -> bool:
        """Take in the next pose; whether somebody is there again after a night."""
        self.first = False
        if not pose.present:
            return False
        away_s, self.seen_s = pose.time_s - self.seen_s, pose.time_s
        self.first = math.isnan(away_s)
        return away_s >= NIGHT_S

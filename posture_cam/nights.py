"""Notices a night: an absence after which somebody sits down on another day, a little otherwise."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.still_poses import MAX_GAP_S
from posture_cam.types import Pose

NIGHT_S = 4 * 3600.0
"""Who comes back after so long may sit down on another day (our choice)."""
SURE_S = 10.0
"""What is found for less than that, a shadow or who passes by, parts no night in two."""


@dataclass
class NightWatch(Stateful):
    """Follows one person.

    here_s: when they were last there for sure, or found for the first time. since_s, latest_s:
    since when, and until when, they have been found without a pause. first: whether the latest pose
    was the first of them.
    """

    here_s: float = math.nan
    since_s: float = math.nan
    latest_s: float = math.nan
    first: bool = field(default=False, metadata=NOT_SAVED)

    def update(self, pose: Pose) -> bool:
        """Take in the next pose; whether somebody has come with it after a night."""
        self.first = False
        if not pose.present:
            return False
        came = not pose.time_s - self.latest_s <= MAX_GAP_S
        if came:
            self.since_s = pose.time_s
        away_s, self.latest_s = pose.time_s - self.here_s, pose.time_s
        self.first = math.isnan(away_s)
        if self.first or pose.time_s - self.since_s >= SURE_S:
            self.here_s = pose.time_s
        return came and away_s >= NIGHT_S

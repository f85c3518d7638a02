"""Notices a night: an absence after which somebody sits down on another day, a little otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from posture_cam.pose_state import number_from_state, number_state
from posture_cam.types import Pose

NIGHT_S = 4 * 3600.0
"""Who comes back after so long may sit down on another day (our choice)."""


class NightWatch:
    """Follows one person. first: whether the latest pose was the first of them."""

    def __init__(self) -> None:
        self.first = False
        self._seen_s = math.nan

    def update(self, pose: Pose) -> bool:
        """Take in the next pose; whether somebody is there again after a night."""
        self.first = False
        if not pose.present:
            return False
        away_s, self._seen_s = pose.time_s - self._seen_s, pose.time_s
        self.first = math.isnan(away_s)
        return away_s >= NIGHT_S

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {"seen_s": number_state(self._seen_s)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._seen_s = number_from_state(state["seen_s"])

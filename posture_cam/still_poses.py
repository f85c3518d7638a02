"""The latest seconds in which somebody sat still: what postures to judge against are made of."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from posture_cam.baseline import MIN_FRAMES, seconds_of, steady_poses
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.pose_state import pose_from_state, pose_state
from posture_cam.types import Pose

EVERY_S = 0.15
"""Poses nearer to each other say the same of stillness and only cost time."""
DROP_S = 0.5
"""So much of poses that were not still is dropped before the rest is looked at again."""
MAX_GAP_S = 2.0
"""A longer interruption starts the collecting anew."""


class StillSeconds:
    """Collects poses of one person in which somebody is there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._poses: deque[Pose] = deque()

    def add(self, pose: Pose) -> bool:
        """Take in one more; whether an interruption has started the collecting anew."""
        interrupted = bool(self._poses) and pose.time_s - self._poses[-1].time_s > MAX_GAP_S
        if interrupted:
            self._poses.clear()
        self._poses.append(pose)
        return interrupted

    @property
    def newest_s(self) -> float:
        """Time of the newest pose; minus infinity when there is none."""
        return self._poses[-1].time_s if self._poses else -math.inf

    def lasted(self, seconds: float) -> bool:
        """Whether poses have been collected for so long, and are enough."""
        return seconds_of(self._poses) >= seconds and len(self._poses) >= MIN_FRAMES

    def steady(self, needed_s: float) -> Sequence[Pose] | None:
        """The poses collected, if they are of one posture; None otherwise.

        If they are not, the oldest are dropped until what is left is DROP_S short of `needed_s`
        seconds, so that another attempt is due after DROP_S.
        """
        try:
            return steady_poses(self._poses, self._settings)
        except CalibrationError:
            while seconds_of(self._poses) > needed_s - DROP_S:
                self._poses.popleft()
            return None

    def held(self, seconds: float) -> Sequence[Pose] | None:
        """The poses of one posture that was held for so long, each only once; else None."""
        steady = self.steady(seconds) if self.lasted(seconds) else None
        if steady is not None:
            self.clear()
        return steady

    def clear(self) -> None:
        """Start anew."""
        self._poses.clear()

    def state(self) -> list[dict[str, Any]]:
        """What was collected, JSON-able."""
        return [pose_state(pose) for pose in self._poses]

    def restore(self, state: Sequence[Mapping[str, Any]]) -> None:
        """Put back what `state` gave."""
        self._poses = deque(pose_from_state(one) for one in state)

"""Which of the people in the picture is the one who is watched."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

LOST_AFTER_S = 3.0
"""Without the watched person for this long, the largest person in the picture is taken."""
MAX_JUMP = 1.0
"""Farther than this many of their own sizes from the last place, it is somebody else."""

_UPPER_BODY = [L.NOSE, L.LEFT_EAR, L.RIGHT_EAR, L.LEFT_SHOULDER, L.RIGHT_SHOULDER]


class PersonSelector:
    """Keeps to one person: the largest at first, then whoever continues them.

    A passer-by does not take over while the watched person is in the picture or was a moment ago.
    """

    def __init__(self) -> None:
        self._place: tuple[float, float] | None = None
        self._size = math.nan
        self._last_seen_s = -math.inf

    def choose(self, people: Sequence[Pose]) -> int:
        """Index of the watched person among `people`, -1 when they are not there."""
        present = [index for index, pose in enumerate(people) if pose.present]
        if not present:
            return -1
        now = people[present[0]].time_s
        if self._place is None or now - self._last_seen_s > LOST_AFTER_S:
            chosen = max(present, key=lambda index: apparent_size(people[index]))
        else:
            chosen = min(present, key=lambda index: self._distance(people[index]))
            if self._distance(people[chosen]) > MAX_JUMP:
                return -1
        self._place = centre(people[chosen])
        self._size = apparent_size(people[chosen])
        self._last_seen_s = now
        return chosen

    def _distance(self, pose: Pose) -> float:
        assert self._place is not None
        x, y = centre(pose)
        size = max(self._size, 1.0)
        growth = abs(math.log(max(apparent_size(pose), 1.0) / size))
        return math.hypot(x - self._place[0], y - self._place[1]) / (2 * size) + growth


def apparent_size(pose: Pose) -> float:
    """Extent of head and shoulders in pixels, the same measure from the front and the side."""
    points = pose.landmarks[_UPPER_BODY, :2]
    return float(np.hypot(*(points.max(axis=0) - points.min(axis=0))))


def centre(pose: Pose) -> tuple[float, float]:
    """Middle of head and shoulders in pixels."""
    x, y = pose.landmarks[_UPPER_BODY, :2].mean(axis=0)
    return float(x), float(y)

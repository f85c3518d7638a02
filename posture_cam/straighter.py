"""Notices who calibrated in a slouch: sooner or later they sit clearly straighter than that.

Against such a baseline later slouches look upright, and upright is not told from it either, because
the networks learned changes from an upright posture. The same two witnesses that find an upright
posture without a calibration (upright.py) do tell which of two is the rounder.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from posture_cam.baseline import Baseline, baseline_of
from posture_cam.config import Settings
from posture_cam.spine import SpineEstimator
from posture_cam.still_poses import EVERY_S, StillSeconds
from posture_cam.types import Pose
from posture_cam.upright import HOLD_S, may_be_upright, rounder_deg

STRAIGHTER_DEG = 8.0
"""A posture so much less round than the baseline, on the whole, speaks against it."""
SEEN_S = 2 * HOLD_S
"""It is said once such postures have been held for so long in all: not of one look."""


class StraighterWatch:
    """Follows one person who is judged against a calibrated baseline."""

    def __init__(self, settings: Settings, estimator: SpineEstimator) -> None:
        self._settings = settings
        self._estimator = estimator
        self._still = StillSeconds(settings)
        self._seen_s = self._degree_seconds = 0.0

    def update(self, pose: Pose, baseline: Baseline) -> float:
        """By how many degrees they sit straighter, once it is sure, for good; else NaN."""
        said = self._seen_s >= SEEN_S
        if said or not pose.present or pose.time_s - self._still.newest_s < EVERY_S:
            return math.nan
        self._still.add(pose)
        steady = self._still.held(HOLD_S)
        if steady is None:
            return math.nan
        posture = baseline_of(steady, self._settings)
        if not may_be_upright(self._estimator, posture, baseline):
            return math.nan
        straighter_deg = rounder_deg(self._estimator, baseline, posture)
        if straighter_deg >= STRAIGHTER_DEG:
            self._seen_s += posture.seconds
            self._degree_seconds += straighter_deg * posture.seconds
        return self._degree_seconds / self._seen_s if self._seen_s >= SEEN_S else math.nan

    def fit(self) -> None:
        """From now on the pictures have another size."""
        self._still.clear()

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "poses": self._still.state(),
            "seen_s": self._seen_s,
            "degree_seconds": self._degree_seconds,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._still.restore(state["poses"])
        self._seen_s = float(state["seen_s"])
        self._degree_seconds = float(state["degree_seconds"])

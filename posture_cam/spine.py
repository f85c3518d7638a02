"""Angles relative to the calibrated upright posture, from front, side and oblique views."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from posture_cam.angles import measure_angles
from posture_cam.baseline import Baseline
from posture_cam.landmarks import Landmark as L
from posture_cam.types import NAN, Angles, Pose

DEGREES_PER_HEAD_DROP = 28.0
"""Spine flexion that goes with the head sinking by one spread of head and shoulders."""


@dataclass(frozen=True, slots=True)
class SpineEstimator:
    """Compares a pose with the baseline.

    min_visibility: landmarks seen with less than this (0..1) count as not visible.
    """

    min_visibility: float

    def measure(self, pose: Pose, baseline: Baseline | None) -> Angles:
        """All angles of a pose; those relative to upright are NaN without a baseline."""
        angles = measure_angles(pose, self.min_visibility)
        if baseline is None or not angles.confidence >= self.min_visibility:
            return angles
        return replace(
            angles,
            spine_flexion_deg=self._spine_flexion(pose, baseline),
            head_pitch_deg=_head_pitch(pose) - _head_pitch(baseline.pose),
        )

    def _spine_flexion(self, pose: Pose, baseline: Baseline) -> float:
        drop = (_head_height(pose) - _head_height(baseline.pose)) / baseline.body_scale
        return DEGREES_PER_HEAD_DROP * drop


def _head_height(pose: Pose) -> float:
    return float(pose.landmarks[[L.LEFT_EAR, L.RIGHT_EAR], 1].mean())


def _head_pitch(pose: Pose) -> float:
    """Direction ears -> nose below the horizontal, from world landmarks, degrees."""
    world = pose.world.astype(np.float64)
    facing = world[L.NOSE] - (world[L.LEFT_EAR] + world[L.RIGHT_EAR]) / 2
    level = math.hypot(facing[0], facing[2])
    return math.degrees(math.atan2(facing[1], level)) if level > 0 else NAN

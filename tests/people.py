"""Stick people for tests: landmarks with known geometry, no picture needed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from posture_cam.landmarks import LANDMARK_COUNT
from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

WIDTH, HEIGHT = 640, 480
PIXELS_PER_METRE = 400.0

# Metres in the person's own frame: x to their left, y up, z forward; shoulder midpoint at zero.
UPRIGHT: dict[L, tuple[float, float, float]] = {
    L.NOSE: (0.0, 0.22, 0.12),
    L.LEFT_EYE_INNER: (0.015, 0.25, 0.10),
    L.LEFT_EYE: (0.03, 0.25, 0.10),
    L.LEFT_EYE_OUTER: (0.045, 0.25, 0.09),
    L.RIGHT_EYE_INNER: (-0.015, 0.25, 0.10),
    L.RIGHT_EYE: (-0.03, 0.25, 0.10),
    L.RIGHT_EYE_OUTER: (-0.045, 0.25, 0.09),
    L.LEFT_EAR: (0.08, 0.23, 0.02),
    L.RIGHT_EAR: (-0.08, 0.23, 0.02),
    L.MOUTH_LEFT: (0.025, 0.17, 0.10),
    L.MOUTH_RIGHT: (-0.025, 0.17, 0.10),
    L.LEFT_SHOULDER: (0.18, 0.0, 0.0),
    L.RIGHT_SHOULDER: (-0.18, 0.0, 0.0),
    L.LEFT_ELBOW: (0.22, -0.28, 0.05),
    L.RIGHT_ELBOW: (-0.22, -0.28, 0.05),
    L.LEFT_WRIST: (0.18, -0.30, 0.30),
    L.RIGHT_WRIST: (-0.18, -0.30, 0.30),
    L.LEFT_HIP: (0.10, -0.48, 0.0),
    L.RIGHT_HIP: (-0.10, -0.48, 0.0),
}


def body() -> NDArray[np.float64]:
    """(33, 3) joints of an upright person in their own frame, metres; legs straight down."""
    joints = np.tile(np.array([0.0, -0.9, 0.0]), (LANDMARK_COUNT, 1))
    for landmark, place in UPRIGHT.items():
        joints[landmark] = place
    return joints


def seen_from(
    joints: NDArray[np.float64],
    view_deg: float = 0.0,
    *,
    time_s: float = 0.0,
    scale: float = 1.0,
    shift: tuple[float, float] = (0.0, 0.0),
    hidden: tuple[L, ...] = (),
) -> Pose:
    """A pose as a distant camera sees these joints from `view_deg` (+90: their left side).

    scale and shift (pixels) move the person in the picture; hidden landmarks get visibility 0.
    """
    angle = np.radians(view_deg)
    left, up, forward = joints.T
    right_in_picture = left * np.cos(angle) - forward * np.sin(angle)
    towards_camera = left * np.sin(angle) + forward * np.cos(angle)
    world = np.stack([right_in_picture, -up, -towards_camera], axis=1)
    pixels = world * PIXELS_PER_METRE * scale
    pixels[:, :2] += np.array([WIDTH / 2, HEIGHT / 2]) + np.array(shift)
    visibility = np.ones(LANDMARK_COUNT, dtype=np.float32)
    visibility[list(hidden)] = 0.0
    return Pose(
        time_s=time_s,
        width=WIDTH,
        height=HEIGHT,
        landmarks=pixels.astype(np.float32),
        world=world.astype(np.float32),
        visibility=visibility,
        presence=np.ones(LANDMARK_COUNT, dtype=np.float32),
        brightness=0.5,
    )


def bend(joints: NDArray[np.float64], above: float, degrees: float) -> NDArray[np.float64]:
    """Turn everything higher than `above` (metres) forward about that height (sagittal plane)."""
    angle = np.radians(degrees)
    bent = joints.copy()
    upper = joints[:, 1] > above
    up, forward = joints[upper, 1] - above, joints[upper, 2]
    bent[upper, 1] = above + up * np.cos(angle) - forward * np.sin(angle)
    bent[upper, 2] = up * np.sin(angle) + forward * np.cos(angle)
    return bent


def lean_left(joints: NDArray[np.float64], above: float, degrees: float) -> NDArray[np.float64]:
    """Turn everything higher than `above` (metres) to the person's left about that height."""
    angle = np.radians(degrees)
    leaned = joints.copy()
    upper = joints[:, 1] > above
    up, left = joints[upper, 1] - above, joints[upper, 0]
    leaned[upper, 1] = above + up * np.cos(angle) - left * np.sin(angle)
    leaned[upper, 0] = up * np.sin(angle) + left * np.cos(angle)
    return leaned


def in_pictures(stream: list[Pose], scale: float, height: int | None = None) -> list[Pose]:
    """The same stream in pictures of another size; `height` cuts them off below."""
    return [
        replace(
            pose,
            width=round(pose.width * scale),
            height=height or round(pose.height * scale),
            landmarks=pose.landmarks * np.float32(scale),
        )
        for pose in stream
    ]

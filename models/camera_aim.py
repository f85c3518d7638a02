"""The same people before a camera that is aimed a little differently, without rendering anew.

A pinhole camera that turns where it stands maps its picture by a homography, whatever is in it: no
angle of the body changes, and neither does what the camera can know. So one rendered session
becomes many, and the networks learn no more of a camera's aim and lens than there is to know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FOCAL_WIDTHS = 0.785
"""Focal length, in widths of the picture, of a field of view of 65 degrees: the middle of those
that are rendered. Where a session's own differs, the picture is that of a slightly worse lens."""


@dataclass(frozen=True)
class Aim:
    """How differently a camera looks from the same place.

    up_deg, aside_deg: turned up, and to its right. roll_deg: turned clockwise about its own axis.
    zoom: enlargement. distortion: share by which the lens stretches what lies one focal length from
    the middle, positive like a pincushion.
    """

    up_deg: float = 0.0
    aside_deg: float = 0.0
    roll_deg: float = 0.0
    zoom: float = 1.0
    distortion: float = 0.0

    @staticmethod
    def random(random: np.random.Generator) -> Aim:
        """As differently as people aim, and cheap lenses draw."""
        return Aim(
            up_deg=random.normal(0, 3.5),
            aside_deg=random.normal(0, 3.5),
            roll_deg=random.normal(0, 1.5),
            zoom=float(np.exp(random.normal(0, 0.08))),
            distortion=random.normal(0, 0.03),
        )

    def landmarks(self, landmarks: Array, size: tuple[int, int]) -> Array:
        """Landmarks (..., 33, 3) of a picture of that width and height, as this camera has them."""
        middle, focal = np.array(size) / 2, FOCAL_WIDTHS * size[0]
        rays = np.ones_like(landmarks)
        rays[..., :2] = (landmarks[..., :2] - middle) / focal
        rays = rays @ self._rotation().T
        flat = rays[..., :2] / rays[..., 2:]
        flat = flat * (1 + self.distortion * (flat**2).sum(axis=-1, keepdims=True))
        seen = landmarks * self.zoom
        seen[..., :2] = middle + self.zoom * focal * flat
        return seen

    def world(self, world: Array) -> Array:
        """Landmarks in space (..., 33, 3): MediaPipe sees the person alone, so only roll shows."""
        return world @ _turn(0, 1, self.roll_deg).T

    def _rotation(self) -> Array:
        """From the camera's axes (right, down, ahead) to those after the turn."""
        up, aside = _turn(1, 2, self.up_deg), _turn(2, 0, self.aside_deg)
        return np.asarray(_turn(0, 1, self.roll_deg) @ up @ aside)


def _turn(one: int, other: int, degrees: float) -> Array:
    """Rotation (3, 3) that takes what lies along the axis `other` towards the axis `one`."""
    turn, angle = np.eye(3), np.radians(degrees)
    turn[one, one] = turn[other, other] = np.cos(angle)
    turn[one, other], turn[other, one] = np.sin(angle), -np.sin(angle)
    return turn

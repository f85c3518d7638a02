"""A pinhole camera and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .body_data import Array
from .skeleton import rotation, unit

NEAR, FAR = 0.05, 20.0


@dataclass(frozen=True)
class Camera:
    """A camera in the room.

    position, target: metres, (x, y, z). roll_deg: picture turned clockwise. fov_deg: horizontal
    field of view. width, height: pixels.
    """

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    fov_deg: float = 65.0
    roll_deg: float = 0.0
    width: int = 640
    height: int = 480

    @cached_property
    def axes(self) -> Array:
        """Rows: right, up and backward of the camera in the world (3, 3)."""
        backward = unit(np.array(self.position) - np.array(self.target))
        right = unit(np.cross(np.array([0.0, 1.0, 0.0]), backward))
        upright = np.stack([right, np.cross(backward, right), backward])
        turned: Array = rotation(2, self.roll_deg) @ upright
        return turned

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return float(0.5 * self.width / np.tan(np.radians(self.fov_deg) / 2))

    @cached_property
    def clip_matrix(self) -> Array:
        """World to OpenGL clip space, (4, 4), column vectors."""
        view = np.eye(4)
        view[:3, :3] = self.axes
        view[:3, 3] = -self.axes @ np.array(self.position)
        projection = np.zeros((4, 4))
        projection[0, 0] = 2 * self.focal_px / self.width
        projection[1, 1] = 2 * self.focal_px / self.height
        projection[2, 2] = (FAR + NEAR) / (NEAR - FAR)
        projection[2, 3] = 2 * FAR * NEAR / (NEAR - FAR)
        projection[3, 2] = -1.0
        matrix: Array = projection @ view
        return matrix

    def project(self, points: Array) -> Array:
        """Pixels and depth and depth (N, 3) = (x right, y down, metres away) of points (N, 3)."""
        local = (points - np.array(self.position)) @ self.axes.T
        depth = -local[:, 2]
        safe = np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        x = self.width / 2 + self.focal_px * local[:, 0] / safe
        y = self.height / 2 - self.focal_px * local[:, 1] / safe
        return np.stack([x, y, depth], axis=1)

    @property
    def pitch_deg(self) -> float:
        """How far the camera looks down, degrees."""
        return float(np.degrees(np.arcsin(self.axes[2, 1])))

    def shaken(self, shift: Array) -> Camera:
        """The same camera moved by (3,) metres, for a hand-held or knocked one."""
        place = np.array(self.position) + shift
        aim = np.array(self.target) + shift
        return Camera(
            (float(place[0]), float(place[1]), float(place[2])),
            (float(aim[0]), float(aim[1]), float(aim[2])),
            self.fov_deg,
            self.roll_deg,
            self.width,
            self.height,
        )

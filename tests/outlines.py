"""Recorded people with other outlines: loose clothes, or a mask that is cut more tightly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from posture_cam.figure import Figure
from posture_cam.tuning.clips import RecordedClip
from posture_cam.types import Pose

Outline = Callable[[Figure], Figure | None]


def thicker(pixels: int) -> Outline:
    """Farther to all sides, or less far; a pixel is about 3 cm on the body."""
    square = np.ones((2 * abs(pixels) + 1,) * 2, dtype=np.uint8)
    change = cv2.dilate if pixels > 0 else cv2.erode
    return lambda figure: np.asarray(change(figure, square), dtype=np.uint8)


def filled(figure: Figure) -> Figure:
    """No gaps: every row from its first inside pixel to its last."""
    since_left = np.maximum.accumulate(figure, axis=1)
    since_right = np.maximum.accumulate(figure[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(since_left, since_right)


OUTLINES: dict[str, Outline] = {
    "as it is": lambda figure: figure,
    "no silhouette": lambda figure: None,
    "3 cm thicker": thicker(1),
    "6 cm thicker": thicker(2),
    "3 cm thinner": thicker(-1),
    "gaps filled": filled,
}


@dataclass(frozen=True)
class OutlinedClip(RecordedClip):
    """A recorded clip all of whose silhouettes, the calibration's too, have another outline."""

    outline: Outline

    @cached_property
    def poses(self) -> tuple[Pose, ...]:
        """The watched person in every frame."""
        return tuple(
            pose if pose.figure is None else replace(pose, figure=self.outline(pose.figure))
            for pose in self.recording.poses()
        )

    @classmethod
    def of(cls, clip: RecordedClip, outline: Outline) -> OutlinedClip:
        """The clip with another outline."""
        return cls(clip.recording, clip.folder, outline)

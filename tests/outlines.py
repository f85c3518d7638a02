"""Recorded people with other outlines: loose clothes, or a mask that is cut more tightly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))

from figure_variety import thickened

from posture_cam.figure import Figure
from posture_cam.tuning.clips import RecordedClip
from posture_cam.types import Pose

Outline = Callable[[Figure], Figure | None]


def filled(figure: Figure) -> Figure:
    """No gaps: every row from its first inside pixel to its last."""
    since_left = np.maximum.accumulate(figure, axis=1)
    since_right = np.maximum.accumulate(figure[:, ::-1], axis=1)[:, ::-1]
    return np.minimum(since_left, since_right)


OUTLINES: dict[str, Outline] = {
    "as it is": lambda figure: figure,
    "no silhouette": lambda figure: None,
    "3 cm thicker": partial(thickened, pixels=1),
    "6 cm thicker": partial(thickened, pixels=2),
    "3 cm thinner": partial(thickened, pixels=-1),
    "gaps filled": filled,
}
"""A pixel is about 3 cm on the body."""


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

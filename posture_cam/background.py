"""The place behind the person as a small grey picture, with all people left out.

It is what tells a moved camera from a moved person. Everything near a person is blanked before it
is kept, so a recording or a profile holds no picture of anybody.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import USED
from posture_cam.figure import shown_at
from posture_cam.landmarks import FACE
from posture_cam.landmarks import Landmark as L
from posture_cam.types import SCENE_SHAPE, Pose

Scene = NDArray[np.uint8]
BLANK = 0
"""Grey of pixels that show a person or what changes; those that show the room are 1..255."""

MIN_VISIBILITY = 0.3
HEAD_MARGIN = 0.9
"""Blanked around the landmarks of the face, in their height: forehead, hair, a turning head."""
BODY_MARGIN = 0.2
"""Blanked on either side of the body, as a share of its width: sleeves and the chair's back."""
CHANGEABLE = 14.0
"""Grey levels; a pixel that varies more than this during calibration shows no still thing."""
OFTEN_HIDDEN = 0.25


def without_people(grey: Scene, people: Sequence[Pose]) -> Scene:
    """The same small picture with everybody in it blanked.

    grey: SCENE_SHAPE uint8, a whole camera picture made small.
    """
    scene = np.maximum(grey, BLANK + 1)
    for pose in people:
        if pose.present:
            for box in people_boxes(pose):
                scene[box] = BLANK
            if pose.figure is not None:
                scene[_outlined(pose)] = BLANK
    return scene


def _outlined(pose: Pose) -> NDArray[np.bool_]:
    """Pixels of the small picture that show the person by their silhouette, and those beside them.

    Hair above a bowed head, and a bun, reach farther than the box about the face.
    """
    rows, columns = SCENE_SHAPE
    assert pose.figure is not None
    across = (np.arange(columns) + 0.5) * pose.width / columns
    down = (np.arange(rows) + 0.5) * pose.height / rows
    seen = np.pad(shown_at(pose.figure, pose.landmarks, across, down), 1)
    wide = seen[:, :-2] | seen[:, 1:-1] | seen[:, 2:]
    return np.asarray(wide[:-2] | wide[1:-1] | wide[2:])


def people_boxes(pose: Pose) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Rows and columns of the small picture that head and body, with the chair, may cover."""
    size = np.array([pose.width, pose.height], dtype=np.float64)
    points = pose.landmarks[:, :2] / size
    face = points[FACE]
    height = float(face[:, 1].max() - face[:, 1].min())
    head = max(height, float(np.ptp(face[:, 0])) * 0.5 * pose.width / pose.height)
    beside = HEAD_MARGIN * head * pose.height / pose.width
    seen = points[[landmark for landmark in USED if pose.visibility[landmark] >= MIN_VISIBILITY]]
    body = np.concatenate([points[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]], seen, face])
    margin = BODY_MARGIN * float(np.ptp(body[:, 0]))
    top = float(points[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 1].min()) - 0.4 * head
    arms = seen[:, 1].min() if len(seen) else top  # a raised hand is higher than the shoulders
    head_box = _box(face, float(face[:, 1].min()) - HEAD_MARGIN * head, beside)
    body_box = _box(body, top if arms >= face[:, 1].min() else float(arms), margin)
    return head_box, body_box


def reference_scene(scenes: Sequence[Scene | None]) -> Scene | None:
    """What stayed the same over some small pictures of one place; None when there are none."""
    taken = [scene for scene in scenes if scene is not None]
    if not taken:
        return None
    stack = np.stack(taken)
    hidden = (stack == BLANK).mean(axis=0) > OFTEN_HIDDEN
    grey = np.where(stack == BLANK, np.nan, stack.astype(np.float64))
    grey[:, hidden] = BLANK
    middle = _quantile(grey, 0.5)
    restless = _quantile(np.abs(grey - middle), 0.8) > CHANGEABLE
    kept = np.where(hidden | restless, BLANK, np.maximum(middle.round(), BLANK + 1))
    return kept.astype(np.uint8)


def _quantile(values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Over the first axis, NaN left out; NumPy's own takes many times as long."""
    ordered = np.sort(values, axis=0)  # NaN last
    place = share * np.maximum(np.isfinite(ordered).sum(axis=0) - 1, 0)[None]
    low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
    below, above = (np.take_along_axis(ordered, at, axis=0) for at in (low, high))
    return np.asarray((below + (above - below) * (place - low))[0])


def _box(points: NDArray[np.float64], top: float, beside: float) -> tuple[slice, slice]:
    """From `top` to the lower edge, and `beside` farther than the points on either side."""
    rows, columns = SCENE_SHAPE
    left, right = float(points[:, 0].min()) - beside, float(points[:, 0].max()) + beside
    return (
        slice(_pixel(top, rows), rows),
        slice(_pixel(left, columns), _pixel(right, columns) + 1),
    )


def _pixel(share: float, count: int) -> int:
    return int(np.clip(share * count, 0, count - 1))

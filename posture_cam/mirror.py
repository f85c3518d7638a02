"""A pose and its mirror image, read alike: left and right mean nothing to a back.

What a network says of the mirror image, sides exchanged back, is a second reading of the same
picture. The mean of both errs less than either (on people held out by 3 %), and somebody is read
alike whichever side they turn to the camera.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import GATED, USED, Array

MIRROR = [0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15, 18, 17, 20, 19, 22, 21, 24, 23,
          26, 25, 28, 27, 30, 29, 32, 31]  # fmt: skip
"""Index of each landmark's partner on the other side of the body."""
SIDED = {"view_sin", "shoulder_tilt_deg", "head_tilt_deg", "trunk_lateral_deg", "twist_deg"}
"""Estimates whose sign turns when left and right are exchanged."""


@dataclass(frozen=True)
class Exchange:
    """Numbers whose places and signs change in the mirror. order, sign: (n,)."""

    order: NDArray[np.int64]
    sign: Array

    def __call__(self, values: Array) -> Array:
        """Numbers (..., n) as the mirror image would have them."""
        return values[..., self.order] * self.sign


def mirrored_pose_features(features: Array) -> Array:
    """`features.pose_features` (..., F) of the mirror image, from those of the picture."""
    return _POSE(features)


def mirrored_change_features(features: Array) -> Array:
    """`features.change_features` (..., F) of the mirror image, from those of the picture."""
    return _CHANGE(features)


def mirrored_comparison(features: Array) -> Array:
    """Of the mirror image: features of a pose, of an upright one and of the change, (..., F)."""
    return _COMPARISON(features)


def other_side(name: str) -> str:
    """The estimate of the other shoulder or arm; any other name as it is."""
    if "_left_" in name:
        return name.replace("_left_", "_right_")
    return name.replace("_right_", "_left_")


def mean_of_both(outputs: tuple[str, ...], values: Array, deviations: Array) -> tuple[Array, Array]:
    """Mean of what was read of a picture and of its mirror image, as the picture has it.

    values, deviations: (2, ..., outputs), the picture first. Returns two arrays (..., outputs).
    """
    back = _sides(outputs)
    return (values[0] + back(values[1])) / 2, (deviations[0] + deviations[1][..., back.order]) / 2


@cache
def _sides(outputs: tuple[str, ...]) -> Exchange:
    order = [outputs.index(other_side(name)) for name in outputs]
    return Exchange(np.array(order), np.array([-1.0 if name in SIDED else 1.0 for name in outputs]))


def _points(landmarks: Sequence[int], axes: int) -> Exchange:
    """Of coordinates (landmark, axis), flat: partners change places, what points right turns."""
    partners = [list(landmarks).index(MIRROR[landmark]) for landmark in landmarks]
    order = axes * np.array(partners)[:, None] + np.arange(axes)
    sign = np.ones(order.shape)
    sign[:, 0] = -1.0
    return Exchange(order.ravel(), sign.ravel())


def _numbers(landmarks: Sequence[int]) -> Exchange:
    """Of one number for each landmark: partners change places."""
    turned = _points(landmarks, 1)
    return Exchange(turned.order, np.ones(len(landmarks)))


def _joined(*parts: Exchange) -> Exchange:
    starts = np.cumsum([0, *(len(part.order) for part in parts)])
    order = [start + part.order for start, part in zip(starts, parts, strict=False)]
    return Exchange(np.concatenate(order), np.concatenate([part.sign for part in parts]))


_PLACE = Exchange(np.array([0, 1]), np.array([-1.0, 1.0]))
_SIZE = Exchange(np.array([0]), np.array([1.0]))
_POSE = _joined(_points(USED, 2), _numbers(USED), _points(USED, 3), _numbers(GATED), _PLACE, _SIZE)
_CHANGE = _joined(_points(USED, 2), _SIZE)
_COMPARISON = _joined(_POSE, _POSE, _CHANGE)

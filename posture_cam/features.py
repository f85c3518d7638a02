"""Landmarks as the numbers that the learned spine estimator reads.

Every function works on one pose or on a stack of them (leading dimensions ...), so the training
script and the running program share this code. Picture position, distance and body size are taken
out by centring on face and shoulders and dividing by their spread; what remains of them is passed
on explicitly, because perspective depends on them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from posture_cam.landmarks import FACE
from posture_cam.landmarks import Landmark as L

Array = NDArray[np.float64]

USED = [*range(17), L.LEFT_HIP, L.RIGHT_HIP]
"""Face, shoulders, arms and hips: legs are under the desk."""
GATED = [*range(13, 17), L.LEFT_HIP, L.RIGHT_HIP]
"""Arms and hips are often out of the picture, where the model invents them: gated by visibility."""
CORE = [*FACE, L.LEFT_SHOULDER, L.RIGHT_SHOULDER]
"""Face and shoulders: seen in every supported view, they carry centre and scale."""

# The same as arrays and a slice, which NumPy takes several times as quickly as lists.
_CORE = slice(len(CORE))
_USED = np.array(USED)
_GATED_PLACES = np.array([USED.index(landmark) for landmark in GATED])
_GATE_FROM, _GATE_TO = 0.2, 0.7
_ALWAYS = -1.0
_FROM = np.array([_GATE_FROM if landmark in GATED else _ALWAYS for landmark in USED])
"""Visibility of each used landmark up to which it weighs nothing: never, or up to _GATE_FROM."""
_METRES = 0.2
"""World landmarks are divided by half a shoulder width, so that all features are of order one."""


def centre_and_scale(landmarks: Array) -> tuple[Array, Array]:
    """Centre (..., 2) and root mean square spread (..., 1) of face and shoulders, pixels."""
    core = landmarks[..., _CORE, :2]
    # Sums, because NumPy's mean takes twice as long on so few numbers.
    centre = core.sum(axis=-2) / len(CORE)
    offset = core - centre[..., None, :]
    return centre, np.sqrt((offset**2).sum(axis=(-2, -1)) / len(CORE))[..., None]


def core_shape(landmarks: Array) -> tuple[Array, Array, Array]:
    """Face and shoulders (..., 13, 2) about their centre (..., 2), in their spread (..., 1).

    All three; centre and spread in pixels.
    """
    centre, spread = centre_and_scale(landmarks)
    offset = landmarks[..., _CORE, :2] - centre[..., None, :]
    return offset / np.maximum(spread, 1e-6)[..., None], centre, spread


def gates(visibility: Array) -> Array:
    """(..., 19) weight of each used landmark: 1 for face and shoulders, 0..1 for arms and hips."""
    soft = (visibility[..., _USED] - _FROM) / (_GATE_TO - _GATE_FROM)
    return np.asarray(np.minimum(np.maximum(soft, 0), 1))


class UpperBody(NamedTuple):
    """Landmarks, and what the features relate them to and weigh them by.

    landmarks: (..., 33, 3) pixels. centre, scale: (..., 2) and (..., 1) of face and shoulders,
    pixels. weight: (..., 19) of each used landmark, 0..1.
    """

    landmarks: Array
    centre: Array
    scale: Array
    weight: Array

    @classmethod
    def of(cls, landmarks: Array, visibility: Array) -> UpperBody:
        """landmarks: (..., 33, 3) pixels. visibility: (..., 33) in 0..1."""
        return cls(landmarks, *centre_and_scale(landmarks), gates(visibility))


def pose_features(body: UpperBody, world: Array, size: tuple[int, int]) -> Array:
    """(..., F) features of a single pose.

    world: (..., 33, 3) metres. size: width and height of the picture in pixels.
    """
    landmarks, centre, scale, weight = body
    shape = (landmarks[..., _USED, :2] - centre[..., None, :]) / scale[..., None]
    shoulder_depth = (landmarks[..., L.LEFT_SHOULDER, 2] + landmarks[..., L.RIGHT_SHOULDER, 2]) / 2
    depth = (landmarks[..., _USED, 2] - shoulder_depth[..., None]) / scale
    shoulders = (world[..., L.LEFT_SHOULDER, :] + world[..., L.RIGHT_SHOULDER, :]) / 2
    space = (world[..., _USED, :] - shoulders[..., None, :]) / _METRES
    width, height = size
    place = (centre - np.array([width / 2, height / 2])) / max(width, height)
    # mirror.py exchanges the sides of these parts in this order.
    return np.concatenate(
        [
            _flat(shape * weight[..., None]),
            depth * weight,
            _flat(space * weight[..., None]),
            weight[..., _GATED_PLACES],
            place * 2,
            np.log(scale / max(width, height)) + 2,
        ],
        axis=-1,
    )


def change_features(now: UpperBody, upright: UpperBody) -> Array:
    """(..., F) displacement of a pose from the person's upright one, in spreads of the latter."""
    weight = np.minimum(now.weight, upright.weight)
    moved = now.landmarks[..., _USED, :2] - upright.landmarks[..., _USED, :2]
    moved = moved / upright.scale[..., None] * weight[..., None]
    return np.concatenate([_flat(moved), np.log(now.scale / upright.scale)], axis=-1)


def _flat(array: Array) -> Array:
    return array.reshape(*array.shape[:-2], -1)

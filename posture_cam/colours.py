"""Colours of hair, face, clothes and neck: four, no picture (looks.py says what they are for)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import Array
from posture_cam.landmarks import Landmark as L
from posture_cam.types import REGIONS

Colours = NDArray[np.float32]

HAIR_ABOVE_SIDE, HAIR_ABOVE_FRONT, FACE_BELOW = 1.4, 1.85, 0.25
CLOTHES_BELOW, NECK_BELOW = 0.7, 1.0
"""In heights between eyes and mouth: from the ears' middle up to the hair, in front above the
forehead; from nose and ear down to the cheek, below glasses; from either shoulder to the clothes,
which are in the picture there even where the chest is not; from either ear down beside the neck,
where long hair hangs."""
CLOTHES_INWARD, NECK_OUTWARD = 0.15, 0.25
"""From a shoulder to the middle between both, and beyond an ear, as a share of the way to there."""
FRONT_EARS = 1.6
"""Ears lie so many of those heights apart when the face looks into the camera."""
BOX = {"hair": 0.32, "face": 0.25, "clothes": 0.45, "neck": 0.2}
"""Half the side of the square that is looked at, in heights between eyes and mouth."""
MEDIAN_OF = ("face", "neck")
"""Regions whose median is taken instead of the mean, because other things may be among them."""
LEAST_INSIDE = 0.5
"""A square of which less lies in the picture is not seen."""


def region_colours(image: NDArray[np.uint8], landmarks: NDArray[np.floating]) -> Colours:
    """(4, 3) blue, green and red in 0..1 of REGIONS; NaN for one out of the picture.

    image: (height, width, 3) BGR. landmarks: (33, 3) pixels of one person.
    """
    points = landmarks[:, :2].astype(np.float64)
    eyes = points[[L.LEFT_EYE, L.RIGHT_EYE]].mean(axis=0)
    down = points[[L.MOUTH_LEFT, L.MOUTH_RIGHT]].mean(axis=0) - eyes
    height = float(np.hypot(*down))
    ears, shoulders = ([L.LEFT_EAR, L.RIGHT_EAR], [L.LEFT_SHOULDER, L.RIGHT_SHOULDER])
    nearer_ear = ears[int(np.argmin(landmarks[ears, 2]))]
    apart = float(np.hypot(*(points[ears[0]] - points[ears[1]])))
    front = min(1.0, apart / max(FRONT_EARS * height, 1e-6))
    above = HAIR_ABOVE_SIDE + front * (HAIR_ABOVE_FRONT - HAIR_ABOVE_SIDE)
    hair = points[ears].mean(axis=0) - above * down
    face = 0.5 * (points[nearer_ear] + points[L.NOSE]) + FACE_BELOW * down
    middle = points[shoulders].mean(axis=0)
    clothes = points[shoulders] + CLOTHES_INWARD * (middle - points[shoulders])
    clothes[:, 1] += CLOTHES_BELOW * height
    neck = points[ears] + NECK_OUTWARD * (points[ears] - points[ears].mean(axis=0))
    neck += NECK_BELOW * down
    centres = {"hair": [hair], "face": [face], "clothes": list(clothes), "neck": list(neck)}
    colours = [
        _mean_of_seen(
            [_colour(image, centre, BOX[name] * height, name) for centre in centres[name]]
        )
        for name in REGIONS
    ]
    return np.array(colours, dtype=np.float32)


def _mean_of_seen(colours: list[Array]) -> Array:
    seen = [colour for colour in colours if np.isfinite(colour).all()]
    return np.mean(seen, axis=0) if seen else np.full(3, np.nan)


def _colour(image: NDArray[np.uint8], centre: Array, half: float, region: str) -> Array:
    rows, columns = image.shape[:2]
    if not (np.isfinite(centre).all() and half >= 0.5):
        return np.full(3, np.nan)
    left, top = np.floor(centre - half).astype(int)
    right, bottom = np.ceil(centre + half).astype(int)
    inside = image[
        max(top, 0) : max(min(bottom, rows), 0), max(left, 0) : max(min(right, columns), 0)
    ]
    if inside.shape[0] * inside.shape[1] < LEAST_INSIDE * (right - left) * (bottom - top):
        return np.full(3, np.nan)
    pixels = inside.reshape(-1, 3)
    middle = np.median(pixels, axis=0) if region in MEDIAN_OF else pixels.mean(axis=0)
    return np.asarray(middle / 255)

"""Colours of hair, face and clothes: three means that say whether the same person came back.

Colours are compared as ratios to the face, so that neither a lamp nor the camera's exposure or
white balance matters: they change all of them alike (von Kries 1902). Each is one mean, no picture.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import Array
from posture_cam.landmarks import Landmark as L
from posture_cam.types import REGIONS

Colours = NDArray[np.float32]

HAIR_ABOVE_SIDE, HAIR_ABOVE_FRONT, FACE_BELOW, CLOTHES_BELOW = 1.4, 1.85, 0.25, 2.3
"""In heights between eyes and mouth: from the ears' middle up to the hair, in front above the
forehead; from nose and ear down to the cheek, below glasses; from the shoulders to the clothes."""
FRONT_EARS = 1.6
"""Ears lie so many of those heights apart when the face looks into the camera."""
BOX = {"hair": 0.32, "face": 0.25, "clothes": 0.9}
"""Half the side of the square whose mean is taken, in heights between eyes and mouth."""
LEAST_INSIDE = 0.5
"""A square of which less lies in the picture is not seen."""
DARKEST = 0.04
"""Of 1; black hair and black cloth are noise below."""


def region_colours(image: NDArray[np.uint8], landmarks: NDArray[np.floating]) -> Colours:
    """(3, 3) mean blue, green and red in 0..1 of REGIONS; NaN for one out of the picture.

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
    centres = {
        "hair": points[ears].mean(axis=0) - above * down,
        "face": 0.5 * (points[nearer_ear] + points[L.NOSE]) + FACE_BELOW * down,
        "clothes": points[shoulders].mean(axis=0) + np.array([0.0, CLOTHES_BELOW * height]),
    }
    means = [_mean_colour(image, centres[name], BOX[name] * height) for name in REGIONS]
    return np.array(means, dtype=np.float32)


def contrasts(colours: Sequence[Colours]) -> Array:
    """(2, 3) logarithms of hair to face and of clothes to face: the median of several moments.

    NaN where a region was never seen.
    """
    logs = np.log(np.maximum(np.stack(colours).astype(np.float64), DARKEST))
    hair, face, clothes = (logs[:, place] for place in range(len(REGIONS)))
    seen = np.stack([hair - face, clothes - face], axis=1)
    middle = np.full(seen.shape[1:], np.nan)
    for region in range(len(middle)):
        known = seen[np.isfinite(seen[:, region]).all(axis=1), region]
        if len(known):
            middle[region] = np.median(known, axis=0)
    return middle


def _mean_colour(image: NDArray[np.uint8], centre: Array, half: float) -> Array:
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
    return np.asarray(inside.reshape(-1, 3).mean(axis=0) / 255)

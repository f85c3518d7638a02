"""One picture of two people, one of them or both the portrait."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]

WIDTH = 1280


def beside_a_smaller(portrait: Image, scale: float) -> Image:
    """(600, WIDTH, 3): the portrait on the left, its mirror image of size `scale` on the right."""
    small = cv2.resize(portrait[:, ::-1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    picture = np.full((len(portrait), WIDTH, 3), 128, dtype=np.uint8)
    picture[:, : portrait.shape[1]] = portrait
    picture[-len(small) :, -small.shape[1] :] = small
    return picture


def before_a_portrait(picture: Image, portrait: Image) -> Image:
    """(480, 730, 3): somebody at half size in the lower right corner, the portrait left of them."""
    own = cv2.resize(picture, (320, 240), interpolation=cv2.INTER_AREA)
    room = np.full((480, 320, 3), own[0, 0], dtype=np.uint8)
    room[-240:] = own
    return np.hstack([cv2.resize(portrait, (410, 480)), room])

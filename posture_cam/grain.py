"""Pictures without their finest grain, in which people are found in poor light.

MediaPipe's search shrinks the picture without averaging, so that grain hides people: a portrait is
found no more once noise of 10 of 255 levels lies over it, in half the light of 5. Once somebody is
found, following them needs no softening: noise of 20 levels moves the shoulders by 5 % of the
spread of face and shoulders.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

SOFTER_WIDTHS = (1.5 / 640, 5.0 / 640)
"""Widths (standard deviations) of the blurs, in widths of the picture. The first keeps people who
are small, the second still finds somebody behind noise of 40 levels."""


def softer(picture: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """The picture (height, width, ...) blurred a little, then more."""
    for width in SOFTER_WIDTHS:
        blurred = cv2.GaussianBlur(picture, (0, 0), width * picture.shape[1])
        yield np.asarray(blurred, dtype=np.uint8)

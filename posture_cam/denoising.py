"""Pictures without their finest grain, in which people are found in poor light.

MediaPipe's search shrinks the picture without averaging, so that grain hides people: a portrait is
found no more once noise of 10 of 255 levels lies over it, in half the light of 5. Once somebody is
found, following them needs no softening: noise of 20 levels moves the shoulders by 5 % of the
spread of face and shoulders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

SOFTER_WIDTHS = (1.5 / 640, 5.0 / 640)
"""Widths (standard deviations) of the blurs, in widths of the picture. The first keeps people who
are small, the second still finds somebody behind noise of 40 levels."""


def seen_through_grain(detect: Callable[[Picture], Any], picture: Picture, seen: Any = None) -> Any:
    """What MediaPipe sees in the picture, or in the first softer one in which it sees anybody.

    detect: gives its PoseLandmarkerResult. seen: what it gave for the picture itself, if known.
    """
    result = detect(picture) if seen is None else seen
    for softened in softer(picture):
        if result.pose_landmarks:
            break
        result = detect(softened)
    return result


def softer(picture: Picture) -> Iterator[Picture]:
    """The picture (height, width, ...) blurred a little, then more."""
    for width in SOFTER_WIDTHS:
        blurred = cv2.GaussianBlur(picture, (0, 0), width * picture.shape[1])
        yield np.asarray(blurred, dtype=np.uint8)

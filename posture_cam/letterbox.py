"""Black bars about a recording's picture, as where an upright video is shown on a wide screen.

They are no part of what the camera saw: left in, a hip behind the lower edge of the picture counts
as seen, and the edge where a head is cut off is nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from posture_cam.padding import NONE, Margin

Picture = NDArray[np.uint8]

DARKEST = 24
"""Of 255, what coding makes of black at most; both this and the next are our choice."""
STANDS_OUT = 24
"""The picture next to a bar is brighter by so much, in a third of it: a dark room is no bar."""
LEAST_SHARE, UNEVEN_SHARE = 0.03, 0.02
"""Of the picture's width or height: of a narrower bar, and by how much two opposite ones differ."""
_INSIDE = slice(2, 6)
_SPECKS = 0.005


def find_bars(pictures: Iterable[Picture]) -> Margin:
    """Bars that all pictures (height, width, 3) have above and below, or left and right, or both.

    Opposite bars are about equally wide and end sharply; what is black on one side only may be
    anything. None where pictures differ in size.
    """
    brightest: Picture | None = None
    for picture in pictures:
        grey: Picture = picture.max(axis=2)
        if brightest is not None and brightest.shape != grey.shape:
            return NONE
        brightest = grey if brightest is None else np.maximum(brightest, grey)
    if brightest is None:
        return NONE
    top, bottom = _dark_ends(brightest)
    left, right = _dark_ends(brightest.T)
    height, width = brightest.shape
    shown = brightest[top : height - bottom, left : width - right]
    if not _is_pair(top, bottom, height) or not _ends_sharply(shown):
        top = bottom = 0
    if not _is_pair(left, right, width) or not _ends_sharply(shown.T):
        left = right = 0
    return Margin(left, right, top, bottom)


def _dark_ends(brightest: NDArray[np.uint8]) -> tuple[int, int]:
    """How many rows are dark above and below; 0 and 0 where all are."""
    filled = np.flatnonzero((brightest > DARKEST).mean(axis=1) > _SPECKS)
    return (int(filled[0]), len(brightest) - 1 - int(filled[-1])) if len(filled) else (0, 0)


def _is_pair(one: int, other: int, length: int) -> bool:
    return min(one, other) >= LEAST_SHARE * length and abs(one - other) <= UNEVEN_SHARE * length


def _ends_sharply(shown: NDArray[np.uint8]) -> bool:
    """Whether the first and the last rows stand out from black."""
    ends = (shown[_INSIDE], shown[::-1][_INSIDE])
    return all(bool(len(end) and (end > DARKEST + STANDS_OUT).mean() > 1 / 3) for end in ends)

"""Black bars about a recording's picture, as where an upright video is shown on a wide screen.

They are no part of what the camera saw: left in, a hip behind the lower edge of the picture counts
as seen, and the edge where a head is cut off is nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

DARKEST = 24
"""Of 255, what coding makes of black at most; both this and the next are our choice."""
STANDS_OUT = 24
"""The picture next to a bar is brighter by so much, in a third of it: a dark room is no bar."""
LEAST_SHARE, UNEVEN_SHARE = 0.03, 0.02
"""Of the picture's width or height: of a narrower bar, and by how much two opposite ones differ."""
_INSIDE = slice(2, 6)
_SPECKS = 99.5


@dataclass(frozen=True, slots=True)
class Bars:
    """Pixels at each side that are bars."""

    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0

    def cut_off(self, picture: Picture) -> Picture:
        """(height, width, 3) without the bars."""
        if self == Bars():
            return picture
        height, width = picture.shape[:2]
        inside = picture[self.top : height - self.bottom, self.left : width - self.right]
        return np.ascontiguousarray(inside)


def find_bars(pictures: Sequence[Picture]) -> Bars:
    """Bars that all pictures (height, width, 3) have above and below, or left and right, or both.

    Opposite bars are about equally wide and end sharply; what is black on one side only may be
    anything. None where pictures differ in size.
    """
    if len({picture.shape for picture in pictures}) != 1:
        return Bars()
    brightest = np.max([picture.max(axis=2) for picture in pictures], axis=0)
    top, bottom = _dark_ends(brightest)
    left, right = _dark_ends(brightest.T)
    height, width = brightest.shape
    shown = brightest[top : height - bottom, left : width - right]
    if not _is_pair(top, bottom, height) or not _ends_sharply(shown):
        top = bottom = 0
    if not _is_pair(left, right, width) or not _ends_sharply(shown.T):
        left = right = 0
    return Bars(top, bottom, left, right)


def _dark_ends(brightest: NDArray[np.uint8]) -> tuple[int, int]:
    """How many rows are dark above and below; 0 and 0 where all are."""
    filled = np.flatnonzero(np.percentile(brightest, _SPECKS, axis=1) > DARKEST)
    return (int(filled[0]), len(brightest) - 1 - int(filled[-1])) if len(filled) else (0, 0)


def _is_pair(one: int, other: int, length: int) -> bool:
    return min(one, other) >= LEAST_SHARE * length and abs(one - other) <= UNEVEN_SHARE * length


def _ends_sharply(shown: NDArray[np.uint8]) -> bool:
    """Whether the first and the last rows stand out from black."""
    ends = (shown[_INSIDE], shown[::-1][_INSIDE])
    return all(bool(len(end) and (end > DARKEST + STANDS_OUT).mean() > 1 / 3) for end in ends)

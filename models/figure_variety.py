"""Silhouettes drawn otherwise in training, because real outlines are not like rendered ones.

Rendered people are slimmer: no loose clothes, headsets or bags, gaps between arm and body,
shoulders that the picture seldom cuts off. Trained on rendered silhouettes as they are, `pose`
called real people slouched who sat upright, and outlines thicker by 6 cm misled `change` more than
none at all.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.figure import FIGURE_PIXELS, Figure

Random = np.random.Generator

INSIDE = 255
WIDER, TALLER, SHIFTED = 0.18, 0.08, 0.04
"""Standard deviations of stretching, as shares, and of shifting, in halves of the figure."""
FARTHEST_SDS = 2.0
THICKER_PIXELS = (0, 0, 1, 2, -1)
"""Equally often each; a pixel is about 3 cm on the body."""
BLOTS = (
    (0.35, (16.0, 6.0), (3.0, 3.0), (5.0, 5.0)),  # hair, hoods, headsets
    (0.30, (16.0, 24.0), (10.0, 5.0), (6.0, 8.0)),  # sleeves, cushions, the back of a chair
    (0.20, (16.0, 14.0), (8.0, 6.0), (4.0, 4.0)),  # collars, straps, hands
)
"""Ellipses that are added: how often, about where, spread about there, half axes; in pixels."""
LEAST_BLOT, MOST_BLOT = 0.4, 1.2
"""Of their half axes."""
CUT_OFF, DEEPEST_CUT = 0.25, 11
"""How often the picture ends at the left, at the right, below, and less than how many pixels of
the figure lie beyond: there its last ones go on."""


def varied(figures: Sequence[Figure], random: Random) -> list[Figure]:
    """The same person in other clothes, on another chair, nearer to the edge of the picture.

    All are stretched, thickened or thinned, blotted and cut off alike.
    """
    stretch, thickness, blots = stretching(random), thickening(random), blotting(random)
    rows, columns = cutting(random)
    changed = []
    for figure in figures:
        stretched = cv2.warpAffine(
            figure, stretch, figure.shape[::-1], borderMode=cv2.BORDER_REPLICATE
        )
        clothed = thickened(np.asarray(stretched, dtype=np.uint8), thickness)
        clothed[blots] = INSIDE
        changed.append(clothed[rows][:, columns])
    return changed


def stretching(random: Random) -> NDArray[np.float64]:
    """(2, 3) affine map: wider or slimmer, taller or shorter about the centre, a little aside."""
    drawn = np.clip(random.normal(size=4), -FARTHEST_SDS, FARTHEST_SDS)
    stretch = 1 + np.array([WIDER, TALLER]) * drawn[:2]
    middle = (FIGURE_PIXELS - 1) / 2
    shift = SHIFTED * FIGURE_PIXELS / 2 * drawn[2:]
    return np.column_stack([np.diag(stretch), middle * (1 - stretch) + shift])


def thickening(random: Random) -> int:
    """Pixels to all sides, negative when thinner."""
    return int(random.choice(THICKER_PIXELS))


def thickened(figure: NDArray[np.uint8], pixels: int) -> NDArray[np.uint8]:
    """A silhouette that reaches so many pixels farther to all sides, or less far."""
    square = np.ones((2 * abs(pixels) + 1,) * 2, dtype=np.uint8)
    change = cv2.dilate if pixels > 0 else cv2.erode
    return np.asarray(change(figure, square), dtype=np.uint8)


def blotting(random: Random) -> NDArray[np.bool_]:
    """Where ellipses are added."""
    inside = np.zeros((FIGURE_PIXELS, FIGURE_PIXELS), dtype=bool)
    places = np.arange(FIGURE_PIXELS) + 0.5
    for often, middle, spread, axes in BLOTS:
        if random.random() < often:
            centre = random.normal(middle, spread)
            halves = np.array(axes) * random.uniform(LEAST_BLOT, MOST_BLOT, size=2)
            across, down = (((places - centre[axis]) / halves[axis]) ** 2 for axis in (0, 1))
            inside |= down[:, None] + across < 1
    return inside


def cutting(random: Random) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns that are shown in place of all rows and columns."""
    cut = random.random(size=3) < CUT_OFF
    left, right, below = np.where(cut, random.integers(DEEPEST_CUT, size=3), 0)
    places = np.arange(FIGURE_PIXELS)
    last = FIGURE_PIXELS - 1
    columns = np.minimum(np.maximum(places, left), last - right)
    return np.minimum(places, last - below), columns

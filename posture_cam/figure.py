"""The person's silhouette as a small picture that the spine estimator reads beside the landmarks.

A figure is cut out of the silhouette about the centre of face and shoulders and scaled by their
spread, like the landmarks' own features, so that place and distance are taken out: head, neck and
shoulders lie at about the same pixels in every figure, and what remains is shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import Array, centre_and_scale
from posture_cam.types import FIGURE_SHAPE

Figure = NDArray[np.uint8]

FIGURE_PIXELS, _ = FIGURE_SHAPE
SPREADS_ACROSS = 8.0
"""Width and height of a figure, in spreads of face and shoulders: about a metre on the body."""
SPREADS_ABOVE = 2.5
"""The centre lies so far below the figure's upper edge."""
MASK_PIXELS = 160
"""Figures are cut from a silhouette reduced to so many pixels on the picture's longer side."""
LEAST_SHOWN = 64
"""Of 255; a pixel of a figure with less does not show the person."""
NO_FIGURES = np.zeros((3, *FIGURE_SHAPE))
"""The channels where a figure is missing."""


def cut_figure(mask: NDArray[np.uint8], landmarks: NDArray[np.floating], scale: float) -> Figure:
    """(FIGURE_PIXELS, FIGURE_PIXELS) uint8, 255 where the person is.

    mask: (rows, columns) uint8, the silhouette reduced to MASK_PIXELS. landmarks: (33, 3) pixels of
    the whole picture. scale: pixels of the mask per pixel of the picture.
    Beyond the edges of the picture its last pixels go on.
    """
    centre, spread = centre_and_scale(landmarks.astype(np.float64))
    step = SPREADS_ACROSS * float(spread[0]) * scale / FIGURE_PIXELS
    # Pixel centres lie at half numbers, in the picture as in the mask.
    places = (np.arange(FIGURE_PIXELS) + 0.5) * step - 0.5
    columns = places + (centre[0] - SPREADS_ACROSS / 2 * float(spread[0])) * scale
    rows = places + (centre[1] - SPREADS_ABOVE * float(spread[0])) * scale
    return np.round(_interpolated(mask, rows, columns)).astype(np.uint8)


def shown_at(
    figure: Figure, landmarks: NDArray[np.floating], across: Array, down: Array
) -> NDArray[np.bool_]:
    """(len(down), len(across)) whether the person is seen at these places of the picture, pixels.

    landmarks: those about which the figure was cut. Beyond the figure nothing is seen.
    """
    centre, spread = centre_and_scale(landmarks.astype(np.float64))
    scale = FIGURE_PIXELS / SPREADS_ACROSS / max(float(spread[0]), 1e-6)
    columns = np.floor((across - centre[0]) * scale + FIGURE_PIXELS / 2).astype(np.int64)
    rows = np.floor((down - centre[1]) * scale + SPREADS_ABOVE / SPREADS_ACROSS * FIGURE_PIXELS)
    rows = rows.astype(np.int64)
    inside = [(place >= 0) & (place < FIGURE_PIXELS) for place in (rows, columns)]
    places = [np.clip(place, 0, FIGURE_PIXELS - 1) for place in (rows, columns)]
    seen = figure[np.ix_(*places)] >= LEAST_SHOWN
    return np.asarray(seen & inside[0][:, None] & inside[1])


def mean_figure(figures: Sequence[Figure | None]) -> Figure | None:
    """The mean of those that are there, None when none is."""
    known = [figure for figure in figures if figure is not None]
    if not known:
        return None
    return np.asarray(np.round(np.stack(known).mean(axis=0)), dtype=np.uint8)


def figure_channels(
    upright: Figure | None, upright_landmarks: Array, now: Figure | None, landmarks: Array
) -> Array:
    """(3, FIGURE_PIXELS, FIGURE_PIXELS) in -0.5..0.5, all 0 when a figure is missing.

    The upright figure; the present one where it is now, seen through the upright one's window; and
    the present one in its own window, which shows its shape alone.
    landmarks, upright_landmarks: (33, 3) pixels of the picture, from which the figures were cut.
    """
    if upright is None or now is None:
        return NO_FIGURES
    centre, spread = centre_and_scale(upright_landmarks)
    centre_now, spread_now = centre_and_scale(landmarks)
    zoom = float(spread[0] / spread_now[0])
    shift = (centre - centre_now) / spread_now[0]
    offset = np.array([SPREADS_ACROSS / 2, SPREADS_ABOVE])
    step = SPREADS_ACROSS / FIGURE_PIXELS
    places = (np.arange(FIGURE_PIXELS) + 0.5) * step
    columns, rows = (
        ((places - offset[axis]) * zoom + shift[axis] + offset[axis]) / step - 0.5
        for axis in (0, 1)
    )
    moved = _interpolated(now, rows, columns)
    return np.stack([upright.astype(np.float64), moved, now.astype(np.float64)]) / 255 - 0.5


def own_channel(figure: Figure) -> Array:
    """(1, FIGURE_PIXELS, FIGURE_PIXELS) in -0.5..0.5: one figure in its own window."""
    return figure[None].astype(np.float64) / 255 - 0.5


def _interpolated(mask: NDArray[np.uint8], rows: Array, columns: Array) -> Array:
    """Bilinear values of the mask at every crossing of rows and columns."""
    low_row, high_row, row_share = _neighbours(rows, mask.shape[0])
    low_column, high_column, column_share = _neighbours(columns, mask.shape[1])
    above, below = mask[low_row].astype(np.float64), mask[high_row].astype(np.float64)
    lines = above + row_share[:, None] * (below - above)
    left, right = lines[:, low_column], lines[:, high_column]
    return np.asarray(left + column_share * (right - left))


def _neighbours(places: Array, length: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    """The pixels on either side of each place, and how far it is from the first to the second."""
    inside = np.clip(places, 0, length - 1)
    low = np.minimum(inside.astype(np.int64), max(length - 2, 0))
    return low, np.minimum(low + 1, length - 1), inside - low

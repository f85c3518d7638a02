"""How one small picture of a place lies over another: shifted, enlarged and turned, to a tenth of a
pixel.

Every block of the first has been looked for around its place in the second. Blocks that are found
tell where they went; all together they tell one similarity transform, fitted by iteratively
reweighted least squares, so that the few which show a chair or a passer-by do not count.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cam.types import SCENE_SHAPE

Array = NDArray[np.float64]

FOUND = 0.8
"""Correlation from which on a block is found."""
LEAST_FOUND = 12
"""With fewer blocks nothing is said: a chair before a bare wall has some ten."""
CLOSER = 0.6
"""With the transform the median block must lie closer than this share of what it is off without."""
STILL = 0.35
"""Pixels by which the median block of a camera that stands still may be off."""
SURE = 3.0
"""A shift counts from so many of its own standard deviations on."""
ROUNDS = 8
ALL_BUT_NONE = 1e-9 * np.eye(4)
"""Added to the normal equations, which so can be solved where hardly any block counts."""
LEAST_SCATTER = 0.05
"""Pixels; blocks are not found more exactly than that."""
MEAN_SQUARE_RADIUS = (SCENE_SHAPE[0] ** 2 + SCENE_SHAPE[1] ** 2) / 12
"""Of all pixels about the picture's middle."""


@dataclass(frozen=True, slots=True)
class Registration:
    """What lies over what. right, down: pixels of the small picture, in its middle.

    enlarged: by what share; turned: clockwise, radians. All 0 where nothing has moved.
    """

    right: float = 0.0
    down: float = 0.0
    enlarged: float = 0.0
    turned: float = 0.0

    @property
    def shift(self) -> float:
        """Root mean square displacement over the whole picture, pixels."""
        around = self.enlarged**2 + self.turned**2
        return math.sqrt(self.right**2 + self.down**2 + MEAN_SQUARE_RADIUS * around)


def register(correlations: Array, places: Array) -> Registration | None:
    """The transform that a picture has undergone, None where its blocks do not tell.

    correlations: (n, 2r + 1, 2r + 1) of each block with the picture at displacements of up to r
        pixels down and right, first the upmost and leftmost; NaN where it is not seen.
    places: (n, 2) of the blocks' middles, pixels right and down of the picture's middle.
    """
    if len(correlations) < LEAST_FOUND:
        return None
    moved, sharp = _peaks(correlations)
    found = np.isfinite(sharp)
    if found.sum() < LEAST_FOUND:
        return None
    moved, places, sharp = moved[found], places[found], sharp[found]
    design = np.concatenate([_rows(places, axis) for axis in (0, 1)])
    transform, deviation = _robust_fit(design, moved.T.ravel(), np.tile(sharp, 2))
    off = np.median(np.hypot(*moved.T))
    left = np.median(np.hypot(*(moved.T.ravel() - design @ transform).reshape(2, -1)))
    found_out = Registration(*transform.tolist())
    if left < CLOSER * off and found_out.shift > SURE * deviation:
        return found_out
    return Registration() if off <= STILL else None


def _peaks(correlations: Array) -> tuple[Array, Array]:
    """Where each block fits best, (n, 2) right and down, and how sharply, (n,) NaN if nowhere.

    To parts of a pixel, by the parabola through the best and its neighbours.
    """
    count, width, _ = correlations.shape
    best = np.where(np.isnan(correlations), -1.0, correlations).reshape(count, -1).argmax(axis=1)
    row, column = np.divmod(best, width)
    each, inside = np.arange(count), slice(1, width - 1)
    inner = (row > 0) & (row < width - 1) & (column > 0) & (column < width - 1)
    row, column = (np.clip(place, inside.start, inside.stop - 1) for place in (row, column))
    peak = correlations[each, row, column]
    down, bent_down = _vertices(
        correlations[each, row - 1, column], peak, correlations[each, row + 1, column]
    )
    right, bent_right = _vertices(
        correlations[each, row, column - 1], peak, correlations[each, row, column + 1]
    )
    places = np.stack([column - width // 2 + right, row - width // 2 + down], axis=1)
    known = inner & (peak > FOUND) & np.isfinite(places).all(axis=1)
    return places, np.where(known, bent_down + bent_right, np.nan)


def _vertices(before: Array, peak: Array, after: Array) -> tuple[Array, Array]:
    """Tops of the parabolas through three values each, about the middle one, and their bend."""
    bend = 2 * peak - before - after
    top = 0.5 * (after - before) / np.where(bend > 0, bend, np.inf)
    return np.clip(top, -0.5, 0.5), np.maximum(bend, 0.0)


def _rows(places: Array, axis: int) -> Array:
    """(n, 4) of the equations for the displacement right (axis 0) or down (axis 1)."""
    right, down = places.T
    one, none = np.ones(len(places)), np.zeros(len(places))
    rows = (one, none, right, -down) if axis == 0 else (none, one, down, right)
    return np.stack(rows, axis=1)


def _robust_fit(design: Array, moved: Array, weights: Array) -> tuple[Array, float]:
    """Parameters (4,), and the standard deviation of the shift that they make.

    Weights fall with the distance by the rule of Geman and McClure (1987).
    """
    now = weights
    for _ in range(ROUNDS):
        weighted = (design * now[:, None]).T
        parameters = np.linalg.solve(weighted @ design + ALL_BUT_NONE, weighted @ moved)
        off = moved - design @ parameters
        scatter = 1.4826 * _median(np.abs(off)) + LEAST_SCATTER
        now = weights / (1 + (off / (2 * scatter)) ** 2) ** 2
    variance = (now * off**2).sum() / max(now.sum(), 1e-9)
    spread = np.linalg.pinv((design * now[:, None]).T @ design).diagonal() * variance
    whole = spread @ np.array([1.0, 1.0, MEAN_SQUARE_RADIUS, MEAN_SQUARE_RADIUS])
    return np.asarray(parameters), math.sqrt(whole)


def _median(values: Array) -> float:
    """Of (n,) finite numbers; NumPy's own takes six times as long on a hundred of them."""
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2

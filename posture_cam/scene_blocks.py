"""The place behind the person as small blocks that can be found again in a later picture.

A block counts where it has structure; it is compared by normalised cross-correlation, which no
change of brightness disturbs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from posture_cam.background import BLANK, Scene
from posture_cam.types import SCENE_SHAPE

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Seen = NDArray[np.bool_]

BLOCK, STRIDE = 8, 4
MIN_CONTRAST = 3.0
"""Standard deviation in grey levels from which on a block has structure."""
LEAST_NORM = MIN_CONTRAST * BLOCK
"""The norm of such a block without its mean."""


@dataclass(frozen=True)
class Blocks:
    """The blocks of a reference that have structure and nothing blank.

    normalised: (n, BLOCK²) without their mean and contrast. usable: (rows, columns) where they lie.
    """

    normalised: Single
    usable: Seen

    @property
    def places(self) -> Array:
        """(n, 2) of their middles, pixels right and down of the picture's middle."""
        rows, columns = np.nonzero(self.usable)
        middle = (np.array(SCENE_SHAPE) - BLOCK) / 2
        return np.stack([columns * STRIDE - middle[1], rows * STRIDE - middle[0]], axis=1)


def blocks_of(scene: Scene) -> Blocks:
    """Those of a place. scene: SCENE_SHAPE uint8, BLANK where unknown."""
    values = sliding_window_view(scene, (BLOCK, BLOCK))[::STRIDE, ::STRIDE].astype(np.float64)
    flat = values.reshape(*values.shape[:2], -1)
    centred = flat - flat.mean(axis=-1, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=-1))
    usable = (flat != BLANK).all(axis=-1) & (norm >= LEAST_NORM)
    return Blocks((centred[usable] / norm[usable, None]).astype(np.float32), usable)


class Displaced:
    """A picture at every displacement of up to `reach` pixels down, up, left and right."""

    def __init__(self, scene: Scene, reach: int) -> None:
        self.reach = reach
        rows, columns = scene.shape
        around = np.full((rows + 2 * reach, columns + 2 * reach), BLANK, dtype=np.float32)
        around[reach : reach + rows, reach : reach + columns] = scene
        mean, square, blank = _block_means(np.stack([around, around**2, around == BLANK]))
        norm = BLOCK * np.sqrt(np.maximum(square - mean**2, 0))
        self._windows = sliding_window_view(around, (BLOCK, BLOCK))
        self._weight = np.where(blank > 0, 0, 1 / np.maximum(norm, LEAST_NORM))

    def correlations(self, reference: Blocks) -> Array:
        """(n, 2 reach + 1, 2 reach + 1) of each block at every displacement, NaN where not seen.

        First the upmost and leftmost.
        """
        width = 2 * self.reach + 1
        weight = _around(self._weight, width)[reference.usable]
        windows = _around(self._windows, width)[reference.usable]
        # The reference has no mean, so that of the window does not matter.
        flat = windows.reshape(len(windows), BLOCK**2, width**2)
        product = (reference.normalised[:, None] @ flat).reshape(weight.shape)
        return np.where(weight > 0, product * weight, np.nan).astype(np.float64)


def _around(values: Single, width: int) -> Single:
    """For every block of the reference what belongs to its displacements (last two axes)."""
    return sliding_window_view(values, (width, width), axis=(0, 1))[::STRIDE, ::STRIDE]


def _block_means(pictures: Single) -> Single:
    """Of each picture (..., rows, columns) the mean of the block that begins at each pixel."""
    *stack, rows, columns = pictures.shape
    sums = np.zeros((*stack, rows + 1, columns + 1))
    sums[..., 1:, 1:] = pictures.astype(np.float64).cumsum(axis=-2).cumsum(axis=-1)
    tall = sums[..., BLOCK:, :] - sums[..., :-BLOCK, :]
    means = (tall[..., BLOCK:] - tall[..., :-BLOCK]) / BLOCK**2
    return np.asarray(means, dtype=np.float32)


def structured_blocks(scene: Scene) -> int:
    """How many blocks of a place have structure."""
    return len(blocks_of(scene).normalised)


def warped(scene: Scene, scale: float, roll_deg: float) -> Scene:
    """The picture enlarged and turned clockwise about its middle; unknown parts blank."""
    rows, columns = scene.shape
    down, right = np.mgrid[:rows, :columns].astype(np.float64)
    down, right = down - (rows - 1) / 2, right - (columns - 1) / 2
    turn = math.radians(roll_deg)
    from_right = (math.cos(turn) * right + math.sin(turn) * down) / scale + (columns - 1) / 2
    from_down = (-math.sin(turn) * right + math.cos(turn) * down) / scale + (rows - 1) / 2
    return _sampled(scene, from_down, from_right)


def _sampled(scene: Scene, down: Array, right: Array) -> Scene:
    """Bilinear interpolation; BLANK where any of the four neighbours is blank or outside."""
    rows, columns = scene.shape
    inside = (down >= 0) & (down <= rows - 1) & (right >= 0) & (right <= columns - 1)
    top = np.clip(np.floor(down).astype(np.int64), 0, rows - 2)
    left = np.clip(np.floor(right).astype(np.int64), 0, columns - 2)
    lower, righter = down - top, right - left
    corners = [scene[top + i, left + j].astype(np.float64) for i in (0, 1) for j in (0, 1)]
    seen = inside & np.all([corner != BLANK for corner in corners], axis=0)
    upper_edge = corners[0] * (1 - righter) + corners[1] * righter
    lower_edge = corners[2] * (1 - righter) + corners[3] * righter
    value = upper_edge * (1 - lower) + lower_edge * lower
    return np.where(seen, np.maximum(value.round(), BLANK + 1), BLANK).astype(np.uint8)

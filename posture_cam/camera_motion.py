"""Has the camera moved? The place behind the person now, against the same place at calibration.

The picture is cut into small blocks; each block of the reference that has structure is compared by
normalised cross-correlation, which no change of brightness disturbs. All blocks vote together for
one displacement of the whole picture: somebody walking by, a chair or a flickering screen changes
some blocks, a moved camera all of them. Where there is too little structure nothing is said. Small
moves, which shift, enlarge and turn at once, are told block by block (registration.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from posture_cam.background import BLANK, Scene
from posture_cam.registration import register
from posture_cam.types import SCENE_SHAPE

Array = NDArray[np.float64]
Single = NDArray[np.float32]
Seen = NDArray[np.bool_]

BLOCK, STRIDE = 8, 4
MIN_CONTRAST = 3.0
"""Standard deviation in grey levels from which on a block has structure."""
LEAST_NORM = MIN_CONTRAST * BLOCK
"""The norm of such a block without its mean."""
MIN_BLOCKS = 10
"""With fewer comparable blocks nothing can be told."""
MOVED_BLOCKS = 12
"""With fewer that fit elsewhere nothing has moved: a chair before a bare wall has some ten."""
NEAR, MIDDLE, FAR = 3, 5, 10
"""Pixels of displacement searched at first; enlarged or turned; and as it is."""
FITS = 0.5
"""Mean correlation of the blocks from which on two pictures show the same place."""
WELL = 0.8
"""From here on nothing else is tried."""
LOST, LOST_FEW = 0.4, 0.25
"""Below the first, wherever one looks, they show different places; where fewer than MOVED_BLOCKS
fit, below the second. By chance another room fits with 0.2 to 0.3, and of 2881 times that the same
one was drawn in quite other light (or a quarter of it covered) four were below 0.42."""
MANY_BLOCKS = 20
"""So many blocks that do not fit where they were, below LOST_FEW, show another place unless they
fit well elsewhere: what is left of the picture at the best displacement may be so little that it
fits by chance. Of 3820 pictures of one room, most in quite other light, none was so mistaken."""
BETTER = 0.12
"""By so much must another displacement fit better than none."""
MOVED = 0.8
"""Pixels (64ths of the picture's width) of displacement that count as moved."""
NUDGED = 0.5
"""The same on average over the picture, where it is known from block to block. A camera pitched by
half a degree makes as much, and bends a back seen from the front by five."""
WARPS = ((1.0, 0.0), (0.86, 0.0), (0.93, 0.0), (1.075, 0.0), (1.16, 0.0), (1.0, -6.0), (1.0, -3.0),
         (1.0, 3.0), (1.0, 6.0))  # fmt: skip
"""Scale and roll (degrees) that are tried: the camera nearer or farther, or tilted sideways. The
first is none."""


class SceneMatch(StrEnum):
    """What the comparison of two places comes to.

    moved: the same place, displaced in the picture. elsewhere: nothing of it is recognised, though
    there is enough to see.
    """

    SAME = "same"
    MOVED = "moved"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """place: the verdict. right, down: how far the picture went, in shares of its width.

    scale: how much larger it is. fit: mean correlation of the blocks there, -1..1. blocks: how many
    could be compared. shift: how far the picture has moved on average, in shares of its width. NaN
    where unknown.
    """

    place: SceneMatch
    right: float = math.nan
    down: float = math.nan
    scale: float = math.nan
    fit: float = math.nan
    blocks: int = 0
    shift: float = math.nan


class CameraComparer:
    """Compares small pictures with one reference. scene: SCENE_SHAPE uint8, BLANK where unknown."""

    def __init__(self, scene: Scene) -> None:
        self._reference = scene
        self._blocks = _blocks(scene)

    def compare(self, scene: Scene, *, thorough: bool = True) -> Comparison:
        """What a later picture says of the camera.

        thorough: look for where the picture went, too; without it only a small move is told.
        """
        correlations = _Displaced(scene, NEAR).correlations(self._blocks)
        registered = register(correlations, self._blocks.places)
        found = self._compare(scene, _search(correlations, 0), thorough)
        if registered is None:
            return found
        width = SCENE_SHAPE[1]
        nudged = registered.shift >= NUDGED  # what stands still may be no more than a far wall
        return replace(
            found,
            place=SceneMatch.MOVED if nudged else found.place,
            right=registered.right / width,
            down=registered.down / width,
            scale=1 + registered.enlarged,
            shift=registered.shift / width,
        )

    def _compare(self, scene: Scene, near: _Fit | None, thorough: bool) -> Comparison:
        """What all blocks say together. near: how they fit about where they were."""
        if near is None:
            return Comparison(SceneMatch.UNKNOWN)
        same = near.fit >= FITS and near.moved < MOVED and near.inside
        if (same and near.fit >= WELL) or not thorough:
            return near.comparison(SceneMatch.SAME if same else SceneMatch.UNKNOWN)
        best = self._best(scene, near)
        moved = best.warp > 0 or best.moved >= MOVED
        if moved and best.blocks >= MOVED_BLOCKS and best.fit >= max(FITS, near.still + BETTER):
            return best.comparison(SceneMatch.MOVED)
        if same:
            return near.comparison(SceneMatch.SAME)
        least = LOST if best.blocks >= MOVED_BLOCKS else LOST_FEW
        if near.blocks >= MANY_BLOCKS and near.fit < LOST_FEW:
            least = FITS
        lost = best.fit < least and _structured(scene) >= MIN_BLOCKS
        return best.comparison(SceneMatch.ELSEWHERE if lost else SceneMatch.UNKNOWN)

    def _best(self, scene: Scene, best: _Fit) -> _Fit:
        """The best fit over all displacements, and over all warps with smaller ones."""
        far, middle = _Displaced(scene, FAR), _Displaced(scene, MIDDLE)
        for warp, blocks in enumerate(self._warps):
            fit = _search((middle if warp else far).correlations(blocks), warp)
            if fit is not None and fit.fit >= best.fit:
                best = fit
        return best

    @cached_property
    def _warps(self) -> list[_Blocks]:
        """The reference warped; a camera that stands still never needs it."""
        warped = (_warped(self._reference, scale, roll) for scale, roll in WARPS[1:])
        return [self._blocks, *map(_blocks, warped)]


def _search(correlations: Array, warp: int) -> _Fit | None:
    """The displacement at which most of the reference fits, None with too few blocks.

    correlations: as `_Displaced.correlations` gives. warp: of the reference, index.
    """
    fits, counts = _fits(correlations)
    reach = len(fits) // 2
    if not math.isfinite(fits[reach, reach]):
        return None
    row, column = divmod(int(np.nanargmax(fits)), fits.shape[1])
    bordered = np.pad(fits, 1, constant_values=np.nan)[row : row + 3, column : column + 3]
    above, peak, below = bordered[:, 1].tolist()
    before, _, after = bordered[1].tolist()
    return _Fit(
        warp=warp,
        right=column - reach + _vertex(before, peak, after),
        down=row - reach + _vertex(above, peak, below),
        fit=peak,
        still=float(fits[reach, reach]),
        blocks=int(counts[row, column]),
        inside=all(map(math.isfinite, (above, below, before, after))),
    )


def _fits(correlations: Array) -> tuple[Array, NDArray[np.int64]]:
    """Mean correlation of all blocks, and of how many, by displacement.

    The mean is NaN where too little of the reference is seen to be believed.
    """
    seen = np.isfinite(correlations).sum(axis=0)
    total = np.nansum(correlations, axis=0)
    enough = seen >= max(MIN_BLOCKS, 0.4 * len(correlations))
    return np.where(enough, total / np.maximum(seen, 1), np.nan), seen


@dataclass(frozen=True, slots=True)
class _Fit:
    """warp: index. right, down: pixels. still: the fit without displacement. inside: no border."""

    warp: int
    right: float
    down: float
    fit: float
    still: float
    blocks: int
    inside: bool

    @property
    def moved(self) -> float:
        return math.hypot(self.right, self.down)

    def comparison(self, place: SceneMatch) -> Comparison:
        width = SCENE_SHAPE[1]
        scale = WARPS[self.warp][0]
        return Comparison(
            place, self.right / width, self.down / width, scale, self.fit, self.blocks
        )


def _vertex(before: float, peak: float, after: float) -> float:
    """Place of the top of the parabola through three values, -0.5..0.5 about the middle one."""
    bend = before - 2 * peak + after
    return min(max(0.5 * (before - after) / bend, -0.5), 0.5) if bend < 0 else 0.0


@dataclass(frozen=True)
class _Blocks:
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


def _blocks(scene: Scene) -> _Blocks:
    values = sliding_window_view(scene, (BLOCK, BLOCK))[::STRIDE, ::STRIDE].astype(np.float64)
    flat = values.reshape(*values.shape[:2], -1)
    centred = flat - flat.mean(axis=-1, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=-1))
    usable = (flat != BLANK).all(axis=-1) & (norm >= LEAST_NORM)
    return _Blocks((centred[usable] / norm[usable, None]).astype(np.float32), usable)


class _Displaced:
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

    def correlations(self, reference: _Blocks) -> Array:
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


def recognisable(scene: Scene | None) -> bool:
    """Whether a place shows enough for a moved camera to be noticed before it."""
    return scene is not None and _structured(scene) >= MOVED_BLOCKS


def _structured(scene: Scene) -> int:
    return len(_blocks(scene).normalised)


def _warped(scene: Scene, scale: float, roll_deg: float) -> Scene:
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

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
from numpy.typing import NDArray

from posture_cam.background import Scene
from posture_cam.registration import register
from posture_cam.scene_blocks import (
    Array,
    Blocks,
    Displaced,
    blocks_of,
    structured_blocks,
    warped,
)
from posture_cam.types import SCENE_SHAPE

MIN_BLOCKS = 10
"""With fewer comparable blocks nothing can be told."""
MOVED_BLOCKS = 12
"""With fewer that fit elsewhere nothing has moved: a chair before a bare wall has some ten."""
NEAR, MIDDLE, FAR = 3, 5, 10
"""Largest displacement searched, pixels: about where it was; with the reference enlarged or turned;
and with it as it is."""
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
class SceneComparison:
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
        self._blocks = blocks_of(scene)

    def compare(self, scene: Scene, *, thorough: bool = True) -> SceneComparison:
        """What a later picture says of the camera.

        thorough: look for where the picture went, too; without it only a small move is told.
        """
        correlations = Displaced(scene, NEAR).correlations(self._blocks)
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

    def _compare(self, scene: Scene, near: _Fit | None, thorough: bool) -> SceneComparison:
        """What all blocks say together. near: how they fit about where they were."""
        if near is None:
            return SceneComparison(SceneMatch.UNKNOWN)
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
        lost = best.fit < least and structured_blocks(scene) >= MIN_BLOCKS
        return best.comparison(SceneMatch.ELSEWHERE if lost else SceneMatch.UNKNOWN)

    def _best(self, scene: Scene, best: _Fit) -> _Fit:
        """The best fit over all displacements, and over all warps with smaller ones."""
        far, middle = Displaced(scene, FAR), Displaced(scene, MIDDLE)
        for warp, blocks in enumerate(self._warps):
            fit = _search((middle if warp else far).correlations(blocks), warp)
            if fit is not None and fit.fit >= best.fit:
                best = fit
        return best

    @cached_property
    def _warps(self) -> list[Blocks]:
        """The reference warped; a camera that stands still never needs it."""
        pictures = (warped(self._reference, scale, roll) for scale, roll in WARPS[1:])
        return [self._blocks, *map(blocks_of, pictures)]


def _search(correlations: Array, warp: int) -> _Fit | None:
    """The displacement at which most of the reference fits, None with too few blocks.

    correlations: as `Displaced.correlations` gives. warp: of the reference, index.
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

    def comparison(self, place: SceneMatch) -> SceneComparison:
        width = SCENE_SHAPE[1]
        scale = WARPS[self.warp][0]
        return SceneComparison(
            place, self.right / width, self.down / width, scale, self.fit, self.blocks
        )


def _vertex(before: float, peak: float, after: float) -> float:
    """Place of the top of the parabola through three values, -0.5..0.5 about the middle one."""
    bend = before - 2 * peak + after
    return min(max(0.5 * (before - after) / bend, -0.5), 0.5) if bend < 0 else 0.0


def compare_places(there: Scene | None, now: Scene | None) -> SceneMatch:
    """Whether a picture shows the place of one before; unknown where either shows none."""
    if there is None or now is None:
        return SceneMatch.UNKNOWN
    return CameraComparer(there).compare(now).place


def shows_another_place(there: Scene | None, now: Scene | None) -> bool:
    """Whether a picture is of another place than one before, or of the same from elsewhere."""
    return compare_places(there, now) in (SceneMatch.MOVED, SceneMatch.ELSEWHERE)


def recognisable(scene: Scene | None) -> bool:
    """Whether a place shows enough for a moved camera to be noticed before it."""
    return scene is not None and structured_blocks(scene) >= MOVED_BLOCKS

"""Has the camera moved? The place behind the person now, against the same place at calibration.

The picture is cut into small blocks; each block of the reference that has structure is compared by
normalised cross-correlation, which no change of brightness disturbs. All blocks vote together for
one displacement of the whole picture: somebody walking by, a chair or a flickering screen changes
some blocks, a moved camera all of them. Where there is too little structure nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from posture_cam.background import BLANK, Scene
from posture_cam.types import SCENE_SHAPE

Array = NDArray[np.float64]
Seen = NDArray[np.bool_]

BLOCK, STRIDE = 8, 4
MIN_CONTRAST = 3.0
"""Standard deviation in grey levels from which on a block has structure."""
MIN_BLOCKS = 10
"""With fewer comparable blocks nothing can be told."""
NEAR, MIDDLE, FAR = 2, 5, 10
"""Pixels of displacement searched at first; enlarged or turned; and as it is."""
FITS = 0.5
"""Mean correlation of the blocks from which on two pictures show the same place."""
WELL = 0.8
"""From here on nothing else is tried."""
LOST = 0.25
"""Below this wherever one looks, they show different places."""
BETTER = 0.12
"""By so much must another displacement fit better than none."""
MOVED = 0.8
"""Pixels (64ths of the picture's width) of displacement that count as moved."""
WARPS = ((1.0, 0.0), (0.86, 0.0), (0.93, 0.0), (1.075, 0.0), (1.16, 0.0), (1.0, -6.0), (1.0, -3.0),
         (1.0, 3.0), (1.0, 6.0))  # fmt: skip
"""Scale and roll (degrees) that are tried: the camera nearer or farther, or tilted sideways."""


class Place(StrEnum):
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
    could be compared. NaN where unknown.
    """

    place: Place
    right: float = math.nan
    down: float = math.nan
    scale: float = math.nan
    fit: float = math.nan
    blocks: int = 0


class CameraComparer:
    """Compares small pictures with one reference. scene: SCENE_SHAPE uint8, BLANK where unknown."""

    def __init__(self, scene: Scene) -> None:
        self._blocks = [_blocks(_warped(scene, scale, roll)) for scale, roll in WARPS]

    def compare(self, scene: Scene, *, thorough: bool = True) -> Comparison:
        """What a later picture says of the camera.

        thorough: look for where the picture went, too; without it MOVED is never the answer.
        """
        near = _search(*self._blocks[0], _shifted(scene, NEAR), 0)
        if near is None:
            return Comparison(Place.UNKNOWN)
        same = near.fit >= FITS and near.moved < MOVED and near.inside
        if (same and near.fit >= WELL) or not thorough:
            return near.comparison(Place.SAME if same else Place.UNKNOWN)
        best = self._best(scene, near)
        moved = best.warp > 0 or best.moved >= MOVED
        if moved and best.fit >= FITS and best.fit >= near.still + BETTER:
            return best.comparison(Place.MOVED)
        if same:
            return near.comparison(Place.SAME)
        lost = best.fit < LOST and _structured(scene) >= MIN_BLOCKS
        return best.comparison(Place.ELSEWHERE if lost else Place.UNKNOWN)

    def _best(self, scene: Scene, best: _Fit) -> _Fit:
        """The best fit over all displacements, and over all warps with smaller ones."""
        far, middle = list(_shifted(scene, FAR)), list(_shifted(scene, MIDDLE))
        for warp, blocks in enumerate(self._blocks):
            fit = _search(*blocks, middle if warp else far, warp)
            if fit is not None and fit.fit >= best.fit:
                best = fit
        return best


def _search(
    reference: Array, usable: Seen, displaced: Iterable[tuple[int, int, Array, Seen]], warp: int
) -> _Fit | None:
    """The displacement at which most of the reference fits, None with too few blocks."""
    fits: dict[tuple[int, int], float] = {}
    # Of a displacement only those are believed at which enough of the reference is seen.
    enough = max(MIN_BLOCKS, 0.4 * int(usable.sum()))
    counts: dict[tuple[int, int], int] = {}
    for down, right, blocks, seen in displaced:
        comparable = usable & seen
        count = int(comparable.sum())
        if count >= enough:
            product = (reference[comparable] * blocks[comparable]).sum(axis=-1)
            fits[down, right] = float(product.mean())
            counts[down, right] = count
    if (0, 0) not in fits:
        return None
    down, right = max(fits, key=lambda place: fits[place])
    peak = fits[down, right]
    around = [fits.get((down + i, right + j)) for i, j in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    above, below, before, after = around
    return _Fit(
        warp=warp,
        right=right + _vertex(before, peak, after),
        down=down + _vertex(above, peak, below),
        fit=peak,
        still=fits[0, 0],
        blocks=counts[down, right],
        inside=None not in around,
    )


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

    def comparison(self, place: Place) -> Comparison:
        width = SCENE_SHAPE[1]
        scale = WARPS[self.warp][0]
        return Comparison(
            place, self.right / width, self.down / width, scale, self.fit, self.blocks
        )


def _vertex(before: float | None, peak: float, after: float | None) -> float:
    """Place of the top of the parabola through three values, -0.5..0.5 about the middle one."""
    if before is None or after is None:
        return 0.0
    bend = before - 2 * peak + after
    return float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0 else 0.0


def _blocks(scene: Scene) -> tuple[Array, Seen]:
    """Normalised blocks (rows, columns, BLOCK²), and which have structure and nothing blank."""
    blocks, seen, structured = _every_block(scene)
    on_grid = np.s_[::STRIDE, ::STRIDE]
    return blocks[on_grid], (seen & structured)[on_grid]


def _shifted(scene: Scene, reach: int) -> Iterator[tuple[int, int, Array, Seen]]:
    """For every displacement (down, right) in pixels the blocks of the picture displaced by it."""
    blocks, seen, _ = _every_block(np.pad(scene, reach, constant_values=BLANK))
    height, width = SCENE_SHAPE[0] - BLOCK + 1, SCENE_SHAPE[1] - BLOCK + 1
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            top, left = reach + down, reach + right
            part = np.s_[top : top + height : STRIDE, left : left + width : STRIDE]
            yield down, right, blocks[part], seen[part]


def _every_block(scene: Scene) -> tuple[Array, Seen, Seen]:
    """Blocks at every pixel without their mean and contrast; which are seen; which structured."""
    windows = sliding_window_view(scene, (BLOCK, BLOCK))
    flat = windows.reshape(*windows.shape[:2], -1).astype(np.float64)
    centred = flat - flat.mean(axis=-1, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=-1))
    least = MIN_CONTRAST * BLOCK  # the norm of a block with the least contrast
    blocks = centred / np.maximum(norm, least)[..., None]
    return blocks, (flat != BLANK).all(axis=-1), norm >= least


def _structured(scene: Scene) -> int:
    return int(_blocks(scene)[1].sum())


def _warped(scene: Scene, scale: float, roll_deg: float) -> Scene:
    """The picture enlarged and turned clockwise about its middle; unknown parts blank."""
    if scale == 1.0 and roll_deg == 0.0:
        return scene
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

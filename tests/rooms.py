"""Made-up rooms seen by a camera, as the small grey pictures that poses carry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from posture_cam.background import Scene, without_people
from posture_cam.types import SCENE_SHAPE, Pose

FINE = 8
"""Pixels of the finely drawn room for each pixel of the small picture."""


def room(seed: int = 0, things: int = 120) -> NDArray[np.float64]:
    """A wall with rectangles of random grey, three pictures wide and high, finely drawn."""
    random = np.random.default_rng(seed)
    rows, columns = (3 * FINE * side for side in SCENE_SHAPE)
    wall = np.full((rows, columns), 128.0)
    for _ in range(things):
        top, left = random.integers(0, rows), random.integers(0, columns)
        height, width = random.integers(3 * FINE, 14 * FINE, 2)
        wall[top : top + height, left : left + width] = random.uniform(20, 235)
    return wall


def nudged(
    wall: NDArray[np.float64],
    right: float = 0.0,
    down: float = 0.0,
    enlarged: float = 0.0,
    turned_deg: float = 0.0,
) -> NDArray[np.float64]:
    """The room as a camera shows it that was nudged: moved by small pixels, larger by a share,
    turned clockwise about the picture's middle."""
    rows, columns = wall.shape
    middle = np.array([[rows - 1], [columns - 1]]) / 2
    turn = np.radians(turned_deg)
    inverse = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    places = np.indices(wall.shape).reshape(2, -1) - middle - FINE * np.array([[down], [right]])
    down_there, right_there = (inverse @ places / (1 + enlarged) + middle).round().astype(int)
    inside = np.clip(down_there, 0, rows - 1), np.clip(right_there, 0, columns - 1)
    shown: NDArray[np.float64] = wall[inside]
    return shown.reshape(wall.shape)


def seen(
    wall: NDArray[np.float64],
    right: float = 0.0,
    down: float = 0.0,
    *,
    brighter: float = 1.0,
    noise: float = 1.0,
    seed: int = 0,
    people: tuple[Pose, ...] = (),
) -> Scene:
    """The middle of the room; its picture displaced by small pixels, to an eighth of one."""
    rows, columns = SCENE_SHAPE
    top, left = round((rows - down) * FINE), round((columns - right) * FINE)
    fine = wall[top : top + rows * FINE, left : left + columns * FINE]
    small = fine.reshape(rows, FINE, columns, FINE).mean(axis=(1, 3)) * brighter
    grainy = small + np.random.default_rng(seed).normal(0, noise, SCENE_SHAPE)
    return without_people(np.clip(grainy.round(), 0, 255).astype(np.uint8), people)

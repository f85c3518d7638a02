"""Walls, floor and what hangs and stands along the walls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .appearance import Colour
from .body_data import Array
from .camera import Camera
from .meshes import Mesh, box, superquadric, tube
from .scene_builder import FABRIC, FLOOR, POSTER, WALL, WINDOW, WOOD, SceneBuilder, some_colour
from .skeleton import rotation


@dataclass(frozen=True)
class Wall:
    """A wall as turn (3, 3) and shift (3,): its own x runs along it, y up, z into the room."""

    turn: Array
    shift: Array
    half_width: float

    def put(self, mesh: Mesh) -> Mesh:
        return mesh.moved(self.turn, self.shift)


def build_room(
    builder: SceneBuilder, camera: Camera, space_behind: float, rng: np.random.Generator
) -> list[Wall]:
    eye = np.array(camera.position)
    near = rng.uniform(0.9, 2.6, 4)
    left = max(near[0], eye[0] + 0.4) + 0.4
    right = max(near[1], -eye[0] + 0.4) + 0.4
    front = max(near[2], eye[2] + 0.4) + 0.7
    back = max(near[3], -eye[2] + 0.4, space_behind) + 0.1
    height = float(rng.uniform(2.4, 2.9))
    paint = _wall_paint(rng)
    centre_x, centre_z = (left - right) / 2, (front - back) / 2
    width, depth = left + right, front + back
    walls = []
    for angle, distance, half, middle in (
        (0.0, back, width / 2, np.array([centre_x, 0.0, 0.0])),
        (180.0, front, width / 2, np.array([centre_x, 0.0, 0.0])),
        (90.0, right, depth / 2, np.array([0.0, 0.0, centre_z])),
        (-90.0, left, depth / 2, np.array([0.0, 0.0, centre_z])),
    ):
        turn = rotation(1, angle)
        wall = Wall(turn, middle - turn @ np.array([0.0, 0.0, distance]), half)
        panel = box((2 * half, height, 0.02), (0.0, height / 2, -0.01))
        builder.add(wall.put(panel), paint, WALL)
        builder.add(wall.put(box((2 * half, 0.09, 0.015), (0.0, 0.045, 0.007))), (0.85, 0.84, 0.82))
        walls.append(wall)
    floor: Colour = (0.50, 0.36, 0.24) if rng.random() < 0.6 else (0.42, 0.42, 0.44)
    surface = FLOOR if floor[0] > 0.45 else FABRIC
    builder.add(box((width, 0.02, depth), (centre_x, -0.01, centre_z)), floor, surface)
    builder.add(box((width, 0.02, depth), (centre_x, height + 0.01, centre_z)), (0.92, 0.91, 0.89))
    return walls


def _wall_paint(rng: np.random.Generator) -> Colour:
    base = np.array(
        [
            (0.88, 0.86, 0.82),
            (0.80, 0.82, 0.84),
            (0.72, 0.77, 0.74),
            (0.84, 0.78, 0.68),
            (0.55, 0.60, 0.66),
            (0.93, 0.93, 0.92),
        ][int(rng.integers(6))]
    )
    r, g, b = np.clip(base + rng.uniform(-0.04, 0.04, 3), 0, 1)
    return float(r), float(g), float(b)


def decorate(builder: SceneBuilder, wall: Wall, rng: np.random.Generator) -> None:
    """Hang and stand some things along a wall, from left to right without overlap."""
    x = -wall.half_width + 0.15
    kinds = ("window", "picture", "shelf", "plant", "nothing", "cabinet", "picture")
    while x < wall.half_width - 0.9:
        kind = kinds[int(rng.integers(len(kinds)))]
        width = float(rng.uniform(0.5, 1.3)) if kind != "plant" else 0.5
        centre = x + width / 2
        if kind == "window":
            _window(builder, wall, centre, width, rng)
        elif kind == "picture":
            _picture(builder, wall, centre, width, rng)
        elif kind == "shelf":
            _shelf(builder, wall, centre, width, rng)
        elif kind == "plant":
            _plant(builder, wall, centre, rng)
        elif kind == "cabinet":
            height = float(rng.uniform(0.7, 1.9))
            wood: Colour = (0.62, 0.48, 0.33) if rng.random() < 0.5 else (0.86, 0.85, 0.83)
            builder.add(
                wall.put(box((width, height, 0.36), (centre, height / 2, 0.18))), wood, WOOD
            )
            builder.add(
                wall.put(box((0.01, height * 0.94, 0.005), (centre, height / 2, 0.362))),
                (0.2, 0.18, 0.15),
            )
        x += width + float(rng.uniform(0.15, 0.7))


def _window(
    builder: SceneBuilder, wall: Wall, x: float, width: float, rng: np.random.Generator
) -> None:
    height, sill = float(rng.uniform(0.9, 1.3)), float(rng.uniform(0.85, 1.05))
    middle = sill + height / 2
    frame: Colour = (0.93, 0.93, 0.92)
    builder.add(
        wall.put(box((width, height, 0.01), (x, middle, 0.006))), (0.75, 0.85, 0.95), WINDOW
    )
    for offset in (-width / 2, 0.0, width / 2):
        builder.add(wall.put(box((0.05, height + 0.05, 0.05), (x + offset, middle, 0.025))), frame)
    for level in (sill, sill + height):
        builder.add(wall.put(box((width + 0.05, 0.05, 0.07), (x, level, 0.035))), frame)
    if rng.random() < 0.5:
        cloth = some_colour(rng)
        for side in (-1, 1):
            curtain = superquadric(
                (0.28, height + 0.35, 0.07),
                (x + side * (width / 2 + 0.08), middle, 0.09),
                (0.1, 0.5),
            )
            builder.add(wall.put(curtain), cloth, FABRIC)


def _picture(
    builder: SceneBuilder, wall: Wall, x: float, width: float, rng: np.random.Generator
) -> None:
    width = min(width, 0.8)
    height = width * float(rng.uniform(0.6, 1.3))
    middle = float(rng.uniform(1.3, 1.6))
    builder.add(
        wall.put(box((width, height, 0.02), (x, middle, 0.01))),
        (0.15, 0.13, 0.12) if rng.random() < 0.6 else (0.9, 0.88, 0.82),
    )
    builder.add(
        wall.put(box((width - 0.06, height - 0.06, 0.004), (x, middle, 0.022))),
        some_colour(rng),
        POSTER,
    )


def _shelf(
    builder: SceneBuilder, wall: Wall, x: float, width: float, rng: np.random.Generator
) -> None:
    wood: Colour = (0.58, 0.43, 0.28) if rng.random() < 0.6 else (0.88, 0.87, 0.85)
    for level in (1.05, 1.40, 1.75)[: int(rng.integers(1, 4))]:
        builder.add(wall.put(box((width, 0.03, 0.24), (x, level, 0.12))), wood, WOOD)
        place = -width / 2 + 0.02
        while place < width / 2 - 0.06:
            thick, tall = float(rng.uniform(0.02, 0.05)), float(rng.uniform(0.17, 0.27))
            if rng.random() < 0.8:
                builder.add(
                    wall.put(
                        box(
                            (thick, tall, 0.17),
                            (x + place + thick / 2, level + 0.015 + tall / 2, 0.11),
                        )
                    ),
                    some_colour(rng),
                )
            place += thick + (0.003 if rng.random() < 0.85 else 0.1)


def _plant(builder: SceneBuilder, wall: Wall, x: float, rng: np.random.Generator) -> None:
    pot = superquadric((0.26, 0.30, 0.26), (x, 0.15, 0.22), (0.15, 1.0))
    builder.add(wall.put(pot), some_colour(rng))
    top = float(rng.uniform(0.6, 1.2))
    for _ in range(int(rng.integers(10, 22))):
        angle, out = rng.uniform(0, 2 * np.pi), rng.uniform(0.05, 0.22)
        tip = np.array(
            [x + out * np.cos(angle), top * rng.uniform(0.5, 1.0), 0.22 + 0.7 * out * np.sin(angle)]
        )
        leaf = superquadric((0.10, 0.22, 0.04), (0, 0, 0), (0.9, 1.0), (6, 8))
        turned = leaf.moved(
            rotation(1, float(np.degrees(angle))) @ rotation(2, float(rng.uniform(-50, 50))), tip
        )
        green = (0.13, float(rng.uniform(0.30, 0.48)), 0.14)
        builder.add(wall.put(turned), green)
        stem = np.array([[x, 0.28, 0.22], tip])
        builder.add(wall.put(tube(stem, 0.005, 5)), (0.25, 0.33, 0.15))

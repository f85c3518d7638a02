"""Desk, chair and the things that hands hold."""

from __future__ import annotations

import numpy as np

from .appearance import Colour
from .camera import Camera
from .meshes import box, superquadric, tube
from .scene_builder import (
    BACKREST,
    CHAIR,
    CUP,
    DESK,
    FABRIC,
    MATT,
    PHONE,
    WINDOW,
    WOOD,
    SceneBuilder,
    some_colour,
)
from .skeleton import rotation
from .workplace import Workplace


def build_desk(
    builder: SceneBuilder, place: Workplace, camera: Camera, rng: np.random.Generator
) -> None:
    depth, width = float(rng.uniform(0.6, 0.85)), float(rng.uniform(1.2, 1.7))
    edge, top = place.desk_edge, place.desk_height
    wood = ((0.66, 0.50, 0.34), (0.45, 0.31, 0.20), (0.88, 0.87, 0.85), (0.30, 0.29, 0.29))[
        int(rng.integers(4))
    ]
    builder.add(
        superquadric(
            (width, 0.03, depth), (0.0, top - 0.015, edge + depth / 2), (0.08, 0.06), (8, 24)
        ),
        wood,
        WOOD,
        DESK,
    )
    for x in (-width / 2 + 0.06, width / 2 - 0.06):
        for z in (edge + 0.08, edge + depth - 0.06):
            builder.add(
                box((0.05, top - 0.03, 0.05), (x, (top - 0.03) / 2, z)),
                (0.25, 0.25, 0.26),
                MATT,
                DESK,
            )
    dark: Colour = (0.10, 0.10, 0.11)
    keys: Colour = dark if rng.random() < 0.6 else (0.85, 0.85, 0.86)
    builder.add(
        superquadric((0.42, 0.018, 0.14), (0.0, top + 0.009, edge + 0.20), (0.1, 0.1)),
        keys,
        MATT,
        DESK,
    )
    for row in range(4):
        builder.add(
            box((0.39, 0.004, 0.020), (0.0, top + 0.019, edge + 0.158 + 0.028 * row)),
            (0.22, 0.22, 0.23),
            MATT,
            DESK,
        )
    builder.add(
        superquadric((0.06, 0.035, 0.10), (-0.27, top + 0.017, edge + 0.21), (0.6, 0.8)),
        keys,
        MATT,
        DESK,
    )
    side = np.sign(rng.uniform(-1, 1))
    mug = superquadric((0.08, 0.10, 0.08), (side * 0.42, top + 0.05, edge + 0.3), (0.12, 1.0))
    builder.add(mug, some_colour(rng), MATT, DESK)
    paper = box((0.21, 0.006, 0.297), (-side * 0.46, top + 0.003, edge + 0.28))
    builder.add(paper, (0.93, 0.93, 0.91), MATT, DESK)
    at = np.array(camera.position)
    beside = abs(np.degrees(np.arctan2(at[0], at[2]))) > 60
    if beside and rng.random() < 0.85:
        _monitor(builder, top, edge + depth - 0.18, rng)


def _monitor(builder: SceneBuilder, top: float, z: float, rng: np.random.Generator) -> None:
    dark: Colour = (0.09, 0.09, 0.10)
    if rng.random() < 0.5:
        builder.add(box((0.34, 0.015, 0.23), (0.0, top + 0.008, z - 0.1)), (0.7, 0.7, 0.72))
        lid = box((0.34, 0.22, 0.008), (0.0, 0.11, 0.0)).moved(
            rotation(0, 15), np.array([0.0, top + 0.01, z + 0.02])
        )
        builder.add(lid, (0.65, 0.65, 0.67))
        screen = box((0.31, 0.19, 0.002), (0.0, 0.11, -0.006)).moved(
            rotation(0, 15), np.array([0.0, top + 0.01, z + 0.02])
        )
        builder.add(screen, (0.7, 0.8, 0.95), WINDOW)
        return
    builder.add(box((0.24, 0.015, 0.2), (0.0, top + 0.008, z)), dark)
    builder.add(box((0.05, 0.3, 0.03), (0.0, top + 0.16, z + 0.02)), dark)
    builder.add(superquadric((0.58, 0.35, 0.035), (0.0, top + 0.36, z - 0.01), (0.06, 0.06)), dark)
    builder.add(box((0.55, 0.32, 0.002), (0.0, top + 0.36, z - 0.03)), (0.7, 0.8, 0.95), WINDOW)


def build_chair(builder: SceneBuilder, place: Workplace, rng: np.random.Generator) -> None:
    cloth = (
        (0.13, 0.13, 0.14),
        (0.25, 0.27, 0.31),
        (0.20, 0.28, 0.42),
        (0.50, 0.16, 0.15),
        (0.55, 0.55, 0.55),
        (0.60, 0.47, 0.33),
    )[int(rng.integers(6))]
    frame: Colour = (0.12, 0.12, 0.13)
    seat = place.seat_height
    middle = place.backrest + 0.25
    builder.add(
        superquadric((0.50, 0.09, 0.50), (0.0, seat - 0.04, middle), (0.35, 0.35)),
        cloth,
        FABRIC,
        CHAIR,
    )
    builder.add(
        superquadric((0.06, seat - 0.1, 0.06), (0.0, (seat - 0.05) / 2, middle), (0.1, 1.0)),
        frame,
        MATT,
        CHAIR,
    )
    for arm in range(5):
        angle = 2 * np.pi * arm / 5
        end = np.array([0.3 * np.sin(angle), 0.05, middle + 0.3 * np.cos(angle)])
        path = np.array([[0.0, 0.10, middle], end])
        builder.add(tube(path, 0.02, 6), frame, MATT, CHAIR)
        builder.add(
            superquadric((0.05, 0.05, 0.05), (end[0], 0.025, end[2]), (1.0, 1.0), (6, 8)),
            frame,
            MATT,
            CHAIR,
        )
    # The backrest's own frame has its hinge as origin; its front face is the plane z = 0.
    tall = place.backrest_height
    width = float(rng.uniform(0.38, 0.52))
    low = float(rng.uniform(0.06, 0.16))
    builder.add(
        superquadric((width, tall - low, 0.07), (0.0, (tall + low) / 2, -0.035), (0.3, 0.3)),
        cloth,
        FABRIC,
        BACKREST,
    )
    builder.add(
        tube(np.array([[0, -0.05, 0.0], [0, 0.1, -0.09], [0, 0.35, -0.075]]), 0.025, 8),
        frame,
        MATT,
        BACKREST,
    )
    if place.headrest:
        builder.add(
            superquadric((0.27, 0.14, 0.07), (0.0, tall + 0.12, -0.03), (0.5, 0.5)),
            cloth,
            FABRIC,
            BACKREST,
        )
        builder.add(
            tube(np.array([[0, tall - 0.1, -0.05], [0, tall + 0.1, -0.05]]), 0.015, 6),
            frame,
            MATT,
            BACKREST,
        )
    if place.armrests:
        for side in (-1.0, 1.0):
            x = side * 0.29
            builder.add(
                superquadric((0.07, 0.03, 0.26), (x, seat + 0.20, middle - 0.02), (0.3, 0.3)),
                frame,
                MATT,
                CHAIR,
            )
            post = np.array(
                [
                    [x, seat + 0.19, middle - 0.02],
                    [x, seat - 0.03, middle - 0.02],
                    [0.0, seat - 0.06, middle],
                ]
            )
            builder.add(tube(post, 0.018, 6), frame, MATT, CHAIR)


def build_held(builder: SceneBuilder, rng: np.random.Generator) -> None:
    builder.add(
        superquadric((0.075, 0.10, 0.075), (0, 0, 0), (0.12, 1.0)), some_colour(rng), MATT, CUP
    )
    builder.add(
        superquadric((0.075, 0.009, 0.15), (0, 0, 0), (0.2, 0.2)), (0.06, 0.06, 0.07), MATT, PHONE
    )

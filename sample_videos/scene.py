"""The room, desk, chair and light around a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .body_data import Array
from .camera import Camera
from .furniture import build_chair, build_desk, build_held
from .room import build_room, decorate
from .scene_builder import BACKREST, CHAIR, DESK, OBJECTS, ROOM, SceneBuilder, SceneMesh
from .skeleton import rotation
from .workplace import Workplace


@dataclass(frozen=True)
class Light:
    """key_direction: unit vector towards the main light; strengths are relative, warmth 0..1."""

    key_direction: tuple[float, float, float]
    key: float
    fill: float
    ambient: float
    warmth: float
    exposure: float
    contrast: float
    noise: float
    blur: float


@dataclass(frozen=True)
class Scene:
    """A room, drawn from its seed, around a workplace and seen by a camera.

    space_behind: least distance in metres of the wall behind the person.
    """

    workplace: Workplace
    camera: Camera
    seed: int
    space_behind: float = 0.0

    @cached_property
    def light(self) -> Light:
        rng = np.random.default_rng([self.seed, 1])
        # The key light stands on the camera's half of the room, so that faces are lit.
        at = np.array(self.camera.position)
        azimuth = np.arctan2(at[0], at[2]) + rng.uniform(-1.2, 1.2)
        height = rng.uniform(0.35, 1.1)
        direction = np.array(
            [np.sin(azimuth) * np.cos(height), np.sin(height), np.cos(azimuth) * np.cos(height)]
        )
        dim = rng.random() < 0.2
        return Light(
            key_direction=(float(direction[0]), float(direction[1]), float(direction[2])),
            key=float(rng.uniform(0.45, 1.15)),
            fill=float(rng.uniform(0.1, 0.35)),
            ambient=float(rng.uniform(0.35, 0.7)),
            warmth=float(rng.uniform(-0.6, 1.0)),
            exposure=float(rng.uniform(0.45, 0.7) if dim else rng.uniform(0.85, 1.25)),
            contrast=float(rng.uniform(0.9, 1.15)),
            noise=float(rng.uniform(3, 8) if dim else rng.uniform(1, 4)),
            blur=float(rng.choice([0.0, 0.5, 0.8])),
        )

    @cached_property
    def mesh(self) -> SceneMesh:
        rng = np.random.default_rng([self.seed, 2])
        builder = SceneBuilder()
        walls = build_room(builder, self.camera, self.space_behind, rng)
        for wall in walls:
            decorate(builder, wall, rng)
        build_desk(builder, self.workplace, self.camera, rng)
        build_chair(builder, self.workplace, rng)
        build_held(builder, rng)
        return builder.finish()


def object_matrices(
    workplace: Workplace, chair_shift: Array, chair_turn_deg: float, backrest_deg: float
) -> Array:
    """(OBJECTS, 3, 4) placements of room, chair and backrest; cup and phone are hidden."""
    matrices = np.zeros((OBJECTS, 3, 4))
    matrices[ROOM, :, :3] = matrices[DESK, :, :3] = np.eye(3)
    turn = rotation(1, chair_turn_deg)
    matrices[CHAIR, :, :3], matrices[CHAIR, :, 3] = turn, chair_shift
    hinge = np.array([0.0, workplace.seat_height, workplace.backrest])
    matrices[BACKREST, :, :3] = turn @ rotation(0, -backrest_deg)
    matrices[BACKREST, :, 3] = chair_shift + turn @ hinge
    return matrices

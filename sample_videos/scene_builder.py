"""Collects the meshes of a scene with colour, surface and the piece they belong to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .appearance import CLOTHES, Colour
from .body_data import Array, IntArray
from .meshes import Mesh

# What moves as one piece.
ROOM, DESK, CHAIR, BACKREST, CUP, PHONE = range(6)
OBJECTS = 6
# How a surface looks; the shader draws by it.
MATT, WALL, FLOOR, WOOD, WINDOW, FABRIC, POSTER = range(7)


@dataclass(frozen=True)
class SceneMesh:
    """positions, normals (V, 3); colours (V, 3) sRGB; tags (V, 2) = object, surface; triangles."""

    positions: Array
    normals: Array
    colours: Array
    tags: Array
    triangles: IntArray

    def triangles_of(self, moving: bool) -> IntArray:
        """The triangles of the room itself, or of everything else."""
        owner = self.tags[self.triangles[:, 0], 0]
        chosen: IntArray = self.triangles[(owner != ROOM) == moving]
        return chosen


class SceneBuilder:
    """Collects meshes with their colour, surface and object."""

    def __init__(self) -> None:
        self._parts: list[tuple[Mesh, Colour, int, int]] = []

    def add(self, mesh: Mesh, colour: Colour, surface: int = MATT, owner: int = ROOM) -> None:
        self._parts.append((mesh, colour, surface, owner))

    def finish(self) -> SceneMesh:
        offset = 0
        triangles = []
        for mesh, *_ in self._parts:
            triangles.append(mesh.triangles + offset)
            offset += len(mesh.vertices)
        return SceneMesh(
            np.concatenate([mesh.vertices for mesh, *_ in self._parts]),
            np.concatenate([mesh.normals for mesh, *_ in self._parts]),
            np.concatenate(
                [np.tile(colour, (len(m.vertices), 1)) for m, colour, _, _ in self._parts]
            ),
            np.concatenate(
                [np.tile((o, s), (len(m.vertices), 1)) for m, _, s, o in self._parts]
            ).astype(np.float64),
            np.concatenate(triangles),
        )


def some_colour(rng: np.random.Generator) -> Colour:
    r, g, b = np.clip(
        np.array(CLOTHES[int(rng.integers(len(CLOTHES)))]) + rng.uniform(-0.08, 0.08, 3), 0, 1
    )
    return float(r), float(g), float(b)

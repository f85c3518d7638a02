"""The room: walls, desk, chair, decoration and light around a person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .appearance import CLOTHES, Colour
from .body_data import Array, IntArray
from .camera import Camera
from .meshes import Mesh, box, superquadric, tube
from .skeleton import rotation
from .workplace import Workplace

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
        builder = _Builder()
        walls = _room(builder, self.camera, self.space_behind, rng)
        for wall in walls:
            _decorate(builder, wall, rng)
        _desk(builder, self.workplace, self.camera, rng)
        _chair(builder, self.workplace, rng)
        _held(builder, rng)
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


class _Builder:
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


@dataclass(frozen=True)
class _Wall:
    """A wall as turn (3, 3) and shift (3,): its own x runs along it, y up, z into the room."""

    turn: Array
    shift: Array
    half_width: float

    def put(self, mesh: Mesh) -> Mesh:
        return mesh.moved(self.turn, self.shift)


def _room(
    builder: _Builder, camera: Camera, space_behind: float, rng: np.random.Generator
) -> list[_Wall]:
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
        wall = _Wall(turn, middle - turn @ np.array([0.0, 0.0, distance]), half)
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


def _some_colour(rng: np.random.Generator) -> Colour:
    r, g, b = np.clip(
        np.array(CLOTHES[int(rng.integers(len(CLOTHES)))]) + rng.uniform(-0.08, 0.08, 3), 0, 1
    )
    return float(r), float(g), float(b)


def _decorate(builder: _Builder, wall: _Wall, rng: np.random.Generator) -> None:
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
    builder: _Builder, wall: _Wall, x: float, width: float, rng: np.random.Generator
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
        cloth = _some_colour(rng)
        for side in (-1, 1):
            curtain = superquadric(
                (0.28, height + 0.35, 0.07),
                (x + side * (width / 2 + 0.08), middle, 0.09),
                (0.1, 0.5),
            )
            builder.add(wall.put(curtain), cloth, FABRIC)


def _picture(
    builder: _Builder, wall: _Wall, x: float, width: float, rng: np.random.Generator
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
        _some_colour(rng),
        POSTER,
    )


def _shelf(
    builder: _Builder, wall: _Wall, x: float, width: float, rng: np.random.Generator
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
                    _some_colour(rng),
                )
            place += thick + (0.003 if rng.random() < 0.85 else 0.1)


def _plant(builder: _Builder, wall: _Wall, x: float, rng: np.random.Generator) -> None:
    pot = superquadric((0.26, 0.30, 0.26), (x, 0.15, 0.22), (0.15, 1.0))
    builder.add(wall.put(pot), _some_colour(rng))
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


def _desk(builder: _Builder, place: Workplace, camera: Camera, rng: np.random.Generator) -> None:
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
    builder.add(mug, _some_colour(rng), MATT, DESK)
    paper = box((0.21, 0.006, 0.297), (-side * 0.46, top + 0.003, edge + 0.28))
    builder.add(paper, (0.93, 0.93, 0.91), MATT, DESK)
    at = np.array(camera.position)
    beside = abs(np.degrees(np.arctan2(at[0], at[2]))) > 60
    if beside and rng.random() < 0.85:
        _monitor(builder, top, edge + depth - 0.18, rng)


def _monitor(builder: _Builder, top: float, z: float, rng: np.random.Generator) -> None:
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


def _chair(builder: _Builder, place: Workplace, rng: np.random.Generator) -> None:
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


def _held(builder: _Builder, rng: np.random.Generator) -> None:
    builder.add(
        superquadric((0.075, 0.10, 0.075), (0, 0, 0), (0.12, 1.0)), _some_colour(rng), MATT, CUP
    )
    builder.add(
        superquadric((0.075, 0.009, 0.15), (0, 0, 0), (0.2, 0.2)), (0.06, 0.06, 0.07), MATT, PHONE
    )

"""The drawable person: body in clothes, hair, glasses and headset as one skinned mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .appearance import Appearance, Colour
from .body import Body, vertex_normals
from .body_data import BODY, EYES, HAIR, LASHES, LEFT_EYE, RIGHT_EYE, Array, IntArray, texture_mask
from .meshes import Mesh, superquadric, tube

# What a vertex belongs to; the shader colours by it.
SKIN, EYE, LASH, LONG_HAIR, ACCESSORY = range(5)

# Skin above this height on the base mesh, metres, is drawn as face or scalp, not as clothes.
HEAD_ABOVE = 0.606

# Where long hair ends, height on the base mesh in metres (shoulders are at 0.55).
HAIR_END = {"bob": 0.60, "long": 0.42}
HAIR_THICKNESS = {
    "bald": 0.0,
    "cropped": 0.003,
    "short": 0.012,
    "full": 0.026,
    "bob": 0.016,
    "long": 0.014,
}


@dataclass(frozen=True)
class Figure:
    """Vertex buffers of one dressed person at rest.

    positions, normals: (V, 3). canonical: (V, 3) the same vertex on the base mesh, so that every
    body wears its collar, sleeves and eyebrows at the same place (accessories: their colour).
    traits: (V, 4) = place along the arm (0 shoulder, 1 elbow, 2 wrist), kind, lips and scalp 0..1.
    bone_indices, bone_weights: (V, 4). triangles: (T, 3).
    """

    positions: Array
    normals: Array
    canonical: Array
    traits: Array
    bone_indices: IntArray
    bone_weights: Array
    triangles: IntArray

    def parts(self) -> tuple[IntArray, IntArray, IntArray]:
        """Triangles of clothes and bare limbs, of the head's skin, and of everything else."""
        kind = self.traits[self.triangles[:, 0], 1]
        head = (kind == SKIN) & (self.canonical[self.triangles, 1].min(axis=1) > HEAD_ABOVE)
        clothes = (kind == SKIN) & ~head
        return self.triangles[clothes], self.triangles[head], self.triangles[kind != SKIN]

    def shadow_triangles(self) -> IntArray:
        """All triangles but long hair, of which the shader cuts away a part."""
        kind = self.traits[self.triangles[:, 0], 1]
        casting: IntArray = self.triangles[kind != LONG_HAIR]
        return casting


def build_figure(body: Body, look: Appearance) -> Figure:
    """Dress a body."""
    data = body.data
    base = data.vertices
    arm = arm_coordinate(body)
    scalp = scalp_mask(base)
    positions = _dressed(body, look, arm)
    normals = vertex_normals(positions, data.triangles)
    lift = HAIR_THICKNESS[look.hair_style] * scalp
    positions = positions + lift[:, None] * normals
    kinds = np.full(len(base), SKIN, dtype=np.float64)
    kinds[list(EYES)], kinds[list(LASHES)], kinds[list(HAIR)] = EYE, LASH, LONG_HAIR
    triangles = data.triangles
    if look.hair_style in HAIR_END:
        triangles = np.concatenate([triangles, _hair_above(data.hair_triangles, base, look)])
        hair_normals = vertex_normals(positions, data.hair_triangles)
        normals[list(HAIR)] = hair_normals[list(HAIR)]
    if lift.any():
        normals = np.where(
            (scalp > 0.02)[:, None], vertex_normals(positions, data.triangles), normals
        )
    traits = np.stack([arm, kinds, texture_mask("lips"), scalp], axis=1)
    figure = Figure(
        positions, normals, base.copy(), traits, data.bone_indices, data.bone_weights, triangles
    )
    for mesh, colour in _accessories(body, look):
        figure = _with_accessory(figure, mesh, colour, body.index["head"])
    return _compact(figure)


def arm_coordinate(body: Body) -> Array:
    """Place along the arm (V,): 0 on the trunk, 0..1 upper arm, 1..2 forearm, over 2 hand."""
    data = body.data
    base = data.vertices
    result = np.zeros(len(base))
    for side in "LR":
        bones = [i for i, name in enumerate(data.bone_names) if _is_arm(name, side)]
        share = np.where(np.isin(data.bone_indices, bones), data.bone_weights, 0.0).sum(axis=1)
        shoulder, elbow, wrist = (
            data.joint(base, f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")
        )
        upper = _along(base, shoulder, elbow)
        lower = _along(base, elbow, wrist)
        place = np.where(lower > 0, 1 + np.maximum(lower, 0), np.clip(upper, 0, 1))
        result = np.where(share > 0.05, place, result)
    return result


def scalp_mask(base: Array) -> Array:
    """How much each vertex (V,) of the base mesh belongs to the hair-covered scalp, 0..1."""
    y, z = base[:, 1], base[:, 2]
    line = np.interp(
        z, [-0.1, 0.01, 0.045, 0.075, 0.10, 0.125], [0.655, 0.668, 0.735, 0.745, 0.778, 0.800]
    )
    mask = np.clip((y - line) / 0.012, 0, 1) * (y > 0.64) * (np.abs(base[:, 0]) < 0.2)
    mask = mask * (1 - np.clip(texture_mask("ears") * 2, 0, 1))
    mask[BODY.stop :] = 0.0
    return mask


def shirt_mask(base: Array, arm: Array, look: Appearance) -> Array:
    """How much each vertex (V,) lies under the shirt, with soft ends, 0..1."""
    collar = 0.583 - 0.3 * base[:, 2]
    top = np.where(np.abs(base[:, 0]) > 0.10, 1.0, np.clip((collar - base[:, 1]) / 0.03, 0, 1))
    hem = np.clip((base[:, 1] - 0.0) / 0.05, 0, 1)
    sleeve = np.clip((look.sleeve - arm) / 0.08, 0, 1)
    on_arm = arm > 0.15
    mask = np.where(on_arm, sleeve, np.minimum(top, hem) * np.minimum(sleeve * 2, 1))
    mask[BODY.stop :] = 0.0
    return mask * (base[:, 1] < 0.62)


def _dressed(body: Body, look: Appearance, arm: Array) -> Array:
    """Vertices with the skin under clothes smoothed and pushed outward into cloth."""
    data = body.data
    base = data.vertices
    shirt = shirt_mask(base, arm, look)
    trousers = np.clip((0.06 - base[:, 1]) / 0.04, 0, 1) * (arm < 0.01)
    trousers[BODY.stop :] = 0.0
    covered = np.maximum(shirt, trousers)
    edges = _edges(data.triangles)
    smooth = body.vertices.copy()
    for _ in range(look.smoothing):
        smooth += 0.6 * covered[:, None] * (_neighbour_mean(smooth, edges) - smooth)
    normals = vertex_normals(smooth, data.triangles)
    # Cloth hangs loosest around the belly and clings to the shoulders.
    hang = np.interp(base[:, 1], [0.1, 0.3, 0.5, 0.56], [1.2, 1.2, 0.7, 0.35])
    off = shirt * look.looseness * np.where(arm > 0.15, 0.8, hang) + trousers * 0.006
    pushed: Array = smooth + off[:, None] * normals
    return pushed


def _accessories(body: Body, look: Appearance) -> list[tuple[Mesh, Colour]]:
    parts: list[tuple[Mesh, Colour]] = []
    left = body.vertices[list(LEFT_EYE)].mean(axis=0)
    right = body.vertices[list(RIGHT_EYE)].mean(axis=0)
    ear = body.vertices[texture_mask("ears") > 0.5]
    ear_x, ear_place = float(np.abs(ear[:, 0]).max()), ear.mean(axis=0)
    if look.glasses is not None:
        front = 0.028
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        for eye, side in ((left, 1.0), (right, -1.0)):
            rim = (
                np.stack([0.027 * np.cos(turn), 0.020 * np.sin(turn), 0.0 * turn], axis=1)
                + eye
                + np.array([side * 0.003, -0.003, front])
            )
            parts.append((tube(rim, 0.0022, 6, closed=True), look.glasses))
            hinge = eye + np.array([side * 0.030, 0.004, front - 0.002])
            end = np.array([side * (ear_x - 0.012), eye[1] + 0.006, ear_place[2]])
            corner = np.array([end[0], hinge[1], hinge[2] - 0.012])
            parts.append((tube(np.array([hinge, corner, end]), 0.002, 6), look.glasses))
        bridge = np.array([right, left]) + np.array([[0.026, 0.0, front], [-0.026, 0.0, front]])
        parts.append((tube(bridge, 0.0022, 6), look.glasses))
    if look.headset is not None:
        top = float(body.vertices[list(BODY), 1].max()) + 0.018
        angle = np.linspace(0, np.pi, 25)
        height = top - ear_place[1]
        band = np.stack(
            [
                (ear_x + 0.012) * np.cos(angle),
                ear_place[1] + height * np.sin(angle) ** 0.8,
                np.full(25, ear_place[2]),
            ],
            axis=1,
        )
        parts.append((tube(band, 0.007, 8), look.headset))
        for side in (1.0, -1.0):
            cup = superquadric(
                (0.03, 0.075, 0.06),
                (side * (ear_x + 0.006), ear_place[1], ear_place[2]),
                (0.7, 0.7),
            )
            parts.append((cup, look.headset))
        boom = np.array(
            [
                [ear_x + 0.012, ear_place[1] - 0.02, ear_place[2] + 0.01],
                [ear_x + 0.005, ear_place[1] - 0.06, ear_place[2] + 0.05],
                [0.04, ear_place[1] - 0.075, left[2] + 0.01],
            ]
        )
        parts.append((tube(boom, 0.0025, 6), look.headset))
    return parts


def _with_accessory(figure: Figure, mesh: Mesh, colour: Colour, bone: int) -> Figure:
    count = len(mesh.vertices)
    traits = np.zeros((count, 4))
    traits[:, 1] = ACCESSORY
    bones = np.zeros((count, 4), dtype=np.int64)
    bones[:, 0] = bone
    weights = np.zeros((count, 4))
    weights[:, 0] = 1.0
    return Figure(
        np.concatenate([figure.positions, mesh.vertices]),
        np.concatenate([figure.normals, mesh.normals]),
        np.concatenate([figure.canonical, np.tile(np.array(colour), (count, 1))]),
        np.concatenate([figure.traits, traits]),
        np.concatenate([figure.bone_indices, bones]),
        np.concatenate([figure.bone_weights, weights]),
        np.concatenate([figure.triangles, mesh.triangles + len(figure.positions)]),
    )


def _compact(figure: Figure) -> Figure:
    """Drop the vertices that no triangle uses."""
    used, triangles = np.unique(figure.triangles, return_inverse=True)
    return Figure(
        figure.positions[used],
        figure.normals[used],
        figure.canonical[used],
        figure.traits[used],
        figure.bone_indices[used],
        figure.bone_weights[used],
        triangles.reshape(-1, 3).astype(np.int64),
    )


def _hair_above(triangles: IntArray, base: Array, look: Appearance) -> IntArray:
    keep = base[triangles, 1].max(axis=1) > HAIR_END[look.hair_style]
    kept: IntArray = triangles[keep]
    return kept


def _is_arm(bone: str, side: str) -> bool:
    return bone.endswith(f".{side}") and bone.startswith(
        ("upperarm", "lowerarm", "wrist", "finger")
    )


def _along(points: Array, start: Array, end: Array) -> Array:
    axis = end - start
    along: Array = (points - start) @ axis / (axis @ axis)
    return along


def _edges(triangles: IntArray) -> IntArray:
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return np.concatenate([pairs, pairs[:, ::-1]])


def _neighbour_mean(points: Array, edges: IntArray) -> Array:
    count = np.maximum(np.bincount(edges[:, 0], minlength=len(points)), 1)
    mean = np.empty_like(points)
    for axis in range(3):
        mean[:, axis] = np.bincount(
            edges[:, 0], weights=points[edges[:, 1], axis], minlength=len(points)
        )
    mean /= count[:, None]
    isolated = np.bincount(edges[:, 0], minlength=len(points)) == 0
    mean[isolated] = points[isolated]
    return mean

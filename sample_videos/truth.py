"""Exact angles of a posed person, from its joints.

Degrees; forward and the person's own left positive. "Sagittal" is the upright plane of the
direction in which the pelvis faces, so that turning the chair changes nothing.
"""

from __future__ import annotations

import numpy as np

from .body_data import Array
from .camera import Camera
from .joints import JOINT_NAMES, joint_places
from .person import Person, Posed
from .skeleton import Skeleton
from .states import is_slouch

ANGLES: tuple[str, ...] = (
    "shoulder_tilt_deg",
    "head_tilt_deg",
    "neck_inclination_deg",
    "trunk_inclination_deg",
    "trunk_lateral_deg",
    "spine_flexion_deg",
    "head_pitch_deg",
    "head_forward_cm",
    "twist_deg",
    "shoulder_protraction_cm",
    "shoulder_protraction_left_cm",
    "shoulder_protraction_right_cm",
    "shoulder_elevation_left_cm",
    "shoulder_elevation_right_cm",
    "upper_arm_elevation_left_deg",
    "upper_arm_elevation_right_deg",
)
COLUMNS: tuple[str, ...] = ("time_s", "state", "slouched", "view_deg", *ANGLES)
RELATIVE: tuple[str, ...] = (
    "spine_flexion_deg",
    "head_pitch_deg",
    "head_forward_cm",
    "shoulder_protraction_cm",
    "shoulder_protraction_left_cm",
    "shoulder_protraction_right_cm",
    "shoulder_elevation_left_cm",
    "shoulder_elevation_right_cm",
)
"""Angles that are given against the person's own upright; the others are absolute."""


def facing_axes(skeleton: Skeleton) -> Array:
    """Rows: own left, up and forward of the pelvis, forward and left being horizontal (3, 3)."""
    left = skeleton.rotation_of("root") @ np.array([1.0, 0.0, 0.0])
    left = np.array([left[0], 0.0, left[2]]) / np.hypot(left[0], left[2])
    up = np.array([0.0, 1.0, 0.0])
    return np.stack([left, up, np.cross(left, up)])


def absolute_measures(skeleton: Skeleton, world: Array) -> dict[str, float]:
    """All of `ANGLES` without reference to upright, from joints (33, 3) and bone rotations."""
    axes = facing_axes(skeleton)
    at = {name: axes @ world[i] for i, name in enumerate(JOINT_NAMES)}
    hips = 0.5 * (at["left_hip"] + at["right_hip"])
    shoulders = 0.5 * (at["left_shoulder"] + at["right_shoulder"])
    ears = 0.5 * (at["left_ear"] + at["right_ear"])
    trunk, neck = shoulders - hips, ears - shoulders
    shoulder_line = at["left_shoulder"] - at["right_shoulder"]
    hip_line = at["left_hip"] - at["right_hip"]
    ear_line = at["left_ear"] - at["right_ear"]
    measures = {
        "shoulder_tilt_deg": _degrees(shoulder_line[1], np.hypot(*shoulder_line[[0, 2]])),
        "head_tilt_deg": _degrees(ear_line[1], np.hypot(*ear_line[[0, 2]])),
        "neck_inclination_deg": _degrees(neck[2], neck[1]),
        "trunk_inclination_deg": _degrees(trunk[2], trunk[1]),
        "trunk_lateral_deg": _degrees(trunk[0], trunk[1]),
        "spine_flexion_deg": upper_back_on_pelvis(skeleton),
        "head_pitch_deg": _pitch(axes, skeleton.rotation_of("head")),
        "head_forward_cm": 100 * float(neck[2]),
        "twist_deg": _degrees(-shoulder_line[2], shoulder_line[0])
        - _degrees(-hip_line[2], hip_line[0]),
    }
    chest, chest_at = skeleton.rotation_of("spine01"), skeleton.place("spine01")
    ahead = []
    for side in ("left", "right"):
        own = chest.T @ (world[JOINT_NAMES.index(f"{side}_shoulder")] - chest_at)
        ahead.append(100 * float(own[2]))
        measures[f"shoulder_protraction_{side}_cm"] = ahead[-1]
        measures[f"shoulder_elevation_{side}_cm"] = 100 * float(own[1])
        arm = at[f"{side}_elbow"] - at[f"{side}_shoulder"]
        measures[f"upper_arm_elevation_{side}_deg"] = _degrees(np.hypot(arm[0], arm[2]), -arm[1])
    measures["shoulder_protraction_cm"] = 0.5 * (ahead[0] + ahead[1])
    return measures


def upper_back_on_pelvis(skeleton: Skeleton) -> float:
    """Sagittal rotation of the top thoracic bone against the pelvis, degrees, flexion positive."""
    up = skeleton.rotation_of("root").T @ skeleton.rotation_of("spine01")[:, 1]
    return _degrees(up[2], up[1])


def true_angles(person: Person, posed: Posed) -> dict[str, float]:
    """All of `ANGLES` of a posed person, the `RELATIVE` ones against the own upright."""
    now = absolute_measures(posed.skeleton, joint_places(posed.skeleton))
    reference = _upright_measures(person)
    return {name: now[name] - (reference[name] if name in RELATIVE else 0.0) for name in ANGLES}


def view_angle(posed: Posed, camera: Camera) -> float:
    """Where the camera stands as the pelvis sees it, degrees: 0 in front, 90 on the own left."""
    axes = facing_axes(posed.skeleton)
    line = axes @ (np.array(camera.position) - posed.skeleton.place("root"))
    return _degrees(line[0], line[2])


def slouch_label(state: str, previous: str | None = None) -> str:
    """'1' slouched, '0' not, '' undecided: away, or on the way between the two."""
    if state == "away" or (previous is not None and is_slouch(previous) != is_slouch(state)):
        return ""
    return "1" if is_slouch(state) else "0"


def _upright_measures(person: Person) -> dict[str, float]:
    cached: dict[str, float] | None = person.__dict__.get("_upright_measures")
    if cached is None:
        skeleton = person.upright_pose.skeleton
        cached = absolute_measures(skeleton, joint_places(skeleton))
        person.__dict__["_upright_measures"] = cached
    return cached


def _pitch(axes: Array, turn: Array) -> float:
    """How far a bone looks down, degrees: the angle of its forward axis below the horizontal."""
    forward = axes @ turn[:, 2]
    return _degrees(-forward[1], np.hypot(forward[0], forward[2]))


def _degrees(opposite: float, adjacent: float) -> float:
    return float(np.degrees(np.arctan2(opposite, adjacent)))

"""What other tools would say of the same landmarks: their published rules, re-stated.

Each rule takes the pose of a frame and the person's upright pose (the median over the calibration)
and returns how far the frame is past the rule's own default threshold: 1 is the threshold, so a
score of 1 or more is that tool's "slouched", and the order of scores gives its AUC. All rules read
the landmarks that our own program found, so only the rules are compared, not the detectors. Like
the originals most of them ignore visibility. Smoothing and waiting times are left out; smoothed
as our own score is, they tell slouching apart hardly better (AUC .003 at most). NaN when nobody is
there or the rule has no value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

Array = NDArray[np.float64]
Rule = Callable[[Pose, Pose], float]


def nose_drop(pose: Pose, upright: Pose) -> float:
    """Dorso, dorso-linux and postured: the nose lies lower in the picture than at calibration.

    dorso-linux warns from 3 % of the picture's height; needs the nose seen with 0.5. The other two
    measure from the lowest nose of a calibration that looks round the screen, which with one
    upright pose is this. (Dorso asks how large the face is only where it finds no body.)
    """
    if not pose.visibility[L.NOSE] >= 0.5:
        return math.nan
    drop = (pose.landmarks[L.NOSE, 1] - upright.landmarks[L.NOSE, 1]) / pose.height
    return float(drop / 0.03)


def neck_and_trunk_inclination(pose: Pose, upright: Pose) -> float:  # noqa: ARG001
    """LearnOpenCV's posture tutorial: neck over 40 or trunk over 10 degrees off the vertical.

    Left shoulder to left ear and left hip to left shoulder, no calibration; meant for a side view.
    """
    neck = _off_vertical(_point(pose, L.LEFT_SHOULDER), _point(pose, L.LEFT_EAR))
    trunk = _off_vertical(_point(pose, L.LEFT_HIP), _point(pose, L.LEFT_SHOULDER))
    return _largest(neck / 40, trunk / 10)


def weighted_posture_score(pose: Pose, upright: Pose) -> float:  # noqa: ARG001
    """BatesPosture: seven part scores, weighted to 0..100; below 60 is poor. No calibration.

    Head depth, neck and spine off the vertical in space, level and rolled shoulders, ear distance
    against shoulder width, level ears; picture coordinates 0..1 with depth in picture widths.
    """
    points = pose.landmarks / np.array([pose.width, pose.height, pose.width])
    ears = points[[L.LEFT_EAR, L.RIGHT_EAR]]
    shoulders = points[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER]]
    hip = points[[L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=0)
    ear, shoulder = ears.mean(axis=0), shoulders.mean(axis=0)
    uneven = np.abs(shoulders[0] - shoulders[1])
    expected_ears = 0.7 * float(np.linalg.norm(shoulders[0] - shoulders[1]))
    ear_distance = float(np.linalg.norm(ears[0] - ears[1]))
    parts = (
        (0.20, 1.2 * abs(points[L.NOSE, 2] - ear[2])),
        (0.20, _off_up(ear - shoulder) / 45),
        (0.15, 5.0 * uneven[1]),
        (0.15, 2.0 * uneven[2]),
        (0.15, _off_up(shoulder - hip) / 45),
        (0.10, abs(ear_distance - expected_ears) / (expected_ears + 1e-6)),
        (0.05, 5.0 * abs(ears[0, 1] - ears[1, 1])),
    )
    lost = sum(weight * min(max(float(penalty), 0.0), 1.0) for weight, penalty in parts)
    return 100 * lost / 40


def face_to_shoulder_ratio(pose: Pose, upright: Pose) -> float:
    """Pose Nudge: eye distance per shoulder width grows by 0.03, or the ears move by 0.02 widths,
    or the shoulders get uneven.

    The second part compares the ears' middle with the shoulders' middle along the picture's
    horizontal, as it stands, to one side only. The third is their difference in height per height
    of the nose above them: 0.1 more than at calibration, and more than 0.2.
    """
    uneven = _unevenness(pose)
    return _largest(
        (_eye_ratio(pose) - _eye_ratio(upright)) / 0.03,
        (_ear_offset(pose) - _ear_offset(upright)) / 0.02,
        min((uneven - _unevenness(upright)) / 0.1, uneven / 0.2),
    )


def nose_to_shoulder_ratio(pose: Pose, upright: Pose) -> float:
    """The commonest calibrated web rule: nose height above the shoulders per shoulder width.

    Many small tools use it; 0.05 less than at calibration is a usual default.
    """
    return (_nose_height(upright) - _nose_height(pose)) / 0.05


def shrunken_neck_and_shoulders(pose: Pose, upright: Pose) -> float:
    """PostureFocus: world landmarks; a neck of 95 %, a flat one of 85 %, shoulders of 92 %.

    The neck runs from the middle of the shoulders to the nose; it is bad below 95 % of the
    calibrated length or above 195 % of it.
    """
    now, then = _world_lengths(pose), _world_lengths(upright)
    neck, flat_neck, shoulders = (a / b for a, b in zip(now, then, strict=True))
    return max((1 - neck) / 0.05, (neck - 1) / 0.95, (1 - flat_neck) / 0.15, (1 - shoulders) / 0.08)


def nose_shoulder_hip_angle(pose: Pose, upright: Pose) -> float:
    """PostureTracker: the angle nose - shoulder - hip closes by 10 degrees against calibration.

    Written for the right side of the body.
    """
    return (_side_angle(upright) - _side_angle(pose)) / 10


@dataclass(frozen=True, slots=True)
class Peer:
    """A rule and the tools known to use it."""

    name: str
    tools: str
    rule: Rule
    calibrated: bool

    def score(self, pose: Pose, upright: Pose) -> float:
        """The rule's score, NaN when nobody is there."""
        return float(self.rule(pose, upright)) if pose.present else math.nan


PEERS = (
    Peer("nose drop", "Dorso, dorso-linux, postured", nose_drop, True),
    Peer("neck and trunk off vertical", "LearnOpenCV tutorial", neck_and_trunk_inclination, False),
    Peer("weighted posture score", "BatesPosture", weighted_posture_score, False),
    Peer("eyes per shoulder width", "Pose Nudge", face_to_shoulder_ratio, True),
    Peer("nose height per shoulder width", "many web tools", nose_to_shoulder_ratio, True),
    Peer("shrunken neck and shoulders", "PostureFocus", shrunken_neck_and_shoulders, True),
    Peer("nose - shoulder - hip angle", "PostureTracker", nose_shoulder_hip_angle, True),
)


def _point(pose: Pose, landmark: L) -> Array:
    return pose.landmarks[landmark, :2].astype(np.float64)


def _middle(pose: Pose, left: L, right: L) -> Array:
    middle: Array = (_point(pose, left) + _point(pose, right)) / 2
    return middle


def _distance(pose: Pose, one: L, other: L) -> float:
    return max(float(np.hypot(*(_point(pose, one) - _point(pose, other)))), 1e-6)


def _width(pose: Pose, left: L, right: L) -> float:
    return max(abs(float(_point(pose, left)[0] - _point(pose, right)[0])), 1.0)


def _off_vertical(lower: Array, upper: Array) -> float:
    """Angle of the line lower -> upper against straight up in the picture, 0..180 degrees."""
    x, y = upper - lower
    return abs(math.degrees(math.atan2(x, -y)))


def _off_up(line: Array) -> float:
    """Angle of a 3D line against straight up (y points down), 0..180 degrees."""
    length = float(np.linalg.norm(line))
    if length < 1e-6:
        return 0.0
    return math.degrees(math.acos(min(max(float(-line[1]) / length, -1.0), 1.0)))


def _eye_ratio(pose: Pose) -> float:
    return _width(pose, L.LEFT_EYE, L.RIGHT_EYE) / _width(pose, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def _ear_offset(pose: Pose) -> float:
    ears = _middle(pose, L.LEFT_EAR, L.RIGHT_EAR)
    shoulders = _middle(pose, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)
    return float(ears[0] - shoulders[0]) / _width(pose, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def _unevenness(pose: Pose) -> float:
    left, right = _point(pose, L.LEFT_SHOULDER), _point(pose, L.RIGHT_SHOULDER)
    above = abs(float((left[1] + right[1]) / 2 - _point(pose, L.NOSE)[1]))
    return abs(float(left[1] - right[1])) / max(above, 1.0)


def _nose_height(pose: Pose) -> float:
    shoulders = _middle(pose, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)
    above = abs(float(shoulders[1] - _point(pose, L.NOSE)[1]))
    return above / _width(pose, L.LEFT_SHOULDER, L.RIGHT_SHOULDER)


def _world_lengths(pose: Pose) -> tuple[float, float, float]:
    """Neck in space, neck without depth, shoulder width: metres."""
    world = pose.world.astype(np.float64)
    left, right = world[L.LEFT_SHOULDER], world[L.RIGHT_SHOULDER]
    neck = world[L.NOSE] - (left + right) / 2
    lengths = np.linalg.norm(neck), np.hypot(neck[0], neck[1]), np.linalg.norm(left - right)
    neck_length, flat, shoulders = (max(float(length), 1e-6) for length in lengths)
    return neck_length, flat, shoulders


def _side_angle(pose: Pose) -> float:
    """Angle nose - right shoulder - right hip in the picture, 0..180 degrees."""
    shoulder = _point(pose, L.RIGHT_SHOULDER)
    to_nose = _point(pose, L.NOSE) - shoulder
    to_hip = _point(pose, L.RIGHT_HIP) - shoulder
    lengths = max(float(np.hypot(*to_nose) * np.hypot(*to_hip)), 1e-6)
    return math.degrees(math.acos(min(max(float(to_nose @ to_hip) / lengths, -1.0), 1.0)))


def _largest(*values: float) -> float:
    """The largest value that is known, NaN when none is."""
    known = [value for value in values if math.isfinite(value)]
    return max(known) if known else math.nan

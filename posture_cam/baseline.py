"""Calibration: what sitting upright looks like for this person in front of this camera.

ISO 11226 judges angles as differences from the person's own upright reference posture, so every
relative angle and the slouch score refer to a Baseline.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import measure_angles, tipped_deg, upper_body_confidence
from posture_cam.background import reference_scene
from posture_cam.camera_motion import shows_another_place
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.features import Array, centre_and_scale, core_shape
from posture_cam.figure import mean_figure
from posture_cam.pose_values import pose_from_dict, pose_to_dict
from posture_cam.resemblance import lasting_colours
from posture_cam.types import BACK_STATIONS, Angles, Pose

MIN_FRAMES = 5
LYING_DEG = 55.0
"""A head that is tipped by more shows a picture that lies on its side: in upright pictures of 180
test people it is up to 47 degrees, in 99 of 100 up to 23; in turned ones from 66 on."""
TIPPED_EVERY = 5
"""So many poses on how a head is tipped is asked again: it hardly differs from one to the next."""
CAMERA_WAS_MOVED = "The camera moved meanwhile; let it stand, and calibrate again."
LYING = "The picture seems to lie on its side or to stand on its head"
PLACE_SHARE = 0.1
SAME_SHAPE = 0.03
"""Pictures whose width-to-height ratio differs by more show another part of the room."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The person's upright reference: medians over the seconds of calibration.

    pose: median landmarks, world landmarks, visibility and presence as a Pose; its scene is the
        place behind the person as the camera stood then, None when it is not known; its colours
        those of hair and face (see resemblance.py).
    angles: its absolute angles.
    seconds, frames: how much it rests on.
    of_another_day: whether the pictures that are compared with it are of another day, on which one
        sits a little otherwise; see recollection.py.
    age_s: its age in seconds at time 0 of the pictures that are judged; 0 for recordings.
    """

    pose: Pose
    angles: Angles
    seconds: float
    frames: int
    of_another_day: bool = False
    age_s: float = 0.0

    def aged(self, time_s: float, holds_s: float) -> Baseline:
        """The same at a time of the pictures: of another day once it is older than `holds_s`."""
        if self.of_another_day or abs(self.age_s + time_s) <= holds_s:
            return self
        return replace(self, of_another_day=True)

    def older(self, seconds: float, holds_s: float) -> Baseline:
        """The same for pictures that begin so much later."""
        return replace(self, age_s=self.age_s + seconds).aged(0.0, holds_s)

    def in_pictures_of(self, width: int, height: int) -> Baseline | None:
        """The same posture in pictures of another size, pixels; None if they have another shape."""
        pose = self.pose
        if (pose.width, pose.height) == (width, height):
            return self
        if abs(width / height / (pose.width / pose.height) - 1) > SAME_SHAPE:
            return None
        scale = width / pose.width
        landmarks = (pose.landmarks * scale).astype(np.float32)
        return replace(self, pose=replace(pose, landmarks=landmarks, width=width, height=height))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON-able values; `from_dict` gives the same Baseline back."""
        return {
            **pose_to_dict(self.pose),
            "seconds": self.seconds,
            "frames": self.frames,
            "of_another_day": self.of_another_day,
            "age_s": self.age_s,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any], min_visibility: float) -> Baseline:
        """Rebuild a stored baseline. Raises CalibrationError when values are missing or wrong."""
        try:
            pose = pose_from_dict(values)
            if not centre_and_scale(pose.landmarks.astype(np.float64))[1].item() > 0:
                raise ValueError("nobody has all of face and shoulders in one place")
            seconds, frames = float(values["seconds"]), int(values["frames"])
            of_another_day = bool(values.get("of_another_day", False))
            age_s = float(values.get("age_s", 0.0))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise CalibrationError(
                "The stored baseline is damaged; run `posture-cam calibrate` again."
            ) from error
        angles = measure_angles(pose, min_visibility)
        return cls(pose, angles, seconds, frames, of_another_day, age_s)


def make_baseline(poses: Sequence[Pose], settings: Settings) -> Baseline:
    """The median of some seconds of sitting upright.

    Raises CalibrationError, saying why, when nobody was there, the person was badly seen or moved.
    """
    return baseline_of(steady_poses(poses, settings), settings)


def baseline_of(steady: Sequence[Pose], settings: Settings) -> Baseline:
    """The median of what `steady_poses` gave."""
    median = median_pose(steady)
    return Baseline(
        pose=median,
        angles=measure_angles(median, settings.pose.min_visibility),
        seconds=seconds_of(steady),
        frames=len(steady),
    )


def steady_poses(poses: Sequence[Pose], settings: Settings) -> list[Pose]:
    """Of some seconds of sitting still the poses in which somebody was there.

    Raises CalibrationError, saying why, when nobody was there, the person was badly seen, or they
    or the camera moved.
    """
    present = [pose for pose in poses if pose.present]
    if len(present) < max(MIN_FRAMES, 0.7 * len(poses)):
        raise CalibrationError(
            f"You were found in only {len(present)} of {len(poses)} pictures; sit so that head and"
            " both shoulders are in the picture, with light on your face, and calibrate again."
        )
    confidence = float(np.median([upper_body_confidence(pose) for pose in present]))
    if confidence < settings.pose.min_visibility:
        raise CalibrationError(
            "Head and shoulders were not seen well enough; move the camera or add light, and"
            " calibrate again."
        )
    if np.median([tipped_deg(pose) for pose in present[::TIPPED_EVERY]]) > LYING_DEG:
        raise CalibrationError(f"{LYING}; turn the camera or the video, and calibrate again.")
    if movement(present) > settings.calibration.max_movement:
        raise CalibrationError(
            "You moved too much to take this as your upright posture; sit still and calibrate"
            " again."
        )
    if _camera_moved(present):
        raise CalibrationError(CAMERA_WAS_MOVED)
    return present


def _camera_moved(poses: Sequence[Pose]) -> bool:
    """Whether the place behind the person went elsewhere in the pictures."""
    scenes = [pose.scene for pose in poses if pose.scene is not None]
    return len(scenes) > 1 and shows_another_place(scenes[0], scenes[-1])


def seconds_of(poses: Sequence[Pose]) -> float:
    """From the first to the last."""
    return poses[-1].time_s - poses[0].time_s


def median_pose(poses: Sequence[Pose]) -> Pose:
    """Landmark-wise median of poses from one camera; time and size are those of the last."""
    last = poses[-1]
    return Pose(
        time_s=last.time_s,
        width=last.width,
        height=last.height,
        landmarks=median_landmarks(poses),
        world=_median([pose.world for pose in poses]),
        visibility=_median([pose.visibility for pose in poses]),
        presence=_median([pose.presence for pose in poses]),
        figure=mean_figure([pose.figure for pose in poses]),
        brightness=float(np.median([pose.brightness for pose in poses])),
        scene=reference_scene([pose.scene for pose in poses]),
        back=_median_back([pose.back for pose in poses if pose.back is not None], len(poses)),
        colours=lasting_colours([pose.colours for pose in poses]),
    )


def median_landmarks(poses: Sequence[Pose]) -> NDArray[np.float32]:
    """(33, 3) pixels."""
    return _median([pose.landmarks for pose in poses])


def movement(poses: Sequence[Pose]) -> float:
    """How much the posture changed, as a share of the spread of head and shoulders in the picture.

    The 90th percentile of: change of shape (head against shoulders), change of size (nearer and
    farther) and, a tenth of it, change of place, since swaying with the chair is no change of
    posture.
    """
    shape, centre, scale = _shape(poses)
    reshaped = _distance(shape, np.median(shape, axis=0))
    usual = np.median(scale)
    resized = np.abs(np.log(scale / usual))
    moved = np.hypot(*(centre - np.median(centre, axis=0)).T) / usual
    return float(np.percentile(reshaped + resized + PLACE_SHARE * moved, 90))


def change_of_shape(one: Pose, other: Pose) -> float:
    """How much two poses before one camera differ, in the terms of `movement`."""
    shape, centre, scale = _shape((one, other))
    resized = abs(math.log(scale[0] / scale[1]))
    moved = math.hypot(*(centre[0] - centre[1])) / scale.mean()
    return float(_distance(shape[0], shape[1]) + resized + PLACE_SHARE * moved)


def _shape(poses: Sequence[Pose]) -> tuple[Array, Array, Array]:
    """Of N poses: head and shoulders (N, 13, 2) about their centre and in their spread; centre
    (N, 2) and spread (N,) in pixels."""
    landmarks = np.stack([pose.landmarks for pose in poses]).astype(np.float64)
    shape, centre, spread = core_shape(landmarks)
    return shape, centre, spread[:, 0]


def _distance(shape: Array, other: Array) -> Array:
    """(...) root mean square distance of the points (..., 13, 2) of two shapes."""
    return np.asarray(np.sqrt(((shape - other) ** 2).sum(axis=-1).mean(axis=-1)))


def _median(arrays: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.median(np.stack(arrays), axis=0).astype(np.float32)


def _median_back(backs: Sequence[NDArray[np.float32]], poses: int) -> NDArray[np.float32] | None:
    """The outline at each station that at least half of the poses show."""
    if 2 * len(backs) < poses:
        return None
    stack = np.stack(backs)
    shown = 2 * np.isfinite(stack).sum(axis=0) >= poses
    median = np.full(BACK_STATIONS, np.nan, dtype=np.float32)
    median[shown] = np.nanmedian(stack[:, shown], axis=0)
    return median

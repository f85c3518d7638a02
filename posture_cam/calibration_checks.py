"""Why some seconds in front of the camera are no calibration, beside the person's own stillness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from posture_cam.baseline import (
    CAMERA_WAS_MOVED,
    MIN_FRAMES,
    Baseline,
    change_of_shape,
    median_landmarks,
)
from posture_cam.camera_motion import shows_another_place
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.types import Pose, View

MOST_COMPANY = 0.2
"""Refused when two people could be meant in more than this share of the pictures."""
MOST_CHANGE = 0.25
"""Of shape, from the first to the last third of a calibration (`baseline.change_of_shape`). A real
person who sat upright for 10 s changed by .21, 417 rendered ones by .16 at most."""
LEAST_OF_A_THIRD = 3
"""Fewer poses do not tell."""
LONGEST_GAP_S = 2.0
"""A longer time without pictures shows nothing of how somebody sat meanwhile."""


def refuse_gaps(times: Sequence[float], begins_s: float, ends_s: float) -> None:
    """Raise CalibrationError when too few pictures came, or none for long.

    times: of the pictures, between the begin and the end of the calibration; seconds.
    """
    if not times:
        raise CalibrationError(
            "The camera gave no pictures in those seconds; nothing was stored. Calibrate again."
        )
    if len(times) < MIN_FRAMES:
        raise CalibrationError(
            f"Only {len(times)} pictures came in {ends_s - begins_s:.0f} s, and {MIN_FRAMES} are"
            " needed; nothing was stored. Calibrate again with more --seconds, or with a camera"
            " that gives more."
        )
    gap_s = float(np.diff([begins_s, *times, ends_s]).max())
    if gap_s > LONGEST_GAP_S:
        raise CalibrationError(
            f"No pictures came for {gap_s:.0f} s; nothing was stored. Calibrate again."
        )


def refuse_another_posture(poses: Sequence[Pose]) -> None:
    """Raise CalibrationError when the posture at the end is another than at the beginning.

    Half of a slouch would pass for upright, however still both were held.
    """
    present = [pose for pose in poses if pose.present]
    third = len(present) // 3
    if third < LEAST_OF_A_THIRD:
        return
    first, last = (
        replace(part[-1], landmarks=median_landmarks(part))
        for part in (present[:third], present[-third:])
    )
    if change_of_shape(first, last) > MOST_CHANGE:
        raise CalibrationError(
            "Your posture changed meanwhile; sit upright all the time, and calibrate again."
        )


def refuse_carried_camera(poses: Sequence[Pose]) -> None:
    """Raise CalibrationError when the camera was elsewhere for a while, though it is back."""
    scenes = [pose.scene for pose in poses if pose.scene is not None]
    if any(shows_another_place(scenes[0], scene) for scene in scenes[1:]):
        raise CalibrationError(CAMERA_WAS_MOVED)


def refuse_darkness(poses: Sequence[Pose], settings: Settings) -> None:
    """Raise CalibrationError when the pictures are too dark to trust the landmarks."""
    brightness = float(np.median([pose.brightness for pose in poses]))
    if brightness < settings.movement.dark_brightness:
        raise CalibrationError(
            "It is too dark to see you well; switch a light on, best from the front, and calibrate"
            " again."
        )


def refuse_portrait(is_portrait: bool) -> None:
    """Raise CalibrationError when a picture of somebody was watched instead of who sits there."""
    if is_portrait:
        raise CalibrationError(
            "Whoever looks largest in the picture does not move at all, as a portrait on a wall;"
            " take it out of the picture or sit nearer, and calibrate again."
        )


def refuse_company(rivals: Sequence[int]) -> None:
    """Raise CalibrationError when somebody else could be meant. rivals: how many, per picture.

    A portrait on the wall, or somebody far behind, could not.
    """
    company = sum(count > 0 for count in rivals)
    if company > MOST_COMPANY * len(rivals):
        raise CalibrationError(
            f"Somebody else who looks about as large was in {company} of {len(rivals)} pictures;"
            " calibrate again when you are alone in the picture, or nearest to the camera."
        )


def refuse_back_view(baseline: Baseline) -> None:
    """Raise CalibrationError when the view does not tell how the person sits."""
    if baseline.angles.view is View.UNKNOWN:
        raise CalibrationError(
            "You are seen from behind, or your face is turned away; put the camera in front of you"
            " or at your side and calibrate again."
        )

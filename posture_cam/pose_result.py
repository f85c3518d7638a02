"""What MediaPipe gives back for a picture, as poses in the picture's own pixels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.back_curve import trace_back
from posture_cam.features import centre_and_scale
from posture_cam.figure import MASK_PIXELS, Figure, cut_figure
from posture_cam.padding import NONE, Margin
from posture_cam.types import Frame, Pose

NEAR_SPREAD = 0.07
"""Somebody is near whose head and shoulders spread over this share of the picture's longer side."""


def poses_of(
    frame: Frame, result: Any, silhouette: bool = False, margin: Margin = NONE
) -> tuple[Pose, ...]:
    """Everybody in a PoseLandmarkerResult, `Pose.nobody` alone when there is none.

    silhouette: also give the whole mask. margin: what was added to the picture for MediaPipe.
    """
    height, width = frame.image.shape[:2]
    brightness = _brightness(frame.image)
    if not result.pose_landmarks:
        return (Pose.nobody(frame.time_s, width, height, brightness),)
    wide, high = margin.size(width, height)
    scale = np.array([wide, high, wide], dtype=np.float32)
    corner = np.array([margin.left, margin.top, 0], dtype=np.float32)
    people = [
        Pose(
            time_s=frame.time_s,
            width=width,
            height=height,
            landmarks=_coordinates(normalized) * scale - corner,
            world=_coordinates(world),
            visibility=np.array([point.visibility for point in normalized], dtype=np.float32),
            presence=np.array([point.presence for point in normalized], dtype=np.float32),
            brightness=brightness,
        )
        for normalized, world in zip(
            result.pose_landmarks, result.pose_world_landmarks, strict=True
        )
    ]
    if not result.segmentation_masks:
        return tuple(people)
    masks = [margin.removed(_mask(mask)) for mask in result.segmentation_masks]
    return tuple(
        _with_mask(pose, mask, silhouette) for pose, mask in zip(people, masks, strict=True)
    )


def is_near(points: Any, margin: Margin, picture: NDArray[np.uint8]) -> bool:
    """Whether head and shoulders, found within a margin, are large in the picture itself."""
    height, width = picture.shape[:2]
    pixels = _coordinates(points)[:, :2] * margin.size(width, height)
    _, spread = centre_and_scale(pixels.astype(np.float64))
    return bool(spread[0] >= NEAR_SPREAD * max(width, height))


def small_mask(mask: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A silhouette (rows, columns) of 0..1 reduced to MASK_PIXELS on the longer side, 0..255."""
    rows, columns = mask.shape
    scale = MASK_PIXELS / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(255 * np.clip(small, 0, 1)), dtype=np.uint8)


def _with_mask(pose: Pose, mask: NDArray[np.float32], silhouette: bool) -> Pose:
    return replace(
        pose,
        silhouette=mask.copy() if silhouette else None,
        figure=_figure(mask, pose.landmarks),
        back=trace_back(mask, pose),
    )


def _coordinates(points: Any) -> NDArray[np.float32]:
    return np.array([(point.x, point.y, point.z) for point in points], dtype=np.float32)


def _mask(mask: Any) -> NDArray[np.float32]:
    """(height, width) float32, in MediaPipe's own memory, which goes with its result."""
    view = np.asarray(mask.numpy_view(), dtype=np.float32)
    return view.reshape(view.shape[:2])


def _figure(mask: NDArray[np.float32], landmarks: NDArray[np.float32]) -> Figure:
    """The figure of one person, by way of a smaller mask in which pixels are means."""
    return cut_figure(small_mask(mask), landmarks, MASK_PIXELS / max(mask.shape))


def _brightness(bgr: NDArray[np.uint8]) -> float:
    """Mean luma (ITU-R BT.601 weights) in 0..1, from every eighth row and column."""
    blue, green, red = bgr[::8, ::8].reshape(-1, 3).mean(axis=0)
    return float(0.114 * blue + 0.587 * green + 0.299 * red) / 255

"""Body landmarks from pictures: the one place that knows MediaPipe.

Nothing of MediaPipe's own types leaves this file, and it is loaded only behind the network guard.
"""

from __future__ import annotations

import math
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam import network_guard
from posture_cam.back_curve import trace_back
from posture_cam.background import Scene, without_people
from posture_cam.colours import region_colours
from posture_cam.errors import ModelError, PostureCamError
from posture_cam.features import centre_and_scale
from posture_cam.figure import MASK_PIXELS, Figure, cut_figure
from posture_cam.margin import NONE, Margin
from posture_cam.models import read_model
from posture_cam.native_log import hidden_native_log
from posture_cam.types import NAN, SCENE_SHAPE, Frame, Pose
from posture_cam.video_clock import VideoClock

FORGET_AFTER_S = 2.0
"""After a longer gap people are looked for anew instead of followed."""
OUT_OF_ORDER_S = 0.5
"""A smaller step back is a frame out of order, taken as if it followed at once."""
SCENE_EVERY_S = 1.0
"""The place behind the person, and the colours of the person, are looked at this often."""
LOOK_NEARER_S = 0.5
"""Where nobody is found, somebody very near is looked for this often."""
NEAR_SPREAD = 0.07
"""Somebody is near whose head and shoulders spread over this share of the picture's longer side."""


class PoseEstimator:
    """Finds people in one sequence of frames and follows them from frame to frame.

    The same frames with the same settings give the same landmarks, bit for bit, with one version
    of MediaPipe on one kind of processor. One estimator serves one sequence; use it as a context
    manager, or call `close`.

    model: "lite", "full", "heavy" or the path of a .task file.
    people: how many people are looked for, at least 1. With more than one, MediaPipe looks for
        newcomers in every frame and does not smooth landmarks over time.
    min_confidence: 0..1, how sure the model must be that there is a person.
    silhouette: also give the whole mask of each person; without it only the small `figure`.

    Raises ModelError when the model cannot be used, PostureCamError when MediaPipe cannot be
    loaded.
    """

    def __init__(
        self,
        model: str = "full",
        people: int = 1,
        min_confidence: float = 0.5,
        silhouette: bool = False,
    ) -> None:
        contents = read_model(model)
        self._mediapipe = _load_mediapipe()
        vision = self._mediapipe.tasks.vision
        self._model = model
        self._options = vision.PoseLandmarkerOptions(
            base_options=self._mediapipe.tasks.BaseOptions(model_asset_buffer=contents),
            running_mode=vision.RunningMode.VIDEO,
            num_poses=people,
            min_pose_detection_confidence=min_confidence,
            min_pose_presence_confidence=min_confidence,
            min_tracking_confidence=min_confidence,
            output_segmentation_masks=True,
        )
        self._silhouette = silhouette
        self._someone_was_seen = False
        self._scene_s = self._nearer_s = NAN
        self._margin: Margin = NONE
        self._landmarker: Any = None
        self._open()

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Everybody in the frame, in no particular order; `Pose.nobody` alone when there is none.

        Times may repeat, jump or go back. Raises RuntimeError after `close`, when MediaPipe would
        see nobody without a word.
        """
        if self._landmarker is None:
            raise RuntimeError("This PoseEstimator is closed.")
        step_s = self._clock.step_s(frame.time_s)
        if step_s < -OUT_OF_ORDER_S:  # a film that starts over: nothing of the past may remain
            self.close()
            self._open()
        elif step_s > FORGET_AFTER_S:
            self._show_empty_picture()
        timestamp_ms = self._clock.advance(frame.time_s)
        if self._someone_was_seen:
            result = self._find(frame, timestamp_ms)
        else:  # MediaPipe's last one-time warnings come with the first person it finds.
            with hidden_native_log():
                result = self._find(frame, timestamp_ms)
            self._someone_was_seen = bool(result.pose_landmarks)
        people = _poses(frame, result, self._silhouette, self._margin)
        if not self._is_due(self._scene_s, SCENE_EVERY_S, frame.time_s):
            return people
        return self._with_scene(frame, people)

    def close(self) -> None:
        """Release the model. May be called more than once."""
        if self._landmarker is not None:
            with hidden_native_log():
                self._landmarker.close()
            self._landmarker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _find(self, frame: Frame, timestamp_ms: int) -> Any:
        """MediaPipe's result for the frame, within `self._margin`.

        Somebody so near that they fill the picture is found only with room around them. So where
        nobody is found, a picture with a margin is looked at from time to time, and where somebody
        near is, they are followed in it.
        """
        result = None
        if self._margin == NONE:
            result = self._detect(frame.image, timestamp_ms)
            if result.pose_landmarks or not self._is_due(
                self._nearer_s, LOOK_NEARER_S, frame.time_s
            ):
                return result
            timestamp_ms = self._clock.next_ms()
        self._nearer_s = frame.time_s
        self._margin = Margin.of(frame.image)
        nearer = self._detect(self._margin.added(frame.image), timestamp_ms)
        if any(_is_near(points, self._margin, frame.image) for points in nearer.pose_landmarks):
            return nearer
        self._margin = NONE
        if nearer.pose_landmarks:
            self._show_empty_picture()
        return result or self._detect(frame.image, self._clock.next_ms())

    def _detect(self, bgr: NDArray[np.uint8], timestamp_ms: int) -> Any:
        rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)
        return self._landmarker.detect_for_video(image, timestamp_ms)

    def _is_due(self, last_s: float, every_s: float, time_s: float) -> bool:
        """Whether it is time again, by the frames' own times, which may go back."""
        return not 0 <= time_s - last_s < every_s and math.isfinite(time_s)

    def _with_scene(self, frame: Frame, people: tuple[Pose, ...]) -> tuple[Pose, ...]:
        self._scene_s = frame.time_s
        scene = without_people(_small_grey(frame.image), people)
        return tuple(
            replace(pose, scene=scene, colours=region_colours(frame.image, pose.landmarks))
            if pose.present
            else replace(pose, scene=scene)
            for pose in people
        )

    def _open(self) -> None:
        self._clock = VideoClock()
        self._margin = NONE
        self._nearer_s = NAN
        create = self._mediapipe.tasks.vision.PoseLandmarker.create_from_options
        with hidden_native_log():
            try:
                self._landmarker = create(self._options)
            except (RuntimeError, ValueError) as error:
                raise ModelError(
                    f"MediaPipe cannot load the pose model '{self._model}' ({error}); choose"
                    " another one, or build it again with 'python models/build.py'."
                ) from error
            # The model goes on opening in the background, and logging; this waits for its end.
            self._show_empty_picture()

    def _show_empty_picture(self) -> None:
        """End the following of people: the next picture is searched as a whole."""
        self._detect(np.zeros((256, 256, 3), dtype=np.uint8), self._clock.next_ms())


def _load_mediapipe() -> Any:
    """MediaPipe's module, loaded behind the network guard."""
    network_guard.enable()
    try:
        with hidden_native_log():
            import mediapipe
    except (ImportError, OSError) as error:
        raise PostureCamError(
            f"MediaPipe cannot be loaded ({error}); run 'posture-cam doctor' to see what to do."
        ) from error
    return mediapipe


def _poses(frame: Frame, result: Any, silhouette: bool, margin: Margin = NONE) -> tuple[Pose, ...]:
    height, width = frame.image.shape[:2]
    brightness = _brightness(frame.image)
    if not result.pose_landmarks:
        return (Pose.nobody(frame.time_s, width, height, brightness),)
    wide, high = margin.size(width, height)
    scale = np.array([wide, high, wide], dtype=np.float32)
    corner = np.array([margin.left, margin.top, 0], dtype=np.float32)
    places = [_coordinates(normalized) * scale - corner for normalized in result.pose_landmarks]
    masks = [margin.removed(_mask(mask)) for mask in result.segmentation_masks]
    people = tuple(
        Pose(
            time_s=frame.time_s,
            width=width,
            height=height,
            landmarks=landmarks,
            world=_coordinates(world),
            visibility=np.array([point.visibility for point in normalized], dtype=np.float32),
            presence=np.array([point.presence for point in normalized], dtype=np.float32),
            silhouette=mask.copy() if silhouette else None,
            figure=_figure(mask, landmarks),
            brightness=brightness,
        )
        for landmarks, normalized, world, mask in zip(
            places,
            result.pose_landmarks,
            result.pose_world_landmarks,
            masks,
            strict=True,
        )
    )
    return tuple(
        replace(pose, back=trace_back(mask, pose)) for pose, mask in zip(people, masks, strict=True)
    )


def _is_near(points: Any, margin: Margin, picture: NDArray[np.uint8]) -> bool:
    """Whether head and shoulders, found within a margin, are large in the picture itself."""
    height, width = picture.shape[:2]
    pixels = _coordinates(points)[:, :2] * margin.size(width, height)
    _, spread = centre_and_scale(pixels.astype(np.float64))
    return bool(spread[0] >= NEAR_SPREAD * max(width, height))


def _coordinates(points: Any) -> NDArray[np.float32]:
    return np.array([(point.x, point.y, point.z) for point in points], dtype=np.float32)


def _mask(mask: Any) -> NDArray[np.float32]:
    """(height, width) float32, in MediaPipe's own memory, which goes with its result."""
    view = np.asarray(mask.numpy_view(), dtype=np.float32)
    return view.reshape(view.shape[:2])


def _figure(mask: NDArray[np.float32], landmarks: NDArray[np.float32]) -> Figure:
    """The figure of one person, by way of a smaller mask in which pixels are means."""
    return cut_figure(small_mask(mask), landmarks, MASK_PIXELS / max(mask.shape))


def small_mask(mask: NDArray[np.float32]) -> NDArray[np.uint8]:
    """A silhouette (rows, columns) of 0..1 reduced to MASK_PIXELS on the longer side, 0..255."""
    rows, columns = mask.shape
    scale = MASK_PIXELS / max(rows, columns)
    size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(255 * np.clip(small, 0, 1)), dtype=np.uint8)


def _small_grey(bgr: NDArray[np.uint8]) -> Scene:
    """SCENE_SHAPE uint8; each pixel the mean of what it covers."""
    rows, columns = SCENE_SHAPE
    small = cv2.resize(bgr, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _brightness(bgr: NDArray[np.uint8]) -> float:
    """Mean luma (ITU-R BT.601 weights) in 0..1, from every eighth row and column."""
    blue, green, red = bgr[::8, ::8].reshape(-1, 3).mean(axis=0)
    return float(0.114 * blue + 0.587 * green + 0.299 * red) / 255

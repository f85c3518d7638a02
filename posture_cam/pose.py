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
from posture_cam.errors import ModelError, PostureCamError
from posture_cam.figure import MASK_PIXELS, Figure, cut_figure
from posture_cam.models import read_model
from posture_cam.native_log import hidden_native_log
from posture_cam.types import NAN, SCENE_SHAPE, Frame, Pose

FORGET_AFTER_S = 2.0
"""After a longer gap people are looked for anew instead of followed."""
OUT_OF_ORDER_S = 0.5
"""A smaller step back is a frame out of order, taken as if it followed at once."""
SCENE_EVERY_S = 1.0
"""The place behind the person is looked at this often."""
LONGEST_STEP_MS = 3_600_000
"""Milliseconds told to MediaPipe for any longer gap, so that they never outgrow its integers."""


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
        self._scene_s = NAN
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
            result = self._detect(frame.image, timestamp_ms)
        else:  # MediaPipe's last one-time warnings come with the first person it finds.
            with hidden_native_log():
                result = self._detect(frame.image, timestamp_ms)
            self._someone_was_seen = bool(result.pose_landmarks)
        people = _poses(frame, result, self._silhouette)
        return self._with_scene(frame, people) if self._scene_is_due(frame.time_s) else people

    def close(self) -> None:
        """Release the model. May be called more than once."""
        if self._landmarker is not None:
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

    def _detect(self, bgr: NDArray[np.uint8], timestamp_ms: int) -> Any:
        rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
        image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)
        return self._landmarker.detect_for_video(image, timestamp_ms)

    def _scene_is_due(self, time_s: float) -> bool:
        """Once a second, by the frames' own times; times may go back."""
        return not 0 <= time_s - self._scene_s < SCENE_EVERY_S and math.isfinite(time_s)

    def _with_scene(self, frame: Frame, people: tuple[Pose, ...]) -> tuple[Pose, ...]:
        self._scene_s = frame.time_s
        scene = without_people(_small_grey(frame.image), people)
        return tuple(replace(pose, scene=scene) for pose in people)

    def _open(self) -> None:
        self._clock = _VideoClock()
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


class _VideoClock:
    """Turns any times in seconds into the strictly increasing milliseconds that MediaPipe demands.

    Intervals are kept where time runs forward, so that smoothing over time stays right.
    """

    def __init__(self) -> None:
        self._last_ms = -1
        self._last_s = NAN
        self._zero_s = NAN

    def step_s(self, time_s: float) -> float:
        """Seconds since the last frame; 0 when either time is unknown or infinite."""
        step = time_s - self._last_s
        return step if math.isfinite(step) else 0.0

    def advance(self, time_s: float) -> int:
        """Milliseconds for a frame at this time."""
        earliest = self._last_ms + 1
        if not math.isfinite(time_s):
            return self.next_ms()
        if math.isnan(self._zero_s):
            self._zero_s = time_s - earliest / 1000
        wanted = (time_s - self._zero_s) * 1000
        self._last_s = time_s
        self._last_ms = round(min(max(wanted, earliest), earliest + LONGEST_STEP_MS))
        if wanted > self._last_ms + 1:  # the step was cut short: count from here
            self._zero_s = time_s - self._last_ms / 1000
        return self._last_ms

    def next_ms(self) -> int:
        """The millisecond after the last one."""
        self._last_ms += 1
        return self._last_ms


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


def _poses(frame: Frame, result: Any, silhouette: bool) -> tuple[Pose, ...]:
    height, width = frame.image.shape[:2]
    brightness = _brightness(frame.image)
    if not result.pose_landmarks:
        return (Pose.nobody(frame.time_s, width, height, brightness),)
    scale = np.array([width, height, width], dtype=np.float32)
    places = [_coordinates(normalized) * scale for normalized in result.pose_landmarks]
    people = tuple(
        Pose(
            time_s=frame.time_s,
            width=width,
            height=height,
            landmarks=landmarks,
            world=_coordinates(world),
            visibility=np.array([point.visibility for point in normalized], dtype=np.float32),
            presence=np.array([point.presence for point in normalized], dtype=np.float32),
            silhouette=_mask(mask).copy() if silhouette else None,
            figure=_figure(mask, landmarks),
            brightness=brightness,
        )
        for landmarks, normalized, world, mask in zip(
            places,
            result.pose_landmarks,
            result.pose_world_landmarks,
            result.segmentation_masks,
            strict=True,
        )
    )
    return tuple(
        replace(pose, back=trace_back(_mask(mask), pose))
        for pose, mask in zip(people, result.segmentation_masks, strict=True)
    )


def _coordinates(points: Any) -> NDArray[np.float32]:
    return np.array([(point.x, point.y, point.z) for point in points], dtype=np.float32)


def _mask(mask: Any) -> NDArray[np.float32]:
    """(height, width) float32, in MediaPipe's own memory, which goes with its result."""
    view = np.asarray(mask.numpy_view(), dtype=np.float32)
    return view.reshape(view.shape[:2])


def _figure(mask: Any, landmarks: NDArray[np.float32]) -> Figure:
    """The figure of one person, by way of a smaller mask in which pixels are means."""
    whole = _mask(mask)
    return cut_figure(small_mask(whole), landmarks, MASK_PIXELS / max(whole.shape))


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

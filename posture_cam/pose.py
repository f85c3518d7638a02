"""Body landmarks from pictures: the one place that knows MediaPipe.

Nothing of MediaPipe's own types leaves this file but its results, which pose_result.py turns into
poses, and it is loaded only behind the network guard.
"""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam import network_guard
from posture_cam.background import without_people
from posture_cam.colours import region_colours
from posture_cam.errors import ModelError, PostureCamError
from posture_cam.follower import Follower, is_due
from posture_cam.liveness import StirWatch, small_grey
from posture_cam.models import read_model
from posture_cam.multi_person import MultiPersonFollower
from posture_cam.native_log import hidden_native_log
from posture_cam.types import NAN, SCENE_SHAPE, Frame, Pose
from posture_cam.video_clock import VideoClock

OUT_OF_ORDER_S = 0.5
"""A smaller step back is a frame out of order, taken as if it followed at once."""
SCENE_EVERY_S = 1.0
"""The place behind the person, and the colours of the person, are looked at this often."""


class PoseEstimator:
    """Finds people in one sequence of frames and follows them from frame to frame.

    The same frames with the same settings give the same landmarks, bit for bit, with one version
    of MediaPipe on one kind of processor. One estimator serves one sequence; use it as a context
    manager, or call `close`.

    model: "lite", "full", "heavy" or the path of a .task file.
    people: how many people are followed at most, at least 1. Newcomers are looked for from time
        to time (multi_person.py); each person is followed by a landmarker of their own.
    min_confidence: 0..1, how sure the model must be that there is a person.
    silhouette: also give the whole mask of each person; without it only the small `figure`.
    live: pictures do not wait until one has been looked at (see Follower).

    Raises ModelError when the model cannot be used, PostureCamError when MediaPipe cannot be
    loaded.
    """

    def __init__(
        self,
        model: str = "full",
        people: int = 1,
        min_confidence: float = 0.5,
        silhouette: bool = False,
        live: bool = False,
    ) -> None:
        self._model = model
        self._contents = read_model(model)
        self._people = people
        self._min_confidence = min_confidence
        self._silhouette = silhouette
        self._live = live
        self._scene_s = NAN
        self._follower: MultiPersonFollower | None = None
        self._open()

    def estimate(self, frame: Frame) -> tuple[Pose, ...]:
        """Everybody in the frame, in no particular order; `Pose.nobody` alone when there is none.

        Times may repeat, jump or go back. Raises RuntimeError after `close`, when MediaPipe would
        see nobody without a word.
        """
        if self._follower is None:
            raise RuntimeError("This PoseEstimator is closed.")
        if self._clock.step_s(frame.time_s) < -OUT_OF_ORDER_S:
            self.close()  # a film that starts over: nothing of the past may remain
            self._open()
        self._clock.advance(frame.time_s)
        people = self._stir.update(frame, self._follower.find(frame))
        if not is_due(self._scene_s, SCENE_EVERY_S, frame.time_s):
            return people
        return self._with_scene(frame, people)

    def close(self) -> None:
        """Release the model. May be called more than once."""
        if self._follower is not None:
            self._follower.close()
            self._follower = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> None:
        self._clock = VideoClock()
        search = self._landmarker(self._people + 1, video=False)
        self._follower = MultiPersonFollower(self._new_follower, search, self._people)
        self._stir = StirWatch()

    def _new_follower(self) -> Follower:
        return Follower(self._landmarker(1, video=True), self._silhouette, self._live)

    def _landmarker(self, people: int, video: bool) -> _Landmarker:
        return _Landmarker(self._model, self._contents, self._min_confidence, people, video)

    def _with_scene(self, frame: Frame, people: tuple[Pose, ...]) -> tuple[Pose, ...]:
        self._scene_s = frame.time_s
        assert self._follower is not None
        everybody = [*people, *self._follower.unfollowed]
        scene = without_people(small_grey(frame.image, *SCENE_SHAPE), everybody)
        return tuple(
            replace(pose, scene=scene, colours=region_colours(frame.image, pose.landmarks))
            if pose.present
            else replace(pose, scene=scene)
            for pose in people
        )


class _Landmarker:
    """One landmarker of MediaPipe: for a video of one person, or for single pictures of several.

    contents: the model's file, named `model` in messages. people: how many are found at most.
    """

    def __init__(
        self, model: str, contents: bytes, min_confidence: float, people: int, video: bool
    ) -> None:
        self._mediapipe = _load_mediapipe()
        self._video = video
        vision = self._mediapipe.tasks.vision
        options = vision.PoseLandmarkerOptions(
            base_options=self._mediapipe.tasks.BaseOptions(model_asset_buffer=contents),
            running_mode=vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE,
            num_poses=people,
            min_pose_detection_confidence=min_confidence,
            min_pose_presence_confidence=min_confidence,
            min_tracking_confidence=min_confidence,
            output_segmentation_masks=video,
        )
        with hidden_native_log():
            try:
                self._landmarker = vision.PoseLandmarker.create_from_options(options)
            except (RuntimeError, ValueError) as error:
                raise ModelError(
                    f"MediaPipe cannot load the pose model '{model}' ({error}); choose"
                    " another one, or build it again with 'python models/build.py'."
                ) from error

    def detect(self, bgr: NDArray[np.uint8], timestamp_ms: int = 0) -> Any:
        """MediaPipe's PoseLandmarkerResult. timestamp_ms: of a video, always increasing."""
        with hidden_native_log():  # memory that happens to lie badly is warned about at any time
            rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
            image = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)
            if self._video:
                return self._landmarker.detect_for_video(image, timestamp_ms)
            return self._landmarker.detect(image)

    def close(self) -> None:
        """Release the model."""
        with hidden_native_log():
            self._landmarker.close()


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

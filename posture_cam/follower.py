"""Following one person from picture to picture, as MediaPipe does in a video.

What MediaPipe sees depends on the window in which it looks. In a video the window comes from the
landmarks of the picture before, which reads postures better than windows that are searched anew in
every picture; and this is how the spine estimator was trained.
"""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import face_there
from posture_cam.denoising import seen_through_grain
from posture_cam.padding import NONE, Margin
from posture_cam.pose_result import is_near, poses_of
from posture_cam.types import NAN, Frame, Pose
from posture_cam.video_clock import VideoClock

FORGET_AFTER_S = 2.0
"""After a longer gap the person is looked for anew instead of followed."""
LOOK_HARDER_S = 1.0
"""Where nobody is found, somebody very near or in grain is looked for this often."""
SETTLING_LOOKS, BETWEEN_LOOKS_MS = 5, 500
"""Somebody just found is looked at so many times more, so long apart for MediaPipe's smoothing,
until the window depends little on how they were found. A photograph has no later pictures for that.
"""


class VideoLandmarker(Protocol):
    """MediaPipe's own for one person in a video (pose.py)."""

    def detect(self, bgr: NDArray[np.uint8], timestamp_ms: int) -> Any:
        """Its PoseLandmarkerResult for the next picture."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


class Follower:
    """Finds one person and stays with them.

    landmarker: serves this follower alone. silhouette: also give the whole mask. live: pictures do
    not wait; where looking at one has taken long, the next is the one of then.
    faceless: a body in the latest picture whose face is not seen, which is not taken for them.
    """

    def __init__(self, landmarker: VideoLandmarker, silhouette: bool, live: bool = False) -> None:
        self._landmarker = landmarker
        self._silhouette = silhouette
        self._live = live
        self._settling = False
        self.faceless: Pose | None = None
        self._clock = VideoClock()
        self._margin: Margin = NONE
        self._harder_s = NAN
        self._following = False
        # The model goes on opening in the background, and logging; this waits for its end.
        self.look_anew()

    def find(self, frame: Frame) -> Pose:
        """The person in the next frame, `Pose.nobody` when there is none. Any time will do.

        Who has no face has been lost, whatever is seen in their place, and is looked for anew.
        """
        forgotten = self._clock.step_s(frame.time_s) > FORGET_AFTER_S
        if forgotten:
            self.look_anew()
        # On a slow machine looking so often makes the gap after which it would be done again.
        hurried = self._live and forgotten and self._settling
        result = self._look(frame, self._clock.advance(frame.time_s))
        looks = 0 if self._following or hurried else SETTLING_LOOKS
        self._settling = looks > 0
        self._following = bool(result.pose_landmarks)
        while looks and self._following:
            result = self._look(frame, self._clock.pause(BETWEEN_LOOKS_MS))
            self._following = bool(result.pose_landmarks)
            looks -= 1
        pose = poses_of(frame, result, self._silhouette, self._margin)[0]
        self.faceless = pose if pose.present and not face_there(pose) else None
        if self.faceless is not None:
            self.look_anew()
            return Pose.nobody(pose.time_s, pose.width, pose.height, pose.brightness)
        return pose

    def look_anew(self) -> None:
        """End the following: the next picture is searched as a whole."""
        self._following = False
        self._landmarker.detect(np.zeros((256, 256, 3), dtype=np.uint8), self._clock.next_ms())

    @property
    def within_margin(self) -> bool:
        """Whether the person is so near that they are seen in a widened picture."""
        return self._margin != NONE

    def close(self) -> None:
        """Release the landmarker."""
        self._landmarker.close()

    def _look(self, frame: Frame, timestamp_ms: int) -> Any:
        """MediaPipe's result for the frame, within `self._margin`.

        Somebody so near that they fill the picture is found only with room around them, and
        somebody in the grain of a dark picture only once it is softened. So where nobody is found,
        such pictures are looked at from time to time. Who is near is followed within the margin;
        to follow the other, the picture as it is will do.
        """
        result = None
        if self._margin == NONE:
            result = self._landmarker.detect(frame.image, timestamp_ms)
            if result.pose_landmarks or not is_due(self._harder_s, LOOK_HARDER_S, frame.time_s):
                return result
            timestamp_ms = self._clock.next_ms()
        self._harder_s = frame.time_s
        self._margin = Margin.of(frame.image)
        nearer = self._landmarker.detect(self._margin.added(frame.image), timestamp_ms)
        if any(is_near(points, self._margin, frame.image) for points in nearer.pose_landmarks):
            return nearer
        self._margin = NONE
        if nearer.pose_landmarks:
            self.look_anew()
        return seen_through_grain(
            lambda picture: self._landmarker.detect(picture, self._clock.next_ms()),
            frame.image,
            result,
        )


def is_due(last_s: float, every_s: float, time_s: float) -> bool:
    """Whether it is time again, by the frames' own times, which may go back."""
    return not 0 <= time_s - last_s < every_s and math.isfinite(time_s)

"""Whether somebody stirs in the pictures, as people always do and pictures of people never.

The landmarks of a poster waver as much as those of somebody who sits still, its pixels do not.
Means over a second leave noise out, and a fitted brightness and contrast that the light changes.
Looked at only while several people are there, since only then it matters who of them lives.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.features import centre_and_scale
from posture_cam.types import NAN, Frame, Pose

Grey = NDArray[np.float32]

WIDTH = 160
"""Pixels; the pictures are made so small."""
MEAN_OVER_S, LONGEST_GAP_S = 1.0, 2.0
AFTER_S = 3
"""A second is compared with the one so many seconds before: people at rest move slowly."""
AROUND = 1.6
"""Spreads of face and shoulders to each side of their centre: the head and what is behind it."""
LARGE_CHANGE = 0.9
"""The change is that of the pixel which so many of the pixels change less than."""
LEAST_CONTRAST = 10.0
"""Grey levels; less contrast is mostly noise."""


class StirWatch:
    """Looks at one sequence of pictures."""

    def __init__(self) -> None:
        self._seconds: deque[Grey] = deque(maxlen=AFTER_S)
        self._sum: Grey | None = None
        self._count = 0
        self._begun_s = self._last_s = NAN

    def update(self, frame: Frame, people: Sequence[Pose]) -> tuple[Pose, ...]:
        """The people of a frame, about once a second with their `stir`."""
        if len(people) < 2:
            self._clear()
            return tuple(people)
        grey = _small_grey(frame.image)
        if self._interrupted(frame.time_s, grey):
            self._clear()
        if self._sum is not None and frame.time_s - self._begun_s >= MEAN_OVER_S:
            people = self._end_second(people)
        if self._sum is None:
            self._begun_s, self._sum = frame.time_s, np.zeros_like(grey)
        self._sum += grey
        self._count += 1
        self._last_s = frame.time_s
        return tuple(people)

    def _interrupted(self, time_s: float, grey: Grey) -> bool:
        """Whether what was seen before is of another time or size."""
        resized = self._sum is not None and self._sum.shape != grey.shape
        return resized or not 0 <= time_s - self._last_s <= LONGEST_GAP_S

    def _end_second(self, people: Sequence[Pose]) -> Sequence[Pose]:
        assert self._sum is not None
        now = self._sum / np.float32(self._count)
        before = self._seconds[0] if len(self._seconds) == AFTER_S else None
        self._seconds.append(now)
        self._sum, self._count = None, 0
        if before is None:
            return people
        return [replace(pose, stir=stir(now, before, pose)) for pose in people]

    def _clear(self) -> None:
        self._seconds.clear()
        self._sum, self._count = None, 0


def stir(now: Grey, before: Grey, pose: Pose) -> float | None:
    """How much of the picture about somebody's head has changed, as a share of its contrast.

    now, before: (height, width) in 0..255, small pictures. 0 for the same picture in another light.
    None where the pose lies outside.
    """
    area = _about_head(pose, now.shape[1] / pose.width)
    here, there = now[area].astype(np.float64), before[area].astype(np.float64)
    if here.size == 0:
        return None
    here, there = here - here.mean(), there - there.mean()
    power = float((there**2).sum())
    gain = float((here * there).sum()) / power if power > 0 else 0.0
    contrast = max(float(here.std()), LEAST_CONTRAST)
    return float(np.quantile(np.abs(here - max(gain, 0.0) * there), LARGE_CHANGE)) / contrast


def _about_head(pose: Pose, scale: float) -> tuple[slice, slice]:
    """Rows and columns of a picture that is `scale` times as large."""
    (x, y), spread = centre_and_scale(pose.landmarks.astype(np.float64))
    reach = AROUND * float(spread[0])
    top, bottom, left, right = (
        max(0, round(scale * edge)) for edge in (y - reach, y + reach, x - reach, x + reach)
    )
    return slice(top, bottom + 1), slice(left, right + 1)


def _small_grey(bgr: NDArray[np.uint8]) -> Grey:
    height, width = bgr.shape[:2]
    size = (WIDTH, max(1, round(height * WIDTH / width)))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.float32)

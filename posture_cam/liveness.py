"""Whether somebody stirs in the pictures, as people always do and pictures of people never.

The landmarks of a poster waver as much as those of somebody who sits still, its pixels do not.
Means over a second leave out most of the noise, what is left is allowed for, and a fitted light
leaves out that a cloud passes or the camera adapts. Looked at only while several people are there,
since only then it matters who of them lives.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.features import Array, centre_and_scale
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
NORMAL_LARGE = 1.645
"""The same of a normal distribution, in standard deviations."""
LEAST_CONTRAST = 10.0
"""Grey levels; less contrast is mostly noise."""


@dataclass(frozen=True, slots=True)
class Second:
    """Mean of the small pictures of a second, and the variance of it that noise accounts for."""

    mean: Grey
    noise: float


class StirWatch:
    """Looks at one sequence of pictures."""

    def __init__(self) -> None:
        self._seconds: deque[Second] = deque(maxlen=AFTER_S)
        self._pictures: list[Grey] = []
        self._begun_s = self._last_s = NAN

    def update(self, frame: Frame, people: Sequence[Pose]) -> tuple[Pose, ...]:
        """The people of a frame, about once a second with their `stir`."""
        if len(people) < 2:
            self._clear()
            return tuple(people)
        height, width = frame.image.shape[:2]
        grey = small_grey(frame.image, max(1, round(height * WIDTH / width)), WIDTH)
        if self._interrupted(frame.time_s, grey):
            self._clear()
        if len(self._pictures) > 1 and frame.time_s - self._begun_s >= MEAN_OVER_S:
            people = self._end_second(people)
        if not self._pictures:
            self._begun_s = frame.time_s
        self._pictures.append(grey.astype(np.float32))
        self._last_s = frame.time_s
        return tuple(people)

    def _interrupted(self, time_s: float, grey: NDArray[np.uint8]) -> bool:
        """Whether what was seen before is of another time or size."""
        resized = bool(self._pictures) and self._pictures[0].shape != grey.shape
        return resized or not 0 <= time_s - self._last_s <= LONGEST_GAP_S

    def _end_second(self, people: Sequence[Pose]) -> Sequence[Pose]:
        now = second_of(self._pictures)
        before = self._seconds[0] if len(self._seconds) == AFTER_S else None
        self._seconds.append(now)
        self._pictures = []
        if before is None:
            return people
        return [replace(pose, stir=stir(now, before, pose)) for pose in people]

    def _clear(self) -> None:
        self._seconds.clear()
        self._pictures = []


def second_of(pictures: Sequence[Grey]) -> Second:
    """From two or more pictures of a second. Most pixels show the room, where only noise moves."""
    stack = np.stack(pictures)
    steps = np.diff(stack, axis=0)
    # The median of a mean of so few squares lies below its mean (Wilson and Hilferty 1931).
    of_mean = (1 - 2 / (9 * len(steps))) ** 3
    noise = float(np.median((steps**2).mean(axis=0))) / of_mean / 2 / len(stack)
    return Second(stack.mean(axis=0), noise)


def stir(now: Second, before: Second, pose: Pose) -> float | None:
    """How much of the picture about somebody's head has changed, as a share of its contrast.

    0 for the same picture in another light or in noise. None where the pose lies outside.
    """
    area = _about_head(pose, now.mean.shape[1] / pose.width)
    here = now.mean[area].astype(np.float64)
    if here.size == 0:
        return None
    changed = np.abs(here - _in_the_light_of(here, before.mean[area].astype(np.float64)))
    noise = NORMAL_LARGE**2 * (now.noise + before.noise)
    large = math.sqrt(max(0.0, float(np.quantile(changed, LARGE_CHANGE)) ** 2 - noise))
    return large / max(float(here.std()), LEAST_CONTRAST)


def _in_the_light_of(here: Array, there: Array) -> Array:
    """A picture as it would look in the light of another one: (rows, columns), both.

    Brightness and contrast change evenly from side to side and from top to bottom.
    """
    down, across = np.indices(here.shape) / max(here.shape)
    slopes = np.stack([np.ones(here.shape), down, across])
    terms = np.concatenate([slopes, slopes * there]).reshape(6, -1).T
    weights = np.linalg.lstsq(terms, here.ravel(), rcond=None)[0]
    return np.asarray((terms @ weights).reshape(here.shape))


def _about_head(pose: Pose, scale: float) -> tuple[slice, slice]:
    """Rows and columns of a picture that is `scale` times as large."""
    (x, y), spread = centre_and_scale(pose.landmarks.astype(np.float64))
    reach = AROUND * float(spread[0])
    top, bottom, left, right = (
        max(0, round(scale * edge)) for edge in (y - reach, y + reach, x - reach, x + reach)
    )
    return slice(top, bottom + 1), slice(left, right + 1)


def small_grey(bgr: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """(rows, columns); each pixel the mean of what it covers."""
    small = cv2.resize(bgr, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)

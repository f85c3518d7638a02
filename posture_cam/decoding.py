"""What a decoded picture still lacks: a time that can be trusted, and upright square pixels."""

from __future__ import annotations

import logging
import math
from fractions import Fraction
from typing import NamedTuple, cast

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

log = logging.getLogger(__name__)

RESTART_S = 0.5
"""A stamp that steps back by less is a single wrong one, not the beginning of another recording."""
JUST_AFTER = 0.01
"""So much of an interval behind the last picture lies one whose stamp is wrong."""


class Timeline:
    """Gives every decoded picture its time in seconds, strictly increasing.

    unit_s: seconds per tick of the file's timestamps, None when it has none.
    origin_s: timestamp that becomes 0; None means that of the first picture.
    interval_s: time from one picture to the next where the file does not say.
    """

    def __init__(self, unit_s: Fraction | None, origin_s: float | None, interval_s: float) -> None:
        self._unit_s = unit_s
        self._origin_s = origin_s
        self.interval_s = interval_s
        self._shift_s = 0.0
        self._last_s: float | None = None
        self._as_stamped = True
        self._last_stamps: dict[str, float] = {}
        self._backward_steps = {"pts": 0, "dts": 0}

    @property
    def origin_s(self) -> float:
        return self._origin_s or 0.0

    def place(self, picture: VideoFrame) -> float:
        """The time of the picture that was decoded after all earlier ones."""
        stamp = self._stamp(picture)
        if stamp is None:
            time_s = 0.0 if self._last_s is None else self._last_s + self.interval_s
        else:
            if self._origin_s is None:
                self._origin_s = stamp
            time_s = stamp - self._origin_s + self._shift_s
        if self._last_s is None:
            time_s = max(0.0, time_s)  # the container's start is rounded to a microsecond
        elif time_s <= self._last_s:
            time_s = self._corrected(time_s, self._last_s)
        else:
            self._as_stamped = True
        self._last_s = time_s
        return time_s

    def _corrected(self, time_s: float, last_s: float) -> float:
        """The time of a picture whose stamp does not lie behind the last picture's."""
        if self._as_stamped and last_s - time_s < RESTART_S:
            # One stamp is repeated or misplaced: the next ones are right again.
            self._as_stamped = False
            return last_s + JUST_AFTER * self.interval_s
        # Recordings joined end to end start their clock again: go on where the last one ended.
        resumed = last_s + self.interval_s
        log.info("timestamps step back from %.3f s; continued at %.3f s", last_s, resumed)
        self._shift_s += resumed - time_s
        return resumed

    def _stamp(self, picture: VideoFrame) -> float | None:
        """Presentation time, or decoding time where the file's presentation times step back more.

        AVI with B-frames stores no presentation time, and what is derived for it is out of order.
        """
        if self._unit_s is None:
            return None
        stamps = {
            name: float(value * self._unit_s)
            for name, value in (("pts", picture.pts), ("dts", picture.dts))
            if value is not None
        }
        for name, value in stamps.items():
            if value <= self._last_stamps.get(name, -math.inf):
                self._backward_steps[name] += 1
            self._last_stamps[name] = value
        prefer_dts = self._backward_steps["dts"] < self._backward_steps["pts"]
        for name in ("dts", "pts") if prefer_dts else ("pts", "dts"):
            if name in stamps:
                return stamps[name]
        return None


class PictureConverter:
    """Turns decoded pictures into upright BGR arrays with square pixels.

    Angles measured on pixels that are not square, as in DVD and camcorder formats, would be wrong.
    pixel_aspect: width of a stored pixel over its height, None when unknown.
    """

    def __init__(self, pixel_aspect: Fraction | None = None) -> None:
        self._pixel_aspect = float(pixel_aspect or 1)
        self._reformatter = VideoReformatter()

    def upright_bgr(self, picture: VideoFrame) -> NDArray[np.uint8]:
        """(height, width, 3) uint8."""
        width = round(picture.width * self._pixel_aspect)
        converted = self._reformatter.reformat(picture, width=width, format="bgr24")
        image: NDArray[np.uint8] = np.asarray(converted.to_ndarray(), dtype=np.uint8)
        turned = orientation(picture)
        if turned.mirrored:
            image = image[:, ::-1]
        return np.ascontiguousarray(np.rot90(image, -turned.clockwise_deg // 90))


class Orientation(NamedTuple):
    """How a stored picture is to be shown: mirrored left to right, then turned by 0, 90, 180 or 270
    degrees."""

    mirrored: bool = False
    clockwise_deg: int = 0


def orientation(picture: VideoFrame) -> Orientation:
    """What the file's display matrix asks for.

    Its first row says where a step to the right in the stored picture leads (right, down), its
    second row the same of a step down.
    """
    stored = picture.side_data.get("DISPLAYMATRIX")
    if stored is None:
        return Orientation()
    matrix = np.frombuffer(bytes(cast("SideData", stored)), np.int32).reshape(3, 3)[:2, :2].tolist()
    (right, down), (right_below, down_below) = matrix
    mirrored = right * down_below < down * right_below
    if mirrored:
        right, down = -right, -down
    return Orientation(mirrored, round(math.degrees(math.atan2(down, right)) / 90) * 90 % 360)

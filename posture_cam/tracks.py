"""Following each of several people through time by where they are and how large they look."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

LOST_AFTER_S = 3.0
"""Without being found for this long somebody is gone; who comes then is followed anew."""
MAX_JUMP, AT_ONCE = 1.0, 0.3
"""Farther than this from the last place, in distances (see Track), it is somebody else: the second
in consecutive pictures, more with every second, up to the first."""
LIVES = 0.01
"""Whoever stays within this share of their size for ten seconds is a picture of a person."""
WATCHED_S = 10
STIRS = 0.08
"""Whoever changes by more in the picture (liveness.py) stirs in that second: portraits in hardly
any, also in noise and changing light; the stillest real person, who only turned the head, in 72 of
100."""
STILL = 0.25
"""Who stirs in less than this share of the seconds is a picture of a person."""
FEWEST_LOOKS = 4
"""Seconds that must have been looked at before that is said."""
TWICE = 0.35
"""Two poses within this distance (see Track.distance) are one person, found twice."""

_UPPER_BODY = [L.NOSE, L.LEFT_EAR, L.RIGHT_EAR, L.LEFT_SHOULDER, L.RIGHT_SHOULDER]
_HEAD, _SHOULDERS = slice(1, 3), slice(3, 5)
PER_HEIGHT = 1.65
"""Extent of head and shoulders in their height, of upright people from the front: nine in ten of 30
have more (median 1.9), from the side 1.4."""


@dataclass
class Track:
    """One person from coming to going.

    number: in the order of coming, from 0. place (x, y) and size: the last ones, in pixels.
    frames: how often found. seconds: time found. width: of the picture, pixels.
    sizes, places: one for every second. moved: ever, by its landmarks, as no poster should.
    looks, stirred: seconds in which the pixels were compared, and in which they had changed.
    """

    number: int
    first_s: float
    last_s: float
    place: tuple[float, float]
    size: float
    frames: int = 0
    seconds: float = 0.0
    sizes: list[float] = field(default_factory=list)
    places: list[tuple[float, float]] = field(default_factory=list)
    width: int = 0
    moved: bool = False
    looks: int = 0
    stirred: int = 0
    _second: list[tuple[float, float]] = field(default_factory=list)
    _median: tuple[int, float] = (0, 0.0)

    def fit(self, width: int) -> None:
        """From now on the pictures have this width, pixels."""
        if self.width in (0, width):
            return
        scale, self.width = width / self.width, width
        self.place = scaled(self.place, scale)
        self.places = [scaled(place, scale) for place in self.places]
        self._second = [scaled(place, scale) for place in self._second]
        self.size *= scale
        self.sizes = [size * scale for size in self.sizes]
        self._median = (0, 0.0)

    def follow(self, pose: Pose) -> None:
        """Take in the next pose of this person."""
        if self.frames:
            self.seconds += min(max(pose.time_s - self.last_s, 0.0), LOST_AFTER_S)
        if math.floor(pose.time_s) != math.floor(self.last_s) and self._second:
            self._end_second()
        self.place, self.size, self.last_s = (
            centre(pose),
            max(apparent_size(pose), 1.0),
            pose.time_s,
        )
        self.frames += 1
        self._second.append(self.place)
        if pose.stir is not None:
            self.looks += 1
            self.stirred += int(pose.stir > STIRS)

    def distance(self, pose: Pose) -> float:
        """How unlike a continuation a pose is; 0 is the very same place and size.

        Two of their own sizes aside count 1, and so does a change of size by a factor of e.
        """
        return self.distance_to(centre(pose), max(apparent_size(pose), 1.0))

    def distance_to(self, place: tuple[float, float], size: float) -> float:
        """The same of a place (x, y) and a size, pixels."""
        away = math.hypot(place[0] - self.place[0], place[1] - self.place[1])
        return away / (2 * self.size) + abs(math.log(size / self.size))

    @property
    def still_s(self) -> int:
        """For so many seconds its pixels have shown it to be a picture of a person; 0: they do not.

        Landmarks waver, so this is the better witness; but pixels are compared only in company.
        """
        still = self.looks >= FEWEST_LOOKS and self.stirred < STILL * self.looks
        return self.looks if still else 0

    @property
    def lives(self) -> bool:
        """Whether it moves as no poster does."""
        return self.moved and not self.still_s

    @property
    def median_size(self) -> float:
        """Pixels."""
        if not self.sizes:
            return self.size
        if self._median[0] != len(self.sizes):  # asked for every picture, all day
            self._median = len(self.sizes), float(np.median(self.sizes))
        return self._median[1]

    @property
    def median_place(self) -> tuple[float, float]:
        """Pixels."""
        x, y = np.median(self.places, axis=0) if self.places else self.place
        return float(x), float(y)

    def _end_second(self) -> None:
        """Means over a second leave the noise of single pictures out."""
        x, y = np.mean(self._second, axis=0)
        self._second.clear()
        self.sizes.append(self.size)
        self.places.append((float(x), float(y)))
        recent = np.array(self.places[-WATCHED_S:])
        self.moved |= bool(np.ptp(recent, axis=0).max() > LIVES * self.size)


class Tracker:
    """Tells for every picture who is who. tracks: everybody so far, in the order of coming."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self._open: list[Track] = []

    def update(self, people: Sequence[Pose]) -> tuple[int, ...]:
        """Number of the track of each of `people`, -1 for an empty pose or a person found twice.

        Pairs of a track and a pose are formed from the most alike on.
        """
        numbers = [-1] * len(people)
        left = [index for index, pose in enumerate(people) if pose.present]
        if not left:
            return tuple(numbers)
        now = people[left[0]].time_s
        # A stream's clock may step back a little, which is no reason to lose anybody.
        self._open = [track for track in self._open if abs(now - track.last_s) <= LOST_AFTER_S]
        for track in self._open:
            track.fit(people[left[0]].width)
        pairs = sorted(
            (track.distance(people[index]), track.number, index)
            for track in self._open
            for index in left
        )
        taken: set[int] = set()
        for distance, number, index in pairs:
            jump = min(MAX_JUMP, AT_ONCE + abs(now - self.tracks[number].last_s))
            if distance <= jump and number not in taken and numbers[index] < 0:
                numbers[index] = number
                taken.add(number)
        for index in left:
            if numbers[index] >= 0:
                self.tracks[numbers[index]].follow(people[index])
        for index in left:
            now_here = [self.tracks[number] for number in numbers if number >= 0]
            if numbers[index] < 0 and all(
                track.distance(people[index]) > TWICE for track in now_here
            ):
                numbers[index] = self._new(people[index])
                self.tracks[numbers[index]].follow(people[index])
        return tuple(numbers)

    def _new(self, pose: Pose) -> int:
        number = len(self.tracks)
        size = max(apparent_size(pose), 1.0)
        track = Track(number, pose.time_s, pose.time_s, centre(pose), size, width=pose.width)
        self.tracks.append(track)
        self._open.append(track)
        return number


def scaled(place: tuple[float, float], scale: float) -> tuple[float, float]:
    """A place in pictures of another size."""
    return place[0] * scale, place[1] * scale


def apparent_size(pose: Pose) -> float:
    """Extent of head and shoulders in pixels, about the same from the front and the side.

    The side shows no breadth of shoulders; there it is the height, which tells the same of people
    who sit upright.
    """
    points = pose.landmarks[_UPPER_BODY, :2]
    height = points[_SHOULDERS, 1].mean() - points[_HEAD, 1].mean()
    return float(max(np.hypot(*(points.max(axis=0) - points.min(axis=0))), PER_HEIGHT * height))


def centre(pose: Pose) -> tuple[float, float]:
    """Middle of head and shoulders in pixels."""
    x, y = pose.landmarks[_UPPER_BODY, :2].mean(axis=0)
    return float(x), float(y)

"""Which of the people in the picture is the one who is watched.

Live, by what is known so far: the one who was calibrated, else the largest, kept as long as they
are there; when they are gone, only somebody who comes and fills their place. In a recorded clip, by
the whole of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from posture_cam.baseline import Baseline
from posture_cam.camera_motion import SceneMatch, compare_places
from posture_cam.tracks import LOST_AFTER_S, Track, Tracker, apparent_size, centre
from posture_cam.types import Pose

FILLS = 0.62
"""Who looks smaller than this share of the watched person's size does not sit in their place."""
BACK_AT_ONCE = 0.4
"""Within this distance (see Track) of the last place somebody is the watched one, found again."""
NEW_PLACE_S = 120.0
"""After so long without the watched person, one who was there all along, or who looks smaller, is
taken if nobody else is."""
LOOKED_AT_S = 10.0
"""For this long one who is not where the watched person was must have been seen."""
LOOKED_IN_S = 5.0
"""Somebody watched for no longer only looked in, and leaves no place that is kept for them."""
LARGER = 1.4
"""Somebody must look so many times larger to be preferred to what seems to be a portrait."""
SURELY_STILL_S, SMALLER = 20, 0.4
"""Once a portrait's pixels have been still for so many seconds, so much of its size is enough."""
LIFELESS = 0.1
"""Weight in a clip of somebody who never moved; our choice, as the other weights of `_score`."""
UNLIKE = 2.0
"""By e to this power less counts who is one distance away from the calibrated person."""
LEAST_S = 0.1
"""A track of a single frame counts as so long."""
SAME_SEAT = 1.5
"""Tracks of one seat in a clip lie within so many sizes of each other."""
WORTH_COUNTING_S = 1.0


class PersonSelector:
    """Keeps to one person in a stream.

    baseline: the calibrated person's; their size and place are looked for first.
    stored: without one, those that may fit this camera; who sits where the person of one of them
        sat is preferred to somebody larger at first.
    people: how many there are in the latest picture. rivals: numbers of the others' tracks who look
    large enough there to sit in the watched person's place. is_portrait: whether the watched one
    has turned out to be a picture of a person, and somebody living is there. was_portrait: whether,
    with the latest picture, they have taken its place.
    """

    def __init__(self, baseline: Baseline | None = None, stored: Sequence[Baseline] = ()) -> None:
        self._tracker = Tracker()
        self._watched: Track | None = None
        self._home: Track | None = None
        self._last: Track | None = None
        self._left_s = -math.inf
        self._calibrated = baseline is not None
        self._baseline = baseline
        self._stored = stored
        self.people = 0
        self.rivals: frozenset[int] = frozenset()
        self.is_portrait = self.was_portrait = False

    def choose(self, people: Sequence[Pose]) -> int:
        """Index of the watched person among `people`, -1 when they are not there."""
        numbers = self._tracker.update(people)
        here = {number: index for index, number in enumerate(numbers) if number >= 0}
        self.people, self.rivals = len(here), frozenset()
        self.is_portrait = self.was_portrait = False
        if not here:
            return -1
        first = people[next(iter(here.values()))]
        now = first.time_s
        self._fit_home(first)
        present = [self._tracker.tracks[number] for number in here]
        if self._watched is None or now - self._watched.last_s > LOST_AFTER_S:
            self._watched = self._newcomer(present, people, here, now)
        elif self._watched.number in here:
            self._watched = self._better(present, self._watched)
        if self._watched is None or self._watched.number not in here:
            return -1
        self._left_s = now
        if self._last is None or self._watched.seconds >= min(self._last.seconds, NEW_PLACE_S):
            self._last = self._watched  # who only looks in leaves the other's place known
        self._home = self._watched if self._fills(self._watched) else self._home
        least = FILLS * self._watched.size
        large = {track.number for track in present if track.size >= least}
        self.rivals = frozenset(large - {self._watched.number})
        self.is_portrait = self._watched.still_s > 0 and _largest_living(present) is not None
        return here[self._watched.number]

    def know(self) -> None:
        """The watched person is a calibrated one, who may sit as still as a portrait."""
        self._calibrated = True

    @property
    def portraits(self) -> frozenset[int]:
        """Numbers of all tracks that have turned out to be pictures of people."""
        return frozenset(track.number for track in self._tracker.tracks if track.still_s)

    def _newcomer(
        self, present: list[Track], people: Sequence[Pose], here: dict[int, int], now: float
    ) -> Track | None:
        """Who takes the watched person's place, if anybody."""
        if self._home is None:
            return self._in_a_known_seat(present, people, here) or max(
                present, key=lambda track: track.size
            )
        home = self._home
        places = [home]
        if self._last is not None and self._last.seconds > LOOKED_IN_S:
            places.append(self._last)  # though not at the place of the profile
        for place in places:
            nearest = min(present, key=lambda track: place.distance(people[here[track.number]]))
            if place.distance(people[here[nearest.number]]) < BACK_AT_ONCE:
                return nearest
        living = [track for track in present if track.lives]
        seated = [track for track in living if self._fills(track)]
        if home.seconds > LOOKED_IN_S:
            seated = [track for track in seated if track.first_s > self._left_s]
        if not seated and now - self._left_s > NEW_PLACE_S:
            seated = [track for track in living if now - track.first_s > LOOKED_AT_S]
        return max(seated, key=lambda track: track.size, default=None)

    def _in_a_known_seat(
        self, present: list[Track], people: Sequence[Pose], here: dict[int, int]
    ) -> Track | None:
        """Who sits where the person of a stored profile sat before this camera, if anybody."""
        apart = [
            (_home_of(baseline).distance(people[here[track.number]]), track)
            for track in present
            for baseline in self._fitting(people[here[track.number]])
        ]
        distance, nearest = min(apart, key=lambda pair: pair[0], default=(math.inf, None))
        return nearest if distance < BACK_AT_ONCE else None

    def _fitting(self, pose: Pose) -> list[Baseline]:
        """Those stored that may be of this place, in pictures of this size."""
        scaled = (stored.in_pictures_of(pose.width, pose.height) for stored in self._stored)
        return [
            one
            for one in scaled
            if one and compare_places(one.pose.scene, pose.scene) is not SceneMatch.ELSEWHERE
        ]

    def _better(self, present: list[Track], watched: Track) -> Track:
        """Somebody larger in place of a poster, or of one who only stood in."""
        poster = not watched.lives and watched.seconds > LOOKED_AT_S
        if not poster and self._fills(watched):
            return watched
        surely = not self._calibrated and watched.still_s > SURELY_STILL_S
        largest = _largest_living(present)
        if not largest or largest.size <= (SMALLER if surely else LARGER) * watched.size:
            return watched
        if surely:
            self._home, self._last, self.was_portrait = None, None, True
        return largest

    def _fit_home(self, pose: Pose) -> None:
        """At first the baseline's, but in pictures of another shape; then in this size of them."""
        if self._baseline is not None:
            fitted = self._baseline.in_pictures_of(pose.width, pose.height)
            self._home = None if fitted is None else _home_of(fitted)
            self._baseline = None
        for place in (self._home, self._last):
            if place is not None:
                place.fit(pose.width)

    def _fills(self, track: Track) -> bool:
        return self._home is None or track.size >= FILLS * self._home.median_size


def _largest_living(tracks: Sequence[Track]) -> Track | None:
    living = (track for track in tracks if track.lives)
    return max(living, key=lambda track: track.size, default=None)


@dataclass(frozen=True, slots=True)
class Somebody:
    """One person of a clip: all tracks of one seat. score: how likely they are the one meant."""

    tracks: tuple[Track, ...]
    score: float

    @property
    def seconds(self) -> float:
        """How long they were found."""
        return sum(track.seconds for track in self.tracks)


def people_of_clip(tracks: Sequence[Track], baseline: Baseline | None = None) -> list[Somebody]:
    """Everybody in a clip, the one meant first.

    Who was there longest, looks largest, sits nearest to the middle and moves is meant; with a
    baseline, who is where the calibrated person was. Tracks that do not overlap in time and are of
    one place and size are one person who was away between. Whoever was seen for less than a second
    is left out unless nobody else was.
    """
    groups: list[list[Track]] = []
    for track in sorted(tracks, key=lambda one: _score([one], baseline), reverse=True):
        own = next((group for group in groups if _same_seat(group, track)), None)
        if own is None:
            groups.append([track])
        else:
            own.append(track)
    everybody = [Somebody(tuple(group), _score(group, baseline)) for group in groups]
    everybody.sort(key=lambda somebody: somebody.score, reverse=True)
    return [one for one in everybody if one.seconds >= WORTH_COUNTING_S] or everybody[:1]


def choose_in_clip(numbers: Sequence[Sequence[int]], somebody: Somebody | None) -> list[int]:
    """For every frame the index of a person among those found, -1 where they were not.

    numbers: what `Tracker.update` gave for each frame.
    """
    own = {track.number for track in somebody.tracks} if somebody else set()
    return [
        next((index for index, number in enumerate(frame) if number in own), -1)
        for frame in numbers
    ]


def _score(tracks: Sequence[Track], baseline: Baseline | None) -> float:
    """Seconds times size squared (as a share of the picture), less off centre and lifeless."""
    score = 0.0
    for track in tracks:
        size = track.median_size / max(track.width, 1)
        off = abs(track.median_place[0] / max(track.width, 1) - 0.5)
        lives = 1.0 if track.lives or track.seconds < LOOKED_AT_S else LIFELESS
        likeness = 1.0 if baseline is None else math.exp(-UNLIKE * _distance(track, baseline))
        score += max(track.seconds, LEAST_S) * size**2 * (1 - off) * lives * likeness
    return score


def _distance(track: Track, baseline: Baseline) -> float:
    """From the calibrated person's place and size, in sizes; the pictures may differ in size."""
    home = _home_of(baseline)
    home.fit(track.width)
    return home.distance_to(track.median_place, track.median_size)


def _home_of(baseline: Baseline) -> Track:
    """Place and size of the calibrated person."""
    pose = baseline.pose
    size = max(apparent_size(pose), 1.0)
    return Track(-1, pose.time_s, pose.time_s, centre(pose), size, width=pose.width)


def _same_seat(group: Sequence[Track], track: Track) -> bool:
    """Whether a track may be the group's person at another time."""
    first = group[0]
    apart = all(one.last_s <= track.first_s or track.last_s <= one.first_s for one in group)
    ratio = track.median_size / first.median_size
    (x, y), (u, v) = first.median_place, track.median_place
    near = math.hypot(x - u, y - v) <= SAME_SEAT * first.median_size
    return apart and FILLS <= ratio <= 1 / FILLS and near

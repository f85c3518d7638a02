"""Everybody in a picture, each followed on their own, and newcomers looked for now and then.

Looking for people in every picture would cost more and read postures worse (follower.py). So a
search of the whole picture comes only from time to time. It finds newcomers, and it tells when a
follower has lost its way: when what it sees keeps differing from what a fresh look shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import face_there
from posture_cam.denoising import seen_through_grain
from posture_cam.features import CORE, centre_and_scale
from posture_cam.follower import Follower, is_due
from posture_cam.landmarks import Landmark as L
from posture_cam.pose_result import poses_of
from posture_cam.tracks import apparent_size
from posture_cam.types import NAN, Frame, Pose

SEARCH_EVERY_S = 2.0
"""People are looked for in the whole picture this often while somebody is there."""
OVERLOOKED_EVERY_S = 10.0
"""And this often for whoever those searches overlook: 2 % of the time at 5 frames a second."""
SAME_PERSON, SAME_SIZE = 1.2, 1.7
"""Poses whose centres are nearer than the first, in spreads of face and shoulders, are of one
person, unless one is larger than the other by more than the second as a factor."""
DISAGREES = 0.6
"""Two poses of one person differ when their shoulders lie so many spreads apart (root mean square).
Of 500 looks at 25 rendered people 99 in 100 lay within 0.53; one who had been taken for somebody
smaller lay 0.6 to 1.2 apart for minutes, with the face in its place."""
ASTRAY_AFTER = 3
"""A follower that differs in so many searches running looks anew."""
THERE = 0.3
"""Less presence of any point of face or shoulders, where a search shows nobody, is an empty chair:
one that went on being followed had 0.1 and less, the people before and after it 0.9 and more."""
LARGER = 1.4
"""Somebody who looks so many times larger than one who is followed is let in for them."""
TURNED_AWAY = 3
"""But only who has been seen in so many searches running: a passer-by has gone by then."""
SHOULDERS = [L.LEFT_SHOULDER, L.RIGHT_SHOULDER]
WIDE, ABOVE, BELOW = 3.0, 2.5, 4.0
"""Spreads of face and shoulders, beside, above and below their centre, that hold head and chest."""

Area = tuple[slice, slice]
"""Rows and columns of a picture."""


class PictureLandmarker(Protocol):
    """MediaPipe's own for several people in a single picture (pose.py)."""

    def detect(self, bgr: NDArray[np.uint8]) -> Any:
        """Its PoseLandmarkerResult."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


@dataclass(eq=False)
class _Followed:
    """One person's follower, and in how many searches running it differed from a fresh look."""

    follower: Follower
    pose: Pose
    astray: int = 0


class MultiPersonFollower:
    """The people in one sequence of frames.

    new_follower: makes one. search: looks for newcomers, `most` + 1 of them. most: so many are
        followed at once.
    """

    def __init__(
        self, new_follower: Callable[[], Follower], search: PictureLandmarker, most: int
    ) -> None:
        self._new_follower = new_follower
        self._search = search
        self._most = most
        self._search_s = self._overlooked_s = self._latest_s = NAN
        self._idle = [new_follower()]
        self._followed: list[_Followed] = []
        self._strangers: tuple[Pose, ...] = ()
        self._waiting: Pose | None = None
        self._turned_away = 0

    def find(self, frame: Frame) -> tuple[Pose, ...]:
        """Everybody in the frame; `Pose.nobody` alone when there is none."""
        self._latest_s = frame.time_s
        for one in self._followed:
            one.pose = one.follower.find(frame)
        self._leave_lost_and_doubled()
        if not self._followed:
            follower = self._idle.pop()
            pose = follower.find(frame)
            if not pose.present:
                self._idle.append(follower)
                self._strangers = ()
                return (pose,)
            self._followed.append(_Followed(follower, pose))
        if is_due(self._search_s, SEARCH_EVERY_S, frame.time_s):
            self._search_s = frame.time_s
            self._look_round(frame)
        return tuple(one.pose for one in self._followed)

    @property
    def unfollowed(self) -> list[Pose]:
        """Who is seen, or was in the latest search, and is not among the people found."""
        followers = (*self._idle, *(one.follower for one in self._followed))
        faceless = (follower.faceless for follower in followers)
        latest = (pose for pose in faceless if pose is not None and pose.time_s == self._latest_s)
        return [*self._strangers, *latest]

    def close(self) -> None:
        """Release everything."""
        for follower in (*self._idle, *(one.follower for one in self._followed)):
            follower.close()
        self._search.close()
        self._idle, self._followed = [], []

    def _look_round(self, frame: Frame) -> None:
        result = seen_through_grain(self._search.detect, frame.image)
        found = [pose for pose in poses_of(frame, result) if pose.present]
        for one in self._followed:
            if not one.follower.within_margin:
                own = (pose for pose in found if same_person(pose, one.pose))
                self._check(one, next(own, None), frame)
        if len(self._followed) >= self._most:
            self._make_room(found, frame)
        else:
            self._waiting = None
            for pose in (*found[: self._most], *self._overlooked(frame, found)):
                if len(self._followed) < self._most and self._strangers_among([pose]):
                    self._welcome(pose, frame)
        self._strangers = self._strangers_among(found)

    def _make_room(self, found: Sequence[Pose], frame: Frame) -> None:
        """Let somebody in who looks much larger than one of those who are followed.

        Otherwise somebody who leaves their desk for a moment would never be followed again once
        people behind them have taken their place. The smallest goes.
        """
        strangers = filter(face_there, self._strangers_among(found))
        newcomer = max(strangers, key=apparent_size, default=None)
        before, self._waiting = self._waiting, newcomer
        if newcomer is None:
            return
        known = (
            before is not None
            and newcomer.time_s - before.time_s <= 2 * SEARCH_EVERY_S
            and same_person(newcomer, before)
        )
        self._turned_away = self._turned_away + 1 if known else 1
        least = apparent_size(newcomer) / LARGER
        leaving = min(self._followed, key=lambda one: apparent_size(one.pose))
        if apparent_size(leaving.pose) >= least or self._turned_away < TURNED_AWAY:
            return
        if self._welcome(newcomer, frame):
            self._followed.remove(leaving)
            self._rest(leaving.follower)
            self._waiting = None

    def _strangers_among(self, found: Sequence[Pose]) -> tuple[Pose, ...]:
        """Those who are not followed."""
        followed = [one.pose for one in self._followed]
        return tuple(pose for pose in found if not any(same_person(pose, one) for one in followed))

    def _overlooked(self, frame: Frame, found: Sequence[Pose]) -> list[Pose]:
        """Whom a search shows once everybody known is painted over, if it is time for that.

        MediaPipe's search may give the largest person alone: of two real people side by side, one
        of them twice as near, it never gave the other. Hands and knees are painted over, too; else
        they are taken for somebody small.
        """
        due = is_due(self._overlooked_s, OVERLOOKED_EVERY_S, frame.time_s)
        if not due or not self._followed or len(self._followed) >= self._most:
            return []
        self._overlooked_s = frame.time_s
        known = [*found, *(one.pose for one in self._followed)]
        areas = [area for pose in known for area in (_chest(pose), _limbs(pose))]
        result = self._search.detect(_without(frame.image, areas))
        return [pose for pose in poses_of(frame, result) if pose.present][: self._most]

    def _check(self, one: _Followed, fresh: Pose | None, frame: Frame) -> None:
        """Let a follower look anew that has been astray for long.

        fresh: what the search shows of the same person, None when it shows nobody there; then the
        follower may still be right, as long as it is sure of face and shoulders.
        """
        if fresh is None:
            astray = float(one.pose.presence[CORE].min()) < THERE
        else:
            astray = distance(one.pose, fresh) > DISAGREES
        one.astray = one.astray + 1 if astray else 0
        if one.astray < ASTRAY_AFTER:
            return
        one.astray = 0
        one.follower.look_anew()
        if fresh is not None:
            others = [other.pose for other in self._followed if other is not one]
            again = one.follower.find(_alone(frame, fresh, others))
            one.pose = again if again.present else one.pose

    def _welcome(self, newcomer: Pose, frame: Frame) -> bool:
        """Follow somebody from now on; whether they are found so."""
        others = [one.pose for one in self._followed]
        follower = self._idle.pop() if self._idle else self._new_follower()
        pose = follower.find(_alone(frame, newcomer, others))
        if pose.present and self._strangers_among([pose]):
            self._followed.append(_Followed(follower, pose))
            return True
        self._rest(follower)
        return False

    def _leave_lost_and_doubled(self) -> None:
        kept: list[_Followed] = []
        for one in self._followed:
            doubled = any(same_person(one.pose, other.pose) for other in kept)
            if one.pose.present and not doubled:
                kept.append(one)
            else:
                self._rest(one.follower)
        self._followed = kept

    def _rest(self, follower: Follower) -> None:
        follower.look_anew()
        self._idle.append(follower)


def same_person(one: Pose, other: Pose) -> bool:
    """Whether two poses of one picture are of the same person. Both present."""
    (centre, spread), (place, size) = (_centre_and_spread(pose) for pose in (one, other))
    larger = max(spread, size)
    near = np.hypot(*(centre - place)) < SAME_PERSON * larger
    return bool(near and larger < SAME_SIZE * min(spread, size))


def distance(one: Pose, other: Pose) -> float:
    """How far the shoulders of two poses lie apart, root mean square, in spreads of the other."""
    apart = one.landmarks[SHOULDERS, :2] - other.landmarks[SHOULDERS, :2]
    _, spread = _centre_and_spread(other)
    return float(np.sqrt((apart.astype(np.float64) ** 2).sum(axis=1).mean())) / spread


def _centre_and_spread(pose: Pose) -> tuple[NDArray[np.float64], float]:
    centre, spread = centre_and_scale(pose.landmarks.astype(np.float64))
    return centre, max(float(spread[0]), 1e-6)


def _alone(frame: Frame, wanted: Pose, others: Sequence[Pose]) -> Frame:
    """The frame with heads and chests of others painted over, but not those of the one wanted."""
    if not others:
        return frame
    image, own = _without(frame.image, [_chest(other) for other in others]), _chest(wanted)
    image[own] = frame.image[own]
    return replace(frame, image=image)


def _without(picture: NDArray[np.uint8], areas: Sequence[Area]) -> NDArray[np.uint8]:
    """The picture with areas painted over."""
    painted, wall = picture.copy(), picture.mean(axis=(0, 1))
    for area in areas:
        painted[area] = wall
    return painted


def _chest(pose: Pose) -> Area:
    (x, y), spread = _centre_and_spread(pose)
    return _area(y - ABOVE * spread, y + BELOW * spread, x - WIDE * spread, x + WIDE * spread)


def _limbs(pose: Pose) -> Area:
    """Where all of the body may be, hands and knees included."""
    points, (_, spread) = pose.landmarks[:, :2], _centre_and_spread(pose)
    (left, top), (right, bottom) = points.min(axis=0) - spread, points.max(axis=0) + spread
    return _area(top, bottom, left, right)


def _area(top: float, bottom: float, left: float, right: float) -> Area:
    top, bottom, left, right = (max(0, round(float(edge))) for edge in (top, bottom, left, right))
    return slice(top, bottom), slice(left, right)

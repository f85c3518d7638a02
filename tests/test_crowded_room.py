"""Specification of who is followed where there are more people than can be."""

from __future__ import annotations

from collections.abc import Set
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from people import body, seen_from

from posture_cam.follower import Follower
from posture_cam.landmarks import FACE
from posture_cam.landmarks import Landmark as L
from posture_cam.multi_person import MultiPersonFollower
from posture_cam.types import Frame

Image = NDArray[np.uint8]

RATE_HZ = 5
WIDTH, HEIGHT = 1280, 600


class Crowded:
    """Stands in for MediaPipe, whose search seldom gives more than the largest of several people.

    Each person is a small square of a grey of its own; what is painted over is not seen.
    """

    def __init__(self, most: int = 1, faceless: Set[int] = frozenset()) -> None:
        self._most, self._faceless = most, faceless
        self._on: int | None = None

    def detect(self, bgr: Image, timestamp_ms: int = 0) -> Any:
        """The people whose squares are seen, the largest first; in a video the one followed."""
        if bgr.shape[:2] != (HEIGHT, WIDTH):
            self._on = None
            return self._result([])
        here = [who for who, (x, size) in PLACES.items() if bgr[200, x, 0] == 50 + who]
        here.sort(key=lambda who: -PLACES[who][1])
        if self._most > 1:
            return self._result(here[: self._most])
        if self._on not in here:
            self._on = here[0] if here and self._on is None else None
        return self._result([] if self._on is None else [self._on])

    def close(self) -> None:
        """Nothing is open."""

    def _result(self, here: list[int]) -> Any:
        return SimpleNamespace(
            pose_landmarks=[self._landmarks(who) for who in here],
            pose_world_landmarks=[self._landmarks(who) for who in here],
            segmentation_masks=None,
        )

    def _landmarks(self, who: int) -> list[Any]:
        (x, size), hidden = PLACES[who], FACE if who in self._faceless else []
        points = seen_from(body()).landmarks
        points = (points - points[L.NOSE]) * size + [x, 200, 0]
        return [
            SimpleNamespace(
                x=point[0] / WIDTH,
                y=point[1] / HEIGHT,
                z=point[2] / WIDTH,
                visibility=1,
                presence=0.0 if landmark in hidden else 1.0,
            )
            for landmark, point in enumerate(points.tolist())
        ]


USER, BEHIND, BESIDE, VISITOR = 0, 1, 2, 3
PLACES = {USER: (600, 0.6), BEHIND: (200, 0.3), BESIDE: (1000, 0.28), VISITOR: (1100, 0.9)}
"""Where the noses are, pixels, and how large they look."""


def followed(most: int, *scenes: tuple[set[int], float]) -> list[set[int]]:
    """Who is followed at the end of each scene (who is there, seconds)."""
    follower = MultiPersonFollower(
        lambda: Follower(Crowded(), silhouette=False), Crowded(most + 1), most
    )
    ends, number = [], 0
    for here, seconds in scenes:
        picture = np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8)
        for who in here:
            x = PLACES[who][0]
            picture[195:206, x - 5 : x + 6] = 50 + who
        for _ in range(round(seconds * RATE_HZ)):
            people = follower.find(Frame(number, number / RATE_HZ, picture))
            number += 1
        noses = [float(pose.landmarks[L.NOSE, 0]) for pose in people if pose.present]
        ends.append({who for who, (x, _) in PLACES.items() if any(abs(n - x) < 50 for n in noses)})
    return ends


@pytest.mark.parametrize("most", [1, 2])
def test_who_comes_back_to_their_desk_is_followed_again_whoever_is_behind(most: int) -> None:
    """Two colleagues took the places meanwhile; the nearest person gets one of them back."""
    everybody, without = {USER, BEHIND, BESIDE}, {BEHIND, BESIDE}
    first, gone, back = followed(most, (everybody, 10), (without, 20), (everybody, 12))
    assert USER in first
    assert gone <= without
    assert len(gone) == most
    assert USER in back
    assert len(back) == most


def test_a_visitor_takes_the_place_of_the_smallest_not_of_who_came_last() -> None:
    """The user was away for a moment, so the colleague behind them has been there for longer."""
    both, visited = {USER, BEHIND}, {USER, BEHIND, VISITOR}
    *_, back, joined = followed(2, (both, 6), ({BEHIND}, 10), (both, 10), (visited, 12))
    assert back == both
    assert joined == {USER, VISITOR}


def test_an_empty_room_has_no_strangers() -> None:
    """Whom the last search showed is gone with the others."""
    follower = MultiPersonFollower(lambda: Follower(Crowded(), silhouette=False), Crowded(2), 1)
    empty = np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8)
    full = empty.copy()
    for who in (USER, BEHIND):
        x = PLACES[who][0]
        full[195:206, x - 5 : x + 6] = 50 + who
    for number in range(20):
        follower.find(Frame(number, number / RATE_HZ, full if number < 10 else empty))
        assert bool(follower.unfollowed) == (number < 10)


def test_a_passer_by_takes_nobodys_place() -> None:
    """Large, but gone before the third search."""
    seated, with_passer = {BEHIND, BESIDE}, {BEHIND, BESIDE, USER}
    _, passing, after = followed(2, (seated, 10), (with_passer, 3), (seated, 3))
    assert passing == after == seated


def test_who_is_not_followed_is_known_to_be_there() -> None:
    """So that no picture of the place shows them either."""
    follower = MultiPersonFollower(lambda: Follower(Crowded(), silhouette=False), Crowded(3), 2)
    picture, here = np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8), (USER, BEHIND, BESIDE)
    for who in here:
        x = PLACES[who][0]
        picture[195:206, x - 5 : x + 6] = 50 + who
    for number in range(60):
        followed = follower.find(Frame(number, number / RATE_HZ, picture))
        noses = {
            round(float(one.landmarks[L.NOSE, 0])) for one in (*followed, *follower.unfollowed)
        }
        assert noses == {PLACES[who][0] for who in here}


@pytest.mark.parametrize("most", [1, 2])
def test_a_body_without_a_face_takes_nobodys_place(most: int) -> None:
    """Somebody who stands near the camera, the head above the picture: they cannot be followed."""
    follower = MultiPersonFollower(
        lambda: Follower(Crowded(faceless={USER}), silhouette=False),
        Crowded(most + 1, faceless={USER}),
        most,
    )
    seated, joined = (np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8) for _ in range(2))
    for who in (USER, BEHIND, BESIDE):
        x = PLACES[who][0]
        for picture in (joined, seated) if who != USER else (joined,):
            picture[195:206, x - 5 : x + 6] = 50 + who
    for number in range(100):
        frame = Frame(number, number / RATE_HZ, seated if number < 50 else joined)
        people = follower.find(frame)
        if number >= 20:
            assert len(people) == most
            assert all(pose.present and pose.landmarks[L.NOSE, 0] != 600 for pose in people)


def test_who_left_is_blanked_no_longer() -> None:
    """Their last picture without a face says nothing of a later one."""
    follower = Follower(Crowded(faceless={BEHIND}), silhouette=False)
    crowd = MultiPersonFollower(lambda: follower, Crowded(2), 1)
    picture = np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8)
    x = PLACES[BEHIND][0]
    picture[195:206, x - 5 : x + 6] = 50 + BEHIND
    crowd.find(Frame(0, 0.0, picture))
    assert len(crowd.unfollowed) == 1
    crowd.find(Frame(1, 0.2, np.full((HEIGHT, WIDTH, 3), 200, dtype=np.uint8)))
    assert crowd.unfollowed == []

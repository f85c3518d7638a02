"""Several people, each followed on their own: who comes, who goes, and who was followed wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from commands import SAMPLES
from montages import WIDTH, beside_a_smaller
from numpy.typing import NDArray

from posture_cam.follower import Follower
from posture_cam.landmarks import FACE
from posture_cam.landmarks import Landmark as L
from posture_cam.multi_person import (
    ASTRAY_AFTER,
    SEARCH_EVERY_S,
    MultiPersonFollower,
    distance,
    same_person,
)
from posture_cam.pose import PoseEstimator
from posture_cam.types import Frame, Pose

Image = NDArray[np.uint8]

RATE_HZ = 5
LEFT, RIGHT = 0.2, 0.8
"""Where the noses are, in widths of the picture."""


@pytest.fixture(scope="module")
def person(portrait: Image) -> Pose:
    """The portrait's own pose."""
    with PoseEstimator("lite") as estimator:
        return estimator.estimate(Frame(0, 0.0, portrait))[0]


def room(portrait: Image, left: bool, right: bool) -> Image:
    """A wide grey room with the same person on the left, on the right, or both."""
    picture = np.full((600, WIDTH, 3), 128, dtype=np.uint8)
    if left:
        picture[:, :512] = portrait
    if right:
        picture[:, -512:] = portrait[:, ::-1]
    return picture


def places(people: tuple[Pose, ...]) -> list[float]:
    """Noses from left to right, in widths of the picture, to a tenth."""
    return sorted(round(float(p.landmarks[L.NOSE, 0]) / WIDTH, 1) for p in people if p.present)


def seen(portrait: Image, *scenes: tuple[bool, bool, float]) -> Iterator[tuple[float, list[float]]]:
    """(seconds since the scene began, places of people) while scenes (left, right, s) follow."""
    with PoseEstimator("lite", people=2) as estimator:
        number = 0
        for left, right, seconds in scenes:
            picture = room(portrait, left, right)
            for step in range(round(seconds * RATE_HZ)):
                frame = Frame(number, number / RATE_HZ, picture)
                yield step / RATE_HZ, places(estimator.estimate(frame))
                number += 1


def test_somebody_who_comes_is_found_within_the_time_between_two_searches(portrait: Image) -> None:
    """The first person is followed all the time, and the second from the next search on."""
    course = list(seen(portrait, (True, False, 1.0), (True, True, 3.0)))
    assert all(LEFT in found for _, found in course)
    assert all(found == [LEFT, RIGHT] for since, found in course[5:] if since >= SEARCH_EVERY_S)


def test_somebody_who_goes_leaves_the_other_one_followed(portrait: Image) -> None:
    """Also when it is the one who came first; and nobody is seen twice."""
    course = list(seen(portrait, (True, True, 1.0), (False, True, 3.0)))
    assert course[4][1] == [LEFT, RIGHT]
    assert all(found == [RIGHT] for since, found in course[5:] if since >= 0.4)


def test_an_empty_room_is_nobody_and_whoever_comes_back_is_found_at_once(portrait: Image) -> None:
    """Nothing need be searched for the first person: that is their follower's own work."""
    course = list(seen(portrait, (True, False, 1.0), (False, False, 1.0), (False, True, 1.0)))
    assert all(not found for since, found in course[5:10] if since >= 0.4)
    assert all(found == [RIGHT] for _, found in course[10:])


def test_no_more_people_are_followed_than_asked_for(portrait: Image) -> None:
    """One of two, and the same one throughout."""
    picture = room(portrait, True, True)
    with PoseEstimator("lite", people=1) as estimator:
        course = [
            places(estimator.estimate(Frame(i, i / RATE_HZ, picture))) for i in range(4 * RATE_HZ)
        ]
    assert len(course[0]) == 1
    assert all(found == course[0] for found in course)


@pytest.mark.parametrize("scale", [0.4, 0.6])
def test_somebody_smaller_is_found_beside_a_larger_person(portrait: Image, scale: float) -> None:
    """MediaPipe's search alone gives the larger one, however long it goes on."""
    picture = beside_a_smaller(portrait, scale)
    with PoseEstimator("lite", people=2) as estimator:
        found = places(estimator.estimate(Frame(0, 0.0, picture)))
    assert len(found) == 2
    assert found[1] > 0.7


def test_hands_and_knees_are_not_somebody_smaller() -> None:
    """Painting over head and chest alone would leave them, and MediaPipe would see a person."""
    with av.open(str(SAMPLES / "side_right.mp4")) as film, PoseEstimator(people=2) as estimator:
        first = next(film.decode(video=0)).to_ndarray(format="bgr24")
        people = estimator.estimate(Frame(0, 0.0, np.asarray(first)))
    assert len(people) == 1


def test_poses_of_one_person_and_of_two(person: Pose) -> None:
    """Place and size tell people apart, not what their shoulders do."""
    assert same_person(person, person)
    assert distance(person, person) == 0
    aside = replace(person, landmarks=moved(person, 300))
    small = replace(person, landmarks=(person.landmarks / 2).astype(np.float32))
    hunched = replace(person, landmarks=person.landmarks.copy())
    hunched.landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 1] -= 60
    assert not same_person(person, aside)
    assert not same_person(person, small)
    assert same_person(person, hunched)
    spread = 60 / distance(hunched, person)
    assert 60 < spread < 120, "about 13 cm on the body"


class Scripted:
    """A landmarker that sees what it is told; what leads MediaPipe astray cannot be staged.

    body, face: presence of their points.
    """

    def __init__(self, person: Pose | None, body: float = 1.0, face: float = 1.0) -> None:
        self.person = person
        self.body, self.face = body, face
        self.looks_anew = 0

    def detect(self, bgr: Image, timestamp_ms: int = 0) -> Any:
        """The person; an empty picture makes it look anew."""
        if not bgr.any():
            self.looks_anew += 1
        if self.person is None or not bgr.any():
            return SimpleNamespace(pose_landmarks=[])
        size = np.array([bgr.shape[1], bgr.shape[0], bgr.shape[1]])
        points = [
            SimpleNamespace(
                x=x, y=y, z=z, visibility=1.0, presence=self.face if n in FACE else self.body
            )
            for n, (x, y, z) in enumerate(self.person.landmarks / size)
        ]
        return SimpleNamespace(
            pose_landmarks=[points], pose_world_landmarks=[points], segmentation_masks=None
        )

    def close(self) -> None:
        """Nothing to release."""


@pytest.mark.parametrize(("shift", "expected"), [(0.3, 0), (0.9, 1)])
def test_a_follower_that_keeps_differing_from_a_fresh_look_looks_anew(
    portrait: Image, person: Pose, shift: float, expected: int
) -> None:
    """Shoulders far from where a search finds them, search after search; a little is usual."""
    spread = 60 / distance(replace(person, landmarks=lowered(person, 60)), person)
    wrong = Scripted(replace(person, landmarks=lowered(person, shift * spread)))
    follower = MultiPersonFollower(
        lambda: Follower(wrong, silhouette=False), Scripted(person), most=1
    )
    wrong.looks_anew = 0
    last = 4 * (ASTRAY_AFTER - 1)
    frames = [Frame(i, i * SEARCH_EVERY_S / 4, portrait) for i in range(last + 1)]
    for frame in frames[:-1]:
        follower.find(frame)
    assert wrong.looks_anew == 0
    follower.find(frames[-1])
    assert wrong.looks_anew == expected


def test_who_has_no_face_is_nobody_and_looked_for_anew_at_once(
    portrait: Image, person: Pose
) -> None:
    """The pose model goes on at a chest when a head leaves the picture, and calls it a nose."""
    headless = Scripted(person, face=0.6)
    follower = MultiPersonFollower(
        lambda: Follower(headless, silhouette=False), Scripted(None), most=1
    )
    headless.looks_anew = 0
    (pose,) = follower.find(Frame(0, 0.0, portrait))
    assert not pose.present
    assert headless.looks_anew == 1
    headless.face = 1.0
    (pose,) = follower.find(Frame(1, 0.2, portrait))
    assert pose.present


@pytest.mark.parametrize(("body", "expected"), [(0.9, 0), (0.1, 1)])
def test_an_empty_chair_that_goes_on_being_followed_is_looked_at_anew(
    portrait: Image, person: Pose, body: float, expected: int
) -> None:
    """Where searches show nobody and the points are doubtful; a person may be hard to find anew."""
    doubtful = Scripted(person, body)
    follower = MultiPersonFollower(
        lambda: Follower(doubtful, silhouette=False), Scripted(None), most=1
    )
    doubtful.looks_anew = 0
    for search in range(ASTRAY_AFTER):
        follower.find(Frame(search, search * SEARCH_EVERY_S, portrait))
    assert doubtful.looks_anew == expected


def moved(person: Pose, pixels: float) -> NDArray[np.float32]:
    """Landmarks farther to the right by so much."""
    landmarks = person.landmarks.copy()
    landmarks[:, 0] += pixels
    return landmarks


def lowered(person: Pose, pixels: float) -> NDArray[np.float32]:
    """Landmarks with both shoulders lower by so much."""
    landmarks = person.landmarks.copy()
    landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 1] += pixels
    return landmarks


@pytest.mark.parametrize(("live", "last_s"), [(True, 0.4), (False, 2.8)])
def test_a_slow_machine_is_not_kept_slow_by_looking_often(
    portrait: Image, person: Pose, live: bool, last_s: float
) -> None:
    """Live, looking seven times makes the next picture so late that it would be done for ever.

    One look takes 0.4 s here, and each picture is the one that is there when the last is done.
    """

    class Slow(Scripted):
        now_s = 0.0

        def detect(self, bgr: Image, timestamp_ms: int = 0) -> Any:
            self.now_s += 0.4
            return super().detect(bgr, timestamp_ms)

    slow = Slow(person)
    follower = Follower(slow, silhouette=False, live=live)
    for number in range(8):
        began_s = slow.now_s
        assert follower.find(Frame(number, began_s, portrait)).present
    assert slow.now_s - began_s == pytest.approx(last_s)

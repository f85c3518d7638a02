"""Specification of what tells living people from pictures of people."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from people import body, seen_from

from posture_cam.liveness import StirWatch
from posture_cam.tracks import STILL, STIRS
from posture_cam.types import Frame, Pose

Picture = NDArray[np.uint8]
RATE_HZ = 5
SCENE = np.random.default_rng(4).integers(0, 255, (24, 32, 3), dtype=np.uint8)
ROOM: Picture = np.asarray(cv2.resize(SCENE, (640, 480), interpolation=cv2.INTER_CUBIC))
POSE = seen_from(body())


def watched(pictures: list[Picture], people: int = 2, rate_hz: float = RATE_HZ) -> list[Pose]:
    """The first of `people` equal poses in each picture."""
    watch, poses = StirWatch(), [POSE] * people
    return [
        watch.update(Frame(number, number / rate_hz, picture), poses)[0]
        for number, picture in enumerate(pictures)
    ]


def stirs(pictures: list[Picture], people: int = 2, rate_hz: float = RATE_HZ) -> list[float]:
    return [pose.stir for pose in watched(pictures, people, rate_hz) if pose.stir is not None]


def noisy(picture: Picture, number: int, deviation: float = 12.0) -> Picture:
    noise = np.random.default_rng(number).normal(0, deviation, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def shifted(picture: Picture, pixels: float) -> Picture:
    """With the head moved before the room."""
    moved = cv2.warpAffine(picture, np.array([[1, 0, pixels], [0, 1, 0]]), (640, 480))
    (left, top), (right, bottom) = POSE.landmarks[:11, :2].min(0), POSE.landmarks[:11, :2].max(0)
    mixed = picture.copy()
    here = slice(int(top) - 20, int(bottom) + 20), slice(int(left) - 20, int(right) + 20)
    mixed[here] = moved[here]
    return mixed


def test_a_picture_of_a_person_does_not_stir() -> None:
    """Nor in noise, which means over a second leave out."""
    assert max(stirs([ROOM] * 50)) == pytest.approx(0.0, abs=1e-6)
    assert max(stirs([noisy(ROOM, number) for number in range(50)])) < STIRS


@pytest.mark.parametrize("rate_hz", [1, 2, 5])
def test_noise_is_no_stir_at_any_rate(rate_hz: float) -> None:
    """Also where a second has one picture or two, and the picture is dark."""
    for light in (1.0, 0.4):
        dim = (ROOM * light).astype(np.uint8)
        pictures = [noisy(dim, number, 6.0) for number in range(int(40 * rate_hz))]
        assert np.mean(np.array(stirs(pictures, rate_hz=rate_hz)) > STIRS) < STILL


def test_changing_light_is_no_stir() -> None:
    """A cloud, or a camera that adapts, changes brightness and contrast of everything alike."""
    lights = 1 + 0.2 * np.sin(np.arange(60) / 7)
    pictures = [
        np.clip(0.6 * light * ROOM + 20 * light, 0, 255).astype(np.uint8) for light in lights
    ]
    assert max(stirs(pictures)) < STIRS / 2


def test_a_cloud_that_darkens_one_side_is_no_stir() -> None:
    """Light that comes and goes unevenly, as through a window."""
    side = np.linspace(0, 1, 640)[:, None]
    lights = [1 - 0.2 * side * (1 + np.sin(number / 9)) for number in range(60)]
    assert max(stirs([(light * ROOM).astype(np.uint8) for light in lights])) < STIRS / 2


def test_a_head_that_moves_by_a_hundredth_of_the_picture_stirs() -> None:
    """Slowly, to and fro, in noise."""
    sway = 6 * np.sin(np.arange(60) / 8)
    pictures = [noisy(shifted(ROOM, pixels), number) for number, pixels in enumerate(sway)]
    assert np.median(stirs(pictures)) > STIRS


def test_a_look_is_taken_once_a_second_from_the_fifth_on() -> None:
    """A second is compared with the third before it, at any frame rate."""
    for rate_hz in (2.0, 5.0, 12.5, 30.0):
        times = [
            pose_number / rate_hz
            for pose_number, pose in enumerate(watched([ROOM] * round(12 * rate_hz), 2, rate_hz))
            if pose.stir is not None
        ]
        assert times[0] == pytest.approx(4.0, abs=0.5)
        assert np.diff(times) == pytest.approx(1.0, abs=0.1)


def test_nobody_is_looked_at_who_is_alone() -> None:
    """It would cost time, and the one person who is there is watched in any case."""
    assert stirs([ROOM] * 50, people=1) == []


def test_what_was_seen_before_an_interruption_is_not_compared() -> None:
    """Another time, or pictures of another size."""
    watch, poses = StirWatch(), [POSE, POSE]
    dark, half = np.full_like(ROOM, 30), ROOM[::2, ::4]
    for number in range(25):
        watch.update(Frame(number, number / RATE_HZ, ROOM), poses)
    late = [watch.update(Frame(n, 60 + n / RATE_HZ, dark), poses) for n in range(19)]
    other = [watch.update(Frame(n, 64 + n / RATE_HZ, half), poses) for n in range(19)]
    assert all(pose.stir is None for people in (*late, *other) for pose in people)


def test_who_lies_outside_the_picture_cannot_be_looked_at() -> None:
    """Landmarks may be guessed far beyond the border."""
    away = replace(POSE, landmarks=POSE.landmarks + np.float32(5000))
    watch = StirWatch()
    for number in range(40):
        people = watch.update(Frame(number, number / RATE_HZ, ROOM), [away, POSE])
        assert people[0].stir is None

"""A training person before a camera that is aimed differently is the person that it would see."""

from __future__ import annotations

import numpy as np
import pytest
from camera_aim import FOCAL_WIDTHS, Aim
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]
SIZE = (640, 480)
ANGLES = st.floats(-15, 15)


def somebody() -> Array:
    """(33, 3) points in metres before a camera: right, down, ahead."""
    random = np.random.default_rng(5)
    return np.array([0.0, 0.1, 1.0]) + random.normal(0, 0.12, (33, 3))


def picture(points: Array) -> Array:
    """What a pinhole camera sees of points; the third number is a depth in pixels."""
    focal = FOCAL_WIDTHS * SIZE[0]
    flat = np.array(SIZE) / 2 + focal * points[:, :2] / points[:, 2:]
    return np.column_stack([flat, 100 * points[:, 2]])


def about(axis: int, degrees: float) -> Array:
    """Rotation about the camera's right, down or ahead axis, right-handed."""
    angle = np.radians(degrees)
    turn = np.eye(3)
    one, other = (axis + 1) % 3, (axis + 2) % 3
    turn[one, one] = turn[other, other] = np.cos(angle)
    turn[one, other], turn[other, one] = -np.sin(angle), np.sin(angle)
    return turn


def test_the_same_aim_changes_nothing() -> None:
    """Neither in the picture nor in space."""
    seen = picture(somebody())
    assert Aim().landmarks(seen, SIZE) == pytest.approx(seen)
    assert Aim().world(somebody()) == pytest.approx(somebody())


@given(up=ANGLES, aside=ANGLES, roll=ANGLES)
def test_a_turned_camera_sees_what_it_would_see_of_the_same_points(
    up: float, aside: float, roll: float
) -> None:
    """Turning the points the other way and projecting them gives the same picture."""
    turned = somebody() @ (about(2, -roll) @ about(0, -up) @ about(1, -aside)).T
    seen = Aim(up, aside, roll).landmarks(picture(somebody()), SIZE)
    assert seen[:, :2] == pytest.approx(picture(turned)[:, :2], abs=1e-6)


def test_a_camera_turned_up_and_to_the_right_sees_everything_lower_and_farther_left() -> None:
    """Signs are those of the directions in which the camera turns."""
    seen = picture(somebody())
    moved = Aim(up_deg=3, aside_deg=2).landmarks(seen, SIZE)
    assert (moved[:, 1] > seen[:, 1]).all()
    assert (moved[:, 0] < seen[:, 0]).all()


def test_roll_shows_in_space_as_in_the_picture() -> None:
    """Far away, where depth does not matter, both turn by the same angle."""
    aim = Aim(roll_deg=10)
    far = somebody() + np.array([0.0, 0.0, 1e6])  # so far away that depth does not matter
    seen = aim.landmarks(picture(far), SIZE)[:, :2] - np.array(SIZE) / 2
    expected = aim.world(far)[:, :2] * FOCAL_WIDTHS * SIZE[0] / far[:, 2:]
    assert seen == pytest.approx(expected, abs=1e-6)


def test_zoom_enlarges_about_the_middle() -> None:
    """Depth in pixels grows along."""
    seen = picture(somebody())
    enlarged = Aim(zoom=1.2).landmarks(seen, SIZE)
    middle = np.array(SIZE) / 2
    assert enlarged[:, :2] - middle == pytest.approx(1.2 * (seen[:, :2] - middle))
    assert enlarged[:, 2] == pytest.approx(1.2 * seen[:, 2])


def test_a_pincushion_stretches_the_edges_and_leaves_the_middle() -> None:
    """By its share at one focal length from the middle."""
    middle = np.array([*np.array(SIZE) / 2, 0.0])
    edge = middle + np.array([FOCAL_WIDTHS * SIZE[0], 0.0, 0.0])
    seen = Aim(distortion=0.1).landmarks(np.stack([middle, edge]), SIZE)
    assert seen[0] == pytest.approx(middle)
    assert seen[1, 0] - middle[0] == pytest.approx(1.1 * FOCAL_WIDTHS * SIZE[0])


@given(seed=st.integers(0, 2**32 - 1))
def test_random_aims_keep_people_in_reach(seed: int) -> None:
    """Nobody is moved by a whole width of the picture, or to nowhere."""
    aim = Aim.random(np.random.default_rng(seed))
    moved = aim.landmarks(picture(somebody()), SIZE)[:, :2] - picture(somebody())[:, :2]
    assert np.isfinite(moved).all()
    assert np.hypot(*moved.T).max() < SIZE[0]

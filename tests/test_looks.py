"""Specification of comparing how somebody looks with how somebody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from people import bend, body, seen_from

from posture_cam.looks import (
    DARKEST,
    FACE,
    LEAST_LIKE,
    MEDIAN_TO_DEVIATION,
    NECK,
    Look,
    changes,
    look_of,
    shape_of,
    spread,
)
from posture_cam.types import SCENE_SHAPE

BROWN, SKIN, GREEN, GREY = (20, 40, 60), (130, 160, 210), (60, 140, 50), (100, 100, 100)
WHITE = (200, 200, 200)
UPRIGHT, BENT = (
    shape_of(seen_from(joints).landmarks) for joints in (body(), bend(body(), -0.3, 60))
)
PLACE = -1


def looks(
    colours: Sequence[Sequence[float]] = (BROWN, SKIN, GREEN, WHITE, GREY),
    light: Sequence[float] = (1, 1, 1),
    shape: NDArray[np.float32] = UPRIGHT,
) -> list[Look]:
    """As many looks at one person in one light as are needed.

    colours: of hair, face, clothes, neck and place, in 0..255.
    """
    lit = (np.array(colours) / 255 * np.array(light)).astype(np.float32)
    return [Look(lit, shape)] * LEAST_LIKE


def test_the_place_behind_is_seen_around_the_person() -> None:
    """Its grey is the mean of what nobody hides, and unknown where somebody hides nearly all."""
    scene = np.zeros(SCENE_SHAPE, dtype=np.uint8)
    pose = replace(seen_from(body()), colours=looks()[0].colours[:-1], scene=scene)
    hidden = look_of(pose)
    scene[:10] = 51
    seen = look_of(pose)
    assert hidden is not None
    assert seen is not None
    assert np.isnan(hidden.colours[PLACE]).all()
    np.testing.assert_allclose(seen.colours[PLACE], 0.2)
    assert look_of(replace(pose, colours=None)) is None


@pytest.mark.parametrize("light", [(0.7, 0.7, 0.7), (0.8, 1.0, 1.2)])
def test_light_and_white_balance_cancel(light: tuple[float, float, float]) -> None:
    """A lamp changes hair, face, clothes and place alike, and their ratios not at all."""
    assert changes(looks(), looks(light=light)) == pytest.approx((0, 0, 0, 0), abs=1e-5)


def test_a_lamp_on_the_place_alone_changes_neither_hair_nor_clothes() -> None:
    """Against the face they are as they were, and so is the neck."""
    change = changes(looks(), looks((BROWN, SKIN, GREEN, WHITE, (200, 200, 200))))
    assert change[:3] == pytest.approx((0, 0, 0), abs=1e-5)
    assert change.face == pytest.approx(np.log(2), abs=1e-3)


def test_a_hand_before_the_face_changes_neither_hair_nor_clothes() -> None:
    """Against the place they are as they were."""
    change = changes(looks(), looks((BROWN, (40, 50, 60), GREEN, WHITE, GREY)))
    assert change[:3] == pytest.approx((0, 0, 0), abs=1e-5)


def test_another_shirt_is_a_change_of_clothes_alone() -> None:
    """Red instead of green."""
    change = changes(looks(), looks((BROWN, SKIN, (50, 60, 140), WHITE, GREY)))
    assert change.clothes > 1
    assert (change.hair, change.neck, change.face) == pytest.approx((0, 0, 0), abs=1e-5)


def test_long_hair_is_a_change_beside_the_neck_alone() -> None:
    """Brown, where a white wall was."""
    change = changes(looks(), looks((BROWN, SKIN, GREEN, BROWN, GREY)))
    assert change.neck > 1
    assert (change.hair, change.clothes, change.face) == pytest.approx((0, 0, 0), abs=1e-5)


def test_shade_counts_less_than_hue() -> None:
    """Cloth in the shade is darker, hardly another colour: equally long steps of logarithms."""
    step = 0.3
    darker = [np.exp(-step) * channel for channel in GREEN]
    # A change of hue as long, which leaves the brightness: blue up, green down.
    blue, green = np.array([0.587, -0.114]) / np.hypot(0.587, 0.114) * step * np.sqrt(3)
    bluer = [np.exp(blue) * GREEN[0], np.exp(green) * GREEN[1], GREEN[2]]
    shade = changes(looks(), looks((BROWN, SKIN, darker, WHITE, GREY)))
    hue = changes(looks(), looks((BROWN, SKIN, bluer, WHITE, GREY)))
    assert 0 < shade.clothes < hue.clothes


@pytest.mark.parametrize("dim", [0.3, 0.6])
def test_black_in_dim_light_is_still_black(dim: float) -> None:
    """Hair and shirt below the camera's noise are as dark as that, or darker: no change."""
    black = 255 * 1.2 * DARKEST
    worn, light = ((black,) * 3, SKIN, (black,) * 3, WHITE, GREY), (dim,) * 3
    same = pytest.approx((0, 0, 0, 0), abs=1e-5)
    assert changes(looks(worn), looks(worn, light)) == same
    assert changes(looks(worn, light), looks(worn)) == same


def test_only_like_postures_are_compared() -> None:
    """Somebody bent far forward says nothing beside the same or another one upright."""
    bent = looks((SKIN, BROWN, GREY, WHITE, GREEN), shape=BENT)
    assert np.isnan(changes(looks(), bent)).all()
    both = looks() + bent
    assert changes(both, bent) == pytest.approx((0, 0, 0, 0), abs=1e-5)


def test_what_was_never_seen_is_not_a_number() -> None:
    """Clothes out of the picture are no change of clothes, and no absence of one."""
    change = changes(looks(), looks((BROWN, SKIN, (np.nan,) * 3, WHITE, GREY)))
    assert np.isnan(change.clothes)
    assert (change.hair, change.neck, change.face) == pytest.approx((0, 0, 0), abs=1e-5)


def test_one_odd_moment_changes_nothing() -> None:
    """A hand before the shirt in one of five looks does not move the median."""
    odd = looks((BROWN, SKIN, SKIN, WHITE, GREY))[0]
    assert changes(looks(), [*looks(), looks()[0], odd]) == pytest.approx((0, 0, 0, 0), abs=1e-5)


def test_spread_is_that_of_brightness_against_the_place() -> None:
    """Half of the looks at half the brightness: all ln(2) / 2 off the middle. Lamps change none."""
    varied = [*looks(light=(0.7, 0.7, 0.7)), *looks(with_face([channel / 2 for channel in SKIN]))]
    assert spread(looks(), FACE) == pytest.approx(0, abs=1e-6)
    assert spread(varied, NECK) == pytest.approx(0, abs=1e-6)
    assert spread(varied, FACE) == pytest.approx(MEDIAN_TO_DEVIATION * np.log(2) / 2, abs=1e-4)
    assert spread(looks(with_face((np.nan,) * 3)), FACE) == 0


def with_face(colour: Sequence[float]) -> Sequence[Sequence[float]]:
    """The same person with another face."""
    return BROWN, colour, GREEN, WHITE, GREY


def test_a_look_can_be_stored() -> None:
    """To the last bit."""
    look = looks()[0]
    again = Look.from_state(look.state())
    np.testing.assert_array_equal(again.colours, look.colours)
    np.testing.assert_array_equal(again.shape, look.shape)

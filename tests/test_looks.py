"""Specification of comparing how somebody looks with how somebody looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from people import bend, body, seen_from

from posture_cam.looks import DARKEST, LEAST_LIKE, Look, changes, look_of, shape_of
from posture_cam.types import SCENE_SHAPE

BROWN, SKIN, GREEN, GREY = (20, 40, 60), (130, 160, 210), (60, 140, 50), (100, 100, 100)
UPRIGHT, BENT = (
    shape_of(seen_from(joints).landmarks) for joints in (body(), bend(body(), -0.3, 60))
)
HAIR, FACE, CLOTHES, PLACE = range(4)


def looks(
    colours: Sequence[Sequence[float]] = (BROWN, SKIN, GREEN, GREY),
    light: Sequence[float] = (1, 1, 1),
    shape: NDArray[np.float32] = UPRIGHT,
) -> list[Look]:
    """As many looks at one person in one light as are needed; colours in 0..255."""
    lit = (np.array(colours) / 255 * np.array(light)).astype(np.float32)
    return [Look(lit, shape)] * LEAST_LIKE


def test_the_place_behind_is_seen_around_the_person() -> None:
    """Its grey is the mean of what nobody hides, and unknown where somebody hides nearly all."""
    scene = np.zeros(SCENE_SHAPE, dtype=np.uint8)
    pose = replace(seen_from(body()), colours=looks()[0].colours[:3], scene=scene)
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
    assert changes(looks(), looks(light=light)) == pytest.approx((0, 0, 0), abs=1e-5)


def test_a_lamp_on_the_place_alone_changes_neither_hair_nor_clothes() -> None:
    """Against the face they are as they were."""
    hair, clothes, face = changes(looks(), looks((BROWN, SKIN, GREEN, (200, 200, 200))))
    assert (hair, clothes) == pytest.approx((0, 0), abs=1e-5)
    assert face == pytest.approx(np.log(2), abs=1e-3)


def test_a_hand_before_the_face_changes_neither_hair_nor_clothes() -> None:
    """Against the place they are as they were."""
    hair, clothes, _ = changes(looks(), looks((BROWN, (40, 50, 60), GREEN, GREY)))
    assert (hair, clothes) == pytest.approx((0, 0), abs=1e-5)


def test_another_shirt_is_a_change_of_clothes_alone() -> None:
    """Red instead of green."""
    hair, clothes, face = changes(looks(), looks((BROWN, SKIN, (50, 60, 140), GREY)))
    assert clothes > 1
    assert (hair, face) == pytest.approx((0, 0), abs=1e-5)


def test_shade_counts_less_than_hue() -> None:
    """Cloth in the shade is darker, hardly another colour: equally long steps of logarithms."""
    step = 0.3
    darker = [np.exp(-step) * channel for channel in GREEN]
    # A change of hue as long, which leaves the brightness: blue up, green down.
    blue, green = np.array([0.587, -0.114]) / np.hypot(0.587, 0.114) * step * np.sqrt(3)
    bluer = [np.exp(blue) * GREEN[0], np.exp(green) * GREEN[1], GREEN[2]]
    _, shade, _ = changes(looks(), looks((BROWN, SKIN, darker, GREY)))
    _, hue, _ = changes(looks(), looks((BROWN, SKIN, bluer, GREY)))
    assert 0 < shade < hue


@pytest.mark.parametrize("dim", [0.3, 0.6])
def test_black_in_dim_light_is_still_black(dim: float) -> None:
    """Hair and shirt below the camera's noise are as dark as that, or darker: no change."""
    black = 255 * 1.2 * DARKEST
    worn = ((black, black, black), SKIN, (black, black, black), GREY)
    assert changes(looks(worn), looks(worn, (dim, dim, dim))) == pytest.approx((0, 0, 0), abs=1e-5)
    assert changes(looks(worn, (dim, dim, dim)), looks(worn)) == pytest.approx((0, 0, 0), abs=1e-5)


def test_only_like_postures_are_compared() -> None:
    """Somebody bent far forward says nothing beside the same or another one upright."""
    bent = looks((SKIN, BROWN, GREY, GREEN), shape=BENT)
    assert np.isnan(changes(looks(), bent)).all()
    both = looks() + looks((SKIN, BROWN, GREY, GREEN), shape=BENT)
    assert changes(both, bent) == pytest.approx((0, 0, 0), abs=1e-5)


def test_what_was_never_seen_is_not_a_number() -> None:
    """Clothes out of the picture are no change of clothes, and no absence of one."""
    unseen = (BROWN, SKIN, (np.nan,) * 3, GREY)
    hair, clothes, face = changes(looks(), looks(unseen))
    assert np.isnan(clothes)
    assert (hair, face) == pytest.approx((0, 0), abs=1e-5)


def test_one_odd_moment_changes_nothing() -> None:
    """A hand before the shirt in one of five looks does not move the median."""
    odd = looks((BROWN, SKIN, SKIN, GREY))[0]
    assert changes(looks(), [*looks(), looks()[0], odd]) == pytest.approx((0, 0, 0), abs=1e-5)


def test_a_look_can_be_stored() -> None:
    """To the last bit."""
    look = looks()[0]
    again = Look.from_state(look.state())
    np.testing.assert_array_equal(again.colours, look.colours)
    np.testing.assert_array_equal(again.shape, look.shape)

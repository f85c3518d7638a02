"""Specification of the mean colours of hair, face and clothes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from people import body, seen_from

from posture_cam.colours import Look, changes, contrasts, look_of, region_colours
from posture_cam.landmarks import Landmark as L
from posture_cam.types import REGIONS, SCENE_SHAPE

HAIR, FACE, CLOTHES = (REGIONS.index(name) for name in ("hair", "face", "clothes"))
BROWN, SKIN, GREEN, GREY = (20, 40, 60), (130, 160, 210), (60, 140, 50), (100, 100, 100)
LOOK: Look = (np.array([BROWN, SKIN, GREEN, GREY]) / 255).astype(np.float32)


def painted(landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Brown above the eyes, skin down to the chin, green below the shoulders."""
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    eyes, shoulders = int(landmarks[L.LEFT_EYE, 1]), int(landmarks[L.LEFT_SHOULDER, 1])
    image[:eyes], image[eyes:shoulders], image[shoulders:] = BROWN, SKIN, GREEN
    return image


@pytest.mark.parametrize("view_deg", [0, 45, -90])
def test_each_region_has_its_own_colour(view_deg: float) -> None:
    """From the front and from the side, hair, face and clothes are looked at where they are."""
    landmarks = seen_from(body(), view_deg).landmarks
    colours = region_colours(painted(landmarks), landmarks)
    np.testing.assert_allclose(colours * 255, [BROWN, SKIN, GREEN], atol=3)


def test_clothes_are_seen_where_the_chest_is_not() -> None:
    """A hand's breadth below the shoulders is enough of a shirt."""
    landmarks = seen_from(body()).landmarks
    shoulder, eye = landmarks[L.LEFT_SHOULDER, 1], landmarks[L.LEFT_EYE, 1]
    image = painted(landmarks)[: int(shoulder + 0.5 * (shoulder - eye))]
    np.testing.assert_allclose(region_colours(image, landmarks)[CLOTHES] * 255, GREEN, atol=3)


def test_what_is_out_of_the_picture_is_not_seen() -> None:
    """Clothes below the lower edge have no colour, and so no contrast."""
    landmarks = seen_from(body()).landmarks
    pose = seen_from(body())
    image = painted(landmarks)[: int(landmarks[L.LEFT_SHOULDER, 1])]
    colours = region_colours(image, landmarks)
    assert np.isnan(colours[CLOTHES]).all()
    look = look_of(replace(pose, colours=colours))
    assert look is not None
    assert np.isnan(contrasts([look])[1]).all()


def test_nobody_has_no_colours() -> None:
    """Landmarks that are not there show nothing."""
    nobody = np.full((33, 3), np.nan, dtype=np.float32)
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    assert np.isnan(region_colours(image, nobody)).all()


def test_the_place_behind_is_seen_around_the_person() -> None:
    """Its grey is the mean of what nobody hides, and unknown where somebody hides nearly all."""
    scene = np.zeros(SCENE_SHAPE, dtype=np.uint8)
    pose = replace(seen_from(body()), colours=LOOK[:3], scene=scene)
    hidden = look_of(pose)
    scene[:10] = 51
    seen = look_of(pose)
    assert hidden is not None
    assert seen is not None
    assert np.isnan(hidden[3]).all()
    np.testing.assert_allclose(seen[3], 0.2)
    assert look_of(replace(pose, colours=None)) is None


@pytest.mark.parametrize("light", [(0.7, 0.7, 0.7), (0.8, 1.0, 1.3)])
def test_light_and_white_balance_cancel(light: tuple[float, float, float]) -> None:
    """A lamp changes hair, face and clothes alike, and their contrasts not at all."""
    lit = LOOK * np.array(light, dtype=np.float32)
    np.testing.assert_allclose(contrasts([lit])[:2], contrasts([LOOK])[:2], atol=1e-5)


def test_another_skin_is_a_change_of_the_face_alone() -> None:
    """Half as bright a person, hair and clothes as well, in the same light: log 2."""
    dark = LOOK.copy()
    dark[:3] *= 0.5
    hair, clothes, face = changes(contrasts([LOOK]), contrasts([dark]))
    assert face == pytest.approx(np.log(2), abs=1e-3)
    assert hair == pytest.approx(0, abs=0.05)
    assert clothes == pytest.approx(0, abs=1e-3)


def test_one_odd_moment_changes_nothing() -> None:
    """A hand before the face for one of five looks does not move the median."""
    odd = LOOK.copy()
    odd[FACE] = 0.9
    np.testing.assert_array_equal(contrasts([LOOK] * 4 + [odd]), contrasts([LOOK]))

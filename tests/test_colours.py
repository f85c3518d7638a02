"""Specification of the mean colours of hair, face and clothes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from people import body, seen_from

from posture_cam.colours import contrasts, region_colours
from posture_cam.landmarks import Landmark as L
from posture_cam.types import REGIONS

HAIR, FACE, CLOTHES = (REGIONS.index(name) for name in ("hair", "face", "clothes"))
BROWN, SKIN, GREEN = (20, 40, 60), (130, 160, 210), (60, 140, 50)


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


def test_what_is_out_of_the_picture_is_not_seen() -> None:
    """Clothes below the lower edge have no colour, and so no contrast."""
    landmarks = seen_from(body(), shift=(0, 150)).landmarks
    colours = region_colours(painted(seen_from(body()).landmarks)[:300], landmarks)
    assert np.isnan(colours[CLOTHES]).all()
    assert np.isnan(contrasts([colours])[1]).all()


def test_nobody_has_no_colours() -> None:
    """Landmarks that are not there show nothing."""
    nobody = np.full((33, 3), np.nan, dtype=np.float32)
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    assert np.isnan(region_colours(image, nobody)).all()


@pytest.mark.parametrize("light", [(0.7, 0.7, 0.7), (0.8, 1.0, 1.3)])
def test_light_and_white_balance_cancel(light: tuple[float, float, float]) -> None:
    """A lamp changes hair, face and clothes alike, and contrasts not at all."""
    colours = (np.array([BROWN, SKIN, GREEN]) / 255).astype(np.float32)
    np.testing.assert_allclose(
        contrasts([colours * np.array(light, dtype=np.float32)]), contrasts([colours]), atol=1e-5
    )


def test_one_odd_moment_changes_nothing() -> None:
    """A hand before the face for one of five looks does not move the median."""
    colours = (np.array([BROWN, SKIN, GREEN]) / 255).astype(np.float32)
    odd = colours.copy()
    odd[FACE] = 0.9
    np.testing.assert_array_equal(contrasts([colours] * 4 + [odd]), contrasts([colours]))

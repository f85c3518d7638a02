"""Specification of the colours of hair, face, clothes and neck."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from people import body, seen_from

from posture_cam.colours import region_colours
from posture_cam.landmarks import Landmark as L
from posture_cam.types import REGIONS

CLOTHES, NECK = REGIONS.index("clothes"), REGIONS.index("neck")
BROWN, SKIN, GREEN = (20, 40, 60), (130, 160, 210), (60, 140, 50)


def painted(landmarks: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Brown above the eyes, skin down to the chin, green below the shoulders."""
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    eyes, shoulders = int(landmarks[L.LEFT_EYE, 1]), int(landmarks[L.LEFT_SHOULDER, 1])
    image[:eyes], image[eyes:shoulders], image[shoulders:] = BROWN, SKIN, GREEN
    return image


@pytest.mark.parametrize("view_deg", [0, 45, -90])
def test_each_region_has_its_own_colour(view_deg: float) -> None:
    """From the front and from the side each is looked at where it is; the neck is skin, too."""
    landmarks = seen_from(body(), view_deg).landmarks
    colours = region_colours(painted(landmarks), landmarks)
    np.testing.assert_allclose(colours * 255, [BROWN, SKIN, GREEN, SKIN], atol=3)


def test_long_hair_is_seen_beside_the_neck() -> None:
    """Below the ears, left and right of the face."""
    landmarks = seen_from(body()).landmarks
    image, ears = painted(landmarks), landmarks[[L.LEFT_EAR, L.RIGHT_EAR], :2]
    image[int(ears[:, 1].mean()) :, : int(ears[:, 0].min()) + 9] = BROWN
    image[int(ears[:, 1].mean()) :, int(ears[:, 0].max()) - 8 :] = BROWN
    np.testing.assert_allclose(region_colours(image, landmarks)[NECK] * 255, BROWN, atol=3)


def test_clothes_are_seen_where_the_chest_is_not() -> None:
    """A hand's breadth below the shoulders is enough of a shirt."""
    landmarks = seen_from(body()).landmarks
    shoulder, eye = landmarks[L.LEFT_SHOULDER, 1], landmarks[L.LEFT_EYE, 1]
    image = painted(landmarks)[: int(shoulder + 0.5 * (shoulder - eye))]
    np.testing.assert_allclose(region_colours(image, landmarks)[CLOTHES] * 255, GREEN, atol=3)


def test_what_is_out_of_the_picture_is_not_seen() -> None:
    """Clothes below the lower edge have no colour."""
    landmarks = seen_from(body()).landmarks
    image = painted(landmarks)[: int(landmarks[L.LEFT_SHOULDER, 1])]
    assert np.isnan(region_colours(image, landmarks)[CLOTHES]).all()


def test_nobody_has_no_colours() -> None:
    """Landmarks that are not there show nothing."""
    nobody = np.full((33, 3), np.nan, dtype=np.float32)
    image = np.zeros((480, 640, 3), dtype=np.uint8)
    assert np.isnan(region_colours(image, nobody)).all()

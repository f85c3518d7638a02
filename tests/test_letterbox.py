"""Specification of black bars about a recording's picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from posture_cam.letterbox import find_bars
from posture_cam.padding import NONE, Margin

Picture = NDArray[np.uint8]


def room(height: int = 120, width: int = 160, brightest: int = 200) -> Picture:
    """A noisy picture of anything."""
    return np.random.default_rng(0).integers(0, brightest, (height, width, 3), dtype=np.uint8)


def barred(picture: Picture, rows: tuple[int, int], columns: tuple[int, int]) -> Picture:
    """With bars above and below, left and right, as dark as coding leaves black."""
    padded = np.pad(picture, (rows, columns, (0, 0)))
    noise = np.random.default_rng(1).integers(0, 17, padded.shape, dtype=np.uint8)
    return np.asarray(np.maximum(padded, noise))


@pytest.mark.parametrize(
    ("rows", "columns"),
    [((40, 40), (0, 0)), ((0, 0), (90, 90)), ((40, 39), (30, 31)), ((90, 90), (300, 300))],
)
def test_bars_are_cut_off(rows: tuple[int, int], columns: tuple[int, int]) -> None:
    """Above and below, left and right, or all around; what is left is the picture itself."""
    picture = room()
    bars = find_bars([barred(picture, rows, columns)])
    assert bars == Margin(*columns, *rows)
    np.testing.assert_array_equal(bars.removed(barred(picture, rows, columns)) > 16, picture > 16)


@pytest.mark.parametrize(
    ("rows", "columns"), [((0, 0), (0, 0)), ((30, 0), (0, 0)), ((2, 2), (0, 0)), ((0, 0), (40, 20))]
)
def test_what_is_dark_on_one_side_or_narrow_is_no_bar(
    rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    """A screen's back, a curtain, a vignette of a pixel or two."""
    assert find_bars([barred(room(), rows, columns)]) == NONE


def test_a_dark_room_has_no_bars() -> None:
    """Nor has one that a lamp lights in the middle, fading into black on all sides."""
    assert find_bars([room(brightest=20)]) == NONE
    across, down = np.meshgrid(np.linspace(-1, 1, 160), np.linspace(-1, 1, 120))
    light = np.clip(1.2 - np.hypot(across, down), 0, 1)[..., None]
    assert find_bars([np.asarray(room() * light, dtype=np.uint8)]) == NONE


def test_a_bar_is_one_in_all_pictures() -> None:
    """What is black for a moment alone belongs to the picture."""
    black = np.zeros((120, 160, 3), dtype=np.uint8)
    assert find_bars([black, room()]) == NONE
    assert find_bars([barred(room(), (20, 20), (0, 0)), room(160, 160)]) == NONE


def test_pictures_that_differ_in_size_have_none() -> None:
    """As in a recording whose camera was turned; nor has a recording without pictures."""
    assert find_bars([room(), barred(room(), (20, 20), (0, 0))]) == NONE
    assert find_bars([]) == NONE

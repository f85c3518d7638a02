"""Silhouettes in training are drawn otherwise, one person's all alike."""

from __future__ import annotations

import numpy as np
import pytest
from figure_variety import CUT_OFF, DEEPEST_CUT, cutting, thickened, varied
from hypothesis import given
from hypothesis import strategies as st
from training_data import otherwise_outlined

from posture_cam.types import FIGURE_SHAPE

SEEDS = st.integers(0, 2**32 - 1)


def box(rows: slice, columns: slice) -> np.ndarray:
    """A silhouette that is a box."""
    figure = np.zeros(FIGURE_SHAPE, dtype=np.uint8)
    figure[rows, columns] = 255
    return figure


SOMEBODY = box(slice(8, 32), slice(10, 22))


@given(seed=SEEDS)
def test_one_person_is_drawn_alike_in_all_pictures(seed: int) -> None:
    """The same silhouette stays the same; of two, the one inside the other stays inside."""
    inner = box(slice(10, 32), slice(12, 20))
    one, smaller, same = varied([SOMEBODY, inner, SOMEBODY], np.random.default_rng(seed))
    assert np.array_equal(one, same)
    assert (smaller <= one).all()


def test_another_person_is_drawn_otherwise() -> None:
    """No two of twenty draws are the same."""
    random = np.random.default_rng(3)
    drawn = [varied([SOMEBODY], random)[0].tobytes() for _ in range(20)]
    assert len(set(drawn)) == 20


@pytest.mark.parametrize("pixels", [-2, -1, 0, 1, 2])
def test_thicker_reaches_so_many_pixels_farther_to_all_sides(pixels: int) -> None:
    """A box becomes the box that is so much larger, or smaller."""
    changed = thickened(box(slice(10, 20), slice(12, 22)), pixels)
    expected = box(slice(10 - pixels, 20 + pixels), slice(12 - pixels, 22 + pixels))
    assert np.array_equal(changed, expected)


@given(seed=SEEDS)
def test_beyond_a_cut_the_last_pixels_go_on(seed: int) -> None:
    """Rows and columns are shown in their order, none twice but at the ends."""
    rows, columns = cutting(np.random.default_rng(seed))
    for places in (rows, columns):
        assert set(np.diff(places)) <= {0, 1}
        assert (np.abs(places - np.arange(len(places))) < DEEPEST_CUT).all()
    assert rows[0] == 0


def test_pictures_are_cut_as_often_as_said() -> None:
    """Counted on two thousand draws."""
    random = np.random.default_rng(4)
    below = [cutting(random)[0][-1] < FIGURE_SHAPE[0] - 1 for _ in range(2000)]
    assert np.mean(below) == pytest.approx(CUT_OFF * (1 - 1 / DEEPEST_CUT), abs=0.03)


def test_where_nobody_was_seen_nobody_is_drawn() -> None:
    """The others stay at their places."""
    drawn = otherwise_outlined([None, SOMEBODY, None, SOMEBODY], np.random.default_rng(5))
    assert [figure is None for figure in drawn] == [True, False, True, False]
    assert otherwise_outlined([None], np.random.default_rng(5)) == [None]

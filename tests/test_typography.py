"""Specification of text on pictures."""

from __future__ import annotations

import numpy as np
import pytest

from posture_cam.typography import text_width, wrap, write

SENTENCE = "Upper back 18 degrees rounder than your upright for 4 min. Sit back."
WHITE = (255, 255, 255)


def test_text_is_drawn_above_its_baseline_and_smoothed() -> None:
    """Letters stand on y, start at x, and have grey edges."""
    picture = np.zeros((40, 100, 3), dtype=np.uint8)
    width = write(picture, "Hi", 10, 30, 20, WHITE)
    rows, columns = np.nonzero(picture[:, :, 0])
    assert rows.max() < 30 < rows.max() + 3
    assert 10 <= columns.min() <= 13
    assert columns.max() < 10 + width
    assert ((picture > 0) & (picture < 255)).any()


@pytest.mark.parametrize("place", [(-30, 20), (90, 20), (10, 2), (10, 70), (500, 500)])
def test_text_that_reaches_beyond_the_picture_is_cut_off(place: tuple[int, int]) -> None:
    """A small picture is no reason to fail."""
    picture = np.zeros((40, 100, 3), dtype=np.uint8)
    write(picture, "Upright", *place, 20, WHITE)


def test_right_aligned_text_ends_at_its_place() -> None:
    """Numbers in a column end at one line."""
    picture = np.zeros((40, 200, 3), dtype=np.uint8)
    write(picture, "12", 150, 30, 20, WHITE, align="right")
    columns = np.nonzero(picture[:, :, 0])[1]
    assert 146 <= columns.max() <= 150


def test_figures_are_equally_wide() -> None:
    """A number that changes does not push its neighbours about."""
    assert len({text_width(figure * 4, 13) for figure in "0123456789"}) == 1


def test_wrapped_lines_fit_and_keep_every_word() -> None:
    """No line is wider than asked for."""
    lines = wrap(SENTENCE, 12, 150, 9)
    assert len(lines) > 2
    assert all(text_width(line, 12) <= 150 for line in lines)
    assert " ".join(lines) == SENTENCE


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    """The reader sees that there is more."""
    lines = wrap(SENTENCE, 12, 150, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert text_width(lines[-1], 12) <= 150

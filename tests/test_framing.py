"""Specification of how a badly aimed camera is recognised."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from people import HEIGHT, WIDTH, body, seen_from
from rooms import room, seen

from posture_cam.framing import (
    BARE_PLACE_ADVICE,
    HEAD_CUT_ADVICE,
    LITTLE_CHEST_ADVICE,
    LITTLE_ROOM,
    LITTLE_ROOM_ADVICE,
    SHOULDERS_CUT_ADVICE,
    advice_on,
    room_above_head,
    room_below_shoulders,
)
from posture_cam.types import Pose


def test_room_grows_with_what_is_left_above_the_head() -> None:
    """By a tenth for every tenth of the picture's height that the person sits lower."""
    first = room_above_head(seen_from(body()))
    lower = room_above_head(seen_from(body(), shift=(0.0, HEIGHT / 10)))
    assert lower - first == pytest.approx(0.1, abs=1e-6)


@pytest.mark.parametrize("view_deg", [-90, -40, 0, 40, 90])
def test_the_top_of_the_head_is_found_from_every_side(view_deg: float) -> None:
    """In each view the same head ends at the same height."""
    room = room_above_head(seen_from(body(), view_deg))
    assert room == pytest.approx(room_above_head(seen_from(body())), abs=1e-6)


def test_a_head_that_is_cut_off_has_less_than_no_room() -> None:
    """Eyes at the upper edge: the forehead is out of the picture."""
    upright = seen_from(body())
    cut = seen_from(body(), shift=(0.0, -float(upright.landmarks[2, 1])))
    assert room_above_head(cut) < 0
    assert HEAD_CUT_ADVICE in advice_on(cut)
    assert LITTLE_ROOM_ADVICE not in advice_on(cut)


def test_advice_begins_where_less_than_a_tenth_is_left() -> None:
    """A tenth of the picture's height is enough."""
    room = room_above_head(seen_from(body()))
    to_limit = (LITTLE_ROOM - room) * HEIGHT
    assert LITTLE_ROOM_ADVICE in advice_on(seen_from(body(), shift=(0.0, to_limit - 1)))
    assert LITTLE_ROOM_ADVICE not in advice_on(seen_from(body(), shift=(0.0, to_limit + 1)))


def test_an_empty_picture_has_no_head_to_advise_on() -> None:
    """Not measurable is NaN."""
    nobody = Pose.nobody(0.0, WIDTH, HEIGHT)
    assert math.isnan(room_above_head(nobody))
    assert math.isnan(room_below_shoulders(nobody))
    assert advice_on(nobody) == ()


@pytest.mark.parametrize("view_deg", [-90, 0, 40])
def test_shoulders_close_to_the_lower_edge_are_told(view_deg: float) -> None:
    """Less than a tenth of the height below the lower one, which has to be in the picture."""
    upright = seen_from(body(), view_deg)
    room = room_below_shoulders(upright)
    assert room > LITTLE_ROOM
    for left, told in ((0.11, False), (0.09, True), (0.01, True), (-0.01, False)):
        pose = seen_from(body(), view_deg, shift=(0.0, (room - left) * HEIGHT))
        assert room_below_shoulders(pose) == pytest.approx(left, abs=1e-6)
        assert (LITTLE_CHEST_ADVICE in advice_on(pose)) is told
        assert (SHOULDERS_CUT_ADVICE in advice_on(pose)) is (left < 0)


def test_a_shoulder_beyond_the_edge_is_told() -> None:
    """Somebody at the very side of the picture."""
    assert SHOULDERS_CUT_ADVICE in advice_on(seen_from(body(), shift=(-270.0, 0.0)))
    assert SHOULDERS_CUT_ADVICE not in advice_on(seen_from(body()))


@pytest.mark.parametrize(("things", "bare"), [(0, True), (40, False)])
def test_a_place_without_anything_to_recognise_is_told(things: int, bare: bool) -> None:
    """Before a bare wall a moved camera cannot be noticed."""
    pose = seen_from(body())
    pose = replace(pose, scene=seen(room(things=things), people=(pose,)))
    assert (BARE_PLACE_ADVICE in advice_on(pose)) is bare

"""Specification of how far a picture has moved, been enlarged and turned, by its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import body, seen_from
from rooms import nudged, room, seen

from posture_cam.camera_motion import NUDGED, CameraComparer, SceneComparison, SceneMatch
from posture_cam.camera_watch import BACK, CameraWatch
from posture_cam.registration import (
    LEAST_FOUND,
    Registration,
    _median,
    _robust_fit,
    _rows,
    register,
)
from posture_cam.types import SCENE_SHAPE, Pose

WIDTH = SCENE_SHAPE[1]
ROOM, SITTING = room(3), seen_from(body())


def compared(**nudge: float) -> SceneComparison:
    """A room behind somebody, and the same before a camera that was nudged."""
    before = CameraComparer(seen(ROOM, people=(SITTING,)))
    return before.compare(seen(nudged(ROOM, **nudge), seed=1, people=(SITTING,)))


@pytest.mark.parametrize(
    ("right", "down", "enlarged", "turned_deg"),
    [
        (0.7, 0.0, 0.0, 0.0),
        (0.0, -1.2, 0.0, 0.0),
        (0.0, 0.0, 0.03, 0.0),
        (0.0, 0.0, -0.03, 0.0),
        (0.0, 0.0, 0.0, 1.5),
        (0.4, -0.8, 0.02, -1.0),
        (0.0, 1.2, 0.03, 1.2),
    ],
)
def test_a_nudge_is_measured_whatever_it_is_made_of(
    right: float, down: float, enlarged: float, turned_deg: float
) -> None:
    """Shift to a tenth of a small pixel, size to half a percent; and all that is a moved camera."""
    found = compared(right=right, down=down, enlarged=enlarged, turned_deg=turned_deg)
    assert found.place is SceneMatch.MOVED
    assert found.right * WIDTH == pytest.approx(right, abs=0.1)
    assert found.down * WIDTH == pytest.approx(down, abs=0.1)
    assert found.scale == pytest.approx(1 + enlarged, abs=0.006)
    true = Registration(right, down, enlarged, np.radians(turned_deg))
    assert found.shift * WIDTH == pytest.approx(true.shift, abs=0.15)


def test_the_average_shift_is_that_of_the_pixels() -> None:
    """Root mean square over the whole picture, counted out."""
    made = Registration(right=0.5, down=-0.3, enlarged=0.02, turned=0.01)
    down, right = (np.indices(SCENE_SHAPE).T + 0.5 - np.array(SCENE_SHAPE) / 2).T
    moved_right = made.right + made.enlarged * right - made.turned * down
    moved_down = made.down + made.enlarged * down + made.turned * right
    counted = np.sqrt((moved_right**2 + moved_down**2).mean())
    assert made.shift == pytest.approx(counted, rel=1e-3)


@pytest.mark.parametrize("left", range(0, 56, 8))
def test_of_a_camera_that_stands_still_exactly_nothing_is_measured(left: int) -> None:
    """Noise, and somebody passing by who covers a quarter of the picture, are no nudge."""
    scene = seen(ROOM, seed=1)
    scene[4:, left : left + 16] = seen(room(9))[:44, :16]
    found = CameraComparer(seen(ROOM)).compare(scene)
    assert (found.place, found.shift) == (SceneMatch.SAME, 0.0)


def test_a_tilt_that_a_zoom_hides_above_the_head_is_noticed() -> None:
    """Where the room is seen the two nearly cancel; on the person they add up."""
    tilted, both = compared(down=1.2), compared(down=1.2, enlarged=0.05)
    assert tilted.place is both.place is SceneMatch.MOVED
    assert both.shift > tilted.shift


def test_too_few_blocks_tell_nothing() -> None:
    """The back of a chair before a bare wall may be rolled aside."""
    peak = np.full((LEAST_FOUND - 1, 7, 7), 0.1)
    peak[:, 3, 4] = 1.0
    places = np.random.default_rng(0).uniform(-20, 20, (LEAST_FOUND, 2))
    assert register(peak, places[1:]) is None
    assert register(np.concatenate([peak, peak[:1]]), places) is not None


def poses(seconds: float, start_s: float, down: float) -> Iterator[Pose]:
    """Somebody sitting still, one scene a second, before a camera nudged by `down` pixels."""
    for number in range(round(seconds)):
        scene = seen(nudged(ROOM, down=down), seed=number, people=(SITTING,))
        yield replace(SITTING, time_s=start_s + number, scene=scene)


@pytest.mark.parametrize(("down", "back"), [(BACK + 0.1, False), (BACK - 0.1, True)])
def test_a_camera_is_back_where_it_stood_only_when_it_nearly_is(down: float, back: bool) -> None:
    """Else one that was nudged by as much as just counts would be said to move again and again."""
    assert BACK + 0.1 < NUDGED
    watch = CameraWatch(seen(ROOM, people=(SITTING,)))
    told = [watch.update(pose) for pose in (*poses(8, 0, 0.0), *poses(8, 8, 2 * NUDGED))]
    assert (told[7], told[-1]) == (False, True)
    assert [watch.update(pose) for pose in poses(8, 16, down)][-1] is not back


@pytest.mark.parametrize("elsewhere", [0, 15])
def test_a_chair_that_was_moved_meanwhile_hardly_counts(elsewhere: int) -> None:
    """Of 60 blocks a quarter went two pixels their own way; and less is said for sure then."""
    random = np.random.default_rng(5)
    places = random.uniform(-1, 1, (60, 2)) * np.array(SCENE_SHAPE[::-1]) / 2
    design = np.concatenate([_rows(places, axis) for axis in (0, 1)])
    moved = design @ np.array([0.7, -0.4, 0.02, 0.01]) + random.normal(0, 0.05, 120)
    moved[:elsewhere] += 2.0
    transform, deviation = _robust_fit(design, moved, np.ones(120))
    assert transform.tolist() == pytest.approx([0.7, -0.4, 0.02, 0.01], abs=0.02)
    assert 0.005 < deviation < 0.05


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=9))
def test_a_median_is_numpys(values: list[float]) -> None:
    """Of an even and an odd number of values."""
    assert _median(np.array(values)) == pytest.approx(np.median(values))

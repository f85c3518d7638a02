"""Specification of calibration: what is taken as upright and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from people import bend, body, seen_from

from posture_cam.angles import tipped_deg
from posture_cam.baseline import Baseline, change_of_shape, make_baseline, movement
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.landmarks import Landmark as L
from posture_cam.types import BACK_STATIONS, FIGURE_SHAPE, REGIONS, SCENE_SHAPE, Pose

SETTINGS = Settings()


def still(seconds: float, start_s: float = 0.0) -> list[Pose]:
    return [seen_from(body(), time_s=start_s + step / 10) for step in range(int(seconds * 10) + 1)]


def restless(seconds: float) -> list[Pose]:
    return [
        seen_from(bend(body(), -0.479, 30 * np.sin(step / 3)), 90, time_s=step / 10)
        for step in range(int(seconds * 10) + 1)
    ]


def test_still_seconds_make_a_baseline_of_their_median() -> None:
    """A single wild detection among still ones does not move the baseline."""
    poses = still(5)
    poses[7] = seen_from(body(), time_s=0.7, shift=(50, 0))
    baseline = make_baseline(poses, SETTINGS)
    np.testing.assert_allclose(baseline.pose.landmarks, poses[0].landmarks)
    assert baseline.seconds == pytest.approx(5)
    assert baseline.frames == 51


def test_a_moving_person_is_refused() -> None:
    """Rocking back and forth cannot be an upright reference."""
    with pytest.raises(CalibrationError, match="moved too much"):
        make_baseline(restless(5), SETTINGS)


def test_an_empty_picture_is_refused() -> None:
    """With nobody there, the refusal says how to sit."""
    poses = [Pose.nobody(step / 10, 640, 480) for step in range(50)]
    with pytest.raises(CalibrationError, match="head and both shoulders"):
        make_baseline(poses, SETTINGS)


def test_a_badly_seen_person_is_refused() -> None:
    """A hidden face gives no baseline."""
    hidden = (L.NOSE, L.LEFT_EAR, L.RIGHT_EAR)
    poses = [seen_from(body(), time_s=step / 10, hidden=hidden) for step in range(50)]
    with pytest.raises(CalibrationError, match="not seen well enough"):
        make_baseline(poses, SETTINGS)


def turned(pose: Pose, quarters: int) -> Pose:
    """The same in a picture that was turned by quarters."""
    landmarks = pose.landmarks.copy()
    x, y = landmarks[:, 0].copy(), landmarks[:, 1].copy()
    for _ in range(quarters):
        x, y = pose.height - y, x
    landmarks[:, 0], landmarks[:, 1] = x, y
    return replace(pose, landmarks=landmarks)


@pytest.mark.parametrize("view_deg", [0, 45, 90])
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_picture_that_lies_on_its_side_is_refused(view_deg: float, quarters: int) -> None:
    """As of a phone that was turned after the recording began; nobody sits like that."""
    poses = [seen_from(body(), view_deg, time_s=step / 10) for step in range(50)]
    assert make_baseline(poses, SETTINGS).frames == len(poses)
    lying = [turned(pose, quarters) for pose in poses]
    assert tipped_deg(lying[0]) > 2 * tipped_deg(poses[0])
    with pytest.raises(CalibrationError, match="on its side"):
        make_baseline(lying, SETTINGS)


def test_a_baseline_survives_storing() -> None:
    """Through JSON and back, pose and angles are the same to the last bit."""
    random = np.random.default_rng(0)
    figure, scene = (
        random.integers(1, 255, shape, dtype=np.uint8) for shape in (FIGURE_SHAPE, SCENE_SHAPE)
    )
    back = random.normal(size=BACK_STATIONS).astype(np.float32)
    colours = random.random((len(REGIONS), 3)).astype(np.float32)
    poses = [
        replace(pose, figure=figure, scene=scene, back=back, colours=colours) for pose in still(3)
    ]
    baseline = make_baseline(poses, SETTINGS)
    stored = json.loads(json.dumps(baseline.to_dict()))
    restored = Baseline.from_dict(stored, SETTINGS.pose.min_visibility)
    parts = ("landmarks", "world", "visibility", "presence", "figure", "scene", "back", "colours")
    for kept in parts:
        before, after = (getattr(one.pose, kept) for one in (baseline, restored))
        assert before is not None, kept
        np.testing.assert_array_equal(after, before)
    assert repr(restored.angles) == repr(baseline.angles)
    assert (restored.seconds, restored.frames) == (baseline.seconds, baseline.frames)


@pytest.mark.parametrize("damage", ["landmarks", "width", "brightness"])
def test_a_damaged_stored_baseline_says_to_calibrate_again(damage: str) -> None:
    """A missing part is one plain sentence."""
    stored = make_baseline(still(3), SETTINGS).to_dict()
    del stored[damage]
    with pytest.raises(CalibrationError, match="calibrate"):
        Baseline.from_dict(stored, SETTINGS.pose.min_visibility)


def test_of_colours_those_of_hair_and_face_are_stored_by_name() -> None:
    """Clothes are others on another day; of hair that was never seen nothing is stored."""
    colours = np.full((len(REGIONS), 3), 0.5, dtype=np.float32)
    colours[REGIONS.index("hair")] = np.nan
    baseline = make_baseline([replace(pose, colours=colours) for pose in still(3)], SETTINGS)
    assert baseline.to_dict()["colours"] == {"face": [0.5, 0.5, 0.5]}


def test_a_baseline_of_an_earlier_version_has_no_colours() -> None:
    """It is read all the same."""
    stored = make_baseline(still(3), SETTINGS).to_dict()
    del stored["colours"]
    assert Baseline.from_dict(stored, SETTINGS.pose.min_visibility).pose.colours is None


@pytest.mark.parametrize(
    "colours",
    [{"tail": [0, 0, 0]}, {"hair": [1, 2]}, {"hair": None}, {"hair": [10**400, 0, 0]}, "abc", 5],
)
def test_damaged_colours_say_to_calibrate_again(colours: object) -> None:
    """As any other damage."""
    stored = {**make_baseline(still(3), SETTINGS).to_dict(), "colours": colours}
    with pytest.raises(CalibrationError, match="calibrate"):
        Baseline.from_dict(stored, SETTINGS.pose.min_visibility)


def test_movement_does_not_depend_on_the_size_in_the_picture() -> None:
    """The same sway half as large in pixels, of a person half as large, is the same movement."""
    sway = [3 * np.sin(step / 5) for step in range(60)]
    near = [seen_from(body(), scale=1, shift=(s, 0)) for s in sway]
    far = [seen_from(body(), scale=0.5, shift=(s / 2, 0)) for s in sway]
    assert movement(near) == pytest.approx(movement(far), rel=1e-3)


def test_change_of_shape_tells_postures_apart() -> None:
    """None for the same posture elsewhere in its place, much for a bent one."""
    here, nearby = seen_from(body()), seen_from(body(), shift=(6, 0))
    assert change_of_shape(here, here) == 0
    assert change_of_shape(here, nearby) < 0.02
    assert change_of_shape(here, seen_from(bend(body(), -0.3, 30))) > 0.1


def test_a_profile_grows_older_while_its_camera_is_missing() -> None:
    """It is as old as it is when pictures come."""
    hour_s = 3600.0
    baseline = replace(make_baseline(still(5), SETTINGS), age_s=11 * hour_s)
    assert not baseline.older(0.5 * hour_s, 12 * hour_s).of_another_day
    later = baseline.older(2 * hour_s, 12 * hour_s)
    assert later.of_another_day
    assert later.age_s == 13 * hour_s

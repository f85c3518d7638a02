"""Specification of the geometric angles: closed forms, invariances, honest gaps."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from people import bend, body, lean_left, seen_from

from posture_cam.angles import measure_angles, view_direction, view_label
from posture_cam.landmarks import Landmark as L
from posture_cam.types import Angles, Pose, View

HIP_HEIGHT = -0.479
SHOULDER_HEIGHT = -0.001


def measured(pose: Pose) -> Angles:
    return measure_angles(pose, min_visibility=0.5)


@pytest.mark.parametrize("view_deg", [-100, -80, -50, -20, 0, 20, 50, 80, 100])
def test_the_view_direction_is_read_from_the_pose(view_deg: float) -> None:
    """The direction of the camera about the person comes back for any view up to 100 degrees."""
    assert view_direction(seen_from(body(), view_deg), 0.5) == pytest.approx(view_deg, abs=1)


@pytest.mark.parametrize(
    ("view_deg", "view"),
    [
        (0, View.FRONT), (40, View.OBLIQUE_LEFT), (-40, View.OBLIQUE_RIGHT),
        (85, View.SIDE_LEFT), (-85, View.SIDE_RIGHT), (170, View.UNKNOWN), (math.nan, View.UNKNOWN),
    ],
)  # fmt: skip
def test_a_view_direction_has_a_name(view_deg: float, view: View) -> None:
    """Left means that the camera sees the person's left side; from behind it is unknown."""
    assert view_label(view_deg) is view


@pytest.mark.parametrize("view_deg", [90, -90, 70, -70])
@pytest.mark.parametrize("degrees", [-15, 0, 10, 35])
def test_trunk_inclination_is_the_forward_bend_at_the_hips(view_deg: float, degrees: float) -> None:
    """From either side, bending everything above the hips by an angle is that trunk inclination."""
    pose = seen_from(bend(body(), HIP_HEIGHT, degrees), view_deg)
    assert measured(pose).trunk_inclination_deg == pytest.approx(degrees, abs=0.5)


@pytest.mark.parametrize("view_deg", [90, -90])
def test_bending_the_neck_changes_neck_and_not_trunk_inclination(view_deg: float) -> None:
    """Neck inclination grows by what the neck is bent; the trunk stays where it was."""
    straight = measured(seen_from(body(), view_deg))
    bent = measured(seen_from(bend(body(), SHOULDER_HEIGHT + 0.01, 20), view_deg))
    change = bent.neck_inclination_deg - straight.neck_inclination_deg
    assert change == pytest.approx(20, abs=2)
    assert bent.trunk_inclination_deg == pytest.approx(straight.trunk_inclination_deg)


@pytest.mark.parametrize("view_deg", [0, 30, -30])
def test_shoulder_tilt_is_positive_when_the_persons_left_shoulder_is_higher(
    view_deg: float,
) -> None:
    """Raising the left shoulder so that the line rises by 8 degrees is a tilt of +8."""
    joints = body()
    joints[L.LEFT_SHOULDER, 1] = 0.36 * math.tan(math.radians(8))
    assert measured(seen_from(joints, view_deg)).shoulder_tilt_deg == pytest.approx(8, abs=0.3)


def test_leaning_to_the_left_is_positive_in_every_lateral_angle_of_a_front_view() -> None:
    """A lean of 10 degrees to their left lowers the left shoulder and leans the trunk +10."""
    angles = measured(seen_from(lean_left(body(), HIP_HEIGHT, 10)))
    assert angles.trunk_lateral_deg == pytest.approx(10, abs=0.5)
    assert angles.shoulder_tilt_deg == pytest.approx(-10, abs=0.5)


@pytest.mark.parametrize("head_deg", [-50, -20, 20, 50])
def test_who_turns_the_head_the_other_way_is_seen_from_where_the_shoulders_point(
    head_deg: float,
) -> None:
    """A glance to the side, over shoulders that are turned a little, is no view from behind."""
    joints = body()
    turn = np.radians(head_deg)
    left, _, forward = joints[: L.LEFT_SHOULDER].T.copy()
    joints[: L.LEFT_SHOULDER, 0] = left * np.cos(turn) + forward * np.sin(turn)
    joints[: L.LEFT_SHOULDER, 2] = forward * np.cos(turn) - left * np.sin(turn)
    for view_deg in (-15, 0, 15):
        assert view_direction(seen_from(joints, view_deg), 0.5) == pytest.approx(view_deg, abs=1)


@pytest.mark.parametrize("view_deg", [0, 40, 90])
def test_angles_do_not_depend_on_distance_or_place_in_the_picture(view_deg: float) -> None:
    """A person half as large and elsewhere in the picture has the same angles."""
    joints = bend(body(), HIP_HEIGHT, 12)
    near = dataclasses.astuple(measured(seen_from(joints, view_deg)))[3:11]
    far = dataclasses.astuple(measured(seen_from(joints, view_deg, scale=0.5, shift=(60, -30))))[
        3:11
    ]
    np.testing.assert_allclose(near, far, atol=0.01)


def test_hidden_hips_leave_the_trunk_unmeasured() -> None:
    """Without hips there is no trunk inclination or lateral lean, whatever the model invents."""
    hips = (L.LEFT_HIP, L.RIGHT_HIP)
    side = measured(seen_from(body(), 90, hidden=hips))
    front = measured(seen_from(body(), 0, hidden=hips))
    assert math.isnan(side.trunk_inclination_deg)
    assert math.isnan(front.trunk_lateral_deg)
    assert math.isfinite(side.neck_inclination_deg)


def test_a_front_view_gives_no_sagittal_geometry_and_a_side_view_no_frontal_one() -> None:
    """Plain geometry leaves empty what is seen end-on."""
    front, side = measured(seen_from(body(), 0)), measured(seen_from(body(), 90))
    assert math.isnan(front.neck_inclination_deg)
    assert math.isnan(front.trunk_inclination_deg)
    assert math.isnan(side.shoulder_tilt_deg)
    assert math.isnan(side.trunk_lateral_deg)


def test_from_the_side_the_near_joints_stand_for_hidden_far_ones() -> None:
    """With the far shoulder, ear and hip hidden, the trunk is still measured."""
    hidden = (L.RIGHT_SHOULDER, L.RIGHT_EAR, L.RIGHT_HIP)
    pose = seen_from(bend(body(), HIP_HEIGHT, 15), 90, hidden=hidden)
    assert measured(pose).trunk_inclination_deg == pytest.approx(15, abs=0.5)


def test_where_the_pose_model_follows_no_face_nothing_is_measured() -> None:
    """It may call nose and shoulders visible while it looks at a chest: presence tells."""
    pose = seen_from(body(), 0)
    presence = pose.presence.copy()
    presence[: L.LEFT_SHOULDER] = 0.6
    astray = dataclasses.replace(pose, presence=presence)
    assert measured(pose).confidence > 0.9
    assert measured(astray).confidence == 0.0
    assert measured(astray).view is View.UNKNOWN
    assert math.isnan(measured(astray).shoulder_tilt_deg)


def test_a_face_beyond_the_edge_is_not_seen() -> None:
    """Of a head above the picture the pose model guesses all, and calls it visible."""
    pose = seen_from(body(), 0)
    eyes, shoulders = (pose.landmarks[place, 1] for place in (L.LEFT_EYE, L.LEFT_SHOULDER))
    cut_forehead = seen_from(body(), 0, shift=(0, 5 - eyes))
    cut_head = seen_from(body(), 0, shift=(0, 5 - shoulders))
    assert measured(cut_forehead).confidence > 0.9
    assert measured(cut_head).confidence == 0.0
    assert math.isnan(measured(cut_head).neck_inclination_deg)


def test_nobody_in_the_picture_has_no_angles() -> None:
    """An empty picture gives NaN everywhere, no view and no confidence."""
    angles = measured(Pose.nobody(0.0, 640, 480))
    assert angles.view is View.UNKNOWN
    assert angles.confidence == 0
    assert math.isnan(angles.neck_inclination_deg)

"""Other tools' rules, re-stated, reach 1 exactly at their published thresholds."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from peers import (
    PEERS,
    Peer,
    face_to_shoulder_ratio,
    neck_and_trunk_inclination,
    nose_drop,
    nose_shoulder_hip_angle,
    nose_to_shoulder_ratio,
    shrunken_neck_and_shoulders,
    weighted_posture_score,
)

from posture_cam.landmarks import LANDMARK_COUNT
from posture_cam.landmarks import Landmark as L
from posture_cam.types import Pose

WIDTH, HEIGHT = 640, 480

FRONT = {
    L.NOSE: (320, 180), L.LEFT_EYE: (340, 165), L.RIGHT_EYE: (300, 165),
    L.LEFT_EAR: (360, 172), L.RIGHT_EAR: (280, 172),
    L.LEFT_SHOULDER: (420, 300), L.RIGHT_SHOULDER: (220, 300),
    L.LEFT_HIP: (390, 600), L.RIGHT_HIP: (250, 600),
}  # fmt: skip


def make_pose(points: dict[L, tuple[float, float]] | None = None) -> Pose:
    """A person sitting upright in front of the camera, with some landmarks moved."""
    landmarks = np.full((LANDMARK_COUNT, 3), 200, dtype=np.float32)
    for landmark, place in {**FRONT, **(points or {})}.items():
        landmarks[landmark] = (*place, 0)
    seen = np.ones(LANDMARK_COUNT, dtype=np.float32)
    world = (landmarks - landmarks[L.LEFT_HIP]) / 500
    return Pose(0.0, WIDTH, HEIGHT, landmarks, world, seen, seen)


UPRIGHT = make_pose()


@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer.calibrated], ids=lambda p: p.name)
def test_a_calibrated_rule_finds_nothing_wrong_with_the_calibrated_pose(peer: Peer) -> None:
    """Against itself the upright pose is not past any threshold."""
    assert peer.score(UPRIGHT, UPRIGHT) <= 1e-9


@pytest.mark.parametrize("peer", PEERS, ids=lambda p: p.name)
def test_nobody_has_no_score(peer: Peer) -> None:
    """An empty picture is neither upright nor slouched."""
    assert math.isnan(peer.score(Pose.nobody(0.0, WIDTH, HEIGHT), UPRIGHT))


def test_nose_drop_warns_at_three_percent_of_the_height() -> None:
    """dorso-linux: 0.03 of the picture is the threshold; a nose that is not seen has no score."""
    pose = make_pose({L.NOSE: (320, 180 + 0.03 * HEIGHT)})
    assert nose_drop(pose, UPRIGHT) == pytest.approx(1.0, rel=1e-5)
    hidden = replace(pose, visibility=np.zeros(LANDMARK_COUNT, dtype=np.float32))
    assert math.isnan(nose_drop(hidden, UPRIGHT))


def test_inclinations_warn_at_forty_and_ten_degrees() -> None:
    """LearnOpenCV: a neck 40 degrees off the vertical, or a trunk 10, is the threshold."""
    upright_trunk = {L.LEFT_HIP: (420.0, 600.0)}
    neck = {L.LEFT_EAR: (420 - 100 * math.tan(math.radians(40)), 200.0)}
    trunk = {L.LEFT_HIP: (420 + 300 * math.tan(math.radians(10)), 600.0)}
    straight = {L.LEFT_EAR: (420.0, 200.0)}
    for moved in ({**upright_trunk, **neck}, {**straight, **trunk}):
        assert neck_and_trunk_inclination(make_pose(moved), UPRIGHT) == pytest.approx(1, rel=1e-4)


def test_eye_ratio_warns_at_three_hundredths() -> None:
    """Pose Nudge: eyes 6 pixels farther apart over shoulders of 200."""
    pose = make_pose({L.LEFT_EYE: (343, 165), L.RIGHT_EYE: (297, 165)})
    assert face_to_shoulder_ratio(pose, UPRIGHT) == pytest.approx(1.0, rel=1e-5)


def test_ear_offset_counts_to_one_side_only() -> None:
    """Pose Nudge takes a move to the picture's right for a forward head, to the left for none."""
    right = make_pose({L.LEFT_EAR: (364, 172), L.RIGHT_EAR: (284, 172)})
    left = make_pose({L.LEFT_EAR: (356, 172), L.RIGHT_EAR: (276, 172)})
    assert face_to_shoulder_ratio(right, UPRIGHT) == pytest.approx(1.0, rel=1e-5)
    assert face_to_shoulder_ratio(left, UPRIGHT) == pytest.approx(0.0, abs=1e-6)


def test_uneven_shoulders_warn_beyond_a_tenth_more_and_a_fifth_in_all() -> None:
    """Pose Nudge: their difference in height, per height of the nose above them (120 pixels)."""
    uneven = make_pose({L.LEFT_SHOULDER: (420, 312), L.RIGHT_SHOULDER: (220, 288)})
    assert face_to_shoulder_ratio(uneven, UPRIGHT) == pytest.approx(1.0, rel=1e-5)
    assert face_to_shoulder_ratio(uneven, uneven) <= 0.0
    before = make_pose({L.LEFT_SHOULDER: (420, 310), L.RIGHT_SHOULDER: (220, 290)})
    assert face_to_shoulder_ratio(uneven, before) < 1.0


def test_nose_height_warns_at_a_twentieth_of_the_shoulder_width() -> None:
    """The nose 10 pixels nearer to shoulders 200 wide, at any distance from the camera."""
    pose = make_pose({L.NOSE: (320, 190)})
    assert nose_to_shoulder_ratio(pose, UPRIGHT) == pytest.approx(1.0, rel=1e-5)
    nearer = replace(pose, landmarks=pose.landmarks * np.float32(1.5))
    assert nose_to_shoulder_ratio(nearer, UPRIGHT) == pytest.approx(1.0, rel=1e-5)


def test_shrunken_shoulders_warn_at_ninety_two_percent() -> None:
    """PostureFocus: world shoulders 92 % as wide as calibrated."""
    pose = make_pose({L.LEFT_SHOULDER: (412, 300), L.RIGHT_SHOULDER: (228, 300)})
    assert shrunken_neck_and_shoulders(pose, UPRIGHT) == pytest.approx(1.0, rel=1e-4)


def test_closing_angle_warns_at_ten_degrees() -> None:
    """PostureTracker: nose - shoulder - hip ten degrees smaller than at calibration."""
    side = {L.RIGHT_SHOULDER: (300.0, 300.0), L.RIGHT_HIP: (300.0, 500.0), L.NOSE: (300.0, 180.0)}
    tilted = {**side, L.NOSE: (
        300 + 120 * math.sin(math.radians(10)), 300 - 120 * math.cos(math.radians(10)),
    )}  # fmt: skip
    score = nose_shoulder_hip_angle(make_pose(tilted), make_pose(side))
    assert score == pytest.approx(1.0, rel=1e-3)


def test_weighted_score_is_poor_below_sixty() -> None:
    """BatesPosture: parts worth 40 of 100 points lost are the threshold.

    Level, square and straight, only the ear distance counts (80 pixels of 640 instead of 0.7 of
    200 of 640): 3/7 of its ten points. A head a full picture width deep loses the other twenty.
    """
    straight = make_pose({L.NOSE: (320, 172)})
    assert weighted_posture_score(straight, UPRIGHT) == pytest.approx(10 * (3 / 7) / 40, rel=1e-4)
    deep = straight.landmarks.copy()
    deep[L.NOSE, 2] = WIDTH
    sunk = replace(straight, landmarks=deep)
    assert weighted_posture_score(sunk, UPRIGHT) == pytest.approx((10 * 3 / 7 + 20) / 40, rel=1e-4)

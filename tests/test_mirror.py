"""Specification of reading a pose and its mirror image alike."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from people import bend, body, seen_from

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.features import Array, UpperBody, change_features, pose_features
from posture_cam.mirror import (
    MIRROR,
    SIDED,
    mirrored_comparison,
    mirrored_pose_features,
    other_side,
)
from posture_cam.models import load_networks
from posture_cam.spine import ABSOLUTE, RELATIVE, SpineEstimator
from posture_cam.types import FIGURE_SHAPE, Angles, Pose

SETTINGS = Settings()
RANDOM = np.random.default_rng(5)
WIDTH, HEIGHT = 640, 480


def anybody() -> Pose:
    """Somebody whose landmarks lie anywhere and are seen more or less."""
    return dataclasses.replace(
        seen_from(body()),
        landmarks=RANDOM.uniform(0, HEIGHT, (33, 3)).astype(np.float32),
        world=RANDOM.normal(size=(33, 3)).astype(np.float32),
        visibility=RANDOM.uniform(size=33).astype(np.float32),
        figure=RANDOM.integers(1, 255, FIGURE_SHAPE, dtype=np.uint8),
        width=WIDTH,
        height=HEIGHT,
    )


def mirror_image(pose: Pose) -> Pose:
    """The same person in a mirror."""
    landmarks, world = pose.landmarks[MIRROR].copy(), pose.world[MIRROR].copy()
    landmarks[:, 0] = pose.width - landmarks[:, 0]
    world[:, 0] *= -1
    figure = None if pose.figure is None else pose.figure[:, ::-1]
    visibility = pose.visibility[MIRROR]
    return dataclasses.replace(
        pose, landmarks=landmarks, world=world, visibility=visibility, figure=figure
    )


def upper_body(pose: Pose) -> UpperBody:
    return UpperBody.of(pose.landmarks.astype(np.float64), pose.visibility.astype(np.float64))


def features(pose: Pose) -> Array:
    """The features of one pose."""
    return pose_features(upper_body(pose), pose.world.astype(np.float64), (pose.width, pose.height))


def test_features_are_mirrored_as_if_the_picture_had_been() -> None:
    """Exchanging numbers gives what the mirror image itself would give."""
    pose = anybody()
    assert mirrored_pose_features(features(pose)) == pytest.approx(features(mirror_image(pose)))


def test_a_comparison_is_mirrored_as_if_both_pictures_had_been() -> None:
    """Both poses and the way from one to the other."""

    def compared(now: Pose, upright: Pose) -> Array:
        moved = change_features(upper_body(now), upper_body(upright))
        return np.concatenate([features(now), features(upright), moved])

    now, upright = anybody(), anybody()
    mirrored = compared(mirror_image(now), mirror_image(upright))
    assert mirrored_comparison(compared(now, upright)) == pytest.approx(mirrored, abs=1e-6)


def test_a_mirror_image_twice_is_the_picture() -> None:
    """Nothing is lost on the way there and back."""
    row = features(anybody())
    assert mirrored_pose_features(mirrored_pose_features(row)) == pytest.approx(row)


@pytest.mark.parametrize("silhouettes", [True, False])
@pytest.mark.parametrize("view_deg", [0, 40])
def test_a_person_and_the_mirror_image_have_the_same_angles(
    view_deg: float, silhouettes: bool
) -> None:
    """Sides exchanged: what leans left there leans right here; the spine is bent alike."""
    random = np.random.default_rng(1)

    def seen(back_deg: float) -> Pose:
        figure = random.integers(1, 255, FIGURE_SHAPE, dtype=np.uint8) if silhouettes else None
        return dataclasses.replace(seen_from(bend(body(), 0.25, back_deg), view_deg), figure=figure)

    def angles(upright: Pose, now: Pose) -> Angles:
        poses = [dataclasses.replace(upright, time_s=step / 10) for step in range(60)]
        estimator = SpineEstimator(load_networks(), SETTINGS.pose.min_visibility)
        return estimator.measure(now, make_baseline(poses, SETTINGS)).angles

    upright, now = seen(0), seen(20)
    here, there = angles(upright, now), angles(mirror_image(upright), mirror_image(now))
    for name in (*ABSOLUTE, *RELATIVE):
        sign = -1 if name in SIDED else 1
        mirrored = sign * getattr(there, other_side(name))
        assert getattr(here, name) == pytest.approx(mirrored, abs=1e-3, nan_ok=True)
        assert here.sd.get(name) == pytest.approx(there.sd.get(other_side(name)), abs=1e-3)
    assert there.view_deg == pytest.approx(-here.view_deg, abs=1e-3)

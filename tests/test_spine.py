"""Specification of the learned angles and of the engine around them, on stick people."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from people import bend, body, seen_from

from posture_cam.angles import BEHIND_DEG, shoulders_shown
from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.features import UpperBody, change_features, pose_features
from posture_cam.landmarks import Landmark as L
from posture_cam.measurable import NEED_BOTH_SIDES, NEED_HIPS
from posture_cam.models import load_networks
from posture_cam.network import Network
from posture_cam.spine import ABSOLUTE, ERROR_CORRELATION, RELATIVE, SpineEstimator
from posture_cam.types import ANGLE_NAMES, Pose, Step, View

SETTINGS = Settings()
CHANGES_OF_THE_RIGHT_SHOULDER = (
    "shoulder_elevation_right_cm",
    "shoulder_protraction_right_cm",
    "shoulder_protraction_cm",
)
"""The last is the mean of both."""


def estimator() -> SpineEstimator:
    return SpineEstimator(load_networks(), SETTINGS.pose.min_visibility)


def baseline(view_deg: float = 0.0) -> Baseline:
    poses = [seen_from(body(), view_deg, time_s=step / 10) for step in range(60)]
    return make_baseline(poses, SETTINGS)


@pytest.mark.parametrize("view_deg", [-90, -45, 0, 45, 90])
def test_the_upright_pose_itself_has_changed_by_nothing(view_deg: float) -> None:
    """Against its own baseline every relative angle that is seen is zero, from any view.

    Flexion only to a hundredth of a degree: the verdict, however sure, keeps a doubt.
    """
    measured = estimator().measure(seen_from(body(), view_deg), baseline(view_deg)).angles
    far = {90: "_right_", -90: "_left_"}.get(int(view_deg), "none")
    for name in RELATIVE:
        if far not in name and not (far != "none" and name in NEED_BOTH_SIDES):
            least = 0.01 if name == "spine_flexion_deg" else 1e-9
            assert getattr(measured, name) == pytest.approx(0, abs=least)


def test_what_is_measured_does_not_depend_on_the_baselines_between() -> None:
    """Many baselines taken in turns give what each gives to an estimator that knows no other."""
    people = [bend(body(), -0.2, degrees) for degrees in range(0, 24, 2)]
    poses = [seen_from(joints, 20.0) for joints in people]
    uprights = [
        make_baseline([seen_from(joints, 20.0, time_s=step / 10) for step in range(60)], SETTINGS)
        for joints in people
    ]
    one = estimator()
    for _ in range(2):
        for pose, upright in zip(poses, reversed(uprights), strict=True):
            alone = estimator().measure(pose, upright)
            assert repr(one.measure(pose, upright)) == repr(alone)  # NaN is equal to itself here


@pytest.mark.parametrize(
    ("view_deg", "far", "near"), [(90, "right", "left"), (-90, "left", "right")]
)
def test_the_far_shoulder_and_arm_are_not_visible_from_the_side(
    view_deg: float, far: str, near: str
) -> None:
    """What the body hides is left empty; the near side is measured."""
    measured = estimator().measure(seen_from(body(), view_deg), baseline(view_deg)).angles
    for name in ("shoulder_protraction_{}_cm", "upper_arm_elevation_{}_deg"):
        assert math.isnan(getattr(measured, name.format(far)))
        assert math.isfinite(getattr(measured, name.format(near)))


def test_an_arm_without_its_elbow_is_not_measured() -> None:
    """An elbow below the picture leaves its upper arm empty, and only that."""
    pose = seen_from(body(), hidden=(L.LEFT_ELBOW,))
    measured = estimator().measure(pose, baseline()).angles
    assert math.isnan(measured.upper_arm_elevation_left_deg)
    assert math.isfinite(measured.upper_arm_elevation_right_deg)
    assert math.isfinite(measured.shoulder_elevation_left_cm)


@pytest.mark.parametrize("view_deg", [-90, 0, 90])
def test_every_given_angle_states_its_uncertainty(view_deg: float) -> None:
    """Each finite angle has a positive standard deviation, each missing one has none."""
    angles = estimator().measure(seen_from(body(), view_deg), baseline(view_deg)).angles
    for name in (*RELATIVE, "neck_inclination_deg", *NEED_HIPS):
        assert math.isfinite(getattr(angles, name)) == (angles.sd.get(name, 0.0) > 0)


@pytest.mark.parametrize("view_deg", [-90, 0, 45])
def test_errors_that_cancel_out_leave_less_uncertainty(view_deg: float) -> None:
    """Of an angle that is upright plus change: |a - b| if one errs as the other, the other way
    round, a + b if in the same way; the variance runs straight between both."""
    pose, upright = seen_from(bend(body(), -0.2, 15), view_deg), baseline(view_deg)

    def deviations(correlation: float) -> dict[str, float]:
        same = dict.fromkeys(ABSOLUTE, correlation)
        one = SpineEstimator(load_networks(), SETTINGS.pose.min_visibility, same)
        return {name: one.measure(pose, upright).angles.sd.get(name, 0.0) for name in ABSOLUTE}

    cancelling, independent, adding = (deviations(one) for one in (-1.0, 0.0, 1.0))
    stated = estimator().measure(pose, upright).angles.sd
    for name, correlation in ERROR_CORRELATION.items():
        assert 0 <= cancelling[name] <= independent[name] <= adding[name]
        middle = (cancelling[name] ** 2 + adding[name] ** 2) / 2
        assert independent[name] ** 2 == pytest.approx(middle)
        assert not adding[name] or stated[name] == pytest.approx(deviations(correlation)[name])


def test_without_a_baseline_nothing_relative_is_measured() -> None:
    """Before the person's upright is known there is neither flexion nor verdict."""
    measurement = estimator().measure(seen_from(body()), None)
    assert all(math.isnan(getattr(measurement.angles, name)) for name in RELATIVE)
    assert math.isnan(measurement.slouch_log_odds)
    assert math.isfinite(measurement.angles.shoulder_tilt_deg)


def test_hidden_hips_leave_the_trunk_empty() -> None:
    """What a pose model invents below the desk is not a measurement."""
    hidden = (L.LEFT_HIP, L.RIGHT_HIP)
    angles = estimator().measure(seen_from(body(), 0, hidden=hidden), baseline()).angles
    assert all(math.isnan(getattr(angles, name)) for name in NEED_HIPS)


def test_hips_hidden_while_upright_leave_the_trunk_empty() -> None:
    """How far it has moved from where nobody saw it is a guess, too."""
    hidden = (L.LEFT_HIP, L.RIGHT_HIP)
    poses = [seen_from(body(), 0, hidden=hidden, time_s=step / 10) for step in range(60)]
    angles = estimator().measure(seen_from(body()), make_baseline(poses, SETTINGS)).angles
    assert all(math.isnan(getattr(angles, name)) for name in NEED_HIPS)
    assert math.isfinite(angles.spine_flexion_deg)


@pytest.mark.parametrize(
    ("view_deg", "up_px", "measured"),
    [(0, -100, True), (60, -100, True), (0, 0, False), (90, -100, False)],
)
def test_a_twist_needs_hips_and_both_shoulders(view_deg: float, up_px: int, measured: bool) -> None:
    """Shoulders against pelvis: not behind a desk, nor from the side, where one hides the other."""
    poses = [seen_from(body(), view_deg, shift=(0, up_px), time_s=n / 10) for n in range(60)]
    angles = estimator().measure(poses[0], make_baseline(poses, SETTINGS)).angles
    assert math.isfinite(angles.twist_deg) == measured


def test_without_a_shoulder_in_the_picture_the_neck_is_not_measured() -> None:
    """It runs from the shoulders to the ears."""
    wide = body()
    wide[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 0] *= 6
    pose = seen_from(wide)
    assert not any(shoulders_shown(pose))
    angles = estimator().measure(pose, baseline()).angles
    assert math.isnan(angles.neck_inclination_deg)


def test_a_shoulder_beyond_the_edge_is_not_measured() -> None:
    """The pose model only guesses it; the other shoulder and the back are measured."""
    pose = seen_from(body(), 0, shift=(-270, 0))
    assert pose.landmarks[L.RIGHT_SHOULDER, 0] < 0 < pose.landmarks[L.LEFT_SHOULDER, 0]
    angles = estimator().measure(pose, baseline()).angles
    assert math.isfinite(angles.neck_inclination_deg)
    for name in ("shoulder_tilt_deg", "twist_deg", *CHANGES_OF_THE_RIGHT_SHOULDER):
        assert math.isnan(getattr(angles, name))
        assert name not in angles.sd
    assert math.isfinite(angles.shoulder_elevation_left_cm)
    assert math.isfinite(angles.spine_flexion_deg)


@pytest.mark.parametrize(
    ("side", "other", "shift_px"), [("right", "left", -270), ("left", "right", 270)]
)
def test_a_change_from_a_shoulder_beyond_the_edge_is_not_measured(
    side: str, other: str, shift_px: int
) -> None:
    """Upright it was only guessed; that it is in the picture now does not say how it moved."""
    poses = [seen_from(body(), 0, shift=(shift_px, 0), time_s=step / 10) for step in range(60)]
    angles = estimator().measure(seen_from(body()), make_baseline(poses, SETTINGS)).angles
    for name in CHANGES_OF_THE_RIGHT_SHOULDER:
        assert math.isnan(getattr(angles, name.replace("right", side)))
    assert math.isfinite(angles.shoulder_tilt_deg)
    assert math.isfinite(getattr(angles, f"shoulder_elevation_{other}_cm"))


def test_a_hidden_face_leaves_everything_empty() -> None:
    """Without head and shoulders there is no view, no angle and no verdict."""
    measurement = estimator().measure(seen_from(body(), hidden=(L.NOSE,)), baseline())
    assert math.isnan(measurement.angles.spine_flexion_deg)
    assert math.isnan(measurement.slouch_log_odds)


def test_features_do_not_depend_on_the_size_of_the_picture() -> None:
    """Twice the resolution gives the same features."""
    pose, rest = seen_from(bend(body(), -0.2, 15), 20), seen_from(body(), 20)
    points, upright, world = (
        array.astype(np.float64) for array in (pose.landmarks, rest.landmarks, pose.world)
    )
    seen = pose.visibility.astype(np.float64)
    now, now_large = UpperBody.of(points, seen), UpperBody.of(2 * points, seen)
    small = pose_features(now, world, (640, 480))
    large = pose_features(now_large, world, (1280, 960))
    assert large.tolist() == pytest.approx(small.tolist())
    small = change_features(now, UpperBody.of(upright, seen))
    large = change_features(now_large, UpperBody.of(2 * upright, seen))
    assert large.tolist() == pytest.approx(small.tolist())


def test_a_network_computes_what_it_says() -> None:
    """One linear layer, two members: mean of both, spread added to the stated deviation."""
    network = Network(
        mean=np.zeros(1),
        deviation=np.ones(1),
        weights=[np.array([[[1.0, 0.0]], [[3.0, 0.0]]], dtype=np.float32)],
        biases=[np.zeros((2, 1, 2), dtype=np.float32)],
        outputs=("angle",),
        scale=np.array([10.0]),
        widening=np.array([2.0]),
    )
    value, deviation = network(np.array([[0.5]]))
    assert value == pytest.approx(10.0)  # mean of 0.5 and 1.5, times 10
    assert deviation == pytest.approx(2 * 10 * math.sqrt(1 + 0.25))


def test_what_features_add_to_a_network_may_be_worked_out_apart() -> None:
    """The shares of parts of the features, added in any order, give what all of them give."""
    network = load_networks().change.network
    spread = np.random.default_rng(3).normal(scale=2, size=(2, len(network.mean)))
    features = network.mean + spread * network.deviation
    cuts = [0, 50, 51, len(network.mean)]
    parts = pairwise(cuts)
    total = np.sum([network.share(features[:, one:two], one) for one, two in parts], axis=0)
    for told, whole in zip(network.from_shares(total), network(features), strict=True):
        assert told == pytest.approx(whole, rel=1e-4, abs=1e-4)
        assert told.shape == (2, len(network.outputs))


def run(poses: list[Pose]) -> list[Step]:
    engine = PostureEngine(SETTINGS, load_networks(), baseline())
    return [engine.update(pose) for pose in poses]


def test_the_engine_gives_the_same_steps_for_the_same_poses() -> None:
    """Two engines agree to the last bit."""
    poses = [
        seen_from(bend(body(), -0.2, 20 * math.sin(step / 9)), time_s=step / 10)
        for step in range(80)
    ]
    assert repr(run(poses)) == repr(run(poses))


def test_time_that_stands_still_changes_nothing_later() -> None:
    """A repeated or earlier frame is measured but leaves no trace in what follows."""
    poses = [seen_from(body(), time_s=step / 10) for step in range(30)]
    odd = dataclasses.replace(poses[5], time_s=0.3)
    with_odd = run([*poses[:10], odd, poses[9], *poses[10:]])
    assert repr(with_odd[-1]) == repr(run(poses)[-1])


def test_an_empty_picture_is_not_judged() -> None:
    """Nobody there: no score, no verdict, no angle."""
    step = run([Pose.nobody(0.0, 640, 480)])[0]
    assert step.assessment.slouched is None
    assert math.isnan(step.angles.spine_flexion_deg)


def test_what_upright_did_not_show_is_no_reference() -> None:
    """A guessed elbow or shoulder of then would make a one-sided or a raised one of now."""
    hidden = (L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_HIP, L.RIGHT_HIP)
    poses = [seen_from(body(), hidden=hidden, time_s=step / 10) for step in range(60)]
    upright = estimator().upright(make_baseline(poses, SETTINGS))
    for name in ("upper_arm_elevation_left_deg", "upper_arm_elevation_right_deg", *NEED_HIPS):
        assert math.isnan(getattr(upright, name))
    assert math.isfinite(upright.shoulder_tilt_deg)


@pytest.mark.parametrize("view_deg", [-90, 90])
def test_what_goes_to_a_side_cannot_be_told_from_the_side(view_deg: float) -> None:
    """It lies along the direction of view; what bends forward is measured."""
    measured = estimator().measure(seen_from(body(), view_deg), baseline(view_deg)).angles
    for name in NEED_BOTH_SIDES:
        assert math.isnan(getattr(measured, name))
    assert math.isfinite(measured.neck_inclination_deg)
    assert math.isfinite(measured.spine_flexion_deg)


def test_from_behind_nothing_but_that_is_said() -> None:
    """No network has ever seen anybody from there."""
    measurement = estimator().measure(seen_from(body(), 180), baseline())
    assert abs(measurement.angles.view_deg) > BEHIND_DEG
    assert measurement.angles.view is View.UNKNOWN
    assert all(math.isnan(getattr(measurement.angles, name)) for name in ANGLE_NAMES)
    assert math.isnan(measurement.slouch_log_odds)


@pytest.mark.parametrize("time_s", [math.nan, math.inf])
def test_a_time_that_is_none_changes_nothing(time_s: float) -> None:
    """What comes after it is judged as if it had not been there."""
    engine = PostureEngine(SETTINGS, load_networks(), baseline())
    engine.update(seen_from(body(), time_s=0.0))
    engine.update(seen_from(body(), time_s=time_s))
    assert engine.update(seen_from(body(), time_s=0.2)).assessment.slouched is False

"""Without a calibration: what is judged when the posture judged against may be a slouch."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from people import body, seen_from
from replays import from_first_slouch

from posture_cam.baseline import make_baseline
from posture_cam.baseline_doubt import IN_A_SLOUCH, REFERENCE_SLOUCHED, SURENESS, in_doubt
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.measurement import FLEXION, Alone, Measurement
from posture_cam.models import load_networks
from posture_cam.slouch_odds import flexion_given, probability
from posture_cam.spine import SpineEstimator
from posture_cam.tuning.clips import find_clips
from posture_cam.tuning.metrics import roc_auc
from posture_cam.types import Angles

UPRIGHT, SLOUCHED = Alone(0.0, 5.0, -8.0), Alone(20.0, 5.0, 5.0)
"""What a picture says by itself: surely upright, surely slouched."""
JUDGED_FLOOR = 0.9
AUC_FLOOR, HINDSIGHT_AUC_FLOOR = 0.82, 0.91
"""Over recorded people who begin slouched. Without the doubt it is 0.72."""

degrees = st.floats(-40, 60)
logits = st.floats(-15, 15)


def measured(flexion_deg: float, log_odds: float, alone: Alone) -> Measurement:
    angles = Angles(spine_flexion_deg=flexion_deg, sd={"spine_flexion_deg": 4.0})
    return Measurement(angles, log_odds, alone)


@given(degrees, logits)
def test_beside_a_surely_upright_posture_the_verdict_stays(flexion: float, logit: float) -> None:
    """It is the same side of even odds, at most less sure, and the angle is the same."""
    doubted = in_doubt(measured(flexion, logit, UPRIGHT), UPRIGHT)
    assert doubted.slouch_log_odds == pytest.approx(SURENESS * logit, abs=0.2 + 0.2 * abs(logit))
    assert abs(logit) < 0.01 or (doubted.slouch_log_odds > 0) == (logit > 0)
    assert doubted.angles.spine_flexion_deg == pytest.approx(flexion, abs=0.1)


@pytest.mark.parametrize("log_odds", [-3.0, 3.0])
def test_a_verdict_beside_a_single_posture_is_a_third_less_sure(log_odds: float) -> None:
    """Odds of 20 to 1 become 7 to 1, either way: a calibration has seen more of the person."""
    doubted = in_doubt(measured(15.0, log_odds, UPRIGHT), UPRIGHT)
    assert doubted.slouch_log_odds == pytest.approx(math.copysign(1.92, log_odds), abs=0.05)


def test_a_slouch_beside_itself_is_a_slouch() -> None:
    """Nothing has changed since the first second, and that was slouched."""
    doubted = in_doubt(measured(0.0, -3.0, SLOUCHED), SLOUCHED)
    assert doubted.slouch_log_odds > 0
    assert doubted.angles.spine_flexion_deg > 10


def test_the_same_posture_beside_itself_is_none_when_it_looks_upright() -> None:
    """So does everybody who begins upright."""
    assert in_doubt(measured(0.0, -3.0, UPRIGHT), UPRIGHT).slouch_log_odds < -1.5


@given(degrees, logits, logits, logits, st.floats(0, 10))
def test_the_more_a_picture_looks_slouched_the_likelier_it_is(
    flexion: float, log_odds: float, reference: float, logit: float, more: float
) -> None:
    """By itself, all else being equal."""
    less, moreover = (
        in_doubt(measured(flexion, log_odds, Alone(5.0, 5.0, own)), Alone(5.0, 5.0, reference))
        for own in (logit, logit + more)
    )
    assert moreover.slouch_log_odds >= less.slouch_log_odds - 1e-9


@given(degrees, logits, logits, degrees)
def test_the_angle_lies_between_both_readings(
    flexion: float, log_odds: float, reference: float, alone_deg: float
) -> None:
    """Of the change, and of the picture by itself, which its own odds may push outwards."""
    alone = Alone(alone_deg, 0.0, 0.0)
    mean = in_doubt(measured(flexion, log_odds, alone), Alone(0.0, 5.0, reference)).angles
    assert min(flexion, alone_deg) - 1e-6 <= mean.spine_flexion_deg
    assert mean.spine_flexion_deg <= max(flexion, alone_deg) + 1e-6
    assert 0 <= mean.sd["spine_flexion_deg"] <= 4.0 + abs(flexion - alone_deg)


def test_beside_a_slouch_head_and_shoulders_are_as_doubtful_as_the_back() -> None:
    """They have not moved from the slouch; how far from upright they are, nobody has seen."""
    still: dict[str, Any] = dict.fromkeys(IN_A_SLOUCH, 0.0)
    sd = {FLEXION: 4.0, **dict.fromkeys(still, 1.0)}
    angles = Angles(spine_flexion_deg=0.0, sd=sd, **still)
    doubted = in_doubt(Measurement(angles, -3.0, SLOUCHED), SLOUCHED).angles
    assert doubted.head_forward_cm > 1.0
    assert doubted.head_pitch_deg > 5.0
    assert doubted.sd["head_forward_cm"] > 3.0
    trusted = in_doubt(Measurement(angles, -3.0, UPRIGHT), UPRIGHT).angles
    for name in IN_A_SLOUCH:
        assert getattr(trusted, name) == pytest.approx(0.0, abs=0.01)
        assert trusted.sd[name] == pytest.approx(1.0, abs=0.03)
        assert doubted.sd[name] > 1.1


@given(st.floats(-8, 8), degrees, degrees, st.floats(0.5, 20), st.floats(0.5, 20))
def test_the_stated_uncertainty_holds_two_thirds(
    reference: float, flexion: float, alone_deg: float, sd: float, alone_sd: float
) -> None:
    """Of what is likely, both cases together, 68 % lie within it, however far apart they are."""
    angles = Angles(spine_flexion_deg=flexion, sd={FLEXION: sd})
    alone, before = Alone(alone_deg, alone_sd, 0.0), Alone(0.0, 5.0, reference)
    doubted = in_doubt(Measurement(angles, 0.0, alone), before).angles
    doubt = probability(reference + REFERENCE_SLOUCHED)
    other = NormalDist(*flexion_given(alone_deg, alone_sd, 0.0))
    held = 0.0
    for share, case in ((1 - doubt, NormalDist(flexion, sd)), (doubt, other)):
        low, high = (doubted.spine_flexion_deg + sign * doubted.sd[FLEXION] for sign in (-1, 1))
        held += share * (case.cdf(high) - case.cdf(low))
    assert held == pytest.approx(0.683, abs=0.03)


def test_what_is_hidden_stays_hidden() -> None:
    """Nothing is said of a shoulder that the comparison could not see."""
    doubted = in_doubt(measured(0.0, -3.0, SLOUCHED), SLOUCHED).angles
    assert np.isnan(doubted.shoulder_elevation_left_cm)
    assert set(doubted.sd) == {FLEXION}


def test_what_was_not_judged_is_not_judged() -> None:
    """Without a measurement there is nothing to doubt."""
    nothing = Measurement(Angles())
    assert in_doubt(nothing, SLOUCHED) is nothing


def test_a_calibration_is_not_doubted() -> None:
    """Who calibrated is judged against that, whatever it looks like."""
    poses = [seen_from(body(), time_s=number / 5) for number in range(30)]
    baseline = make_baseline(poses, Settings())
    estimator = SpineEstimator(load_networks(), Settings().pose.min_visibility)
    step = PostureEngine(Settings(), load_networks(), baseline).update(poses[0])
    plain = estimator.measure(poses[0], baseline)
    assert step.unsmoothed_log_odds == plain.slouch_log_odds
    assert step.unsmoothed is not None
    assert step.unsmoothed.spine_flexion_deg == plain.angles.spine_flexion_deg


@pytest.mark.parametrize(
    ("hindsight", "auc_floor"), [(False, AUC_FLOOR), (True, HINDSIGHT_AUC_FLOOR)]
)
def test_who_begins_slouched_is_found_before_sitting_upright(
    hindsight: bool, auc_floor: float
) -> None:
    """Recorded people never trained on, judged from the first second of a slouch on.

    Not those who lean farther than anybody does at work: one picture of them tells too little.
    """
    recordings = find_clips(sorted((Path(__file__).parent / "recordings").glob("*.npz")))
    judged = [
        from_first_slouch(clip, clip.recording.path.with_suffix(".truth.csv"), hindsight=hindsight)
        for clip in recordings
        if not clip.name.startswith("far")
    ]
    truth, score = (np.concatenate(parts) for parts in zip(*judged, strict=True))
    assert roc_auc(truth, score) >= auc_floor
    assert np.isfinite(score).mean() >= JUDGED_FLOOR

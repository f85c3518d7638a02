"""Specification of the verdict on one frame."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture_cam.config import SlouchSettings
from posture_cam.slouch import HALF_SCORE_DEG, SlouchJudge, slouch_score
from posture_cam.types import Angles

SETTINGS = SlouchSettings()


def angles(flexion: float) -> Angles:
    return Angles(confidence=1.0, spine_flexion_deg=flexion, sd={"spine_flexion_deg": 3.0})


def test_two_undecided_readings_score_one_half() -> None:
    """At even odds and the flexion that says nothing, the score is one half."""
    assert slouch_score(HALF_SCORE_DEG, 0.0) == pytest.approx(0.5)


@given(st.floats(-40, 60), st.floats(-20, 20), st.floats(0, 20))
def test_more_flexion_never_lowers_the_score(flexion: float, logit: float, more: float) -> None:
    """The score grows with flexion and with the trained verdict, and stays within 0..1."""
    score = slouch_score(flexion, logit)
    assert 0 <= score <= 1
    assert slouch_score(flexion + more, logit) >= score
    assert slouch_score(flexion, logit + more) >= score


@pytest.mark.parametrize(("flexion", "logit"), [(math.nan, 3.0), (20.0, math.nan)])
def test_what_cannot_be_measured_is_not_judged(flexion: float, logit: float) -> None:
    """Without flexion or without a verdict of the network there is neither score nor verdict."""
    assessment = SlouchJudge(SETTINGS).judge(angles(flexion), logit)
    assert assessment.slouched is None
    assert math.isnan(assessment.slouch_score)


def test_the_verdict_does_not_flicker_between_the_two_thresholds() -> None:
    """Once slouched, a score between leave and enter stays slouched; from upright it does not."""
    judge = SlouchJudge(SETTINGS)
    between = -0.2  # log-odds of 0.45
    assert judge.judge(angles(HALF_SCORE_DEG), 2 * between).slouched is False
    assert judge.judge(angles(25.0), 5.0).slouched is True
    assert judge.judge(angles(HALF_SCORE_DEG), 2 * between).slouched is True
    assert judge.judge(angles(0.0), -5.0).slouched is False


def test_the_reason_names_what_was_measured() -> None:
    """A round back and a head far forward are both told, in degrees and centimetres."""
    posture = Angles(
        confidence=1.0,
        spine_flexion_deg=18.0,
        head_forward_cm=4.0,
        sd={"spine_flexion_deg": 4.0, "head_forward_cm": 1.0},
    )
    reason = SlouchJudge(SETTINGS).judge(posture, 4.0).reason
    assert "18 deg rounder" in reason
    assert "4 cm" in reason


def test_an_upright_frame_gives_no_complaint() -> None:
    """The reason for upright does not speak of degrees."""
    assert "upright" in SlouchJudge(SETTINGS).judge(angles(1.0), -4.0).reason

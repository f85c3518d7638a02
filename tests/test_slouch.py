"""Specification of the verdict on one frame."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from posture_cam.config import SlouchSettings
from posture_cam.samples import log_odds
from posture_cam.slouch import SlouchJudge
from posture_cam.types import Angles

SETTINGS = SlouchSettings()


def angles(flexion: float) -> Angles:
    return Angles(confidence=1.0, spine_flexion_deg=flexion, sd={"spine_flexion_deg": 3.0})


@given(st.floats(-50, 50), st.floats(0, 20))
def test_the_score_grows_with_the_odds(log_odds: float, more: float) -> None:
    """It stays within 0..1, and even odds score one half."""
    judge = SlouchJudge(SETTINGS)
    low, high = (judge.judge(angles(12.0), one).slouch_score for one in (log_odds, log_odds + more))
    assert 0 <= low <= high <= 1
    assert judge.judge(angles(12.0), 0.0).slouch_score == 0.5


def test_what_cannot_be_measured_is_not_judged() -> None:
    """Without odds there is neither score nor verdict."""
    assessment = SlouchJudge(SETTINGS).judge(angles(20.0), math.nan)
    assert assessment.slouched is None
    assert math.isnan(assessment.slouch_score)


def test_the_verdict_does_not_flicker_between_the_two_thresholds() -> None:
    """Once slouched, a score between leave and enter stays slouched; from upright it does not."""
    judge = SlouchJudge(SETTINGS)
    between = log_odds((SETTINGS.leave_score + SETTINGS.enter_score) / 2)
    assert judge.judge(angles(9.0), between).slouched is False
    assert judge.judge(angles(25.0), 5.0).slouched is True
    assert judge.judge(angles(9.0), between).slouched is True
    assert judge.judge(angles(0.0), -5.0).slouched is False


def test_a_lower_limit_alone_does_not_make_the_verdict_flicker() -> None:
    """With an upper limit below the lower one, the upper one holds for both."""
    judge = SlouchJudge(SlouchSettings(enter_score=0.4, leave_score=0.5))
    assert [judge.judge(angles(9.0), log_odds(0.45)).slouched for _ in range(3)] == [True] * 3


def test_the_reason_names_what_was_measured() -> None:
    """A round back and a head far forward are both told, in degrees and centimetres."""
    posture = Angles(
        confidence=1.0,
        spine_flexion_deg=18.0,
        head_forward_cm=4.0,
        sd={"spine_flexion_deg": 4.0, "head_forward_cm": 1.0},
    )
    reason = SlouchJudge(SETTINGS).judge(posture, 4.0).reason
    assert "18 degrees rounder" in reason
    assert "4 cm" in reason


def test_only_a_lean_that_is_not_there_when_upright_is_a_reason() -> None:
    """Before a camera that hangs askew the trunk seems to lean all day."""
    leaning = Angles(trunk_lateral_deg=24.0, sd={"trunk_lateral_deg": 2.0})
    askew, level = Angles(trunk_lateral_deg=22.0), Angles(trunk_lateral_deg=0.0)
    assert "leaning" not in SlouchJudge(SETTINGS).judge(leaning, 4.0, askew).reason
    assert (
        "leaning 24 degrees farther to your left"
        in SlouchJudge(SETTINGS).judge(leaning, 4.0, level).reason
    )
    assert "leaning" not in SlouchJudge(SETTINGS).judge(leaning, 4.0, Angles()).reason


def test_an_upright_frame_gives_no_complaint() -> None:
    """The reason for upright does not speak of degrees."""
    assert "upright" in SlouchJudge(SETTINGS).judge(angles(1.0), -4.0).reason


def test_a_straight_back_that_leans_is_not_said_to_be_upright() -> None:
    """The hips bend, the back does not: the trunk's own lean is told, when it is clear."""

    def told(trunk_deg: float, sd_deg: float = 3.0) -> str:
        leaning = Angles(trunk_inclination_deg=trunk_deg, sd={"trunk_inclination_deg": sd_deg})
        upright = Angles(trunk_inclination_deg=4.0)
        return SlouchJudge(SETTINGS).judge(leaning, -4.0, upright).reason

    assert told(46.0) == "leaning in by 42 degrees, your back about straight"
    assert told(-21.0) == "leaning back by 25 degrees, your back about straight"
    assert told(12.0) == told(46.0, 60.0) == "about as upright as your baseline"

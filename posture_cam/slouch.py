"""Is this frame slouched? A score against the person's own baseline, and a verdict that is steady.

Whether slouching has *lasted* is another question: see strain.py.
"""

from __future__ import annotations

import math
from dataclasses import replace

from posture_cam.config import SlouchSettings
from posture_cam.slouch_odds import probability
from posture_cam.types import Angles, Assessment, Step

NOTEWORTHY = 1.0
"""A change smaller than this many of its standard deviations is not given as a reason."""
NOTEWORTHY_FORWARD_CM, NOTEWORTHY_LEAN_DEG = 2.0, 10.0
"""Nor is a head that is less far forward, or a trunk that leans less, to any side; our choice."""


class SlouchJudge:
    """Turns a measurement into a verdict, with hysteresis so that it does not flicker."""

    def __init__(self, settings: SlouchSettings) -> None:
        self._settings = settings
        self.slouched = False

    def judge(
        self, angles: Angles, slouch_log_odds: float, upright: Angles | None = None
    ) -> Assessment:
        """The verdict on one frame; unknown (None) when it cannot be told from upright.

        slouch_log_odds: of a slouch, see slouch_odds.py; NaN when not measurable. The score, 0..1,
        is how likely a slouch is; it says little of its depth. upright: the angles of the posture
        that is judged against, for the reason.
        """
        score = probability(slouch_log_odds)
        if not math.isfinite(score):
            self.slouched = False
            return Assessment()
        self.slouched = score >= self._settings.limit(self.slouched)
        confidence = angles.confidence * certainty(score, self.slouched)
        return Assessment(score, self.slouched, confidence, reason(angles, self.slouched, upright))


def certainty(score: float, slouched: bool) -> float:
    """0..1: how sure a verdict is, by its score alone."""
    return score if slouched else 1 - score


def judged_again(step: Step, log_odds: float, judge: SlouchJudge) -> Step:
    """The step with another reading of the same frame judged, if it was judged at all.

    log_odds: of a slouch. How far the baseline is trusted stays as it was.
    """
    before = step.assessment
    log_odds = math.nan if before.slouched is None else log_odds
    after = judge.judge(step.angles, log_odds, step.upright)
    if before.slouched is None or after.slouched is None:
        return step
    surer = certainty(after.slouch_score, after.slouched) / certainty(
        before.slouch_score, before.slouched
    )
    return replace(step, assessment=replace(after, confidence=before.confidence * surer))


def reason(angles: Angles, slouched: bool, upright: Angles | None = None) -> str:
    """Plain words for what differs most from upright. upright: the angles when upright."""
    if not slouched:
        return _straight(angles, upright or Angles())
    flexion, forward = angles.spine_flexion_deg, angles.head_forward_cm
    lean = math.nan if upright is None else angles.trunk_lateral_deg - upright.trunk_lateral_deg
    parts = []
    if flexion > NOTEWORTHY * angles.sd.get("spine_flexion_deg", math.inf):
        parts.append(f"upper back {flexion:.0f} degrees rounder than your upright")
    forward_sd = angles.sd.get("head_forward_cm", math.inf)
    if forward > max(NOTEWORTHY_FORWARD_CM, NOTEWORTHY * forward_sd):
        parts.append(f"head {forward:.0f} cm farther forward")
    lean_sd = angles.sd.get("trunk_lateral_deg", math.inf)
    if abs(lean) > max(NOTEWORTHY_LEAN_DEG, NOTEWORTHY * lean_sd):
        side = "left" if lean > 0 else "right"
        parts.append(f"leaning {abs(lean):.0f} degrees farther to your {side}")
    return ", ".join(parts) or "lower and rounder than your upright"


def _straight(angles: Angles, upright: Angles) -> str:
    """Plain words for a back that is not bent, but may lean forward or back with the hips."""
    lean = angles.trunk_inclination_deg - upright.trunk_inclination_deg
    lean_sd = angles.sd.get("trunk_inclination_deg", math.inf)
    if abs(lean) > max(NOTEWORTHY_LEAN_DEG, NOTEWORTHY * lean_sd):
        way = "in" if lean > 0 else "back"
        return f"leaning {way} by {abs(lean):.0f} degrees, your back about straight"
    return "about as upright as your baseline"

"""Is this frame slouched? A score against the person's own baseline, and a verdict that is steady.

Whether slouching has *lasted* is another question: see strain.py.
"""

from __future__ import annotations

import math

from posture_cam.config import SlouchSettings
from posture_cam.types import NAN, Angles, Assessment

HALF_SCORE_DEG = 9.0
"""Spine flexion that speaks neither for nor against a slouch."""
SCORE_WIDTH_DEG = 2.5
"""So many degrees more multiply the odds by e."""
NOTEWORTHY = 1.0
"""A change smaller than this many of its standard deviations is not given as a reason."""


class SlouchJudge:
    """Turns a measurement into a verdict, with hysteresis so that it does not flicker."""

    def __init__(self, settings: SlouchSettings) -> None:
        self._settings = settings
        self.slouched = False

    def judge(self, angles: Angles, slouch_logit: float) -> Assessment:
        """The verdict on one frame; unknown (None) when it cannot be told from upright.

        slouch_logit: log-odds that the frame is slouched, NaN when not measurable.
        """
        score = slouch_score(angles.spine_flexion_deg, slouch_logit)
        if not math.isfinite(score):
            self.slouched = False
            return Assessment()
        threshold = self._settings.leave_score if self.slouched else self._settings.enter_score
        self.slouched = score >= threshold
        certainty = score if self.slouched else 1 - score
        confidence = angles.confidence * certainty
        return Assessment(score, self.slouched, confidence, reason(angles, self.slouched))


def slouch_score(spine_flexion_deg: float, slouch_logit: float) -> float:
    """0 as upright as the baseline .. 1 deeply slouched, NaN when one of them is not measurable.

    The mean of two readings of the same picture, as log-odds: the trained verdict, which knows
    innocent movements, and the measured flexion, which carries over better to cameras and rooms
    unlike those of the training.
    """
    flexion_logit = (spine_flexion_deg - HALF_SCORE_DEG) / SCORE_WIDTH_DEG
    log_odds = (slouch_logit + flexion_logit) / 2
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0))) if math.isfinite(log_odds) else NAN


def reason(angles: Angles, slouched: bool) -> str:
    """Plain words for what differs most from upright."""
    if not slouched:
        return "about as upright as your baseline"
    flexion, forward, lean = (
        angles.spine_flexion_deg, angles.head_forward_cm, angles.trunk_lateral_deg
    )  # fmt: skip
    parts = []
    if flexion > NOTEWORTHY * angles.sd.get("spine_flexion_deg", math.inf):
        parts.append(f"upper back {flexion:.0f} deg rounder than your upright")
    if forward > NOTEWORTHY * max(angles.sd.get("head_forward_cm", math.inf), 2.0):
        parts.append(f"head {forward:.0f} cm farther forward")
    if abs(lean) > max(10.0, NOTEWORTHY * angles.sd.get("trunk_lateral_deg", math.inf)):
        parts.append(f"leaning {abs(lean):.0f} deg to your {'left' if lean > 0 else 'right'}")
    return ", ".join(parts) or "lower and rounder than your upright"

"""Is this frame slouched? A score against the person's own baseline, and a verdict that is steady.

Whether slouching has *lasted* is another question: see strain.py.
"""

from __future__ import annotations

import math

from posture_cam.config import SlouchSettings
from posture_cam.types import Angles, Assessment

HALF_SCORE_DEG = 10.0
"""Spine flexion with a score of one half: slumping at a desk flexes the upper back by 10-15 deg."""
SCORE_WIDTH_DEG = 3.0


class SlouchJudge:
    """Turns angles into a verdict, with hysteresis so that it does not flicker at the threshold."""

    def __init__(self, settings: SlouchSettings) -> None:
        self._settings = settings
        self._slouched = False

    def judge(self, angles: Angles) -> Assessment:
        """The verdict on one frame; unknown (None) when spine flexion is not measurable."""
        score = slouch_score(angles)
        if not math.isfinite(score):
            self._slouched = False
            return Assessment()
        threshold = self._settings.leave_score if self._slouched else self._settings.enter_score
        self._slouched = score >= threshold
        return Assessment(score, self._slouched, angles.confidence, reason(angles))


def slouch_score(angles: Angles) -> float:
    """0 as upright as the baseline .. 1 deeply slouched, NaN when not measurable."""
    excess = (angles.spine_flexion_deg - HALF_SCORE_DEG) / SCORE_WIDTH_DEG
    return 1 / (1 + math.exp(-excess)) if math.isfinite(excess) else math.nan


def reason(angles: Angles) -> str:
    """Plain words for the measured change."""
    flexion = angles.spine_flexion_deg
    if flexion < 3:
        return "as upright as your baseline"
    return f"upper back {flexion:.0f} deg rounder than your upright"

"""What one pose says: its angles, how round the back is, and the verdict that this comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from posture_cam.slouch_odds import at_a_desk, flexion_given, slouch_log_odds
from posture_cam.types import NAN, Angles

FLEXION, SLOUCH = "spine_flexion_deg", "slouch_logit"
"""Outputs of the networks."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What one picture says by itself of the curve of the back; NaN when nothing is measured.

    spine_flexion_deg, sd_deg: against how people sit upright. slouch_logit: when slouches are as
        frequent as in training.
    """

    spine_flexion_deg: float = NAN
    sd_deg: float = NAN
    slouch_logit: float = NAN

    @classmethod
    def of(cls, single: Mapping[str, tuple[float, float]]) -> Alone:
        """From what the network on one picture reads."""
        return cls(*single[FLEXION], single[SLOUCH][0])


class BackChange(NamedTuple):
    """How much rounder the back is than upright, and what that comes to; NaN if not measured.

    spine_flexion_deg, sd_deg: the flexion and its standard deviation. slouch_log_odds: at a desk.
    """

    spine_flexion_deg: float = NAN
    sd_deg: float = NAN
    slouch_log_odds: float = NAN

    @classmethod
    def of(cls, change: Mapping[str, tuple[float, float]]) -> BackChange:
        """From what the network on two pictures reads."""
        log_odds = slouch_log_odds(change[FLEXION][0], change[SLOUCH][0])
        return cls(*flexion_given(*change[FLEXION], log_odds), at_a_desk(log_odds))


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one pose says: its angles and the log-odds of a slouch (NaN without a baseline).

    alone: what it says without being compared; see baseline_doubt.py.
    """

    angles: Angles
    slouch_log_odds: float = NAN
    alone: Alone = Alone()

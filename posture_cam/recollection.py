"""What a calibration of another day says of the postures of today.

From one day to the next a chair stands a little elsewhere, and one sits in it a little otherwise.
To a calibration of another day that looks like a slouch, or hides one. So what is judged against is
found today, as without a calibration, and the other day is a second witness: of whether what was
found is upright, and of every posture since. Figures are in docs/baseline.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from posture_cam.baseline import Baseline
from posture_cam.spine import SpineEstimator
from posture_cam.types import Pose

REFERENCE_SURENESS = 0.5
"""Share of its log-odds of a slouch that hold for the posture judged against, beside what that
one's picture says by itself. This and the next three lie between fits to two sets of other days,
.42, .64, .25, .44 on 130 people (models/fit_recollection.py) and .69, .70, .44, .68 on 59; verdicts
hardly depend on it."""
TODAY_SURENESS, BESIDE_SURENESS = 0.65, 0.35
"""Shares of the log-odds of a comparison with today's upright posture and with that of another day
that hold when both are known."""
ALONE_SURENESS = 0.5
"""The same of another day's where today's is a slouch, beside what one picture says by itself."""
DAY_SD_DEG = 4.5
"""By how much spine flexion is uncertain in addition when it refers to another day."""


@dataclass(frozen=True, slots=True)
class Recollection:
    """What a calibration of another day says of one pose, and of what that is compared with.

    reference_log_odds: to be added to those that the posture judged against is a slouch.
    log_odds: of a slouch now, as against a calibration. flexion: of the spine, degrees, and its
        standard deviation.
    """

    reference_log_odds: float
    log_odds: float
    flexion: tuple[float, float]


class Recaller:
    """Asks a calibration of another day."""

    def __init__(self, estimator: SpineEstimator) -> None:
        self._estimator = estimator
        self._asked: tuple[Baseline, Baseline, float] | None = None

    def recall(self, pose: Pose, reference: Baseline, recalled: Baseline) -> Recollection | None:
        """What it says; None where it cannot judge the pose.

        reference: the posture judged against. recalled: the calibration.
        """
        back = self._estimator.back_change(pose, recalled)
        if not math.isfinite(back.slouch_log_odds):
            return None
        return Recollection(
            self._of_reference(reference, recalled),
            back.slouch_log_odds,
            (back.spine_flexion_deg, math.hypot(back.sd_deg, DAY_SD_DEG)),
        )

    def _of_reference(self, reference: Baseline, recalled: Baseline) -> float:
        """Asked once for as long as both stay."""
        known = self._asked
        if known is None or known[0] is not reference or known[1] is not recalled:
            said = reference_log_odds(self._estimator, reference, recalled)
            known = self._asked = reference, recalled, said
        return known[2]


def reference_log_odds(
    estimator: SpineEstimator, reference: Baseline, recalled: Baseline | None
) -> float:
    """What a calibration of another day adds to the log-odds that a posture of today is a slouch.

    0 without one, and where it cannot judge.
    """
    if recalled is None:
        return 0.0
    log_odds = estimator.back_change(reference.pose, recalled).slouch_log_odds
    return REFERENCE_SURENESS * log_odds if math.isfinite(log_odds) else 0.0

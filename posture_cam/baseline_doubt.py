"""Without a calibration: the posture judged against may be a slouch itself.

What one picture says by itself is little beside what a comparison with upright says (figures are
in docs/baseline.md), but it is all there is until somebody has sat upright. So it says how likely
the posture judged against is a slouch, and what the present one is in that case. A calibration of
another day, where there is one, says more (recollection.py).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from posture_cam.measurement import FLEXION, Alone, Measurement
from posture_cam.recollection import (
    ALONE_SURENESS,
    BESIDE_SURENESS,
    DAY_SD_DEG,
    TODAY_SURENESS,
    Recollection,
)
from posture_cam.slouch_odds import at_a_desk, flexion_given, probability
from posture_cam.types import Angles

REFERENCE_SLOUCHED = math.log(2 / 9)
"""Log-odds of a slouch as the posture judged against, before looking at it. Less than at a desk:
people begin upright, and later the most upright posture is looked for."""
SURENESS = 0.64
"""Share of the log-odds of a comparison that holds on training people held out, when the posture
compared with is single and may be any. The verdict at even odds is the same."""
CHANGE_SCALE_DEG = 11.0
"""So many degrees rounder than a slouch multiply the odds of another one by e. Fitted with SURENESS
to 41,000 comparisons of 284 people held out, before one picture's silhouette was read;
models/fit_doubt.py now finds 0.70 and 21 on 154 others, likelier by two thousandths."""
IN_A_SLOUCH = {
    "head_pitch_deg": (9.0, 14.0),
    "head_forward_cm": (2.0, 3.5),
    "shoulder_protraction_cm": (2.0, 1.0),
    "shoulder_protraction_left_cm": (2.0, 1.1),
    "shoulder_protraction_right_cm": (2.0, 1.1),
    "shoulder_elevation_left_cm": (0.2, 1.0),
    "shoulder_elevation_right_cm": (0.2, 1.0),
}
"""Change from upright in a slouch, mean and standard deviation over 2112 slouches of the same
people (models/fit_doubt.py)."""

ROOT_OF_TWO = math.sqrt(2)
WITHIN_ONE_SD = math.erf(1 / ROOT_OF_TWO)
"""Share of a normal distribution that lies within one standard deviation of its mean."""
NEAR_ENOUGH, MOST_BISECTIONS = 0.01, 14
"""An uncertainty is looked for to so much of the narrower case's standard deviation, and in so many
steps at most, which are enough when the other case is far away."""


def in_doubt(
    measured: Measurement, reference: Alone, recalled: Recollection | None = None
) -> Measurement:
    """The measurement against a posture that the engine found, with the doubt about that posture.

    reference: what its picture says by itself. recalled: what a calibration of another day says.
    Log-odds and all changes from upright become those of both cases, each as likely as it is (law
    of total probability); all else stays. Unchanged when nothing was judged.
    """
    if not math.isfinite(measured.slouch_log_odds):
        return measured
    doubt = doubt_about(reference, 0.0 if recalled is None else recalled.reference_log_odds)
    against_upright, against_slouch = _cases(measured, recalled)
    slouched = (1 - doubt) * probability(against_upright) + doubt * probability(against_slouch)
    log_odds = math.log(slouched / (1 - slouched))
    angles = _doubted(measured, doubt, recalled)
    return replace(measured, angles=angles, slouch_log_odds=log_odds)


def on_another_day(measured: Measurement) -> Measurement:
    """What was measured against a calibration of another day, before today's posture is known.

    Weighed as it will be beside a posture of today that is a slouch.
    """
    if not math.isfinite(measured.slouch_log_odds):
        return measured
    deviations = dict(measured.angles.sd)
    deviations[FLEXION] = math.hypot(deviations[FLEXION], DAY_SD_DEG)
    return replace(
        measured,
        angles=replace(measured.angles, sd=deviations),
        slouch_log_odds=at_a_desk(measured.alone.slouch_logit)
        + ALONE_SURENESS * measured.slouch_log_odds,
    )


def added_doubt_deg(sure: Measurement, doubted: Measurement) -> float:
    """How much of the uncertainty of spine flexion is doubt about the posture compared with.

    sure: what was measured against it; doubted: the same once it is doubted.
    """
    before, after = (one.angles.sd.get(FLEXION, 0.0) for one in (sure, doubted))
    return math.sqrt(max(0.0, after**2 - before**2))


def doubt_about(reference: Alone, recalled_log_odds: float = 0.0) -> float:
    """0..1: how likely a posture that the engine found is a slouch, by its picture alone.

    recalled_log_odds: what a calibration of another day adds.
    """
    return probability(reference.slouch_logit + REFERENCE_SLOUCHED + recalled_log_odds)


def _cases(measured: Measurement, recalled: Recollection | None) -> tuple[float, float]:
    """Log-odds of a slouch if the posture compared with is upright, and if it is a slouch."""
    alone = at_a_desk(measured.alone.slouch_logit)
    if recalled is None:
        change = measured.angles.spine_flexion_deg / CHANGE_SCALE_DEG
        return SURENESS * measured.slouch_log_odds, alone + change
    today = TODAY_SURENESS * measured.slouch_log_odds
    return today + BESIDE_SURENESS * recalled.log_odds, alone + ALONE_SURENESS * recalled.log_odds


def _doubted(measured: Measurement, doubt: float, recalled: Recollection | None) -> Angles:
    """The angles, their changes measured from upright or, as likely as `doubt`, from a slouch."""
    angles, alone = measured.angles, measured.alone
    values: dict[str, Any] = {}
    deviations = dict(angles.sd)
    for name, (there, spread) in IN_A_SLOUCH.items():
        if name in angles.sd:  # else it is hidden
            change, sd = getattr(angles, name), angles.sd[name]
            otherwise = change + there, math.hypot(sd, spread)
            values[name], deviations[name] = _mixture(doubt, (change, sd), otherwise)
    values[FLEXION], deviations[FLEXION] = _mixture(
        doubt,
        (angles.spine_flexion_deg, angles.sd[FLEXION]),
        flexion_given(alone.spine_flexion_deg, alone.sd_deg, alone.slouch_logit)
        if recalled is None
        else recalled.flexion,
    )
    return replace(angles, **values, sd=deviations)


def _mixture(
    share: float, one: tuple[float, float], other: tuple[float, float]
) -> tuple[float, float]:
    """Mean of a mixture of two normal distributions, each (mean, sd), and its uncertainty.

    share: of the other. The uncertainty holds to either side of the mean as much as one standard
    deviation of a normal distribution does. The mixture's own would hold far more: few are far off.
    """
    mean = (1 - share) * one[0] + share * other[0]
    low = min(one[1], other[1])  # neither case holds more within it
    high = max(abs(place - mean) + sd for place, sd in (one, other))  # neither holds less
    near = NEAR_ENOUGH * low
    for _ in range(MOST_BISECTIONS):
        if high - low <= near:
            break
        middle = (low + high) / 2
        held = (1 - share) * _held(one, mean, middle) + share * _held(other, mean, middle)
        low, high = (middle, high) if held < WITHIN_ONE_SD else (low, middle)
    return mean, low  # never more than it is


def _held(normal: tuple[float, float], centre: float, width: float) -> float:
    """Share of a normal distribution (mean, sd) that lies within `width` of a place."""
    if normal[1] == 0.0:
        return float(abs(normal[0] - centre) <= width)
    unit = normal[1] * ROOT_OF_TWO
    above, below = (centre + width - normal[0]) / unit, (centre - width - normal[0]) / unit
    return 0.5 * (math.erf(above) - math.erf(below))

"""Two readings of the same picture put together: spine flexion and the trained verdict.

The verdict knows innocent movements, the measured flexion carries over better to cameras and rooms
unlike those of the training. Together they say how likely a slouch is; and that says, in turn,
which of the angles that the picture allows is meant.
"""

from __future__ import annotations

import math

HALF_SCORE_DEG = 9.0
"""Spine flexion that speaks neither for nor against a slouch."""
SCORE_WIDTH_DEG = 2.5
"""So many degrees more multiply the odds by e."""
TRUST = 2.0
"""Power to which the odds of a slouch count for the angle: nearer to its median than to its mean.
Of 1, 2 and 4, the last two are equally good on people held out of the training."""
RARER_AT_A_DESK = math.log(7 / 3)
"""Half of the training pictures are slouched, at a desk rather three moments in ten (our choice),
so much less are the odds there (Bayes). Of people held out 2 to 4 in 100 innocent pictures are then
called slouched instead of 3 to 6, and 83 to 90 % of the slouches, mild and half-way ones included,
instead of 88 to 93 %."""
_FAR_SDS = 30.0
"""So many standard deviations away a normal tail is taken for its limit, the exponential one."""
_MOST_LOG_ODDS = 30.0


def slouch_log_odds(spine_flexion_deg: float, verdict_logit: float) -> float:
    """Log-odds of a slouch as often as in training: the mean of both readings' own.

    NaN when one is not measurable.
    """
    flexion_logit = (spine_flexion_deg - HALF_SCORE_DEG) / SCORE_WIDTH_DEG
    return (verdict_logit + flexion_logit) / 2


def at_a_desk(log_odds: float) -> float:
    """Log-odds of a slouch in a working day, from those among the training pictures."""
    return log_odds - RARER_AT_A_DESK


def probability(log_odds: float) -> float:
    """0..1 of log-odds, NaN of NaN."""
    if math.isnan(log_odds):
        return math.nan
    return 1 / (1 + math.exp(-max(-_MOST_LOG_ODDS, min(_MOST_LOG_ODDS, log_odds))))


def flexion_given(flexion_deg: float, sd_deg: float, log_odds: float) -> tuple[float, float]:
    """Spine flexion and its standard deviation once it is known how likely a slouch is.

    An uncertain angle is a compromise between a slouch and what looks like one. Its normal
    distribution is weighed anew: the part beyond HALF_SCORE_DEG by the odds of a slouch, the part
    below by the odds against it. Unchanged where sd_deg is 0 or anything is not a number.
    Grows with the angle and with the odds.
    """
    if not sd_deg > 0.0 or math.isnan(log_odds) or math.isnan(flexion_deg):
        return flexion_deg, sd_deg
    share = probability(TRUST * log_odds)
    high, high_sd = beyond(flexion_deg, sd_deg, HALF_SCORE_DEG)
    low, low_sd = beyond(-flexion_deg, sd_deg, -HALF_SCORE_DEG)
    mean = share * high - (1 - share) * low
    square = share * (high_sd**2 + high**2) + (1 - share) * (low_sd**2 + low**2)
    return mean, math.sqrt(max(0.0, square - mean**2))


def beyond(mean: float, sd: float, limit: float) -> tuple[float, float]:
    """Mean and standard deviation of the part of a normal distribution that lies beyond `limit`.

    The normal distribution truncated from below (Johnson, Kotz and Balakrishnan 1994): mean + sd h
    and sd sqrt(1 + a h - h^2), with a = (limit - mean) / sd and h = phi(a) / (1 - Phi(a)). sd > 0.
    """
    far = (limit - mean) / sd
    if far > _FAR_SDS:
        return limit + sd / far, sd / far
    density = math.exp(-0.5 * far**2) / math.sqrt(2 * math.pi)
    hazard = density / (0.5 * math.erfc(far / math.sqrt(2)))
    return mean + sd * hazard, sd * math.sqrt(max(0.0, 1 + far * hazard - hazard**2))

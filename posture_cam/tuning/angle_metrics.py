"""Errors of measured angles against known ones, and whether the stated uncertainty holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.spine import RELATIVE

Array = NDArray[np.float64]

RELATIVE_ANGLES = frozenset(RELATIVE)
"""These have no absolute value: the program states them against the person's own upright."""

LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.683, 0.8, 0.9, 0.95)
"""Nominal shares at which the calibration of the uncertainty is drawn; 0.683 is 1 sigma."""


@dataclass(frozen=True, slots=True)
class ErrorSummary:
    """Errors (measured - true) of one quantity, in its own unit.

    count: frames measured, out of `asked` with a known true value. bias: mean. sd: spread about the
    bias. mae: mean absolute error. p95: 95th percentile of the absolute error. within_sd: share of
    errors within the stated 1 sigma (about 0.68 when the statement is honest), NaN when none given.
    """

    count: int
    asked: int
    mae: float
    bias: float
    sd: float
    p95: float
    within_sd: float

    @property
    def coverage(self) -> float:
        """Share of the frames with a known value that were measured, 0..1."""
        return self.count / self.asked if self.asked else math.nan

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "frames": self.count,
            "coverage": self.coverage,
            "mae": self.mae,
            "bias": self.bias,
            "sd": self.sd,
            "p95": self.p95,
            "within_1_sd": self.within_sd,
        }


def summarise_errors(errors: Array, asked: int, sd: Array | None = None) -> ErrorSummary:
    """Summary of (N,) errors; NaN means not measured. sd: (N,) the stated 1-sigma uncertainty.

    asked: frames where the true value is known, whether measured or not.
    """
    measured = errors[np.isfinite(errors)]
    if not len(measured):
        return ErrorSummary(0, asked, *([math.nan] * 5))
    size = np.abs(measured)
    within = math.nan
    if sd is not None:
        stated = np.isfinite(errors) & np.isfinite(sd)
        if stated.any():
            within = float((np.abs(errors[stated]) <= sd[stated]).mean())
    return ErrorSummary(
        count=len(measured),
        asked=asked,
        mae=float(size.mean()),
        bias=float(measured.mean()),
        sd=float(measured.std()),
        p95=float(np.quantile(size, 0.95)),
        within_sd=within,
    )


def change_of(values: Array, reference: NDArray[np.bool_]) -> Array:
    """Change (N,) of a quantity against its median over the reference frames.

    reference: (N,) the frames that define upright. NaN throughout when the quantity is known in
    none of them: without a reference there is no change, rather than a change from zero.
    """
    known = values[reference & np.isfinite(values)]
    return values - np.median(known) if len(known) else np.full(len(values), math.nan)


def coverage_curve(
    errors: Array, sd: Array, levels: Sequence[float] = LEVELS
) -> list[tuple[float, float]]:
    """(nominal, observed) shares of errors inside the central interval of each nominal share.

    errors, sd: (N,) in one unit; frames with either missing are left out. For honest normal
    uncertainties the two agree; observed below nominal means too sure of itself. Empty when no
    uncertainty was stated.
    """
    stated = np.isfinite(errors) & np.isfinite(sd) & (sd > 0)
    if not stated.any():
        return []
    distance = np.abs(errors[stated]) / sd[stated]
    normal = NormalDist()
    return [
        (level, float((distance <= normal.inv_cdf((1 + level) / 2)).mean())) for level in levels
    ]

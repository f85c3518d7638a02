"""What the day has added up to: mid-back dose, of the minute, the hour and the day, and creep.

Dose: cumulative load with exponent 2 (Coenen et al. 2014 found cumulative moments weighted
linearly and squared, not the peak, to go with low-back pain), as a root mean square over the time
observed, D = sqrt(sum(load_i^2 * t_i) / T): 1 means "as if upright all along". Load below 1 counts
as 1, because a camera cannot tell whether a backrest bears the weight.

Creep: tissue held in flexion gives way slowly. McGill & Brown 1992 (lumbar, full flexion) measured
5.5 deg more flexion in 20 min with a time constant of 9.4 min, and half the stiffness back within
2 min of standing up, the rest much slower. Using it for the thoracic spine and for partial flexion
is an extrapolation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from posture_cam.quiet_hours import DAY_S
from posture_cam.stateful import Stateful

MINUTE_S = 60.0
HOUR_MINUTES = 60

CREEP_TIME_CONSTANT_S = 9.4 * 60
CREEP_LIMIT_DEG = 5.5 / (1 - math.exp(-20 / 9.4))
"""Creep after unlimited time in full flexion: 5.5 deg after 20 min on the way there."""
FULL_FLEXION_DEG = 40.0
"""Upright to fully slumped sitting flexes the thoracic spine by 40 deg at most."""
FAST_RECOVERY_S = 40.0
"""Half of the creep recovers with this time constant: 95 % of that half within 2 min."""
SLOW_RECOVERY_S = 20 * 60.0
"""The other half: "longer than the creep itself"."""


@dataclass
class Ledger(Stateful):
    """The load of each minute of the last hour, and of the day.

    rows: [minute number, s with a load, sum of load^2 * s], oldest first.
    loaded_s, load2_s: the last two of the running day. day: its number, NaN while that is unknown.
    """

    rows: list[list[float]] = field(default_factory=list)
    loaded_s: float = 0.0
    load2_s: float = 0.0
    day: float = math.nan

    def add(self, start_s: float, duration_s: float, load: float) -> None:
        """Take in a stretch of time; load NaN where it was not measured, which does not count."""
        if math.isfinite(load):
            load2_s = max(1.0, load) ** 2 * duration_s
            row = self._row(math.floor(start_s / MINUTE_S))
            row[1] += duration_s
            row[2] += load2_s
            self.loaded_s += duration_s
            self.load2_s += load2_s

    def follow_day(self, clock_s: float) -> None:
        """Begin the dose anew at midnight.

        clock_s: seconds since midnight of some day, NaN when the time of day is unknown; then all
        that is observed is one day.
        """
        day = math.floor(clock_s / DAY_S) if math.isfinite(clock_s) else math.nan
        if day > self.day:  # a clock set back begins no new day
            self.loaded_s = self.load2_s = 0.0
        self.day = day

    @property
    def dose(self) -> float:
        """Over the day so far; NaN before the first load."""
        return root_mean_square(self.load2_s, self.loaded_s)

    def dose_hour(self, now_s: float) -> float:
        """Over the running minute and the 59 before it; NaN without a load in them."""
        if not self.rows:
            return math.nan
        earliest = math.floor(now_s / MINUTE_S) - HOUR_MINUTES
        rows = [row for row in self.rows if row[0] > earliest]
        return root_mean_square(sum(row[2] for row in rows), sum(row[1] for row in rows))

    def dose_minute(self, now_s: float) -> float:
        """Over the running minute; NaN without a load in it."""
        if not self.rows or self.rows[-1][0] != math.floor(now_s / MINUTE_S):
            return math.nan
        return root_mean_square(self.rows[-1][2], self.rows[-1][1])

    def _row(self, number: int) -> list[float]:
        if not self.rows or self.rows[-1][0] != number:
            self.rows.append([float(number), 0.0, 0.0])
            del self.rows[:-HOUR_MINUTES]
        return self.rows[-1]


@dataclass
class Creep(Stateful):
    """Estimated extra flexion from tissue creep, in degrees, as a fast and a slow half."""

    fast_deg: float = 0.0
    slow_deg: float = 0.0

    @property
    def deg(self) -> float:
        """Both halves together, 0 .. CREEP_LIMIT_DEG."""
        return self.fast_deg + self.slow_deg

    def update(self, duration_s: float, flexion_deg: float) -> None:
        """The spine was flexed by flexion_deg (against upright) for duration_s."""
        share = min(1.0, max(0.0, flexion_deg / FULL_FLEXION_DEG))
        target = share * CREEP_LIMIT_DEG / 2
        self.fast_deg = _towards(self.fast_deg, target, duration_s, FAST_RECOVERY_S)
        self.slow_deg = _towards(self.slow_deg, target, duration_s, SLOW_RECOVERY_S)


def root_mean_square(square_sum: float, total: float) -> float:
    """sqrt(square_sum / total), NaN when nothing was summed."""
    return math.sqrt(square_sum / total) if total > 0 else math.nan


def _towards(value: float, target: float, duration_s: float, recovery_s: float) -> float:
    time_constant = CREEP_TIME_CONSTANT_S if target > value else recovery_s
    return target + (value - target) * math.exp(-duration_s / time_constant)

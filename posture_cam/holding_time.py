"""How long a posture may be held: the holding times of ISO 11226 as a budget that refills.

The standard gives a maximum acceptable holding time that falls linearly with the angle:
trunk 4 min at 20 deg to 1 min at 60 deg, head 8 min at 25 deg to 1 min at 85 deg. It speaks of one
posture held once. Two extensions are ours: a posture that changes uses the budget up at the rate
1 / (holding time of the angle of that moment), and an upright posture gives it back exponentially.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.steady_verdict import Change


@dataclass(frozen=True, slots=True)
class HoldingCurve:
    """Acceptable holding time by angle, linear between two break points and level beyond.

    mild_deg, mild_hold_s: where the time limit begins (degrees forward of upright, seconds).
    severe_deg, severe_hold_s: from where on it is shortest.
    """

    mild_deg: float
    mild_hold_s: float
    severe_deg: float
    severe_hold_s: float

    def hold_s(self, angle_deg: float) -> float:
        """Seconds that this angle may be held; NaN counts as mild."""
        if not angle_deg > self.mild_deg:
            return self.mild_hold_s
        if angle_deg >= self.severe_deg:
            return self.severe_hold_s
        part = (angle_deg - self.mild_deg) / (self.severe_deg - self.mild_deg)
        return self.mild_hold_s + part * (self.severe_hold_s - self.mild_hold_s)


def relief(*shares: float) -> float:
    """How far a posture that is not held relieves: 1 upright .. 0 nearly at the limit.

    shares: each angle as a share of the one where its time limit begins; NaN does not count.
    """
    return 1.0 - min(1.0, max((share for share in shares if share > 0), default=0.0))


@dataclass
class Budget(Stateful):
    """Share of the holding time that is used up.

    used: 0 fresh .. 1 used up.
    used_up_s: when it was last used up, NaN while some is left.
    """

    used: float = 0.0
    used_up_s: float = math.nan

    def hold(self, start_s: float, end_s: float, hold_s: float) -> None:
        """A posture that may be held for hold_s seconds was held from start_s to end_s."""
        left_s = (1.0 - self.used) * hold_s
        self.used = min(1.0, self.used + (end_s - start_s) / hold_s)
        if left_s <= end_s - start_s and math.isnan(self.used_up_s):
            self.used, self.used_up_s = 1.0, start_s + max(0.0, left_s)

    def recover(self, duration_s: float, half_life_s: float, credit: float = 1.0) -> None:
        """The posture was relieved: half of what is used comes back per half_life_s / credit.

        credit: 0 (no relief) .. 1 (fully upright or away).
        """
        self.used *= 0.5 ** (credit * duration_s / half_life_s)
        if self.used < 1.0:
            self.used_up_s = math.nan


@dataclass
class HeldBudget(Stateful):
    """A budget driven by a steady verdict, right even for the time the verdict was in doubt.

    While there is doubt, a second budget follows the other possibility; if the verdict then
    switches, that one is true, from the moment the doubt began.
    """

    half_life_s: float = field(metadata=NOT_SAVED)
    now: Budget = field(default_factory=Budget)
    otherwise: Budget = field(default_factory=Budget)

    def update(
        self, start_s: float, end_s: float, change: Change, on: bool, hold_s: float, credit: float
    ) -> None:
        """Take in the time from start_s to end_s.

        change: what this time did to the steady verdict; on: the verdict after it.
        hold_s: holding time of the posture if it is the strained one; credit: see Budget.recover.
        """
        was_on = on != (change is Change.SWITCHED)
        self._step(self.now, was_on, start_s, end_s, hold_s, credit)
        if change in (Change.DOUBT, Change.SWITCHED):
            self._step(self.otherwise, not was_on, start_s, end_s, hold_s, credit)
        if change is Change.SWITCHED:
            self.now = self.otherwise
        if change is not Change.DOUBT:
            self.otherwise = copy.copy(self.now)

    def rest(self, duration_s: float) -> None:
        """The person was away for duration_s: full relief."""
        self.now.recover(duration_s, self.half_life_s)
        self.otherwise = copy.copy(self.now)

    def clear_doubt(self) -> None:
        """The doubt ended without an answer: the present verdict stands."""
        self.otherwise = copy.copy(self.now)

    def _step(
        self,
        budget: Budget,
        held: bool,
        start_s: float,
        end_s: float,
        hold_s: float,
        credit: float,
    ) -> None:
        if held:
            budget.hold(start_s, end_s, hold_s)
        else:
            budget.recover(end_s - start_s, self.half_life_s, credit)

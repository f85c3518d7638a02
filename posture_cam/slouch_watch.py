"""Slouching through time: its bouts, and how much of the holding time it has used up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from posture_cam.bouts import Bout, BoutFinder
from posture_cam.config import Settings
from posture_cam.holding_time import HeldBudget, HoldingCurve, relief
from posture_cam.samples import Sample, Span, log_odds, share_before, spans_between
from posture_cam.stateful import NOT_SAVED, Stateful

ANGLE_SMOOTHING_S = 1.0
"""Low-pass of the angle that is charged for. The charge is not linear in the angle, so that noise
would bias it, and differently at each frame rate."""


@dataclass
class SlouchWatch(Stateful):
    """Takes in judged frames; keeps the running bout and the budget.

    last: the last judged frame. judged: whether there was one, so that the budget means something.
    flexion_deg: low-passed.
    """

    settings: Settings = field(metadata=NOT_SAVED)
    bouts: BoutFinder
    budget: HeldBudget
    last: Sample = field(default_factory=Sample)
    judged: bool = False
    flexion_deg: float = math.nan

    @classmethod
    def from_settings(cls, settings: Settings) -> SlouchWatch:
        """A watch that has seen nothing yet."""
        return cls(
            settings,
            BoutFinder.from_settings(settings.slouch),
            HeldBudget(settings.strain.recovery_half_s),
        )

    def update(self, sample: Sample, patience: float) -> tuple[tuple[Span, ...], tuple[Bout, ...]]:
        """Take in a judged frame.

        patience: factor on all holding times, beside the setting.
        Returns the time it accounts for, and the bouts that ended.
        """
        ended: list[Bout] = []
        limit = self._limit()
        self.last, sample = self.last.judged_by(limit), sample.judged_by(limit)
        spans = self._accounted(sample, limit)
        for span in spans:
            change, bout = self.bouts.update(span)
            self._smooth(span)
            self.budget.update(
                span.start_s,
                span.end_s,
                change,
                self.bouts.verdict.on,
                holding_time_s(self.settings, self.flexion_deg, span.sample.trunk_deg) * patience,
                relief_of_back(self.settings, self.flexion_deg, span.sample.trunk_deg),
            )
            ended += [bout] if bout else []
        self.last, self.judged = sample, True
        return spans, tuple(ended)

    def lapse(self, time_s: float) -> Bout | None:
        """No verdict at time_s: ends the running bout once that has lasted too long to bridge."""
        unknown_s = time_s - self.last.time_s
        return self.interrupt() if unknown_s >= self.settings.slouch.bridge_s else None

    def interrupt(self) -> Bout | None:
        """What comes next has nothing to do with what was: ends the running bout."""
        self.last, self.flexion_deg = Sample(), math.nan
        self.budget.clear_doubt()
        return self.bouts.close()

    def due_since_s(self) -> float:
        """When a reminder fell due: budget used up in a sustained bout that goes on; else NaN."""
        holds = self.bouts.open and self.bouts.verdict.on and self.last.slouched
        bout = self.bouts.current
        sustained_s = self.settings.slouch.sustained_s
        if not holds or bout.duration_s < sustained_s or math.isnan(self.budget.now.used_up_s):
            return math.nan
        return max(self.budget.now.used_up_s, bout.start_s + sustained_s)

    def budget_left(self, away_s: float) -> float:
        """Share of the holding time that is left, NaN before the first verdict.

        away_s: how long the person has been away; the absence is credited when it ends.
        """
        half_life_s = self.settings.strain.recovery_half_s
        if not self.judged:
            return math.nan
        return 1.0 - self.budget.now.used * math.exp2(-away_s / half_life_s)

    def _smooth(self, span: Span) -> None:
        flexion_deg = span.sample.flexion_deg
        if math.isnan(flexion_deg) or math.isnan(self.flexion_deg):
            self.flexion_deg = flexion_deg
            return
        weight = 1.0 - math.exp(-span.duration_s / ANGLE_SMOOTHING_S)
        self.flexion_deg += weight * (flexion_deg - self.flexion_deg)

    def _limit(self) -> float:
        """Log-odds that count as slouched: lower once slouching is settled.

        The hysteresis of the steady verdict, not of single frames: a touch of the upper limit
        would otherwise begin a bout, at one frame rate and not at another.
        """
        return log_odds(self.settings.slouch.limit(self.bouts.verdict.on))

    def _accounted(self, sample: Sample, limit: float) -> tuple[Span, ...]:
        """The time since the last judged frame, as far as it is known what happened in it.

        The same verdict on both sides of a gap that a bout may bridge stands for the gap too.
        Between different ones the score is taken to run straight, so the verdict changes where it
        crosses its limit; together they stand for max_step_s at most.
        """
        gap_s = sample.time_s - self.last.time_s
        if not gap_s < self.settings.slouch.bridge_s:
            return ()
        before, after = spans_between(self.last, sample)
        if sample.slouched == self.last.slouched:
            return before, after
        known_s = min(gap_s, self.settings.strain.max_step_s)
        before_s = known_s * share_before(self.last.log_odds, sample.log_odds, limit)
        return (
            replace(before, end_s=before.start_s + before_s),
            replace(after, start_s=after.end_s - (known_s - before_s)),
        )


def holding_time_s(settings: Settings, flexion_deg: float, trunk_deg: float) -> float:
    """How long a slouched posture may be held: the shorter time of back and trunk.

    flexion_deg: spine flexion, trunk_deg: forward lean, both against upright; NaN counts as mild.
    The back's curve carries ISO 11226's trunk times (4 min where the limit begins, 1 min where it
    ends) over to spine flexion against upright: an extrapolation, see docs/strain.md.
    """
    strain = settings.strain
    mild_s, severe_s = strain.mild_hold_s, strain.severe_hold_s
    back = HoldingCurve(strain.mild_deg, mild_s, strain.severe_deg, severe_s)
    trunk = HoldingCurve(strain.trunk_mild_deg, mild_s, strain.trunk_severe_deg, severe_s)
    return strain.patience * min(back.hold_s(flexion_deg), trunk.hold_s(trunk_deg))


def relief_of_back(settings: Settings, flexion_deg: float, trunk_deg: float = math.nan) -> float:
    """How far a posture that is not slouched relieves the back: 1 upright .. 0 nearly slouched.

    Nor does a straight back that leans so far forward that the standard limits its time. Angles as
    in `holding_time_s`; NaN does not count.
    """
    strain = settings.strain
    return relief(flexion_deg / strain.mild_deg, trunk_deg / strain.trunk_mild_deg)

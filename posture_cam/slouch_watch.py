"""Slouching through time: its bouts, and how much of the holding time it has used up."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from posture_cam.bouts import Bout, BoutFinder
from posture_cam.config import Settings
from posture_cam.holding_time import HeldBudget, HoldingCurve
from posture_cam.samples import Sample, Stretch, stretches_between
from posture_cam.stateful import NOT_SAVED, Stateful


@dataclass
class SlouchWatch(Stateful):
    """Takes in judged frames; keeps the running bout and the budget.

    last: the last judged frame. judged: whether there was one, so that the budget means something.
    """

    settings: Settings = field(metadata=NOT_SAVED)
    bouts: BoutFinder
    budget: HeldBudget
    last: Sample = field(default_factory=Sample)
    judged: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> SlouchWatch:
        """A watch that has seen nothing yet."""
        return cls(
            settings,
            BoutFinder.from_settings(settings.slouch),
            HeldBudget(settings.strain.recovery_half_s),
        )

    def update(
        self, sample: Sample, patience: float
    ) -> tuple[tuple[Stretch, ...], tuple[Bout, ...]]:
        """Take in a judged frame.

        patience: factor on all holding times, beside the setting.
        Returns the time it accounts for, and the bouts that ended.
        """
        ended: list[Bout] = []
        stretches = tuple(self._accounted(sample))
        for stretch in stretches:
            change, bout = self.bouts.update(stretch)
            self.budget.update(
                stretch.start_s,
                stretch.end_s,
                change,
                self.bouts.verdict.on,
                holding_time_s(self.settings, stretch.sample) * patience,
                relief(self.settings, stretch.sample),
            )
            ended += [bout] if bout else []
        self.last, self.judged = sample, True
        return stretches, tuple(ended)

    def lapse(self, time_s: float) -> Bout | None:
        """No verdict at time_s: ends the running bout once that has lasted too long to bridge."""
        unknown_s = time_s - self.last.time_s
        return self.interrupt() if unknown_s >= self.settings.slouch.bridge_s else None

    def interrupt(self) -> Bout | None:
        """What comes next has nothing to do with what was: ends the running bout."""
        self.last.time_s = math.nan
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

    @property
    def budget_left(self) -> float:
        """Share of the holding time that is left, NaN before the first verdict."""
        return 1.0 - self.budget.now.used if self.judged else math.nan

    def _accounted(self, sample: Sample) -> list[Stretch]:
        """The time since the last judged frame, as far as it is known what happened in it."""
        step_s = sample.time_s - self.last.time_s
        both_upright = not sample.slouched and not self.last.slouched
        longest_s = self.settings.strain.max_step_s
        if both_upright:
            longest_s = max(longest_s, self.settings.slouch.bridge_s)
        return list(stretches_between(self.last, sample)) if step_s <= longest_s else []


def holding_time_s(settings: Settings, sample: Sample) -> float:
    """How long this slouched posture may be held: the shorter one of back and trunk.

    The back's curve carries ISO 11226's trunk times (4 min where the limit begins, 1 min where it
    ends) over to spine flexion against upright: an extrapolation, see docs/strain.md.
    """
    strain = settings.strain
    mild_s, severe_s = strain.mild_hold_s, strain.severe_hold_s
    back = HoldingCurve(strain.mild_deg, mild_s, strain.severe_deg, severe_s)
    trunk = HoldingCurve(strain.trunk_mild_deg, mild_s, strain.trunk_severe_deg, severe_s)
    shorter_s = min(back.hold_s(sample.flexion_deg), trunk.hold_s(sample.trunk_deg))
    return strain.patience * shorter_s


def relief(settings: Settings, sample: Sample) -> float:
    """How far a posture that is not slouched relieves the back: 1 upright .. 0 nearly slouched."""
    if math.isnan(sample.flexion_deg):
        return 1.0
    return min(1.0, max(0.0, 1.0 - sample.flexion_deg / settings.strain.mild_deg))

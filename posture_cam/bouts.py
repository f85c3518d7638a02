"""From verdicts on single frames to bouts: stretches of slouching that lasted.

A bout runs from the first slouched moment to the last one before a recovery. A recovery ends it
once it has lasted `recover_s`; shorter ones are bridged: one good second does not undo two bad
minutes. Start and end are dated back to when they happened.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field

from posture_cam.config import SlouchSettings
from posture_cam.samples import Sample, Span
from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.steady_verdict import Change, SteadyVerdict

PEAK_TIME_CONSTANT_S = 1.0
"""Low-pass before the peak is taken, so that the peak does not grow with the frame rate."""
_ROUNDING_S = 1e-9


@dataclass
class Average(Stateful):
    """Time-weighted mean of a quantity and its peak. highest: of its low-passed course."""

    seconds: float = 0.0
    total: float = 0.0
    highest: float = math.nan

    def add(self, duration_s: float, value: float, smooth: float) -> None:
        """Take in that `value` held for duration_s; `smooth` is its low-passed course."""
        if math.isfinite(value):
            self.seconds += duration_s
            self.total += duration_s * value
            self.highest = smooth if math.isnan(self.highest) else max(self.highest, smooth)

    def merge(self, other: Average) -> None:
        """Take in all that another average saw."""
        self.seconds += other.seconds
        self.total += other.total
        if math.isnan(self.highest) or other.highest > self.highest:
            self.highest = other.highest

    @property
    def mean(self) -> float:
        """NaN when nothing was measured."""
        return self.total / self.seconds if self.seconds > 0 else math.nan

    @property
    def peak(self) -> float:
        """NaN when nothing was measured. A low-pass that has just begun lags behind the mean."""
        return max(self.mean, self.highest)


@dataclass
class Measured(Stateful):
    """Averages over a stretch of time."""

    flexion_deg: Average = field(default_factory=Average)
    head_forward_cm: Average = field(default_factory=Average)
    trunk_deg: Average = field(default_factory=Average)

    def add(self, duration_s: float, sample: Sample, smooth_flexion_deg: float) -> None:
        """Take in a stretch of time."""
        self.flexion_deg.add(duration_s, sample.flexion_deg, smooth_flexion_deg)
        self.head_forward_cm.add(duration_s, sample.head_forward_cm, sample.head_forward_cm)
        self.trunk_deg.add(duration_s, sample.trunk_deg, sample.trunk_deg)

    def merge(self, other: Measured) -> None:
        """Take in all that another stretch saw."""
        self.flexion_deg.merge(other.flexion_deg)
        self.head_forward_cm.merge(other.head_forward_cm)
        self.trunk_deg.merge(other.trunk_deg)


@dataclass
class Bout(Stateful):
    """One stretch of slouching. end_s: last moment known to be slouched."""

    start_s: float = math.nan
    end_s: float = math.nan
    slouched_s: float = 0.0
    measured: Measured = field(default_factory=Measured)

    @property
    def duration_s(self) -> float:
        """From the first slouched moment to the last, bridged recoveries included."""
        return self.end_s - self.start_s


@dataclass
class BoutFinder(Stateful):
    """Follows verdicts and says when a bout has ended.

    verdict: the steady verdict; current: the running bout, if `open`.
    upright_s: length of the recovery under way, doubtful time included.
    doubtful_s, doubtful: time and values seen while the verdict has been in doubt.
    """

    settings: SlouchSettings = field(metadata=NOT_SAVED)
    verdict: SteadyVerdict
    open: bool = False
    current: Bout = field(default_factory=Bout)
    upright_s: float = 0.0
    doubtful_s: float = 0.0
    doubtful: Measured = field(default_factory=Measured)
    smooth_flexion_deg: float = math.nan

    @classmethod
    def from_settings(cls, settings: SlouchSettings) -> BoutFinder:
        """A finder that has seen nothing yet."""
        return cls(settings, SteadyVerdict(settings.settle_s))

    def update(self, span: Span) -> tuple[Change, Bout | None]:
        """Take in a stretch of time; returns what it did to the verdict, and a bout that ended."""
        sample, duration_s = span.sample, span.duration_s
        change = self.verdict.update(span.start_s, span.end_s, sample.slouched, sample.sure)
        self._smooth(duration_s, sample.flexion_deg)
        if change in (Change.DOUBT, Change.SWITCHED):
            self.doubtful_s += duration_s
            self.doubtful.add(duration_s, sample, self.smooth_flexion_deg)
        if self.verdict.on:
            self._slouched(span, change)
        elif self.open:
            self._recovering(duration_s, change)
        if change is not Change.DOUBT:
            self.doubtful_s, self.doubtful = 0.0, Measured()
        ended = self.upright_s - self.doubtful_s >= self.settings.recover_s - _ROUNDING_S
        return change, self.close() if self.open and ended else None

    def close(self) -> Bout | None:
        """End the running bout, if there is one worth reporting: at a gap or the stream's end."""
        bout, was_open = copy.deepcopy(self.current), self.open
        bout.end_s = self._slouched_until_s()
        if self.verdict.on and self.verdict.doubt_s > 0:
            bout.slouched_s -= self.doubtful_s
        self.open, self.current, self.upright_s = False, Bout(), 0.0
        self.doubtful_s, self.doubtful = 0.0, Measured()
        self.smooth_flexion_deg = math.nan
        self.verdict.reset(on=False)
        lasted = bout.duration_s >= self.settings.sustained_s
        share = self.settings.slouched_share * bout.duration_s
        return bout if was_open and lasted and bout.slouched_s >= share else None

    @property
    def slouched_for_s(self) -> float:
        """Length of the running bout, 0 when there is none; what is in doubt is not part of it."""
        return self._slouched_until_s() - self.current.start_s if self.open else 0.0

    def _slouched_until_s(self) -> float:
        """Where the running bout would end if nothing more came."""
        in_doubt = self.verdict.on and self.verdict.doubt_s > 0
        return self.verdict.doubt_since_s if in_doubt else self.current.end_s

    def _slouched(self, span: Span, change: Change) -> None:
        if change is Change.SWITCHED:
            if not self.open:
                self.open, self.current = True, Bout(start_s=self.verdict.doubt_since_s)
            self.current.slouched_s += self.doubtful_s
            self.current.measured.merge(self.doubtful)
            self.upright_s = 0.0
        else:
            self.current.slouched_s += span.duration_s
            if change is Change.SETTLED:
                self.current.measured.merge(self.doubtful)
            if change is not Change.DOUBT:
                smooth = self.smooth_flexion_deg
                self.current.measured.add(span.duration_s, span.sample, smooth)
        self.current.end_s = span.end_s

    def _recovering(self, duration_s: float, change: Change) -> None:
        if change is Change.SWITCHED:
            self.current.slouched_s -= self.doubtful_s - duration_s
            self.current.end_s = self.verdict.doubt_since_s
            self.upright_s = self.doubtful_s
        else:
            self.upright_s += duration_s

    def _smooth(self, duration_s: float, flexion_deg: float) -> None:
        if not math.isfinite(flexion_deg):
            return
        if math.isnan(self.smooth_flexion_deg):
            self.smooth_flexion_deg = flexion_deg
        weight = 1.0 - math.exp(-duration_s / PEAK_TIME_CONSTANT_S)
        self.smooth_flexion_deg += weight * (flexion_deg - self.smooth_flexion_deg)

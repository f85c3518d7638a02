"""Conditions that matter once they have lasted, and movements that matter once they repeat."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.steady_verdict import Change, SteadyVerdict

SMOOTHING_S = 3.0
"""Low-pass of the angles that tell whether the posture has changed."""
MOVED_FOR_S = 3.0
"""A change of posture is one that stays this long; less is a gesture or a flaw of the picture."""
MOVEMENT_S = 0.7
"""A movement shows for at least this long; less is a flaw of the picture."""


@dataclass
class Lasting(Stateful):
    """A condition, since when it has held, and whether it has been told.

    limit_s: it is due after lasting this long.
    lasted_s: time for which it was seen to hold; peak, total: of the quantity behind it.
    """

    limit_s: float = field(metadata=NOT_SAVED)
    verdict: SteadyVerdict
    since_s: float = math.nan
    lasted_s: float = 0.0
    told: bool = False
    peak: float = math.nan
    total: float = 0.0

    @classmethod
    def of(cls, limit_s: float, settle_s: float) -> Lasting:
        """A condition that does not hold yet."""
        return cls(limit_s, SteadyVerdict(settle_s))

    def update(self, start_s: float, end_s: float, value: bool, quantity: float = 0.0) -> Change:
        """Take in that the condition held (or not); returns what that did to the verdict."""
        change = self.verdict.update(start_s, end_s, value)
        if change is Change.SWITCHED:
            self.since_s, self.told = self.verdict.doubt_since_s, False
            self.lasted_s, self.peak, self.total = 0.0, math.nan, 0.0
        if self.verdict.on and value:
            counted_s = self.verdict.settle_s if change is Change.SWITCHED else end_s - start_s
            self.lasted_s += counted_s
            self.total += counted_s * quantity
            larger = math.isnan(self.peak) or abs(quantity) > abs(self.peak)
            self.peak = quantity if larger else self.peak
        return change

    @property
    def due(self) -> bool:
        """It has lasted long enough and has not been told."""
        return self.verdict.on and not self.told and self.lasted_s >= self.limit_s

    @property
    def mean(self) -> float:
        """Of the quantity, NaN before it has lasted."""
        return self.total / self.lasted_s if self.lasted_s > 0 else math.nan

    def reset(self) -> None:
        """The condition does not hold."""
        self.verdict.reset(on=False)
        self.lasted_s, self.told = 0.0, False


@dataclass
class HeldPosture(Stateful):
    """How long the posture has not changed.

    changed_by_deg: an angle that has moved by this much, and stays so, is a change of posture.
    still_s: how long. told_s: how long it was when that was last told.
    smooth: angles by name, low-passed. reference: what they were when the posture last changed.
    moved_s: for how long they have been another posture's; moved: by name, the mean of each since.
    """

    changed_by_deg: float = field(metadata=NOT_SAVED)
    since_s: float = math.nan
    still_s: float = 0.0
    told_s: float = 0.0
    moved_s: float = 0.0
    moved: dict[str, float] = field(default_factory=dict)
    smooth: dict[str, float] = field(default_factory=dict)
    reference: dict[str, float] = field(default_factory=dict)

    def update(self, start_s: float, end_s: float, angles_deg: Mapping[str, float]) -> None:
        """Take in a stretch of time; angles that were not measured are left out or NaN."""
        measured = {name: angle for name, angle in angles_deg.items() if math.isfinite(angle)}
        if not measured:
            return
        weight = 1.0 - math.exp(-(end_s - start_s) / SMOOTHING_S)
        for name, angle in measured.items():
            before = self.smooth.setdefault(name, angle)
            self.smooth[name] = before + weight * (angle - before)
            self.reference.setdefault(name, angle)
        if math.isnan(self.since_s):
            self.since_s = start_s
        self.still_s += end_s - start_s
        if not any(
            abs(self.smooth[name] - self.reference[name]) > self.changed_by_deg for name in measured
        ):
            self.moved_s, self.moved = 0.0, {}
            return
        self.moved_s += end_s - start_s
        for name, angle in measured.items():
            before = self.moved.setdefault(name, angle)
            self.moved[name] = before + (end_s - start_s) / self.moved_s * (angle - before)
        if self.moved_s >= MOVED_FOR_S:
            self._begin(end_s - self.moved_s)

    def _begin(self, since_s: float) -> None:
        """Another posture has been held since then; the low-pass, which lags behind, goes there."""
        self.smooth |= self.moved
        self.reference = dict(self.smooth)
        self.since_s, self.still_s = since_s, self.moved_s
        self.moved_s, self.moved, self.told_s = 0.0, {}, 0.0

    def reset(self) -> None:
        """The person left, or somebody else came."""
        self.since_s, self.still_s, self.moved_s, self.told_s = math.nan, 0.0, 0.0, 0.0
        self.smooth, self.reference, self.moved = {}, {}, {}


@dataclass
class Repeats(Stateful):
    """Counts movements beyond an angle over a sliding window of time.

    rows: [start of the movement, its largest angle], oldest first.
    """

    beyond_deg: float = field(metadata=NOT_SAVED)
    window_s: float = field(metadata=NOT_SAVED)
    verdict: SteadyVerdict
    rows: list[list[float]] = field(default_factory=list)

    @classmethod
    def of(cls, beyond_deg: float, window_s: float) -> Repeats:
        """No movement seen yet."""
        return cls(beyond_deg, window_s, SteadyVerdict(MOVEMENT_S))

    def update(self, start_s: float, end_s: float, angle_deg: float) -> None:
        """Take in the angle of a stretch of time; a movement ends below half the angle."""
        self.rows = [row for row in self.rows if row[0] >= end_s - self.window_s]
        if math.isnan(angle_deg):
            return
        limit_deg = self.ends_deg if self.verdict.on else self.beyond_deg
        change = self.verdict.update(start_s, end_s, angle_deg > limit_deg)
        if self.verdict.on and change is Change.SWITCHED:
            self.rows.append([self.verdict.doubt_since_s, angle_deg])
        elif self.verdict.on and self.rows:
            self.rows[-1][1] = max(self.rows[-1][1], angle_deg)

    @property
    def ends_deg(self) -> float:
        """Below this angle a movement has ended."""
        return self.beyond_deg / 2

    @property
    def under_way(self) -> bool:
        """Whether a movement has begun, or may have, and not ended."""
        return self.verdict.on or self.verdict.doubt_s > 0

    def forget(self) -> None:
        """The movements so far have been told; one under way is not counted again."""
        self.rows = []

"""What is noticed beside slouching: stillness, breaks, repeated movements, one-sided postures.

Each finding says what fell due, since when, and the angle behind it. Whether it is spoken now or
later is decided elsewhere (reminders.py); a finding stays due until it has been told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from posture_cam.config import Settings
from posture_cam.holding_time import HeldBudget, HoldingCurve, relief
from posture_cam.lasting import HeldPosture, Lasting, Repeats
from posture_cam.presence import Presence
from posture_cam.samples import Sample, Span, spans_between
from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.types import EventKind


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that fell due. peak, mean: degrees, NaN where no angle is behind it.

    amount: minutes for `still` and `break_due`, how many there were of repeated ones, else NaN.
    part: of an asymmetry what is one-sided, "lean" or "shoulder", else empty.
    """

    kind: EventKind
    start_s: float
    peak: float = math.nan
    mean: float = math.nan
    amount: float = math.nan
    part: str = ""


@dataclass
class MovementWatch(Stateful):
    """Takes in the frames with a person in them.

    bends_by_trunk: whether the latest movement forward is followed by the trunk's lean.
    """

    settings: Settings = field(metadata=NOT_SAVED)
    stillness: HeldPosture
    bend_forward: Repeats
    bend_sideways: Repeats
    twist: Repeats
    lean_left: Lasting
    lean_right: Lasting
    left_shoulder: Lasting
    right_shoulder: Lasting
    head: Lasting
    head_budget: HeldBudget
    last: Sample = field(default_factory=Sample)
    head_seen: bool = False
    bends_by_trunk: bool = False
    break_told_s: float = math.nan

    @classmethod
    def from_settings(cls, settings: Settings) -> MovementWatch:
        """A watch that has seen nothing yet."""
        movement, settle_s = settings.movement, settings.slouch.settle_s
        window_s = movement.repeats_window_s
        return cls(
            settings,
            HeldPosture(movement.still_deg),
            Repeats.of(movement.bend_deg, window_s),
            Repeats.of(movement.side_bend_deg, window_s),
            Repeats.of(movement.twist_deg, window_s),
            Lasting.of(movement.one_sided_s, settle_s),
            Lasting.of(movement.one_sided_s, settle_s),
            Lasting.of(movement.one_sided_s, settle_s),
            Lasting.of(movement.one_sided_s, settle_s),
            Lasting.of(0.0, settle_s),
            HeldBudget(settings.strain.recovery_half_s),
        )

    def update(self, sample: Sample) -> None:
        """Take in a frame with a person in it."""
        if sample.time_s - self.last.time_s <= self.settings.strain.max_step_s:
            for span in spans_between(self.last, sample):
                self._follow(span)
        self.last = sample

    def rest(self, duration_s: float) -> None:
        """The person was away."""
        if duration_s >= self.settings.movement.break_s:
            self.break_told_s = math.nan
        self.head_budget.rest(duration_s)
        self.reset()

    def reset(self) -> None:
        """What comes next has nothing to do with what was."""
        self.last = Sample()
        self.head_budget.clear_doubt()
        self.stillness.reset()
        for repeats in (self.bend_forward, self.bend_sideways, self.twist):
            repeats.forget()
            repeats.verdict.reset(on=False)
        for lasting in (*self._sides(), self.head):
            lasting.reset()

    @property
    def head_budget_left(self) -> float:
        """Share of the holding time for looking down that is left, NaN before it was measured."""
        return 1.0 - self.head_budget.now.used if self.head_seen else math.nan

    def due(self, time_s: float, presence: Presence) -> Iterator[Finding]:
        """Everything due and not yet told, the more urgent first."""
        if self.head_budget.now.used >= 1.0 and self.head.due and self.last.pitch_deg > 0:
            head = self.head
            yield Finding(EventKind.HEAD_DOWN, head.since_s, head.peak, head.mean)
        yield from self._one_sided()
        yield from self._repeated()
        yield from self._movement_prompts(time_s, presence)

    def tell(self, finding: Finding, presence: Presence) -> None:
        """The finding has been told; it is not due again before its time."""
        match finding.kind:
            case EventKind.HEAD_DOWN:
                self.head.told = True
            case EventKind.ASYMMETRY:
                for side in self._sides():
                    side.told = side.told or side.due
            case EventKind.BENDING:
                self.bend_forward.forget()
                self.bend_sideways.forget()
            case EventKind.TWISTING:
                self.twist.forget()
            case EventKind.STILL:
                self.stillness.told_s = self.stillness.still_s
            case EventKind.BREAK_DUE:
                self.break_told_s = presence.sitting_s

    def _follow(self, span: Span) -> None:
        sample, start_s, end_s = span.sample, span.start_s, span.end_s
        self.stillness.update(
            start_s,
            end_s,
            {
                "flexion": sample.flexion_deg,
                "trunk": sample.trunk_deg,
                "neck": sample.neck_deg,
                "lateral": sample.lateral_deg,
                "tilt": sample.tilt_deg,
            },
        )
        self.bend_forward.update(start_s, end_s, self._forward_deg(sample))
        self.bend_sideways.update(start_s, end_s, abs(sample.lateral_deg))
        self.twist.update(start_s, end_s, abs(sample.twist_deg))
        movement = self.settings.movement
        for side, angle_deg, limit_deg in (
            (self.lean_left, sample.lateral_deg, movement.lateral_deg),
            (self.lean_right, -sample.lateral_deg, movement.lateral_deg),
            (self.left_shoulder, sample.tilt_deg, movement.tilt_deg),
            (self.right_shoulder, -sample.tilt_deg, movement.tilt_deg),
        ):
            if math.isfinite(angle_deg):
                side.update(start_s, end_s, angle_deg > limit_deg, angle_deg)
        self._follow_head(start_s, end_s, sample.pitch_deg)

    def _forward_deg(self, sample: Sample) -> float:
        """How far forward they bend: the trunk's lean, or where the hips are hidden the spine.

        The two differ, so a movement is followed to its end by that with which it began.
        """
        trunk_deg, flexion_deg = sample.trunk_deg, sample.flexion_deg
        if not self.bend_forward.under_way:
            self.bends_by_trunk = math.isfinite(trunk_deg)
        if not self.bends_by_trunk:
            return flexion_deg
        unsure = not self.bend_forward.verdict.on
        ended = flexion_deg <= self.bend_forward.ends_deg
        return flexion_deg if math.isnan(trunk_deg) and (ended or unsure) else trunk_deg

    def _follow_head(self, start_s: float, end_s: float, pitch_deg: float) -> None:
        if not math.isfinite(pitch_deg):
            return
        self.head_seen = True
        strain = self.settings.strain
        change = self.head.update(start_s, end_s, pitch_deg > strain.head_mild_deg, pitch_deg)
        curve = HoldingCurve(
            strain.head_mild_deg,
            strain.head_mild_hold_s,
            strain.head_severe_deg,
            strain.head_severe_hold_s,
        )
        credit = relief(pitch_deg / strain.head_mild_deg)
        hold_s = strain.patience * curve.hold_s(pitch_deg)
        self.head_budget.update(start_s, end_s, change, self.head.verdict.on, hold_s, credit)

    def _one_sided(self) -> Iterator[Finding]:
        """The first that is due, of those whose angle is seen now: what was may be over.

        A lean comes before the shoulders, which it tilts as well.
        """
        last = self.last
        for part, sign, side, angle_deg in (
            ("lean", 1.0, self.lean_left, last.lateral_deg),
            ("lean", -1.0, self.lean_right, last.lateral_deg),
            ("shoulder", 1.0, self.left_shoulder, last.tilt_deg),
            ("shoulder", -1.0, self.right_shoulder, last.tilt_deg),
        ):
            if side.due and math.isfinite(angle_deg):
                peak, mean = sign * side.peak, sign * side.mean
                yield Finding(EventKind.ASYMMETRY, side.since_s, peak, mean, part=part)
                return

    def _sides(self) -> tuple[Lasting, ...]:
        return (self.lean_left, self.lean_right, self.left_shoulder, self.right_shoulder)

    def _repeated(self) -> Iterator[Finding]:
        movement = self.settings.movement
        needed = movement.repeats_per_min * movement.repeats_window_s / 60
        for kind, repeats in (
            (EventKind.BENDING, (self.bend_forward, self.bend_sideways)),
            (EventKind.TWISTING, (self.twist,)),
        ):
            rows = sorted(row for one in repeats for row in one.rows)
            if len(rows) >= needed:
                sizes = [size for _, size in rows]
                mean = sum(sizes) / len(sizes)
                yield Finding(kind, rows[0][0], max(sizes), mean, len(rows))

    def _movement_prompts(self, time_s: float, presence: Presence) -> Iterator[Finding]:
        movement = self.settings.movement
        since_told_s = presence.sitting_s
        if self.break_told_s <= presence.sitting_s:
            since_told_s -= self.break_told_s
        if since_told_s >= movement.break_every_s:
            minutes = presence.sitting_s / 60
            yield Finding(EventKind.BREAK_DUE, presence.sitting_since_s, amount=minutes)
        if self.stillness.still_s - self.stillness.told_s >= movement.still_s:
            minutes = (time_s - self.stillness.since_s) / 60
            yield Finding(EventKind.STILL, self.stillness.since_s, amount=minutes)

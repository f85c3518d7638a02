"""What the time side keeps of one frame, and how frames become spans of time.

A frame is a point in time, a dose needs durations. Each frame stands for the time up to half-way
to its neighbours, which makes a duration right on average at every frame rate. Where the verdict
changes between two frames, the score tells more closely when (see slouch_watch.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from posture_cam.load import change, mid_back_load, posture_change
from posture_cam.slouch_odds import probability
from posture_cam.stateful import Stateful
from posture_cam.types import Angles, Assessment

HALF_TURN_DEG = 180.0
MOST_LOG_ODDS = 10.0
"""Beyond this a score is as good as 0 or 1."""


@dataclass
class Sample(Stateful):
    """One frame, as changes against the person's upright; NaN where that was not measured.

    slouched: the frame's own verdict (of no meaning where there was none). sure: 0..1, how sure.
    log_odds: of its score, by which a change of verdict is placed between two frames.
    flexion_deg, trunk_deg, neck_deg: forward positive; lateral_deg, tilt_deg: to the person's left
    positive, left shoulder up positive; pitch_deg: looking down.
    twist_deg: shoulders against pelvis.
    load: mid-back load, a multiple of upright.
    """

    time_s: float = math.nan
    slouched: bool = False
    sure: float = 0.0
    log_odds: float = 0.0
    flexion_deg: float = math.nan
    trunk_deg: float = math.nan
    neck_deg: float = math.nan
    lateral_deg: float = math.nan
    tilt_deg: float = math.nan
    twist_deg: float = math.nan
    pitch_deg: float = math.nan
    head_forward_cm: float = math.nan
    load: float = math.nan

    def judged_by(self, limit: float) -> Sample:
        """The same with the verdict that its score gets from a limit of its own, in log-odds."""
        slouched = self.log_odds >= limit
        if slouched == self.slouched:
            return self
        # `sure` holds the chance that the frame's own verdict is right; now it is the other's.
        against = math.exp(self.log_odds if slouched else -self.log_odds)
        return replace(self, slouched=slouched, sure=min(1.0, self.sure * against))

    @classmethod
    def from_angles(
        cls,
        time_s: float,
        assessment: Assessment,
        angles: Angles,
        upright: Angles | None,
        *,
        arms_supported: bool,
    ) -> Sample:
        """Angles that are absolute need `upright`; without it their changes are not measured."""
        base = upright or Angles()
        posture = posture_change(angles, base)
        return cls(
            time_s,
            slouched=bool(assessment.slouched),
            sure=min(1.0, max(0.0, _or_zero(assessment.confidence))),
            log_odds=log_odds(assessment.slouch_score),
            flexion_deg=_degrees(angles.spine_flexion_deg),
            trunk_deg=_degrees(change(angles.trunk_inclination_deg, base.trunk_inclination_deg)),
            neck_deg=_degrees(change(angles.neck_inclination_deg, base.neck_inclination_deg)),
            lateral_deg=_degrees(change(angles.trunk_lateral_deg, base.trunk_lateral_deg)),
            tilt_deg=_degrees(change(angles.shoulder_tilt_deg, base.shoulder_tilt_deg)),
            twist_deg=_degrees(change(angles.twist_deg, base.twist_deg)),
            pitch_deg=_degrees(angles.head_pitch_deg),
            head_forward_cm=_finite(angles.head_forward_cm),
            load=mid_back_load(posture, arms_supported=arms_supported),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time for which one sample stands."""

    start_s: float
    end_s: float
    sample: Sample

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


def spans_between(before: Sample, now: Sample) -> Iterator[Span]:
    """The time between two frames, half for each."""
    middle_s = before.time_s + (now.time_s - before.time_s) / 2
    yield Span(before.time_s, middle_s, before)
    yield Span(middle_s, now.time_s, now)


def log_odds(score: float) -> float:
    """Of a score in 0..1, within MOST_LOG_ODDS; 0 for one that is not a number."""
    if math.isnan(score):
        return 0.0
    most = probability(MOST_LOG_ODDS)
    inside = min(most, max(1 - most, score))
    return math.log(inside / (1 - inside))


def share_before(before: float, now: float, limit: float) -> float:
    """Which share of the way from one value to the next lies before it crosses `limit`, 0..1."""
    if now == before:
        return 0.5
    return min(1.0, max(0.0, (limit - before) / (now - before)))


def _or_zero(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _finite(value: float) -> float:
    return value if math.isfinite(value) else math.nan


def _degrees(value: float) -> float:
    """An angle in -180..180, NaN if it is not finite."""
    if not math.isfinite(value):
        return math.nan
    return (value + HALF_TURN_DEG) % (2 * HALF_TURN_DEG) - HALF_TURN_DEG

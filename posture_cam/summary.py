"""What a whole clip amounts to: times and shares per posture, bouts, load, angles, views.

Pure functions of a `Replay`; every figure is weighted by time, not by number of frames, so that an
uneven frame rate changes nothing. Shares are of the time in which something could be judged unless
they say otherwise: time without a verdict counts neither as good nor as bad.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from posture_cam.observation import Posture, posture_of
from posture_cam.replay import Replay, column
from posture_cam.types import (
    ANGLE_NAMES,
    Angles,
    EventKind,
    Step,
    View,
)

Array = NDArray[np.float64]

WORST_MINUTES = 3
MINUTE_S = 60.0
SHORTEST_MINUTE_S = 15.0
SHORTEST_COMPARED_S = 120.0
SECONDS_PER_HOUR = 3600.0
ROUNDING = 1e-9
"""Sums of weights are exact to such a part of the whole."""


@dataclass(frozen=True, slots=True)
class LongestBout:
    """A stretch of slouching, seconds; `length_s` 0 when there was none."""

    start_s: float = math.nan
    length_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Minute:
    """One minute of the clip: its start, its dose and the share of the judged time slouched."""

    start_s: float
    dose: float
    slouched_share: float


@dataclass(frozen=True, slots=True)
class AngleRange:
    """How one angle was distributed, in its own unit; NaN when it was never measurable.

    measured_share: share 0..1 of the time with the person in the picture in which it was.
    low, high: 5th and 95th percentile. sd: median of the stated 1-sigma uncertainty.
    """

    measured_share: float
    median: float = math.nan
    low: float = math.nan
    high: float = math.nan
    sd: float = math.nan


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of one clip; seconds, and shares 0..1.

    observed_s: time that pictures speak for. seconds: its parts by posture.
    slouched_share: of the judged time, NaN when nothing could be judged.
    views: seconds per recognised view, of the time with the person in the picture.
    load_mean, load_high: mean and 95th percentile of the load; dose: its root mean square.
    """

    observed_s: float
    seconds: dict[Posture, float]
    slouched_share: float
    longest_bout: LongestBout
    views: dict[View, float]
    angles: dict[str, AngleRange]
    events: dict[EventKind, int]
    load_mean: float
    load_high: float
    dose: float
    lowest_budget: float
    worst_minutes: tuple[Minute, ...]

    @property
    def judged_s(self) -> float:
        """Time with a verdict."""
        return self.seconds[Posture.UPRIGHT] + self.seconds[Posture.SLOUCHED]

    @property
    def present_s(self) -> float:
        """Time with the person in the picture."""
        return sum(self.views.values())

    def per_hour(self, kind: EventKind) -> float:
        """Events of a kind per hour with the person in the picture, NaN without such time."""
        return _ratio(self.events.get(kind, 0) * SECONDS_PER_HOUR, self.present_s)


def summarise(replay: Replay) -> Summary:
    """All figures of a clip."""
    steps, lengths = replay.steps, replay.seconds
    seconds = {posture: float(lengths[_is(replay, posture)].sum()) for posture in Posture}
    judged = seconds[Posture.UPRIGHT] + seconds[Posture.SLOUCHED]
    dark = np.array([step.in_the_dark for step in steps], dtype=bool)
    present = ~_is(replay, Posture.AWAY) & ~dark
    load = column(steps, lambda step: step.strain.load)
    budget = column(steps, lambda step: step.strain.budget_left)
    return Summary(
        observed_s=float(lengths.sum()),
        seconds=seconds,
        slouched_share=_ratio(seconds[Posture.SLOUCHED], judged),
        longest_bout=longest_bout(replay),
        views=_views(steps, lengths, present),
        angles={name: _angle_range(name, steps, lengths * present) for name in ANGLE_NAMES},
        events=dict(Counter(event.kind for event in replay.events)),
        load_mean=weighted_mean(load, lengths),
        load_high=weighted_quantile(load, lengths, 0.95),
        dose=_last_finite(column(steps, lambda step: step.strain.dose)),
        lowest_budget=float(np.nanmin(budget)) if np.isfinite(budget).any() else math.nan,
        worst_minutes=worst_minutes(replay),
    )


def postures_of(replay: Replay) -> list[Posture]:
    """The posture of every frame."""
    return [posture_of(*pair) for pair in zip(replay.poses, replay.steps, strict=True)]


def longest_bout(replay: Replay) -> LongestBout:
    """The longest bout of slouching; where none became an event, the longest one of all.

    The engine's own bouts are read, so short recoveries are bridged as it does. Their length is
    what it said of each last: time is assigned only once it is not in doubt any more.
    """
    lasting = [event for event in replay.events if event.kind is EventKind.SLOUCH]
    if lasting:
        longest = max(lasting, key=lambda event: event.end_s - event.start_s)
        return LongestBout(longest.start_s, longest.end_s - longest.start_s)
    bouts, start_s = [LongestBout()], math.nan
    for before, step in pairwise([Step(0.0, Angles()), *replay.steps]):
        length_s = step.strain.slouched_for_s
        if length_s > 0 and before.strain.slouched_for_s <= 0:
            start_s = step.time_s - length_s
            bouts.append(LongestBout())
        if length_s > 0:
            bouts[-1] = LongestBout(start_s, length_s)
    return max(bouts, key=lambda bout: bout.length_s)


def worst_minutes(replay: Replay) -> tuple[Minute, ...]:
    """The minutes with slouching and the highest dose, worst first.

    Minutes are those of the video's clock; one judged for less than 15 s does not compete. A clip
    shorter than two minutes has none: there is nothing to compare.
    """
    times, lengths = replay.times, replay.seconds
    if not len(times) or times[-1] - times[0] < SHORTEST_COMPARED_S:
        return ()
    slouched = lengths * _is(replay, Posture.SLOUCHED)
    judged = slouched + lengths * _is(replay, Posture.UPRIGHT)
    dose = column(replay.steps, lambda step: step.strain.dose_minute)
    number = np.floor(times / MINUTE_S)
    minutes = []
    for minute in np.unique(number):
        inside = number == minute
        judged_s, slouched_s = float(judged[inside].sum()), float(slouched[inside].sum())
        if judged_s >= SHORTEST_MINUTE_S and slouched_s > 0:
            final = _last_finite(dose[inside])
            minutes.append(Minute(float(minute * MINUTE_S), final, slouched_s / judged_s))
    ranked = sorted(minutes, key=lambda minute: (-_or_zero(minute.dose), -minute.slouched_share))
    return tuple(ranked[:WORST_MINUTES])


def weighted_mean(values: Array, weights: Array) -> float:
    """Mean of the finite values, NaN without any weight on them."""
    known = np.isfinite(values)
    return _ratio(float((values[known] * weights[known]).sum()), float(weights[known].sum()))


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """Smallest finite value that holds `share` of the weight with those below it, NaN without any.

    The mean of it and the next where they part the weight exactly so, as a median of two is.
    """
    known = np.isfinite(values) & (weights > 0)
    if not known.any():
        return math.nan
    order = np.argsort(values[known], kind="stable")
    ranked, reached = values[known][order], np.cumsum(weights[known][order])
    wanted, rounding = share * reached[-1], ROUNDING * reached[-1]
    place = min(int(np.searchsorted(reached, wanted - rounding)), len(order) - 1)
    beside = min(place + (reached[place] <= wanted + rounding), len(order) - 1)
    return float(ranked[place] + ranked[beside]) / 2


def _views(steps: Sequence[Step], lengths: Array, present: NDArray[np.bool_]) -> dict[View, float]:
    seconds: dict[View, float] = {}
    for step, length, here in zip(steps, lengths, present, strict=True):
        if here:
            seconds[step.angles.view] = seconds.get(step.angles.view, 0.0) + float(length)
    return dict(sorted(seconds.items(), key=lambda item: -item[1]))


def _angle_range(name: str, steps: Sequence[Step], weights: Array) -> AngleRange:
    values = column(steps, lambda step: getattr(step.angles, name))
    spread = column(steps, lambda step: step.angles.sd.get(name, math.nan))
    measured = _ratio(float(weights[np.isfinite(values)].sum()), float(weights.sum()))
    return AngleRange(
        measured,
        median=weighted_quantile(values, weights, 0.5),
        low=weighted_quantile(values, weights, 0.05),
        high=weighted_quantile(values, weights, 0.95),
        sd=weighted_quantile(spread, weights, 0.5),
    )


def _is(replay: Replay, wanted: Posture) -> NDArray[np.bool_]:
    """(N,) whether each frame shows this posture."""
    return np.array([posture is wanted for posture in postures_of(replay)], dtype=bool)


def _last_finite(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else math.nan


def _or_zero(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan

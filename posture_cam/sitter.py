"""Is it the same person who sits here? By colours and proportions, whenever it may be another.

That is asked after an absence, and after a leap that nobody makes between two pictures, which is a
cut in a video or another body that was taken for the first one's.

Colours of hair, clothes, face and neck (looks.py) are compared with those before: somebody else
nearly always wears other clothes, and mostly has other hair, longer or shorter, or another skin.
Clothes and one of these must speak, because people take off jackets, and caps, and switch on lamps.
Who has come on another day is asked of a profile (resemblance.py), which keeps no clothes.

Ratios of lengths change little with posture and distance. They are read from the body model's
landmarks in space and from those in the picture, and weighed by a projection (models/fit_sitter.py)
in which postures of one person vary by about 1 in each direction. They notice only striking
differences, since the body model makes everybody alike, and speak only after a longer absence. All
limits are set where the same person is hardly ever taken for another; docs/baseline.md has the
rates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import upper_body_confidence
from posture_cam.baseline import Baseline
from posture_cam.features import CORE
from posture_cam.landmarks import Landmark as L
from posture_cam.looks import FACE, NECK, Look, changes, look_of, spread
from posture_cam.pose_state import (
    array_from_state,
    array_state,
    number_from_state,
    number_state,
    optional_from_state,
    optional_state,
)
from posture_cam.types import Pose

Array = NDArray[np.float64]

ABSENT_S = 3.0
"""Who was out of the picture for so long may be somebody else."""
LEAP = 0.5
"""A leap from one picture to the next: spreads of face and shoulders, root mean square."""
MOMENT_S = 1.5
"""Somebody is looked at whenever colours are there, about once a second, or at least so often."""
MOMENTS = 15
"""After so many moments in which nothing speaks for another it is the same person."""
COLOUR_LOOKS, KNOWN_LOOKS = 7, 40
"""Colours of so many moments are looked at before they speak; so many looks are remembered."""
OTHER = 10.0
"""Distance of proportions beyond which it is somebody else: some 97 of 100 postures of one person
lie within."""
AT_ONCE, SURELY_OTHER = 1.4, 5.0
"""Without an absence colours must differ so many times more, since most leaps are another posture;
unless clothes differ so many times as much as others must (our choice: a black pullover and a red
one did by 9 on a real film, black and white cloth in one light do by 11)."""
MIN_CONFIDENCE = 0.5
OTHER_CLOTHES = 0.3
OTHER_HAIR = 0.5
OTHER_FACE = 0.4
OTHER_NECK = 0.8
"""Changes of colour (see `looks.changes`) beyond which it is other clothes, other hair, another
skin, hair of another length."""
SPREADS = 4.0
"""A face or neck is another's only beyond this many standard deviations of how its brightness has
varied."""
MOST_FACE = 1.2
"""No two skins differ by more; what does is a hand or hair before the face."""

PROJECTION = np.array(
    [
        (-36.36, 7.28, -19.21, -28.76),
        (-20.99, -5.44, -2.04, 1.63),
        (7.81, 2.74, 4.96, 2.97),
        (-16.16, 0.51, -4.48, -4.91),
        (-4.88, 4.21, -7.8, -5.55),
        (-3.42, -9.18, 9.68, 8.58),
        (10.78, 1.06, 1.91, -5.21),
        (13.95, 4.01, -8.85, 1.51),
        (1.25, -6.74, 1.06, 3.15),
        (0.21, 8.16, -0.99, 2.3),
        (2.41, 1.57, 4.34, -9.73),
        (-1.71, 3.42, 8.57, -0.98),
        (3.33, -8.15, -11.92, 0.1),
        (-0.77, 8.98, 1.07, 1.76),
        (-0.29, -3.39, 7.52, 5.15),
        (0.66, 2.12, -6.66, -7.29),
    ]
)
"""From the 16 logarithms of ratios to the directions in which people differ most."""


def proportions(landmarks: Array) -> Array:
    """(..., 8) logarithms of ratios of lengths between landmarks (..., 33, 3)."""

    def length(*pairs: tuple[int, int]) -> Array:
        spans = [landmarks[..., one, :] - landmarks[..., other, :] for one, other in pairs]
        return np.asarray(np.mean([np.sqrt((span**2).sum(axis=-1)) for span in spans], axis=0))

    head, eyes = length((L.LEFT_EAR, L.RIGHT_EAR)), length((L.LEFT_EYE, L.RIGHT_EYE))
    ratios = [
        eyes / head,
        length((L.MOUTH_LEFT, L.MOUTH_RIGHT)) / eyes,
        length((L.NOSE, L.LEFT_EYE), (L.NOSE, L.RIGHT_EYE)) / eyes,
        length((L.NOSE, L.MOUTH_LEFT), (L.NOSE, L.MOUTH_RIGHT)) / eyes,
        length((L.LEFT_EYE, L.MOUTH_LEFT), (L.RIGHT_EYE, L.MOUTH_RIGHT)) / eyes,
        length((L.LEFT_SHOULDER, L.RIGHT_SHOULDER)) / head,
        length((L.NOSE, L.LEFT_EAR), (L.NOSE, L.RIGHT_EAR)) / head,
        length((L.LEFT_EAR, L.MOUTH_LEFT), (L.RIGHT_EAR, L.MOUTH_RIGHT)) / head,
    ]
    return np.log(np.maximum(np.stack(ratios, axis=-1), 1e-6))


def describe(pose: Pose) -> Array:
    """(16,) proportions in space and in the picture."""
    return np.concatenate(
        [
            proportions(pose.world.astype(np.float64)),
            proportions(pose.landmarks.astype(np.float64)),
        ]
    )


def difference(baseline: Baseline, described: Sequence[Array]) -> float:
    """Distance of somebody, described at several moments, from the person of a baseline."""
    return _distance(describe(baseline.pose), described)


def otherness(known: Sequence[Look], came: Sequence[Look]) -> tuple[float, float]:
    """How far clothes are others, and hair, its length and skin together: beyond 1 they are.

    A face and a neck that have varied must change more. What was not seen does not speak.
    """
    hair, clothes, neck, face = np.nan_to_num(changes(known, came))
    if face > MOST_FACE:
        face = 0.0
    other_face = max(OTHER_FACE, SPREADS * spread(known, FACE))
    other_neck = max(OTHER_NECK, SPREADS * spread(known, NECK))
    head = math.hypot(hair / OTHER_HAIR, neck / other_neck, face / other_face)
    return float(clothes / OTHER_CLOTHES), head


def _distance(known: Array, described: Sequence[Array]) -> float:
    change = np.median(np.stack(described), axis=0) - known
    return float(np.linalg.norm(change @ PROJECTION))


@dataclass(frozen=True, slots=True)
class Moment:
    """What was seen of somebody who may be another. look: None without colours."""

    look: Look | None
    described: Array


class SitterWatch:
    """Asks, whenever somebody may be another, whether it is the person of the baseline.

    away_s: an absence from this length on is one after which proportions speak, too. changed: the
    last answer; while it is yes, it is asked on.
    """

    def __init__(self, baseline: Baseline, away_s: float) -> None:
        self.changed = False
        self._person = describe(baseline.pose)
        self._away_s = away_s
        self._seen_s = self._moment_s = math.nan
        self._points: Array | None = None
        self._looking = self._was_absent = self._was_away = False
        self._agreed = 0
        self._known: list[Look] = []
        self._came: list[Moment] = []

    def update(self, pose: Pose) -> bool:
        """Take in one pose; whether somebody else has been recognised just now."""
        if not pose.present:
            return False
        self._notice_coming(pose)
        if pose.colours is None and pose.time_s - self._moment_s < MOMENT_S:
            return False
        if upper_body_confidence(pose) < MIN_CONFIDENCE:
            return False
        self._moment_s, look = pose.time_s, look_of(pose)
        if self._looking:
            self._came = [*self._came, Moment(look, describe(pose))][-MOMENTS:]
            return self._decide()
        if look is not None:
            self._remember([look])
        return False

    def refer_to(self, baseline: Baseline) -> None:
        """Go on with another upright posture of the same person."""
        self._person = describe(baseline.pose)

    def forget_colours(self) -> None:
        """On another day everybody wears something else."""
        self._known, self._came = [], []

    def _notice_coming(self, pose: Pose) -> None:
        """Begin to look whenever this pose may be another person's than the last."""
        absent_s = pose.time_s - self._seen_s
        points = pose.landmarks[CORE, :2].astype(np.float64)
        if absent_s >= ABSENT_S:
            if not (self._was_absent or self.changed):  # who leapt and was not found to be another
                self._remember_who_came()
            self._looking, self._agreed, self._came = True, 0, []
            self._was_absent, self._was_away = True, absent_s >= self._away_s
        elif len(self._known) >= COLOUR_LOOKS and self._leapt(points):
            self._looking, self._agreed = True, 0
        self._seen_s, self._points = pose.time_s, points

    def _leapt(self, points: Array) -> bool:
        return self._points is not None and _leap(self._points, points) > LEAP

    def _decide(self) -> bool:
        other = self._has_other_colours()
        self._agreed += 1
        if not other and self._agreed < MOMENTS:
            return False
        if not other and self._was_away:
            other = _distance(self._person, [one.described for one in self._came]) > OTHER
        before, self.changed = self.changed, other
        if other:
            self._agreed = 0
        else:
            self._remember_who_came()
            self._looking = self._was_absent = self._was_away = False
            self._came = []
        return other and not before

    def _has_other_colours(self) -> bool:
        seen = [one.look for one in self._came if one.look is not None][-COLOUR_LOOKS:]
        if min(len(self._known), len(seen)) < COLOUR_LOOKS:
            return False
        clothes, head = otherness(self._known, seen)
        asked = self._was_absent or self.changed or clothes > SURELY_OTHER
        return min(clothes, head) > (1.0 if asked else AT_ONCE)

    def _remember_who_came(self) -> None:
        self._remember([one.look for one in self._came if one.look is not None])

    def _remember(self, looks: Sequence[Look]) -> None:
        self._known = [*self._known, *looks][-KNOWN_LOOKS:]

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "person": array_state(self._person),
            "changed": self.changed,
            "looking": self._looking,
            "was_absent": self._was_absent,
            "was_away": self._was_away,
            "agreed": self._agreed,
            "seen_s": number_state(self._seen_s),
            "moment_s": number_state(self._moment_s),
            "points": optional_state(self._points),
            "known": [one.state() for one in self._known],
            "came": [
                {
                    "look": None if one.look is None else one.look.state(),
                    "described": array_state(one.described),
                }
                for one in self._came
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._person = array_from_state(state["person"])
        self.changed, self._looking = bool(state["changed"]), bool(state["looking"])
        self._was_absent, self._was_away = bool(state["was_absent"]), bool(state["was_away"])
        self._agreed = int(state["agreed"])
        self._seen_s = number_from_state(state["seen_s"])
        self._moment_s = number_from_state(state["moment_s"])
        self._points = optional_from_state(state["points"])
        self._known = [Look.from_state(one) for one in state["known"]]
        self._came = [
            Moment(
                None if one["look"] is None else Look.from_state(one["look"]),
                array_from_state(one["described"]),
            )
            for one in state["came"]
        ]


def _leap(before: Array, after: Array) -> float:
    """How far face and shoulders (13, 2) went, in their spreads, root mean square."""
    step, offset = after - before, after - after.mean(axis=0)
    return math.sqrt(np.vdot(step, step) / max(np.vdot(offset, offset), 1e-6))

"""Is it the same person who sits here? By colours and proportions, after an absence.

Colours of hair and clothes against the face, and of the face against the place behind, are
compared with those before the absence: somebody else nearly always wears other clothes, and mostly
has other hair or another skin. Clothes and one of these must speak, because people take off
jackets, and caps, and switch on lamps. They say nothing about another day, so a profile keeps none.

Ratios of lengths change little with posture and distance. They are read from the body model's
landmarks in space and from those in the picture, and weighed by a projection (models/fit_sitter.py)
in which postures of one person vary by about 1 in each direction. Alone they notice only striking
differences, since the body model makes everybody alike. All limits are set where the same person is
hardly ever taken for another; docs/baseline.md has the rates.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from posture_cam.angles import upper_body_confidence
from posture_cam.baseline import Baseline
from posture_cam.colours import Look, changes, contrasts, look_of
from posture_cam.landmarks import Landmark as L
from posture_cam.pose_state import (
    array_from_state,
    array_state,
    number_from_state,
    number_state,
)
from posture_cam.types import Pose

Array = NDArray[np.float64]

LOOK_S = 15.0
"""So many seconds of somebody who has come are looked at, in pieces of one second."""
OTHER = 10.0
"""Distance of proportions beyond which it is somebody else: some 97 of 100 postures of one person
lie within."""
MIN_CONFIDENCE = 0.5
OTHER_CLOTHES = 0.4
OTHER_HAIR = 0.6
OTHER_FACE = 0.4
"""Changes of colour beyond which it is other clothes, other hair, another skin: of clothes and hair
lengths of three logarithms (0.6 is nearly twice as bright in one of them)."""
DOUBTFUL = 6.0
"""Distance of proportions that speaks as loudly as other hair or another skin."""
COLOUR_LOOKS, KNOWN_LOOKS = 7, 20
"""Colours are looked at so often, once a second, before they speak; so many are remembered."""

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


def other_colours(known: Array, came: Array, proportion_distance: float) -> bool:
    """Whether clothes are others, and hair, skin and proportions together too.

    known, came: `contrasts` before and after. What was not seen does not speak.
    """
    hair, clothes, face = np.nan_to_num(changes(known, came))
    person = math.hypot(hair / OTHER_HAIR, face / OTHER_FACE, proportion_distance / DOUBTFUL)
    return bool(clothes > OTHER_CLOTHES and person > 1)


def _distance(known: Array, described: Sequence[Array]) -> float:
    change = np.median(np.stack(described), axis=0) - known
    return float(np.linalg.norm(change @ PROJECTION))


class SitterWatch:
    """Asks, whenever somebody has come after an absence, whether it is the person of the baseline.

    away_s: an absence from this length on is one. changed: the last answer.
    """

    def __init__(self, baseline: Baseline, away_s: float) -> None:
        self.changed = False
        self._known = describe(baseline.pose)
        self._away_s = away_s
        self._seen_s = math.nan
        self._described: list[Array] = []
        self._described_s = -math.inf
        self._looking = False
        self._known_looks: list[Look] = []
        self._came_looks: list[Look] = []

    def update(self, pose: Pose) -> bool:
        """Take in one pose; whether somebody else has been recognised just now."""
        if not pose.present:
            return False
        if pose.time_s - self._seen_s >= self._away_s:
            self._looking, self._described, self._came_looks = True, [], []
        self._seen_s = pose.time_s
        if upper_body_confidence(pose) < MIN_CONFIDENCE:
            return False
        self._remember_look(look_of(pose))
        if not self._looking or pose.time_s - self._described_s < 1.0:
            return False
        self._described.append(describe(pose))
        self._described_s = pose.time_s
        return self._decide()

    def _remember_look(self, look: Look | None) -> None:
        """Looks of somebody who may be another are kept apart until that is decided."""
        if look is None:
            return
        if self._looking:
            self._came_looks.append(look)
        elif not self.changed:
            self._known_looks = [*self._known_looks, look][-KNOWN_LOOKS:]

    def _decide(self) -> bool:
        distance = _distance(self._known, self._described)
        other = self._has_other_colours(distance)
        if not other and len(self._described) < LOOK_S:
            return False
        before, self.changed, self._looking = self.changed, other or distance > OTHER, False
        return self.changed and not before

    def _has_other_colours(self, distance: float) -> bool:
        if min(len(self._known_looks), len(self._came_looks)) < COLOUR_LOOKS:
            return False
        known, came = contrasts(self._known_looks), contrasts(self._came_looks)
        return other_colours(known, came, distance)

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "known": array_state(self._known),
            "changed": self.changed,
            "looking": self._looking,
            "seen_s": number_state(self._seen_s),
            "described_s": number_state(self._described_s),
            "described": [array_state(one) for one in self._described],
            "known_looks": [array_state(one) for one in self._known_looks],
            "came_looks": [array_state(one) for one in self._came_looks],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._known = array_from_state(state["known"])
        self.changed, self._looking = bool(state["changed"]), bool(state["looking"])
        self._seen_s = number_from_state(state["seen_s"])
        self._described_s = number_from_state(state["described_s"], -math.inf)
        self._described = [array_from_state(one) for one in state["described"]]
        self._known_looks, self._came_looks = (
            [array_from_state(one) for one in state[name]] for name in ("known_looks", "came_looks")
        )

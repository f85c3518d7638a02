"""Without a calibration: the most upright posture seen so far.

The first second of still, well seen sitting makes a provisional baseline, which grows with the
seconds after it. Every further posture that is held still is kept and compared with all others: the
networks say how much rounder each is than each. One that is clearly less round on the whole than
the posture judged against takes its place, if it can be how somebody sits upright. See
docs/baseline.md for the figures behind the constants.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from posture_cam.baseline import (
    Baseline,
    baseline_of,
    change_of_shape,
    median_landmarks,
    seconds_of,
)
from posture_cam.baseline_doubt import doubt_about
from posture_cam.config import Settings
from posture_cam.landmarks import Landmark as L
from posture_cam.recollection import reference_log_odds
from posture_cam.spine import SpineEstimator
from posture_cam.still_poses import StillSeconds
from posture_cam.types import Angles, Pose, View

GROW_S = 1.0
"""The first posture is measured anew so often while it is held."""
LEAST_SEEN_S = 1.0
"""A posture counts as seen for so long at least."""
HOLD_S = 3.0
"""A later posture counts from this long on; one is looked at no oftener."""
SAME_POSTURE = 0.10
"""Change of shape (see baseline.change_of_shape) within which two are the same posture."""
MOST_POSTURES = 8
ROUNDER_DEG = 6.0
"""So much less round, on the whole, a posture must be to take the place of another; how often that
is right is in docs/baseline.md (models/fit_upright.py measures it)."""
HINDSIGHT_DEG = 3.0
"""The same once all of a recording is known, when nothing can jump; docs/baseline.md says what
smaller and larger ones do."""
LEAST_DOUBT = 0.04
"""Hindsight leaves alone who begins in a posture that is so little likely to be a slouch."""
SHRUGGED_CM = 1.5
"""Nobody sits upright with a shoulder so much higher than in the posture judged against."""
BRIEF_DEG_S = 10.0
"""A posture seen for t seconds counts as this / t degrees rounder than it looks."""
LEAST_TRUNK_DEG, LEAST_NECK_DEG = -10.0, -2.0
"""Who leans farther back than this reclines, or looks up. Forward positive."""


@dataclass
class SeenPosture:
    """One posture that was held. seconds: for how long in all.

    rounder: by how much more its spine is bent than that of each posture, itself included; deg.
    first: whether it is the one that judging began with.
    """

    baseline: Baseline
    seconds: float
    rounder: list[float] = field(default_factory=list)
    first: bool = False

    @property
    def cost(self) -> float:
        """Degrees rounder than all postures on average, and more the shorter it was seen."""
        return float(np.mean(self.rounder)) + BRIEF_DEG_S / max(self.seconds, LEAST_SEEN_S)


class UprightFinder:
    """Follows one person before one camera, from nothing known to the best posture seen.

    recalled: a calibration of another day of this person before this camera, if there is one.
    """

    def __init__(
        self, settings: Settings, estimator: SpineEstimator, recalled: Baseline | None = None
    ) -> None:
        self._settings = settings
        self._estimator = estimator
        self._recalled = recalled
        self._still = StillSeconds(settings)
        self._postures: list[SeenPosture] = []
        self._current = 0
        self._growing = True
        self._first_doubt = 0.0

    @property
    def settled(self) -> bool:
        """Whether any posture has been seen for as long as a baseline should be."""
        needed = self._settings.calibration.first_upright_s
        return any(one.seconds >= needed for one in self._postures)

    @property
    def trust(self) -> float:
        """0..1: how far the posture judged against has been seen as long as it should be."""
        if not self._postures:
            return 0.0
        needed = self._settings.calibration.first_upright_s
        return min(1.0, self._postures[self._current].seconds / needed)

    @property
    def straightest(self) -> Baseline | None:
        """The posture that hindsight judges against in place of the first; None to stay with live.

        That is so where the first one is the best, or looks upright by itself.
        """
        if not self._postures or self._first_doubt < LEAST_DOUBT:
            return None
        current = self._postures[self._current]
        best = min(self._postures, key=lambda one: one.cost)
        chosen = best if best.cost < current.cost - HINDSIGHT_DEG else current
        return None if chosen.first else chosen.baseline

    def update(self, pose: Pose) -> Baseline | None:
        """Another posture to judge against from now on; None while nothing changes."""
        if not pose.present:
            return None
        if self._still.add(pose):
            self._growing = not self._postures
        if self._postures and not self._growing:
            return self._held()
        return self._first()

    def fit(self, width: int, height: int) -> None:
        """From now on the pictures have this size, pixels, and the shape that they had."""
        self._still.clear()
        if self._recalled is not None:
            self._recalled = self._recalled.in_pictures_of(width, height) or self._recalled
        for one in self._postures:
            one.baseline = one.baseline.in_pictures_of(width, height) or one.baseline

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "poses": self._still.state(),
            "postures": [
                {
                    "baseline": one.baseline.to_dict(),
                    "seconds": one.seconds,
                    "rounder": list(one.rounder),
                    "first": one.first,
                }
                for one in self._postures
            ],
            "current": self._current,
            "growing": self._growing,
            "first_doubt": self._first_doubt,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        visibility = self._settings.pose.min_visibility
        self._still.restore(state["poses"])
        self._postures = [
            SeenPosture(
                Baseline.from_dict(one["baseline"], visibility),
                float(one["seconds"]),
                [float(value) for value in one["rounder"]],
                bool(one["first"]),
            )
            for one in state["postures"]
        ]
        self._current, self._growing = int(state["current"]), bool(state["growing"])
        self._first_doubt = float(state["first_doubt"])

    def _first(self) -> Baseline | None:
        """The first posture, longer and longer while it is held."""
        calibration = self._settings.calibration
        had_s = self._postures[0].seconds if self._postures else 0.0
        provisional_s = min(calibration.provisional_s, calibration.first_upright_s)
        if not self._still.lasted(had_s + GROW_S if self._postures else provisional_s):
            return None
        steady = self._still.steady(HOLD_S if self._postures else provisional_s)
        if steady is None:
            self._growing = not self._postures
            return None
        baseline = baseline_of(steady, self._settings)
        self._postures = [SeenPosture(baseline, baseline.seconds, [0.0], first=True)]
        said = reference_log_odds(self._estimator, baseline, self._recalled)
        self._first_doubt = doubt_about(self._estimator.alone(baseline), said)
        if baseline.seconds >= calibration.first_upright_s:
            self._growing = False
            self._still.clear()
        return baseline

    def _held(self) -> Baseline | None:
        """Every few seconds of stillness a posture, and the best one if it is another."""
        steady = self._still.held(HOLD_S)
        if steady is None:
            return None
        if not self._known(steady) and not self._add(baseline_of(steady, self._settings)):
            return None
        best = min(range(len(self._postures)), key=lambda place: self._postures[place].cost)
        if self._postures[best].cost >= self._postures[self._current].cost - ROUNDER_DEG:
            return None
        self._current = best
        return self._postures[best].baseline

    def _known(self, steady: Sequence[Pose]) -> bool:
        """Whether it is a posture seen before, which then has been seen for longer."""
        pose = replace(steady[-1], landmarks=median_landmarks(steady))
        changes = [change_of_shape(one.baseline.pose, pose) for one in self._postures]
        nearest = int(np.argmin(changes))
        if changes[nearest] > SAME_POSTURE:
            return False
        self._postures[nearest].seconds += seconds_of(steady)
        return True

    def _add(self, baseline: Baseline) -> bool:
        """Compare a new posture with the others and keep it, unless nobody sits upright like it."""
        if not may_be_upright(self._estimator, baseline, self._postures[self._current].baseline):
            return False
        rounder = [rounder_deg(self._estimator, baseline, one.baseline) for one in self._postures]
        for one, difference in zip(self._postures, rounder, strict=True):
            one.rounder.append(-difference)
        self._postures.append(SeenPosture(baseline, baseline.seconds, [*rounder, 0.0]))
        if len(self._postures) > MOST_POSTURES:
            self._forget()
        return True

    def _forget(self) -> None:
        """Drop the posture seen for the shortest time, neither the current nor the newest."""
        places = [place for place in range(len(self._postures) - 1) if place != self._current]
        drop = min(places, key=lambda place: self._postures[place].seconds)
        del self._postures[drop]
        for one in self._postures:
            del one.rounder[drop]
        self._current -= drop < self._current


def rounder_deg(estimator: SpineEstimator, one: Baseline, other: Baseline) -> float:
    """Degrees by which the spine of one posture is bent more than that of another.

    Two witnesses are added: the change, looked at both ways, because only changes from an upright
    posture were learnt and either may be it; and what each picture says by itself.
    """
    there = estimator.back_change(one.pose, other).spine_flexion_deg
    back = estimator.back_change(other.pose, one).spine_flexion_deg
    alone = estimator.alone(one).spine_flexion_deg - estimator.alone(other).spine_flexion_deg
    return (there - back) / 2 + alone


def may_be_upright(estimator: SpineEstimator, posture: Baseline, against: Baseline) -> bool:
    """Whether somebody may sit upright like that. against: the posture judged against."""
    pose = posture.pose
    if posture.angles.view is View.UNKNOWN or arms_raised(pose):
        return False
    if leans_back(estimator.measure(pose, None).angles):
        return False
    return not shrugged(estimator.measure(pose, against).angles)


def leans_back(angles: Angles) -> bool:
    """Whether somebody reclines or holds the head back. angles: absolute ones of one picture."""
    trunk, neck = angles.trunk_inclination_deg, angles.neck_inclination_deg
    return trunk < LEAST_TRUNK_DEG or neck < LEAST_NECK_DEG or not math.isfinite(neck)


def shrugged(angles: Angles) -> bool:
    """Whether a shoulder is raised. angles: against another posture; a hidden shoulder is not."""
    raised = angles.shoulder_elevation_left_cm, angles.shoulder_elevation_right_cm
    return any(height > SHRUGGED_CM for height in raised)


def arms_raised(pose: Pose) -> bool:
    """Whether an elbow or a hand is seen above the shoulders: a stretch, a drink, hand on chin."""
    height = -pose.landmarks[:, 1]
    shoulders = max(height[L.LEFT_SHOULDER], height[L.RIGHT_SHOULDER])
    arms = (L.LEFT_ELBOW, L.RIGHT_ELBOW, L.LEFT_WRIST, L.RIGHT_WRIST)
    return any(pose.visibility[one] >= 0.5 and height[one] > shoulders for one in arms)

"""The upright posture in a chair that has been turned or moved since the baseline was taken.

Who turns to a second screen, or rolls nearer, is seen from elsewhere than the baseline was, and a
slouch there is told from the way to there less surely. So whoever sits still and evidently upright
in another place is from then on judged against how they sit there, until they do so elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any, Self

import numpy as np

from posture_cam.baseline import Baseline, baseline_of
from posture_cam.config import Settings
from posture_cam.features import centre_and_scale
from posture_cam.measurement import FLEXION
from posture_cam.spine import SpineEstimator
from posture_cam.still_poses import EVERY_S, StillSeconds
from posture_cam.types import Pose
from posture_cam.upright import ROUNDER_DEG, may_be_upright, rounder_deg

HOLD_S = 5.0
"""So long must somebody sit still to be taken as sitting there: longer than most movements last."""
LOOKS = 6
"""At so many of the poses since then, or one more, is looked singly: all must be upright."""
SURELY_UPRIGHT, LARGEST_SD_DEG, LARGEST_NECK_DEG = -2.0, 3.5, 6.0
"""Log-odds of a slouch, uncertainty of spine flexion and change of neck inclination beyond which
nobody is evidently upright."""
FAR_DEG, FAR_LOG, FAR_SPREADS = 10.0, 0.1, 0.7
"""One unit of distance between places: in direction of view, in size (natural logarithm), and
sideways in the picture (spreads of face and shoulders). Not in height, which a slouch changes."""


@dataclass(frozen=True, slots=True)
class SeatPosition:
    """Where a person is seen. view_deg: from which direction. across, spread: of face and
    shoulders, pixels."""

    view_deg: float
    across: float
    spread: float

    @classmethod
    def of(cls, pose: Pose, view_deg: float) -> Self:
        """That of a pose seen from a direction."""
        centre, spread = centre_and_scale(pose.landmarks.astype(np.float64))
        return cls(view_deg, float(centre[0]), max(float(spread[0]), 1e-6))

    def distance(self, other: SeatPosition) -> float:
        """From another one before the same camera, in the unit above."""
        return math.hypot(
            (self.view_deg - other.view_deg) / FAR_DEG,
            math.log(self.spread / other.spread) / FAR_LOG,
            (self.across - other.across) / other.spread / FAR_SPREADS,
        )


class SeatWatch:
    """Follows one person before one camera. estimator: what compares postures."""

    def __init__(self, settings: Settings, estimator: SpineEstimator) -> None:
        self._settings = settings
        self._estimator = estimator
        self._still = StillSeconds(settings)
        self._seat: Baseline | None = None
        self._there = False
        self._place: SeatPosition | None = None

    def reference(self, baseline: Baseline) -> Baseline:
        """What the person is judged against: the baseline, or themselves upright elsewhere.

        Where neither is clearly nearer it is the one in which they last sat upright.
        """
        if self._seat is None or self._place is None:
            return baseline
        home, there = (self._place.distance(self._place_of(one)) for one in (baseline, self._seat))
        if abs(home - there) > 1:
            return baseline if home < there else self._seat
        return self._seat if self._there else baseline

    def update(self, pose: Pose, view_deg: float, baseline: Baseline) -> None:
        """Take in one more pose. view_deg: as it was measured; NaN when it was not."""
        if not pose.present:
            return
        if math.isfinite(view_deg):
            self._place = SeatPosition.of(pose, view_deg)
        if pose.time_s - self._still.newest_s < EVERY_S:
            return
        self._still.add(pose)
        steady = self._still.held(HOLD_S)
        if steady is None:
            return
        posture = baseline_of(steady, self._settings)
        elsewhere = self._elsewhere(posture, baseline)
        if not (elsewhere or self._there):
            return  # at home all day, which costs little
        some = [*steady[:: math.ceil(len(steady) / LOOKS)], steady[-1]]
        upright = all(self._evidently_upright(one, baseline) for one in some)
        if upright and may_be_upright(self._estimator, posture, baseline):
            self._sit(posture, elsewhere)

    def fit(self, width: int, height: int) -> None:
        """From now on the pictures have this size, pixels, and the shape that they had."""
        self._still.clear()
        self._seat = self._seat and self._seat.in_pictures_of(width, height)
        self._place = None

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "poses": self._still.state(),
            "seat": None if self._seat is None else self._seat.to_dict(),
            "there": self._there,
            "place": None if self._place is None else list(astuple(self._place)),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._still.restore(state["poses"])
        seat, min_visibility = state["seat"], self._settings.pose.min_visibility
        self._seat = None if seat is None else Baseline.from_dict(seat, min_visibility)
        self._there = bool(state["there"])
        place = state["place"]
        self._place = None if place is None else SeatPosition(*(float(value) for value in place))

    def _sit(self, posture: Baseline, elsewhere: bool) -> None:
        """Somebody has sat evidently upright in a posture: a seat, if it is not known."""
        self._there, seat = elsewhere, self._seat
        if not elsewhere:
            return
        if seat is None or self._elsewhere(posture, seat) or self._less_round(posture, seat):
            self._seat = posture

    def _evidently_upright(self, pose: Pose, baseline: Baseline) -> bool:
        measured = self._estimator.measure(pose, baseline)
        angles, upright = measured.angles, self._estimator.upright(baseline)
        neck_deg = angles.neck_inclination_deg - upright.neck_inclination_deg
        return (
            measured.slouch_log_odds < SURELY_UPRIGHT
            and angles.sd[FLEXION] < LARGEST_SD_DEG
            and abs(neck_deg) < LARGEST_NECK_DEG
        )

    def _less_round(self, posture: Baseline, seat: Baseline) -> bool:
        return rounder_deg(self._estimator, posture, seat) < -ROUNDER_DEG

    def _elsewhere(self, posture: Baseline, other: Baseline) -> bool:
        return self._place_of(posture).distance(self._place_of(other)) > 1

    def _place_of(self, posture: Baseline) -> SeatPosition:
        return SeatPosition.of(posture.pose, self._estimator.view_deg(posture))

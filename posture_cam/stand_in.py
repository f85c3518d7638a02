"""The calibrated upright posture, and one that stands in for it while the camera is elsewhere.

Who tilts the lid of a laptop goes on working, and is not watched until they calibrate again unless
something else is judged against meanwhile: the next upright seconds, as without a calibration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.posture_networks import PostureNetworks
from posture_cam.reference import Reference
from posture_cam.spine import SpineEstimator
from posture_cam.types import Pose


class References:
    """What one person is judged against. Arguments as of `Reference`."""

    def __init__(
        self,
        settings: Settings,
        networks: PostureNetworks,
        estimator: SpineEstimator,
        baseline: Baseline | None = None,
        foreseen: Mapping[int, Baseline] | None = None,
    ) -> None:
        self._parts = settings, networks, estimator
        self._own = Reference(*self._parts, baseline, foreseen)
        self._stand_in: Reference | None = None
        self._stands_in = False

    @property
    def current(self) -> Reference:
        """The one that is judged against now."""
        return self._stand_in if self._stand_in is not None and self._stands_in else self._own

    @property
    def stand_in_holds(self) -> bool:
        """Whether a stand-in is judged against now."""
        return self.current is self._stand_in and self.current.posture is not None

    @property
    def moved(self) -> bool:
        """Whether the camera is not where the calibrated, or else the found, one was taken."""
        return self._own.moved

    @property
    def obstacle(self) -> str:
        """Why that one does not hold at present, "" when it does."""
        return self._own.obstacle

    @property
    def stretch(self) -> int:
        """How often camera or person have changed so far, as far as noticed."""
        return self._own.stretch

    def update(self, pose: Pose) -> None:
        """Take in the next pose."""
        self._own.update(pose)
        if not (self._own.calibrated and self._own.moved):
            self._drop_stand_in()
            return
        if self._stand_in is None:
            self._stand_in = Reference(*self._parts)
        self._stand_in.update(pose)
        self._stands_in |= self._stand_in.baseline is not None

    def calibrate(self, baseline: Baseline, newcomer: bool = False) -> None:
        """From now on a calibrated baseline. newcomer: somebody else was there before."""
        self._drop_stand_in()
        self._own.calibrate(baseline, newcomer)

    def start_over(self) -> None:
        """What was watched so far was a picture of somebody: a posture found in it is forgotten."""
        self._own.start_over()
        self._drop_stand_in()

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "own": self._own.state(),
            "stand_in": self._stand_in and self._stand_in.state(),
            "stands_in": self._stands_in,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._own.restore(state["own"])
        self._drop_stand_in()
        if state["stand_in"] is not None:
            self._stand_in = Reference(*self._parts)
            self._stand_in.restore(state["stand_in"])
        self._stands_in = bool(state["stands_in"])

    def _drop_stand_in(self) -> None:
        self._stand_in, self._stands_in = None, False

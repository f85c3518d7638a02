"""The calibrated upright posture, and one that stands in for it while the camera is elsewhere.

Who tilts the lid of a laptop goes on working, and is not watched until they calibrate again unless
something else is judged against meanwhile: the next upright seconds, as without a calibration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from posture_cam.baseline import Baseline
from posture_cam.reference import Reference
from posture_cam.types import Pose


class References:
    """What one person is judged against.

    own: with the calibrated posture, or without one the first that is found.
    current: the one that is judged against now, that or a stand-in.
    new: makes a stand-in, which looks for a posture of its own.
    """

    def __init__(self, own: Reference, new: Callable[[], Reference]) -> None:
        self.own = self.current = own
        self._new = new
        self._stand_in: Reference | None = None

    @property
    def stand_in_holds(self) -> bool:
        """Whether a stand-in is judged against now."""
        return self.current is self._stand_in and self.current.posture is not None

    def update(self, pose: Pose) -> None:
        """Take in the next pose."""
        self.own.update(pose)
        if not (self.own.calibrated and self.own.moved):
            self._drop_stand_in()
            return
        if self._stand_in is None:
            self._stand_in = self._new()
        self._stand_in.update(pose)
        if self._stand_in.baseline is not None:
            self.current = self._stand_in

    def calibrate(self, baseline: Baseline, newcomer: bool = False) -> None:
        """From now on a calibrated baseline. newcomer: somebody else was there before."""
        self._drop_stand_in()
        self.own.calibrate(baseline, newcomer)

    def start_over(self) -> None:
        """What was watched so far was a picture of somebody: a posture found in it is forgotten."""
        self._drop_stand_in()
        self.own.start_over()

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "own": self.own.state(),
            "stand_in": self._stand_in and self._stand_in.state(),
            "stands_in": self.current is self._stand_in,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._drop_stand_in()
        self.own.restore(state["own"])
        if state["stand_in"] is not None:
            self._stand_in = self._new()
            self._stand_in.restore(state["stand_in"])
            self.current = self._stand_in if state["stands_in"] else self.own

    def _drop_stand_in(self) -> None:
        self.current, self._stand_in = self.own, None

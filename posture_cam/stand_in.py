"""The calibrated upright posture, and one that stands in for it where it does not hold.

Who tilts the lid of a laptop goes on working, and is not watched until they calibrate again unless
something else is judged against meanwhile: the next upright seconds, as without a calibration. So
it is on another day than that of the calibration, which then is evidence (recollection.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from posture_cam.baseline import Baseline
from posture_cam.reference import Reference
from posture_cam.types import Pose


class Search(NamedTuple):
    """A search for an upright posture: by which stand-in, 0 when there is none, and how often
    camera or person had changed for whoever searches."""

    stand_in: int
    stretch: int


class References:
    """What one person is judged against.

    new: makes a reference of a baseline, of what it is to judge each of its stretches against, and
        of a calibration of another day.
    baseline: the calibrated upright posture. foreseen: of a recording, the postures to judge
        against, by `search`.

    own: with the calibrated posture, or without one the first that is found.
    current: the one that is judged against now, that or a stand-in.
    """

    def __init__(
        self,
        new: Callable[[Baseline | None, Mapping[int, Baseline], Baseline | None], Reference],
        baseline: Baseline | None = None,
        foreseen: Mapping[Search, Baseline] | None = None,
    ) -> None:
        self._new = new
        self._foreseen = foreseen or {}
        self._stand_ins = 0
        self._stand_in: Reference | None = None
        self.own = self.current = self._make(baseline)

    @property
    def recalled(self) -> Baseline | None:
        """A calibration of another day, while it says something of the postures of today."""
        changed = self._stand_in is not None and self._stand_in.stretch > 0
        return self.own.baseline if self._is_another_day() and not changed else None

    @property
    def obstructed(self) -> Reference:
        """Whose `obstacle` it is that counts: what was calibrated, else what is judged against."""
        return self.own if self.own.obstacle else self.current

    @property
    def search(self) -> Search:
        """Which search for an upright posture is on, if any is."""
        number = 0 if self._stand_in is None else self._stand_ins
        return Search(number, self._searching.stretch)

    @property
    def straightest(self) -> Baseline | None:
        """What hindsight judges this search's stretch against, if anything else."""
        return self._searching.straightest

    @property
    def _searching(self) -> Reference:
        return self.own if self._stand_in is None else self._stand_in

    @property
    def stand_in_holds(self) -> bool:
        """Whether a stand-in is judged against now."""
        return self.current is self._stand_in and self.current.posture is not None

    def update(self, pose: Pose) -> None:
        """Take in the next pose."""
        self.own.update(pose)
        if self.own.new_day:
            self._drop_stand_in()
        if not (self.own.calibrated and (self.own.moved or self._is_another_day())):
            self._drop_stand_in()
            return
        if self._stand_in is None:
            self._stand_ins += 1
            self._stand_in = self._make(recalled=self.recalled)
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
            "stand_ins": self._stand_ins,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._drop_stand_in()
        self.own.restore(state["own"])
        self._stand_ins = int(state["stand_ins"])
        if state["stand_in"] is not None:
            self._stand_in = self._make(recalled=self.recalled)
            self._stand_in.restore(state["stand_in"])
            self.current = self._stand_in if state["stands_in"] else self.own

    def _is_another_day(self) -> bool:
        """Whether the calibration is of another day and nothing else speaks against it."""
        baseline = self.own.baseline
        return baseline is not None and baseline.of_another_day and not self.own.obstacle

    def _drop_stand_in(self) -> None:
        self.current, self._stand_in = self.own, None

    def _make(
        self, baseline: Baseline | None = None, recalled: Baseline | None = None
    ) -> Reference:
        """A reference that knows what is foreseen of its own stretches."""
        foreseen = {
            stretch: posture
            for (stand_in, stretch), posture in self._foreseen.items()
            if stand_in == self._stand_ins
        }
        return self._new(baseline, foreseen, recalled)

"""The calibrated upright posture, and one that stands in for it where it does not hold.

Who tilts the lid of a laptop goes on working, and is not watched until they calibrate again unless
something else is judged against meanwhile: the next upright seconds, as without a calibration. So
it is on another day than that of the calibration, which then is evidence (recollection.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from posture_cam.baseline import Baseline
from posture_cam.reference import Reference
from posture_cam.types import Pose


class Search(NamedTuple):
    """Which search for an upright posture.

    stand_in: the number of the stand-in that searches, 0 when none does. stretch: how often camera
    or person had changed for it.
    """

    stand_in: int
    stretch: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """number: of all so far, from 1."""

    number: int
    reference: Reference


class References:
    """What one person is judged against.

    new: makes a reference of a baseline, of what it is to judge each of its stretches against, and
        of a calibration of another day.
    baseline: the calibrated upright posture. foreseen: of a recording, the postures to judge
        against, by `search`.

    own: with the calibrated posture, or without one the first that is found.
    current: the one that is judged against now, that or a stand-in.
    camera_carried: whether, with the latest pose, the camera was noticed to have gone away or back.
    camera_stood_s: when it was last seen where what was judged against before was taken, NaN if it
        never was.
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
        self._beside: StandIn | None = None
        self._elsewhere: StandIn | None = None
        self._active: StandIn | None = None
        self.own = self.current = self._make(0, baseline)
        self.camera_carried, self.camera_stood_s = False, math.nan

    @property
    def recalled(self) -> Baseline | None:
        """A calibration of another day, while it says something of the postures of today."""
        if not self._is_another_day():
            return None
        changed = self._beside is not None and self._beside.reference.stretch > 0
        return None if changed else self.own.baseline

    @property
    def obstructed(self) -> Reference:
        """Whose `obstacle` it is that counts: what was calibrated, else what is judged against."""
        return self.own if self.own.obstacle else self.current

    @property
    def sitter_changed(self) -> bool:
        """Whether, with the latest pose, somebody else was noticed."""
        return self.own.sitter_changed or self.current.sitter_changed

    @property
    def sitter_back(self) -> bool:
        """Whether, with the latest pose, the person of before was noticed again."""
        return self.own.sitter_back or self.current.sitter_back

    @property
    def search(self) -> Search:
        """Which search for an upright posture is on, if any is."""
        number = 0 if self._active is None else self._active.number
        return Search(number, self._searching.stretch)

    @property
    def straightest(self) -> Baseline | None:
        """What hindsight judges this search's stretch against, if anything else."""
        return self._searching.straightest

    @property
    def _searching(self) -> Reference:
        return self.own if self._active is None else self._active.reference

    @property
    def stand_in_holds(self) -> bool:
        """Whether a stand-in is judged against now."""
        return self.current is not self.own and self.current.posture is not None

    def update(self, pose: Pose) -> None:
        """Take in the next pose."""
        before = self.current
        self._update(pose)
        updated = (self.own, before) if before is self.current else (self.own,)
        self.camera_carried = any(one.camera_carried for one in updated)
        self.camera_stood_s = before.camera_stood_s

    def _update(self, pose: Pose) -> None:
        self.own.update(pose)
        if self.own.new_day:
            self._beside = None
        if not (self.own.calibrated and self.own.moved):
            self._elsewhere = None
        self._active = self._wanted()
        if self._beside is not None and self._beside is not self._active:
            self._beside.reference.waits(pose)
        if self._active is None:
            self.current = self.own
            return
        stand_in = self._active.reference
        stand_in.update(pose)
        if stand_in.baseline is not None:
            self.current = stand_in
        elif self.current is not stand_in:
            self.current = self.own

    def calibrate(self, baseline: Baseline | None, newcomer: bool = False) -> None:
        """From now on a calibrated baseline, or none. newcomer: somebody else was there before.

        What was found before stays beside a calibration of another day.
        """
        found = None if self.own.calibrated or newcomer else self.own
        self._drop_stand_ins()
        another_day = baseline is not None and baseline.of_another_day
        if found is None or found.baseline is None or not another_day:
            self.own.calibrate(baseline, newcomer)
            return
        self.own = self._make(0, baseline)
        self.own.stand_before(found)
        self._stand_ins += 1
        self._beside = self._active = StandIn(self._stand_ins, found)
        self.current = found

    def start_over(self) -> None:
        """What was watched so far was a picture of somebody: a posture found in it is forgotten."""
        self._drop_stand_ins()
        self.own.start_over()

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "own": self.own.state(),
            "stand_ins": self._stand_ins,
            "beside": _state(self._beside),
            "elsewhere": _state(self._elsewhere),
            "active": None if self._active is None else self._active.number,
            "stands_in": self.current is not self.own,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self._drop_stand_ins()
        self.own.restore(state["own"])
        self._stand_ins = int(state["stand_ins"])
        self._beside = self._restored(state["beside"], self.own.baseline)
        self._elsewhere = self._restored(state["elsewhere"])
        for one in (self._beside, self._elsewhere):
            if one is not None and one.number == state["active"]:
                self._active = one
                self.current = one.reference if state["stands_in"] else self.own

    def _wanted(self) -> StandIn | None:
        """Which stand-in there is to be now: while the camera is elsewhere that of there, and
        beside a calibration of another day that of today, which waits meanwhile."""
        if self.own.calibrated and self.own.moved:
            self._elsewhere = self._elsewhere or self._another()
            return self._elsewhere
        if self._is_another_day():
            self._beside = self._beside or self._another(self.own.baseline)
            return self._beside
        return None

    def _is_another_day(self) -> bool:
        """Whether the calibration is of another day and nothing else speaks against it."""
        baseline = self.own.baseline
        return baseline is not None and baseline.of_another_day and not self.own.obstacle

    def _drop_stand_ins(self) -> None:
        self.current = self.own
        self._beside = self._elsewhere = self._active = None

    def _another(self, recalled: Baseline | None = None) -> StandIn:
        self._stand_ins += 1
        return StandIn(self._stand_ins, self._make(self._stand_ins, recalled=recalled))

    def _restored(self, state: Any, recalled: Baseline | None = None) -> StandIn | None:
        if state is None:
            return None
        number = int(state["number"])
        stand_in = StandIn(number, self._make(number, recalled=recalled))
        stand_in.reference.restore(state["reference"])
        return stand_in

    def _make(
        self, number: int, baseline: Baseline | None = None, recalled: Baseline | None = None
    ) -> Reference:
        """A reference that knows what is foreseen of its own stretches. number: of a stand-in."""
        foreseen = {
            stretch: posture
            for (stand_in, stretch), posture in self._foreseen.items()
            if stand_in == number
        }
        return self._new(baseline, foreseen, recalled)


def _state(stand_in: StandIn | None) -> dict[str, Any] | None:
    if stand_in is None:
        return None
    return {"number": stand_in.number, "reference": stand_in.reference.state()}

"""The search for an upright posture, stretch by stretch: between changes of camera or person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.foreseen import Foreseen
from posture_cam.spine import SpineEstimator
from posture_cam.types import Pose
from posture_cam.upright import UprightFinder


class UprightSearch:
    """Looks for the most upright posture of each stretch, or takes the one that is foreseen.

    foreseen: of a recording, the postures to judge each stretch of it against, by `stretch`.
    recalled: a calibration of another day of the person of the first stretch, if there is one.

    stretch: how often camera or person have changed so far.
    """

    def __init__(
        self,
        settings: Settings,
        estimator: SpineEstimator,
        foreseen: Mapping[int, Baseline] | None = None,
        recalled: Baseline | None = None,
    ) -> None:
        self.stretch = 0
        self._new_finder = partial(UprightFinder, settings, estimator)
        self._finder = self._new_finder(recalled)
        self._before: UprightFinder | None = None
        self._foreseen = Foreseen(foreseen or {})

    @property
    def is_foreseen(self) -> bool:
        """Whether it is known beforehand what to judge this stretch against."""
        return self.stretch in self._foreseen

    @property
    def settled(self) -> bool:
        """Whether any posture of this stretch has been seen for as long as a baseline should be."""
        return self._finder.settled

    @property
    def trust(self) -> float:
        """0..1: how far the posture judged against has been seen as long as it should be."""
        return 1.0 if self.is_foreseen else self._finder.trust

    @property
    def straightest(self) -> Baseline | None:
        """What hindsight judges this stretch against, if anything else; see `UprightFinder`."""
        return self._finder.straightest

    def update(
        self, pose: Pose, judged_against: Baseline | None, *, just_noticed: bool
    ) -> Baseline | None:
        """Another posture to judge against from this pose on; None while nothing changes.

        just_noticed: with this pose the camera turned out to have moved.
        """
        if not self.is_foreseen:
            return self._finder.update(pose)
        return self._foreseen.update(pose, self.stretch, judged_against, just_noticed=just_noticed)

    def begin_stretch(self, *, may_return: bool = False) -> None:
        """What was found before says nothing any more. may_return: until `go_back`."""
        self.stretch += 1
        self._before = self._finder if may_return else None
        self._foreseen.begin_stretch()
        self._finder = self._new_finder()

    def go_back(self) -> None:
        """It is as it was before this stretch began: what was found then holds, unless something
        else was taken since."""
        before = self._before
        if before is not None:
            self.begin_stretch()
            self._finder = before

    def taken(self) -> None:
        """A posture is judged against from now on: there is no going back behind it."""
        self._before = None

    def fit(self, width: int, height: int) -> None:
        """From now on the pictures have this size, pixels, and the shape that they had."""
        self._finder.fit(width, height)

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {
            "stretch": self.stretch,
            "finder": self._finder.state(),
            "before": self._before and self._before.state(),
            "foreseen": self._foreseen.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave."""
        self.stretch = int(state["stretch"])
        self._finder.restore(state["finder"])
        if state["before"] is not None:
            self._before = self._new_finder()
            self._before.restore(state["before"])
        self._foreseen.restore(state["foreseen"], self.stretch)

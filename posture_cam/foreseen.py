"""The upright postures that hindsight has found for a recording, as its pictures come to them.

A camera is noticed to have moved some seconds after it stands still again, and may still be carried
when it is: until the place behind the person is that of the posture, the one before holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posture_cam.baseline import Baseline
from posture_cam.camera_motion import shows_another_place
from posture_cam.types import Pose


class Foreseen:
    """What to judge each stretch of a recording against, where that is known beforehand.

    postures: by stretch, the number of changes of camera or person before it.
    """

    def __init__(self, postures: Mapping[int, Baseline]) -> None:
        self._postures = postures
        self._taken: Baseline | None = None
        self._carried = False

    def __contains__(self, stretch: int) -> bool:
        return stretch in self._postures

    def begin_stretch(self) -> None:
        """Camera or person have changed."""
        self._taken, self._carried = None, False

    def update(
        self, pose: Pose, stretch: int, judged_against: Baseline | None, *, just_noticed: bool
    ) -> Baseline | None:
        """The posture to judge against from this pose on; None where nothing changes.

        just_noticed: with this pose the camera turned out to have moved, which is told before
            anything holds again.
        """
        posture = self._postures[stretch]
        if posture is self._taken and judged_against is not None:
            return None
        if pose.scene is not None:
            self._carried = shows_another_place(posture.pose.scene, pose.scene)
        if not pose.present or self._carried or just_noticed:
            return None
        self._taken = posture
        return posture

    def state(self) -> dict[str, Any]:
        """All that later answers depend on, JSON-able."""
        return {"taken": self._taken is not None, "carried": self._carried}

    def restore(self, state: Mapping[str, Any], stretch: int) -> None:
        """Put back what `state` gave. stretch: the present one."""
        self._taken = self._postures.get(stretch) if state["taken"] else None
        self._carried = bool(state["carried"])

"""Whether somebody who is not found any more has sunk out of sight, and not left.

Pose models lose who folds over a phone or slides down until little but hair is seen; that is the
deepest slouch and no break. Who leaves gets up first: of 81 rendered people who walked away none
was last seen with the head lower than upright, of 13 who were lost in a slouch all were.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from posture_cam.features import centre_and_scale
from posture_cam.landmarks import Landmark as L
from posture_cam.stateful import Stateful
from posture_cam.types import Pose

LOW = 0.5
"""So much lower than upright the head is that may go on sinking, in spreads of face and shoulders
(about 7 cm)."""
LONGEST_S = 120.0
"""After that nobody is there any more, until seen."""


@dataclass
class SinkingWatch(Stateful):
    """Follows one person. seen_s: when they were last seen. low: whether the head was low then."""

    seen_s: float = math.nan
    low: bool = False

    def update(self, pose: Pose, upright: Pose | None) -> bool:
        """Whether nobody is found because somebody is out of sight below.

        upright: what the pose is compared with, from the same camera; None when there is none.
        """
        if pose.present:
            self.seen_s = pose.time_s
            self.low = upright is not None and sunk(pose, upright) >= LOW
            return False
        return self.low and pose.time_s - self.seen_s <= LONGEST_S


def sunk(pose: Pose, upright: Pose) -> float:
    """How much lower the nose is than upright, in spreads of the upright face and shoulders."""
    _, spread = centre_and_scale(upright.landmarks.astype(np.float64))
    lower = pose.landmarks[L.NOSE, 1] - upright.landmarks[L.NOSE, 1]
    return float(lower / spread[0])

"""Whether somebody who is not found any more has sunk out of sight, and not left.

Pose models lose who folds over a phone or slides down until little but hair is seen; that is the
deepest slouch and no break. Who leaves gets up first: of 54 rendered people who walked away none
was last seen with the head lower than upright, of ten who were lost in a slouch all were
(tests/benchmarks/lost_people.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from posture_cam.baseline import Baseline
from posture_cam.features import centre_and_scale
from posture_cam.landmarks import Landmark as L
from posture_cam.stateful import Stateful
from posture_cam.types import Pose

LEAST_DROP = 0.5
"""Who was last seen with the head so much lower than upright has sunk; in the unit of `head_drop`,
about 7 cm."""
LONGEST_S = 120.0
"""After that nobody is there any more, until seen."""


@dataclass
class SinkingWatch(Stateful):
    """Follows one person. seen_s: when they were last seen. low: whether the head was low then."""

    seen_s: float = math.nan
    low: bool = False

    def update(self, pose: Pose, baseline: Baseline | None) -> bool:
        """Whether nobody is found because somebody is out of sight below.

        baseline: upright, seen by the same camera; None when it is not known.
        """
        if pose.present:
            self.seen_s = pose.time_s
            self.low = baseline is not None and head_drop(pose, baseline.pose) >= LEAST_DROP
            return False
        return self.low and pose.time_s - self.seen_s <= LONGEST_S


def head_drop(pose: Pose, upright: Pose) -> float:
    """How much lower the nose is than upright, in spreads of the upright face and shoulders."""
    _, spread = centre_and_scale(upright.landmarks.astype(np.float64))
    lower = pose.landmarks[L.NOSE, 1] - upright.landmarks[L.NOSE, 1]
    return float(lower / spread[0])

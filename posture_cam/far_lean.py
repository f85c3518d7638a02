"""What a network adds to its readings of a trunk that leans far forward or back.

Nobody leans by more than some 25 degrees at work, nor do the people from whom the networks learned
nearly everything. Who lies back in the chair or hangs over the knees was taken for the nearest that
they knew. What is added was learned where the trunk leans (models/train_far_lean.py), and counts
only there, so that nothing changes for anybody who does not lean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from posture_cam.weights import Single, restored_weights

LEAN = "trunk_inclination_deg"
"""What is read of the trunk's lean, by how much it has changed from upright, decides how much is
added."""
VERDICT = ("spine_flexion_deg", "slouch_logit")
CORRECTED = (
    "neck_inclination_deg",
    LEAN,
    "head_pitch_deg",
    "head_forward_cm",
    *VERDICT,
)
"""Readings to which something is added, in this order: their values, then their deviations."""
FROM_DEG, VERDICT_FROM_DEG, OVER_DEG = 15.0, 20.0, 10.0
"""Lean, as read at first, from which something is added to angles and to what decides the verdict;
all of it so many degrees on. Slouches at a desk are read as leaning by up to 20 degrees."""
FRONT_LATER_DEG = 6.0
"""From the front so much more lean is needed before anything is added to what decides the verdict:
a straight back that lies back with the hips forward looks like one that slid down there, which is
far commoner."""
FROM_VIEW_DEG, FULL_VIEW_DEG = 30.0, 50.0
"""Direction of view from which less is needed, and from which it is as from the side."""


@dataclass(frozen=True)
class FarLean:
    """What is added to the readings of an ensemble, from its last hidden layer.

    weight: (members, width, 2 x corrected); bias: (members, 1, 2 x corrected). columns: of the
    ensemble's last layer to which they are added. lean: its column of the trunk's lean.
    degrees: that one unit of it stands for. verdict: which of the columns depend on the view.
    """

    weight: Single
    bias: Single
    columns: NDArray[np.intp]
    lean: int
    degrees: float
    verdict: NDArray[np.bool_]

    @classmethod
    def from_arrays(
        cls,
        arrays: Mapping[str, NDArray[np.generic]],
        prefix: str,
        outputs: Sequence[str],
        scale: NDArray[np.float64],
    ) -> FarLean | None:
        """Of the network that `prefix` names; None when its file holds nothing to add.

        outputs, scale: of that network.
        """
        if f"{prefix}_far_weight" not in arrays:
            return None
        places = [outputs.index(name) for name in CORRECTED]
        return cls(
            weight=restored_weights(arrays, f"{prefix}_far_weight"),
            bias=restored_weights(arrays, f"{prefix}_far_bias"),
            columns=np.array([*places, *(place + len(outputs) for place in places)]),
            lean=outputs.index(LEAN),
            degrees=float(scale[outputs.index(LEAN)]),
            verdict=np.array(2 * [name in VERDICT for name in CORRECTED]),
        )

    def added_to(self, readings: Single, hidden: Single, view_deg: ArrayLike) -> Single:
        """The readings with what is added.

        readings: (..., members, N, 2 x outputs) of the last layer; hidden: (..., members, N, width)
        what it read. view_deg: direction of view, one or (N,).
        """
        lean = np.abs(readings[..., self.lean])[..., None] * self.degrees
        if lean.max() <= FROM_DEG:
            return readings
        verdict_from = verdict_begins(view_deg)[..., None]
        begins = np.where(self.verdict, verdict_from, FROM_DEG)
        share = smooth_step(lean, begins, begins + OVER_DEG)
        added = readings.copy()
        added[..., self.columns] += (share * (hidden @ self.weight + self.bias)).astype(np.float32)
        return added


def verdict_begins(view_deg: ArrayLike) -> NDArray[np.float64]:
    """Lean from which something is added to what decides the verdict, by direction of view; deg."""
    turned = smooth_step(np.abs(view_deg), FROM_VIEW_DEG, FULL_VIEW_DEG)
    return np.asarray(VERDICT_FROM_DEG + FRONT_LATER_DEG * (1 - turned))


def smooth_step(values: ArrayLike, start: ArrayLike, end: ArrayLike) -> NDArray[np.float64]:
    """0 up to `start`, 1 from `end` on, between them smooth."""
    values, start, end = (np.asarray(one, dtype=np.float64) for one in (values, start, end))
    share = np.clip((values - start) / (end - start), 0, 1)
    return np.asarray(share * share * (3 - 2 * share))

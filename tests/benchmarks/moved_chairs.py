"""Chairs that do not stay where they were when the person was calibrated.

Who works before two screens turns to and fro, and nobody's chair stands still for a day. The named
states are the same there, only seen from elsewhere; hands at work come along when the chair turns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from sample_videos.posture import HandMix, Posture

WAYS = ("turned", "turned", "nearer", "farther", "aside")
"""How a chair is moved; turned as often as nearer and farther together."""
TURNS_DEG, NEARER_CM, FARTHER_CM, ASIDE_CM = (12.0, 40.0), (4.0, 14.0), (5.0, 25.0), (5.0, 16.0)
AT_WORK = ("keyboard", "mouse", "desk")
LAP: HandMix = (("lap", 1.0),)


@dataclass(frozen=True)
class Chair:
    """Where a chair stands, as `sample_videos.posture.Posture` has it."""

    turn_deg: float = 0.0
    forward_cm: float = 0.0
    left_cm: float = 0.0

    @classmethod
    def moved(cls, way: str, rng: np.random.Generator) -> Self:
        """One that is moved in one of the WAYS."""
        side = 1.0 if rng.random() < 0.5 else -1.0
        if way == "turned":
            return cls(turn_deg=side * rng.uniform(*TURNS_DEG))
        if way == "nearer":
            return cls(forward_cm=rng.uniform(*NEARER_CM))
        if way == "farther":
            return cls(forward_cm=-rng.uniform(*FARTHER_CM))
        return cls(left_cm=side * rng.uniform(*ASIDE_CM))

    def with_person(self, change: Posture) -> Posture:
        """The same change against upright in this chair."""
        if self.turn_deg:
            left, right = (
                LAP if hand[0][0] in AT_WORK else hand
                for hand in (change.left_hand, change.right_hand)
            )
            change = replace(change, left_hand=left, right_hand=right)
        return replace(
            change,
            chair_turn_deg=change.chair_turn_deg + self.turn_deg,
            chair_forward_cm=change.chair_forward_cm + self.forward_cm,
            chair_left_cm=change.chair_left_cm + self.left_cm,
        )

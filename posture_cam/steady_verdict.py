"""A yes-no verdict made steady, in seconds, and dated back to when it really changed.

One frame in twenty may be judged wrongly. A change is believed once the contrary verdict leads by
`settle_s` seconds (seconds for it minus seconds against it, each weighted by how sure the verdict
was); it is then dated back to the moment the doubt began, so steadiness costs no accuracy in time.

The rule is monotonic: turning any "no" into a "yes", or making a "yes" surer, never makes the
steady verdict change from yes to no anywhere. This is what lets the engine promise that a deeper or
longer slouch never alerts later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from posture_cam.stateful import NOT_SAVED, Stateful

_NOTHING_S = 1e-9
"""Seconds below which a doubt is rounding, not evidence."""


class Change(StrEnum):
    """What one stretch of time did to a steady verdict."""

    NONE = "none"
    DOUBT = "doubt"
    SETTLED = "settled"
    SWITCHED = "switched"


@dataclass
class SteadyVerdict(Stateful):
    """A verdict that changes only when the contrary leads by `settle_s` seconds of evidence.

    on: the steady verdict.
    doubt_s: by how many seconds of evidence the contrary leads now.
    doubt_since_s: when that doubt began; after a switch, when the new verdict began.
    """

    settle_s: float = field(metadata=NOT_SAVED)
    on: bool = False
    doubt_s: float = 0.0
    doubt_since_s: float = math.nan

    def update(self, start_s: float, end_s: float, value: bool, sure: float = 1.0) -> Change:
        """Take in that `value` was seen from start_s to end_s. sure: 0..1, what that is worth."""
        before = self.doubt_s
        evidence_s = sure * (end_s - start_s)
        if value != self.on and (evidence_s > 0 or before > 0):
            if before == 0.0:
                self.doubt_since_s = start_s
            self.doubt_s += evidence_s
            if self.doubt_s < self.settle_s - _NOTHING_S:
                return Change.DOUBT
            self.reset(value)
            return Change.SWITCHED
        self.doubt_s = max(0.0, before - evidence_s)
        if self.doubt_s > _NOTHING_S:
            return Change.DOUBT
        self.doubt_s = 0.0
        return Change.SETTLED if before > 0.0 else Change.NONE

    def reset(self, on: bool) -> None:
        """Take `on` as settled."""
        self.on = on
        self.doubt_s = 0.0

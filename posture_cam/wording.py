"""Which message fits what was found, and whose turn it is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from posture_cam.bouts import Measured
from posture_cam.messages import MESSAGES, duration_text, say, stretch_text
from posture_cam.movement_watch import Finding
from posture_cam.reminders import MOST_LEVEL
from posture_cam.stateful import Stateful
from posture_cam.stretches import Place, stretches_at
from posture_cam.types import EventKind

WORTH_SAYING_DEG = 5.0
"""A smaller change of angle is within what a webcam confuses with noise."""
WORTH_SAYING_CM = 2.0

SIMPLE_ACTIONS = ("action.back", "action.hips", "action.shoulders", "action.screen")
STRETCHES = {
    "seated": stretches_at(Place.SEATED),
    "standing": stretches_at(Place.STANDING),
    "break": stretches_at(Place.STANDING, Place.FLOOR),
}


@dataclass
class Wording(Stateful):
    """Makes messages; actions and stretches take turns, and none comes twice in a row.

    turns: how often each list of actions has been used; last: the key of the last action.
    """

    turns: dict[str, int] = field(default_factory=dict)
    last: str = ""

    def alert(self, level: int, measured: Measured, duration_s: float) -> str:
        """A reminder about slouching. level: 1 the first .. 3 the third and later unheeded one."""
        if level == 1:
            action = MESSAGES[self._next("simple", SIMPLE_ACTIONS)]
        else:
            action = self._stretch("standing" if level == MOST_LEVEL else "seated")
        reason = slouch_reason(measured, duration_s)
        return say(f"alert.{level}", reason=reason, action=action)

    def finding(self, finding: Finding, now_s: float) -> str:
        """What fell due beside slouching."""
        values: dict[str, object] = {"duration": duration_text(now_s - finding.start_s)}
        if math.isfinite(finding.mean):
            values["amount"] = round(abs(finding.mean))
        match finding.kind:
            case EventKind.STILL:
                values |= {"minutes": round(finding.amount), "action": self._stretch("seated")}
            case EventKind.BREAK_DUE:
                values |= {"minutes": round(finding.amount), "action": self._stretch("break")}
            case EventKind.BENDING | EventKind.TWISTING:
                values["count"] = round(finding.amount)
        key = str(finding.kind)
        if finding.kind is EventKind.ASYMMETRY:
            key += f".{finding.part}." + ("left" if finding.mean > 0 else "right")
        return say(key, **values)

    def _stretch(self, occasion: str) -> str:
        return stretch_text(self._next(occasion, [one.key for one in STRETCHES[occasion]]))

    def _next(self, occasion: str, keys: Sequence[str]) -> str:
        turn = self.turns.get(occasion, 0)
        if keys[turn % len(keys)] == self.last:
            turn += 1
        self.turns[occasion], self.last = turn + 1, keys[turn % len(keys)]
        return self.last


def slouch_reason(measured: Measured, duration_s: float) -> str:
    """The clearest thing that was measured, and for how long."""
    duration = duration_text(duration_s)
    for key, mean, least in (
        ("reason.flexion", measured.flexion_deg.mean, WORTH_SAYING_DEG),
        ("reason.head_forward", measured.head_forward_cm.mean, WORTH_SAYING_CM),
        ("reason.trunk", measured.trunk_deg.mean, WORTH_SAYING_DEG),
    ):
        if mean >= least:
            return say(key, amount=round(mean), duration=duration)
    return say("reason.other", duration=duration)

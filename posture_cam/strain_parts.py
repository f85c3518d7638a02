"""Everything that the time side carries from one frame to the next."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from posture_cam.config import Settings
from posture_cam.dose import Creep, Ledger
from posture_cam.lasting import Lasting
from posture_cam.movement_watch import MovementWatch
from posture_cam.presence import Presence
from posture_cam.reminders import Reminders
from posture_cam.slouch_watch import SlouchWatch
from posture_cam.stateful import NOT_SAVED, Stateful
from posture_cam.wording import Wording


@dataclass
class StrainParts(Stateful):
    """Everything that later events depend on.

    zero_s: what all times in here are ahead of the frames' own, since a day that goes on in a
    second run keeps its clock.
    straighter_deg: that they sit straighter than when they calibrated is yet to be told; NaN: not.
    """

    settings: Settings = field(metadata=NOT_SAVED)
    slouch: SlouchWatch
    movement: MovementWatch
    presence: Presence
    reminders: Reminders
    dark: Lasting
    wording: Wording = field(default_factory=Wording)
    ledger: Ledger = field(default_factory=Ledger)
    creep: Creep = field(default_factory=Creep)
    time_s: float = math.nan
    zero_s: float = 0.0
    camera_moved: bool = False
    straighter_deg: float = math.nan

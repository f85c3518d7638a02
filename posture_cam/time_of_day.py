"""The local time of day, which may be set while live runs, and changes with summer time."""

from __future__ import annotations

import datetime

from posture_cam.quiet_hours import DAY_S

LOOK_EVERY_S, OFF_S = 60.0, 5.0
"""How often the time of day is looked at, and by how much it must be off to be taken anew."""


class TimeOfDay:
    """Follows the clock of the day beside that of the pictures.

    now_s: the present on the clock of the pictures, of which the first may be seconds old.
    at_zero_s: seconds after local midnight at time 0 of the pictures.
    """

    def __init__(self, now_s: float) -> None:
        self.at_zero_s = seconds_since_midnight() - now_s
        self._looked_s = now_s

    def changed(self, time_s: float, now_s: float) -> bool:
        """Look now and then; whether `at_zero_s` is another from now on.

        time_s: of the latest picture. now_s: the present, on the same clock.
        """
        if time_s - self._looked_s < LOOK_EVERY_S:
            return False
        self._looked_s = time_s
        at_zero_s = seconds_since_midnight() - now_s
        off_s = (at_zero_s - self.at_zero_s + DAY_S / 2) % DAY_S - DAY_S / 2
        if abs(off_s) <= OFF_S:
            return False
        self.at_zero_s += off_s
        return True


def seconds_since_midnight() -> float:
    """The local time of day."""
    now = datetime.datetime.now()
    return (now - now.replace(hour=0, minute=0, second=0, microsecond=0)).total_seconds()

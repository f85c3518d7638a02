"""The day so far in a small file, so that a restart goes on where the last run was.

It holds sums, times and counters (dose, sitting time, reminders said) and the name of the profile
that was chosen, no picture and no landmarks, and it is used on the day of its making only.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from posture_cam.atomic import atomic_file
from posture_cam.engine import PostureEngine
from posture_cam.errors import RecordingError

FORMAT = "posture_cam day"
FORMAT_VERSION = 1
SAVE_EVERY_S = 60.0
UNUSABLE = "The record of the day so far cannot be used ({reason}); today is counted from now."

TAKEN_OVER = (
    "Another run of `posture-cam live` keeps the record of today now ({path}); this one only"
    " watches on. Two at a time need a --profile each."
)


def state_folder() -> Path:
    """Where the day is kept, whether or not there is one."""
    return Path(platformdirs.user_state_dir("posture_cam", appauthor=False))


def day_path(profile: str | None) -> Path:
    """The file of one profile's day, or of the day of whoever sits here."""
    return state_folder() / (f"day-{profile}.json" if profile else "day.json")


class DayKeeper:
    """Gives the engine its day back, and saves it about once a minute while somebody is there.

    path: the file. tell: called with one plain sentence when the file cannot be used or written.
    now: the time of day, with its offset from UTC.

    sitter: name of the profile that was chosen for whoever sits here, "" when none was.
    """

    def __init__(
        self,
        path: Path,
        tell: Callable[[str], object],
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.sitter = ""
        self._path = path
        self._tell = tell
        self._now = now
        self._changed = False
        self._latest = now()
        self._saved_s = math.nan
        self._failed = False
        self._last = self._version()
        self._given_up = False

    def resume(self, engine: PostureEngine, now_s: float) -> bool:
        """Let the engine go on with today, if there is a record; whether there was.

        now_s: the present on the clock of the poses, of which the first is about to come.
        """
        try:
            found = self._read()
            if found is None:
                return False
            state, saved, sitter = found
            ago_s = (self._now() - saved).total_seconds() - now_s
            engine.resume_day(state, ago_s)
        except OSError as error:
            self._tell(UNUSABLE.format(reason=error.strerror or error))
            return False
        except (RecordingError, KeyError, TypeError, ValueError, AttributeError):
            self._tell(UNUSABLE.format(reason="it is damaged or of another version"))
            return False
        self.sitter = sitter
        return True

    def follow(
        self, engine: PostureEngine, time_s: float, *, present: bool, news: bool = False
    ) -> None:
        """Take note of a frame; without anybody in the picture there is nothing to save.

        news: something was told or asked for that must not be lost, nor told again; saved at once.
        """
        self._changed = self._changed or present or news
        self._latest = self._now()
        if math.isnan(self._saved_s):
            self._saved_s = time_s
        if news or time_s - self._saved_s >= SAVE_EVERY_S:
            self._saved_s = time_s
            self.save(engine)

    def save(self, engine: PostureEngine) -> None:
        """Write the file if there is anything new."""
        if not self._changed or self._given_up:
            return
        self._changed = False
        if self._written_by_another():
            self._given_up = True
            self._tell(TAKEN_OVER.format(path=self._path))
            return
        state = engine.day_state()
        document = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            # Of the latest picture: a camera lost for an hour before the end was a break.
            "saved": self._latest.isoformat(timespec="milliseconds"),
            "sitter": self.sitter,
            "sha256": _digest(state),
            "state": state,
        }
        try:
            with atomic_file(self._path) as file:
                file.write(json.dumps(document, allow_nan=False).encode())
            self._last = self._version()
        except OSError as error:
            if not self._failed:
                self._tell(
                    f"The day cannot be kept for a restart ({error.strerror} at {self._path}); make"
                    " that folder writable, or set live.keep_day to false."
                )
            self._failed = True

    def _written_by_another(self) -> bool:
        """Whether somebody else has written the file since it was read or written here."""
        return self._version() not in (None, self._last)

    def _version(self) -> tuple[int, int] | None:
        """Tells one writing of the file from the next, None without a file."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def _read(self) -> tuple[dict[str, Any], datetime, str] | None:
        """State, time and sitter of today's record, None when there is none of today.

        Raises OSError, or KeyError, TypeError or ValueError when it is not what it should be.
        """
        try:
            document = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        saved = datetime.fromisoformat(document["saved"])
        if saved.astimezone(self._now().tzinfo).date() != self._now().date():
            return None
        state = document["state"]
        if (document["format"], document["format_version"]) != (FORMAT, FORMAT_VERSION):
            raise ValueError("format")
        if document["sha256"] != _digest(state):
            raise ValueError("checksum")
        return state, saved.astimezone(UTC), str(document.get("sitter", ""))


def _digest(state: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()

"""What a watcher tells beside its observations."""

from __future__ import annotations

from dataclasses import dataclass

from posture_cam.errors import PostureCamError
from posture_cam.observation import Observation


@dataclass(frozen=True, slots=True)
class Trouble:
    """The source gives no pictures; it will be tried again. `sentence` says why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a line that is no failure. hint: advice that may be left out."""

    sentence: str
    hint: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more will come. `error` is the failure that ended it, None after a file's end."""

    error: PostureCamError | None = None


News = Observation | Trouble | Notice | Ended

"""What a watcher tells, for the tests."""

from __future__ import annotations

from posture_cam.news import Ended, News
from posture_cam.watcher import Watcher


def everything(watcher: Watcher) -> list[News]:
    """All news up to the end, which has to come."""
    heard: list[News] = []
    while not (heard and isinstance(heard[-1], Ended)):
        heard += watcher.news(60.0)
    return heard

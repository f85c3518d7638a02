"""When the pictures of a source were taken: as a video states it, as its file was written, or now.

Phones, cameras and most recording programs write the moment into the video, where copying and
sending leave it; the date of the file may be that of the copy.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from posture_cam.sources import is_recording

BY_VIDEO, BY_FILE, UNKNOWN = "video", "file", ""
"""Who says when a video was recorded."""
EARLIEST = datetime(1991, 1, 1, tzinfo=UTC)
"""The first webcam is of 1991; what states less comes from a clock that was never set."""
OTHER_CLOCK = timedelta(days=1)
"""Nothing is written before it was recorded, but for two clocks or time zones that differ."""


def recorded_at(spec: str) -> datetime:
    """When the pictures of a source are taken, UTC: now, unless it is a video file."""
    spec = spec.strip()
    return recorded(Path(spec))[0] if is_recording(spec) else datetime.now(UTC)


def recorded(path: Path) -> tuple[datetime, str]:
    """When a video was recorded, UTC, and who says so; now for one that is not there.

    A video that states nothing counts as recorded when its file was last written, so that a copy
    which does not keep the time of its file counts as recorded when it was copied.
    """
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return datetime.now(UTC), UNKNOWN
    stated = _stated(path)
    if stated is not None and EARLIEST <= stated <= written + OTHER_CLOCK:
        return stated, BY_VIDEO
    return written, BY_FILE


def _stated(path: Path) -> datetime | None:
    """When a video says that it was recorded; None if it says nothing or cannot be read."""
    from posture_cam.video_file import UNREADABLE, open_container  # slow; no camera needs it

    with suppress(KeyError, *UNREADABLE), open_container(path) as container:
        return datetime.fromisoformat(container.metadata["creation_time"]).astimezone(UTC)
    return None

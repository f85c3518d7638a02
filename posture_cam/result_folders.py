"""Where the results of each video go, so that no two videos ever share a folder.

The folder is named after the video's stem. If that place belongs to another video (another path in
its summary.json), or holds anything else, `stem-2`, `stem-3` ... are tried: `day1/desk.mp4` and
`day2/desk.mp4` become `desk` and `desk-2`, in the order in which they first came. A video finds its
folder again as long as it is not moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from posture_cam.results import FILES, read_document
from posture_cam.sources import absolute


def assign_folders(videos: Iterable[Path], output: Path) -> list[Path]:
    """The folder of each video, in the order of the videos."""
    taken: set[str] = set()
    folders = []
    for video in videos:
        folder = next(
            place
            for place in _candidates(video, output)
            if place.name.casefold() not in taken and _may_use(place, video)
        )
        taken.add(folder.name.casefold())
        folders.append(folder)
    return folders


def still_free(folder: Path, video: Path) -> Path:
    """The folder that a video was assigned, or the next free one if meanwhile another video's
    results have come to lie there: two runs may write to one place."""
    if _may_use(folder, video):
        return folder
    return next(place for place in _candidates(video, folder.parent) if _may_use(place, video))


def _candidates(video: Path, output: Path) -> Iterable[Path]:
    yield output / video.stem
    for number in count(2):
        yield output / f"{video.stem}-{number}"


def _may_use(folder: Path, video: Path) -> bool:
    """Whether this place is free, or holds nothing but results that are this very video's.

    One that cannot be looked at is said to be free: why is told when its turn comes.
    """
    try:
        return _is_free_for(folder, video)
    except OSError:
        return True


def _is_free_for(folder: Path, video: Path) -> bool:
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    document = read_document(folder)
    if document is None:
        return {entry.name for entry in folder.iterdir()} <= FILES
    about = document.get("video")
    owner = about.get("path") if isinstance(about, dict) else None
    return isinstance(owner, str) and absolute(Path(owner)) == absolute(video)

"""Where pictures come from: a camera, a video file or a network stream, behind one iterator.

    with open_source("talk.mp4", rate_hz=10) as source:
        for frame in source:
            ...

Files and streams are read with PyAV, which hands out the file's own timestamps; OpenCV subtracts
a delayed start and hides that a file was cut off. Cameras are read with OpenCV, whose backends
are the operating systems' own.
"""

from __future__ import annotations

import glob
import math
import os
import platform
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from posture_cam.address import SCHEME, without_password
from posture_cam.errors import SourceError
from posture_cam.types import NAN, Frame

URL_SCHEMES = ("http", "https", "rtsp", "rtsps")

VIDEO_SUFFIXES = frozenset({
    ".3gp", ".avi", ".flv", ".gif", ".m2ts", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov", ".mp4",
    ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".webm", ".wmv",
})  # fmt: skip
"""File names that a folder's videos are recognised by. A file named outright may have any name."""


class SourceKind(StrEnum):
    """What kind of place pictures come from."""

    CAMERA = "camera"
    FILE = "file"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Facts about a source, as its header or driver states them.

    spec: what was asked for, without a password that a URL may carry.
    width, height: pixels of the pictures handed out, upright and with square pixels.
    fps: average frames per second, NaN when unknown; times never derive from it.
    duration_s: length of the recording, NaN when unknown or endless.
    frame_count: number of pictures that the header promises, None when it does not.
    rotation_deg: clockwise rotation found in the metadata and already applied: 0, 90, 180 or 270.
    recorded: of a video file, when its pictures were taken, ISO 8601 in UTC.
    recorded_by: who says so, "video" or the date of the "file", which may be that of a copy.
    """

    spec: str
    kind: SourceKind
    width: int
    height: int
    fps: float = NAN
    duration_s: float = NAN
    frame_count: int | None = None
    rotation_deg: int = 0
    codec: str = ""
    recorded: str = ""
    recorded_by: str = ""


class Source(ABC):
    """Iterator of frames with strictly increasing times; close it, or use it in a `with` block.

    info: facts about the source.
    live: whether pictures come as they happen and without end, so that only a failure ends them.
    problem: after the last frame of a file, one sentence if it ended early or was damaged.
    """

    info: SourceInfo
    live: bool
    problem: str | None = None

    @abstractmethod
    def __next__(self) -> Frame:
        """The next frame. Raises SourceError when the source is lost."""

    @abstractmethod
    def close(self) -> None:
        """Give the file, camera or connection back. May be called more than once."""

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class FrameGrid:
    """Picks frames for the instants 0, 1/rate, 2/rate, ... without ever drifting from them.

    Every instant belongs to the frame nearest to it, and a frame is picked if an instant is its
    own. So an uneven frame rate near `rate_hz` still gives one frame for each instant, a higher
    one is thinned out evenly, and of a lower one every frame is taken. rate_hz 0 takes all.
    """

    def __init__(self, rate_hz: float) -> None:
        self._rate_hz = rate_hz
        self._last = -math.inf

    def takes(self, nearest_until_s: float) -> bool:
        """Whether to take the frame that is the nearest one up to this time."""
        if self._rate_hz <= 0:
            return True
        # A microsecond of grace, so that 0.3 s at 10 Hz is the third instant in binary floats too.
        instant = math.floor((nearest_until_s + 1e-6) * self._rate_hz)
        if instant <= self._last:
            return False
        self._last = instant
        return True


def open_source(
    spec: str,
    *,
    rate_hz: float = 0,
    realtime: bool = False,
    timeout_s: float | None = None,
) -> Source:
    """Open a camera ("0", "/dev/video2"), a video file, or an http, https or rtsp URL.

    rate_hz: frames per second handed out, picked by their times (see FrameGrid); 0 means all.
    realtime: play a file at its own speed, dropping frames that come too late to be seen. Cameras
        and streams always run in real time: only their newest picture is kept.
    timeout_s: how long a camera or stream may be silent; None means the setting live.timeout_s.
    Raises SourceError.
    """
    spec = spec.strip()
    if timeout_s is None:
        from posture_cam.config import LiveSettings

        timeout_s = LiveSettings().timeout_s
    if is_camera(spec):
        from posture_cam.camera import open_camera

        return open_camera(spec, rate_hz=rate_hz, timeout_s=timeout_s)
    if not spec:
        raise SourceError(
            "No source is named; give a camera's number such as 0, a device, a video or an address."
        )
    scheme = _scheme(spec)
    if scheme:
        if scheme not in URL_SCHEMES:
            raise SourceError(
                f"{without_password(spec)} cannot be opened: addresses may begin with http, https,"
                " rtsp or rtsps."
            )
        from posture_cam.stream import open_stream

        return open_stream(spec, rate_hz=rate_hz, timeout_s=timeout_s, realtime=realtime)
    from posture_cam.video_file import open_file

    return open_file(Path(spec), rate_hz=rate_hz, realtime=realtime)


def find_videos(paths: Iterable[str | Path]) -> list[Path]:
    """The videos that these arguments name, each once, a folder's in natural order.

    A file is taken as it is, whatever its name and even if it is missing, so that one bad name in
    a long list is reported when its turn comes and the others go on. A folder stands for the
    videos directly inside it, known by their extension; deeper folders are left alone, because
    results live in folders too: name them by a wildcard such as `clips/**/*.mp4`. Wildcards that
    no shell has expanded are expanded here and skip folders and hidden files. Neither stands for
    an annotated video beside the results that it belongs to.
    Raises SourceError for a folder or a wildcard without any video.
    """
    found: dict[str, Path] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            videos = [entry for entry in path.iterdir() if _is_video(entry)]
            if not videos:
                raise SourceError(
                    f"The folder {path} holds no video; name the videos themselves, or a wildcard"
                    f" such as {path / '**' / '*.mp4'} for those in deeper folders."
                )
        elif not path.exists() and glob.has_magic(str(given)):
            matches = glob.glob(str(given), recursive=True)  # noqa: PTH207 - given may be absolute
            videos = [Path(match) for match in matches if _is_unanalysed(Path(match))]
            if not videos:
                raise SourceError(f"No file matches {given}; check the folder and the wildcard.")
        else:
            videos = [path]
        for video in sorted(videos, key=_natural_order):
            found.setdefault(absolute(video), video)
    return list(found.values())


def _scheme(spec: str) -> str:
    match = re.match(rf"({SCHEME})://", spec)
    return match[1].lower() if match else ""


def ask_for_camera(spec: str) -> None:
    """Have the system ask whether this program may use a camera, where it asks on the main thread.

    On macOS OpenCV cannot ask on another one. To be called before a camera is opened elsewhere.
    """
    if platform.system() == "Darwin" and is_camera(spec.strip()):
        from posture_cam.camera import try_camera

        try_camera(spec.strip())


def is_recording(spec: str) -> bool:
    """Whether this names a file."""
    return not (is_camera(spec.strip()) or _scheme(spec.strip()))


def comes_back(spec: str) -> bool:
    """Whether it is worth waiting for this source: a camera or a stream, not a file."""
    return is_camera(spec.strip()) or _scheme(spec.strip()) in URL_SCHEMES


def is_camera(spec: str) -> bool:
    """Whether this names a camera of this computer, by its number or device."""
    return spec.isdecimal() or spec.startswith("/dev/") or Path(spec).is_char_device()


def absolute(path: Path) -> str:
    """One spelling of a path for every folder that it may be named from."""
    folder = os.path.realpath(path.parent)  # behind a link, .. is another folder than it looks
    return os.path.abspath(os.path.join(folder, path.name))  # noqa: PTH100, PTH118


def _is_video(path: Path) -> bool:
    hidden = path.name.startswith(".")
    return not hidden and path.suffix.lower() in VIDEO_SUFFIXES and _is_unanalysed(path)


def _is_unanalysed(path: Path) -> bool:
    """Whether this is a file, and none that an analysis has written."""
    from posture_cam.results import SUMMARY, VIDEO

    return path.is_file() and not (path.name == VIDEO and path.with_name(SUMMARY).is_file())


def _natural_order(path: Path) -> list[tuple[int, str]]:
    """Sort key under which clip2 comes before clip10, capitals or not."""
    pieces = re.split(r"(\d+)", str(path).casefold())
    return [(int(piece) if piece.isdecimal() else -1, piece) for piece in pieces]

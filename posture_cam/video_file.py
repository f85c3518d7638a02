"""Videos from disk, with the times, the uprightness and the pixel shape that they really have."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from posture_cam.decoding import PictureConverter, Timeline, orientation
from posture_cam.errors import SourceError
from posture_cam.letterbox import find_bars
from posture_cam.recording_date import recorded
from posture_cam.sources import FrameGrid, Source, SourceInfo, SourceKind
from posture_cam.types import NAN, Frame

UNREADABLE = (av.error.FFmpegError, OSError, ValueError)
MAX_DECODER_THREADS = 4
# Their headers state the length that was written; elsewhere it is only guessed from the bit rate.
FORMATS_WITH_DURATION = frozenset({"mov", "mp4", "matroska", "webm", "avi", "flv"})
# They state when the recording ends on its own clock, which need not begin at 0.
FORMATS_WITH_END = frozenset({"matroska", "webm"})
LONGEST_DROUGHT_S = 0.5
FIRST_PICTURES, LATER_PICTURES = 5, (0.25, 0.5, 0.75, 0.95)
"""Where black bars about the picture are looked for: in so many from the beginning on, which may be
a title or fade in, and at these shares of the length."""
MOST_DECODED = 300
"""So many pictures at most from a whole one to that which is looked at."""


class VideoFile(Source):
    """Frames of a recording. time_s is the presentation time since the start of the container.

    So sound and picture share one clock: a picture track that starts late starts late here too.
    """

    live = False

    def __init__(
        self,
        container: InputContainer,
        spec: str,
        *,
        rate_hz: float = 0,
        realtime: bool = False,
        later: Sequence[VideoFrame] = (),
    ) -> None:
        self._container = container
        self._name = spec
        self._stream = picture_track(container, spec)
        self._converter = PictureConverter(self._stream.sample_aspect_ratio)
        self._grid = FrameGrid(rate_hz)
        self._pacer = Pacer() if realtime else None
        self._damaged = 0
        self._end_s = 0.0
        start = container.start_time
        self._timeline = Timeline(
            self._stream.time_base,
            None if start is None else start / av.time_base,
            _nominal_interval(self._stream),
        )
        self._decoded = self._decode()
        first = list(islice(self._decoded, FIRST_PICTURES))
        looked_at = [*(picture for _, picture in first), *later]
        self._bars = find_bars(self._converter.upright_bgr(picture) for picture in looked_at)
        self._coming = chain(first, self._decoded)
        self._current = next(self._coming, None)
        if self._current is None:
            self.close()
            raise SourceError(
                f"{spec} holds no picture that can be decoded; it is empty or damaged, so record,"
                " copy or download it again."
            )
        self._count = 0
        self.info = self._describe(self._current[1])

    def __next__(self) -> Frame:
        while self._current is not None:
            index, (time_s, picture) = self._count, self._current
            self._current = next(self._coming, None)
            self._count += 1
            next_s = None if self._current is None else self._current[0]
            if not self._grid.takes(time_s if next_s is None else (time_s + next_s) / 2):
                continue
            if self._pacer and not self._pacer.shows(time_s, next_s):
                continue
            return Frame(index, time_s, self._picture(picture))
        raise StopIteration

    def close(self) -> None:
        self._decoded.close()
        self._current = None
        self._container.close()

    def _picture(self, decoded: VideoFrame) -> NDArray[np.uint8]:
        return np.ascontiguousarray(self._bars.removed(self._converter.upright_bgr(decoded)))

    def _describe(self, first: VideoFrame) -> SourceInfo:
        height, width, _ = self._picture(first).shape
        rate = self._stream.average_rate
        moment, witness = recorded(Path(self._name))
        return SourceInfo(
            spec=self._name,
            kind=SourceKind.FILE,
            width=width,
            height=height,
            fps=float(rate) if rate else NAN,
            duration_s=self._stated_s(),
            frame_count=self._stream.frames or None,
            rotation_deg=orientation(first).clockwise_deg,
            codec=self._stream.codec_context.name,
            recorded=moment.isoformat(timespec="seconds"),
            recorded_by=witness,
        )

    def _decode(self) -> Generator[tuple[float, VideoFrame]]:
        """(time, picture) of every frame, times strictly increasing."""
        for packet in chain(self._packets(), [None]):  # None brings out what the decoder holds
            try:
                pictures = self._stream.codec_context.decode(packet)
            except av.error.FFmpegError:
                self._damaged += 1
                continue
            for picture in pictures:
                yield self._timeline.place(picture), picture
        self.problem = self._find_problem()

    def _packets(self) -> Iterator[Packet[Stream]]:
        """The picture track's packets. All tracks are read, for together they end the recording."""
        packets = self._container.demux()
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                self._damaged += 1
                return
            if packet is None:
                return
            if not packet.size:
                continue
            if packet.pts is not None and packet.time_base is not None:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                self._end_s = max(self._end_s, end - self._timeline.origin_s)
            if packet.stream_index == self._stream.index:
                yield packet

    def _find_problem(self) -> str | None:
        promised_s = self._promised_s()
        if self._end_s < promised_s - max(0.5, 2 * self._timeline.interval_s):
            return (
                f"The video ends after {self._end_s:.1f} s of the {promised_s:.1f} s that its"
                " header promises; it was cut off, and what there is has been read."
            )
        if self._damaged:
            return f"{self._damaged} damaged places in the video were skipped."
        return None

    def _stated_s(self) -> float:
        """Length by the header or, where formats state none, as the reader guesses it; or NaN."""
        duration, start = self._container.duration, self._container.start_time
        if duration is None:
            return NAN
        if start is not None and self._is_any_of(FORMATS_WITH_END):
            duration -= start
        return duration / av.time_base

    def _is_any_of(self, formats: frozenset[str]) -> bool:
        return not formats.isdisjoint(self._container.format.name.split(","))

    def _promised_s(self) -> float:
        """Length that the header states, 0 where formats do not state one."""
        if not self._is_any_of(FORMATS_WITH_DURATION):
            return 0.0
        stated_s, rate = self._stated_s(), self._stream.average_rate
        whole_s = 0.0 if math.isnan(stated_s) else stated_s
        if rate and (whole_s == 0.0 or self._container.format.name == "avi"):
            # The reader of AVI corrects the length by the file's size, not the number of frames.
            # Elsewhere that number counts pictures, too, that were cut away without coding anew.
            return max(whole_s, float(self._stream.frames / rate))
        return whole_s


class Pacer:
    """Holds frames back until their time has come, and lets late ones go."""

    def __init__(self) -> None:
        self._started: float | None = None
        self._last_shown_s = 0.0

    def shows(self, time_s: float, next_s: float | None) -> bool:
        """Wait for this frame's time; False when the next one is already due instead.

        A reader that is always late still gets a frame every LONGEST_DROUGHT_S.
        """
        now = time.monotonic()
        if self._started is None:
            self._started = now - time_s
        position_s = now - self._started
        late = next_s is not None and next_s <= position_s
        if late and time_s - self._last_shown_s < LONGEST_DROUGHT_S:
            return False
        time.sleep(max(0.0, time_s - position_s))
        self._last_shown_s = time_s
        return True


def open_file(path: Path, *, rate_hz: float, realtime: bool) -> VideoFile:
    """Open a video on disk. Raises SourceError."""
    _check_readable(path)
    try:
        container = open_container(path)
    except UNREADABLE as error:
        raise SourceError(_why_unreadable(path)) from error
    later = list(_later_pictures(path))
    return VideoFile(container, str(path), rate_hz=rate_hz, realtime=realtime, later=later)


def open_container(path: Path) -> InputContainer:
    """A video as FFmpeg reads it. Raises what UNREADABLE names."""
    # "file:" keeps a name such as 10:30:00.mp4 from being read as an address, and the whitelist
    # keeps a playlist that calls itself a video from reaching into the network.
    return av.open(f"file:{path}", options={"protocol_whitelist": "file"})


def _later_pictures(path: Path) -> Iterator[VideoFrame]:
    """Pictures from all over the file, none where it cannot be wound forward."""
    with suppress(av.error.FFmpegError, OSError, SourceError), open_container(path) as container:
        stream = picture_track(container, str(path))
        if container.duration is None:
            return
        for share in LATER_PICTURES:
            at = (container.start_time or 0) + round(share * container.duration)
            container.seek(at)  # to the whole picture before, from which it goes on
            picture = None
            for picture in islice(container.decode(stream), MOST_DECODED):
                if picture.time is None or picture.time * av.time_base >= at:
                    break
            if picture is not None:
                yield picture


def _check_readable(path: Path) -> None:
    if path.is_dir():
        raise SourceError(f"{path} is a folder, not a video; name a video inside it.")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        reason = "does not exist" if isinstance(error, FileNotFoundError) else error.strerror
        raise SourceError(f"{path} cannot be opened ({reason}); check the name.") from error
    if empty:
        raise SourceError(f"{path} is empty; record or copy it again.")


def _why_unreadable(path: Path) -> str:
    with path.open("rb") as file:
        beginning = file.read(12)
    if beginning[4:8] == b"ftyp":
        return (
            f"{path} was cut off before its index was written, so nothing in it can be read;"
            " record or copy it again."
        )
    return f"{path} is not a video, or is damaged beyond reading; check that it plays elsewhere."


def picture_track(container: InputContainer, spec: str) -> VideoStream:
    """The first moving picture in a container, ready to be decoded by several threads.

    spec: its name, for the message. Raises SourceError, the container closed, when there is none.
    """
    for stream in container.streams.video:
        # The cover picture of a piece of music is stored as a video track too.
        if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None:
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = min(MAX_DECODER_THREADS, os.cpu_count() or 1)
            return stream
    container.close()
    raise SourceError(f"{spec} holds no picture track, only sound or text; name a video.")


def _nominal_interval(stream: VideoStream) -> float:
    rate = stream.guessed_rate or stream.average_rate
    return float(1 / rate) if rate else 0.04

"""Network streams: MJPEG or anything else over http(s), and rtsp(s)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import av
import av.error
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from posture_cam.address import without_password
from posture_cam.decoding import PictureConverter
from posture_cam.errors import SourceError
from posture_cam.live_source import LiveSource
from posture_cam.sources import Source, SourceKind
from posture_cam.types import NAN
from posture_cam.video_file import VideoFile, picture_track


def open_stream(url: str, *, rate_hz: float, timeout_s: float, realtime: bool) -> Source:
    """Connect to a stream, or open a recording that a web server holds. Raises SourceError."""
    name = without_password(url)
    called = time.monotonic()
    try:
        container = av.open(url, timeout=(timeout_s, timeout_s), options=_options(url))
    except (av.error.FFmpegError, OSError, ValueError) as error:
        # After a time-out the rtsp reader complains about the contents that never came.
        waited = time.monotonic() - called >= timeout_s
        reason = _reason(TimeoutError() if waited else error, timeout_s)
        raise SourceError(f"{name} cannot be opened: {reason}.") from error
    if container.duration is not None and not url.lower().startswith("rtsp"):
        return VideoFile(container, name, rate_hz=rate_hz, realtime=realtime)
    grabber = StreamGrabber(container, name, timeout_s)
    return LiveSource(
        grabber,
        spec=name,
        kind=SourceKind.STREAM,
        fps=grabber.fps,
        codec=grabber.codec,
        rate_hz=rate_hz,
        timeout_s=timeout_s,
    )


class StreamGrabber:
    """Decodes a connection's pictures as they arrive."""

    def __init__(self, container: InputContainer, name: str, timeout_s: float) -> None:
        self._container = container
        self._name = name
        self._timeout_s = timeout_s
        stream = picture_track(container, name)
        # Decoding several pictures at a time would hold each of them back.
        stream.thread_type = "SLICE"
        self.fps = float(stream.average_rate) if stream.average_rate else NAN
        self.codec = stream.codec_context.name
        self._converter = PictureConverter(stream.sample_aspect_ratio)
        self._pictures = self._decode()
        self._picture: VideoFrame | None = None

    def grab(self) -> None:
        try:
            self._picture = next(self._pictures, None)
        except (av.error.FFmpegError, OSError) as error:
            broken = isinstance(error, av.error.InvalidDataError)
            reason = "the sender broke off" if broken else _reason(error, self._timeout_s)
            raise SourceError(f"The stream {self._name} was lost: {reason}.") from error
        if self._picture is None:
            raise SourceError(f"The stream {self._name} has ended; start it again at its sender.")

    def retrieve(self) -> NDArray[np.uint8]:
        if self._picture is None:
            raise SourceError(f"The stream {self._name} has sent no picture yet.")
        return self._converter.upright_bgr(self._picture)

    def close(self) -> None:
        self._container.close()

    def _decode(self) -> Iterator[VideoFrame]:
        shown = time.monotonic()
        for packet in self._container.demux(video=0):
            # One picture may be lost on the way; the next whole one goes on.
            with suppress(av.error.InvalidDataError):
                for picture in packet.decode():
                    yield picture
                    shown = time.monotonic()
            if time.monotonic() - shown > self._timeout_s:
                raise SourceError(
                    f"The stream {self._name} sends no picture that can be read; check its sender."
                )


def _options(url: str) -> dict[str, str]:
    options = {"fflags": "nobuffer", "flags": "low_delay"}
    if url.lower().startswith("rtsp"):
        # UDP loses packets on wireless networks, and a smeared picture is worse than a late one.
        options["rtsp_transport"] = "tcp"
    return options


def _reason(error: Exception, timeout_s: float) -> str:
    """What went wrong and what to do, to stand after a colon."""
    if isinstance(error, av.error.ExitError | TimeoutError):
        return f"no answer for {timeout_s:g} s, so check the address and the network"
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused, so check the port and that the sender is running"
    if isinstance(error, av.error.HTTPUnauthorizedError | av.error.HTTPForbiddenError):
        return "the server wants a user name and password, as in http://user:password@host/"
    if isinstance(error, av.error.HTTPNotFoundError):
        return "the server knows no such address, so check its path"
    if isinstance(error, av.error.InvalidDataError):
        return "what comes from there is not a video"
    detail = getattr(error, "strerror", None) or str(error)
    return f"{detail}; check the address and the network"

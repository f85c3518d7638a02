"""A network camera that shows a person: MJPEG over HTTP, from a sample video."""

from __future__ import annotations

import time
from fractions import Fraction
from functools import lru_cache
from http.server import BaseHTTPRequestHandler
from itertools import cycle, islice
from pathlib import Path

import av
import cv2

PICTURES = 40
EVERY_S = 0.1


class PersonCamera(BaseHTTPRequestHandler):
    """Sends the first pictures of `video`, over and over; breaks off after `pictures`."""

    video: Path
    pictures: int | None = None

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        try:
            for jpeg in islice(cycle(jpegs(self.video)), self.pictures):
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n"
                self.wfile.write(f"{head}\r\n".encode() + jpeg + b"\r\n")
                time.sleep(EVERY_S)
        except OSError:
            pass  # the viewer has gone

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@lru_cache(maxsize=2)
def jpegs(video: Path) -> tuple[bytes, ...]:
    """The first pictures of a video as JPEG files."""
    with av.open(str(video)) as container:
        frames = islice(container.decode(video=0), PICTURES)
        images = [frame.to_ndarray(format="bgr24") for frame in frames]
    return tuple(cv2.imencode(".jpg", image)[1].tobytes() for image in images)


def shortened(video: Path, path: Path, seconds: float, speed: float = 1.0) -> Path:
    """Copy the first seconds of a video without coding it anew, played `speed` times as fast."""
    with av.open(str(video)) as source, av.open(str(path), "w") as copy:
        original = source.streams.video[0]
        stream = copy.add_stream_from_template(original)
        ticks_a_second = 1 / (original.time_base or Fraction(1))
        for packet in source.demux(original):
            if packet.dts is None or packet.pts is None:
                continue
            if packet.pts < seconds * ticks_a_second:
                packet.stream = stream
                packet.pts, packet.dts = round(packet.pts / speed), round(packet.dts / speed)
                copy.mux(packet)
    return path

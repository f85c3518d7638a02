"""Real network cameras on loopback: MJPEG over HTTP, and RTSP with H.264 inside its connection."""

from __future__ import annotations

import io
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any

import av
from videos import MOST_FRAMES, numbered

PICTURE_EVERY_S = 0.02


@contextmanager
def serving(
    handler: type[socketserver.BaseRequestHandler], *, at_port: int = 0, **settings: Any
) -> Iterator[tuple[str, int]]:
    """Run a server on this machine until the block ends; `settings` are set on its class.

    at_port: 0 takes a free one.
    """
    configured = type("Handler", (handler,), settings)
    with ThreadingHTTPServer(("127.0.0.1", at_port), configured) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield "127.0.0.1", server.server_address[1]
        finally:
            server.shutdown()


class MjpegCamera(BaseHTTPRequestHandler):
    """What the web page of a network camera sends.

    It breaks off after `pictures`; those from number `spoilt_after` on cannot be read.
    """

    pictures = 10_000
    spoilt_after = 10_000

    def do_GET(self) -> None:
        if self.path == "/locked":
            self.send_error(401)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        try:
            for number in range(self.pictures):
                jpeg = jpeg_of(number % MOST_FRAMES)
                if number >= self.spoilt_after:
                    jpeg = jpeg[:2] + bytes(len(jpeg) - 2)
                head = f"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n"
                self.wfile.write(f"{head}\r\n".encode() + jpeg + b"\r\n")
                time.sleep(PICTURE_EVERY_S)
        except OSError:
            pass  # the viewer has gone

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


class SilentServer(socketserver.BaseRequestHandler):
    """Takes the call and never says a word."""

    def handle(self) -> None:
        self.request.recv(4096)
        time.sleep(30)


class RtspCamera(socketserver.StreamRequestHandler):
    """As much of RFC 2326 and RFC 6184 as a viewer needs that asks for TCP."""

    pictures = 10_000

    def handle(self) -> None:
        try:
            while request := self._read_request():
                self._answer(*request)
        except OSError:
            pass

    def _read_request(self) -> tuple[str, str] | None:
        method, sequence = "", ""
        while line := self.rfile.readline().decode().strip():
            method = method or line.split()[0]
            if line.lower().startswith("cseq:"):
                sequence = line.split(":")[1].strip()
        return (method, sequence) if method else None

    def _answer(self, method: str, sequence: str) -> None:
        body = ""
        head = ["RTSP/1.0 200 OK", f"CSeq: {sequence}", "Session: 1"]
        if method == "OPTIONS":
            head.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        if method == "DESCRIBE":
            body = (
                "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n"
                "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track\r\n"
            )
            head += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        if method == "SETUP":
            head.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
        self.wfile.write(("\r\n".join(head) + "\r\n\r\n" + body).encode())
        if method == "PLAY":
            self._play()

    def _play(self) -> None:
        sequence = count()
        for number, units in zip(range(self.pictures), h264_pictures(), strict=False):
            for place, unit in enumerate(units):
                last = 0x80 if place == len(units) - 1 else 0
                packet = struct.pack(
                    ">BBHII", 0x80, last | 96, next(sequence) & 0xFFFF, number * 1800, 7
                )
                packet += unit
                self.wfile.write(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
            time.sleep(PICTURE_EVERY_S)
        self.request.shutdown(socket.SHUT_RDWR)


def jpeg_of(number: int) -> bytes:
    """Frame `number` as a JPEG file."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mjpeg") as output:
        stream = output.add_stream("mjpeg", rate=25)
        stream.height, stream.width = numbered(number).shape[:2]
        stream.pix_fmt = "yuvj420p"
        frame = av.VideoFrame.from_ndarray(numbered(number), format="bgr24")
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return buffer.getvalue()


def h264_pictures() -> Iterator[list[bytes]]:
    """The network abstraction layer units of one picture after the other."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = numbered(0).shape[:2]
    encoder.pix_fmt, encoder.framerate = "yuv420p", Fraction(50)
    encoder.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "10"}
    for number in count():
        frame = av.VideoFrame.from_ndarray(numbered(number % MOST_FRAMES), format="bgr24")
        for packet in encoder.encode(frame):
            data = bytes(packet).replace(b"\0\0\0\1", b"\0\0\1")
            yield [unit for unit in data.split(b"\0\0\1") if unit]

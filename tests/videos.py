"""Small videos for tests, written with PyAV so that nothing but the test extra is needed.

Every frame is a plain grey whose level tells its number, so a test can say which frame it got.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

Image = NDArray[np.uint8]

MOST_FRAMES = 35
WIDTH, HEIGHT = 96, 64

EVEN = [number / 10 for number in range(30)]
UNEVEN = [0, 0.05, 0.1, 0.5, 0.52, 0.54, 1.0, 2.0, 2.5]
"""Times of frames, seconds."""


def numbered(number: int, width: int = WIDTH, height: int = HEIGHT) -> Image:
    """The picture of frame `number`, 0..MOST_FRAMES - 1."""
    return np.full((height, width, 3), 30 + 6 * number, dtype=np.uint8)


def number_of(image: Image) -> int:
    """Which frame this picture is of; coding darkens it by a level or two."""
    return round((float(image.mean()) - 28) / 6)


def write_video(
    path: Path,
    times_s: Sequence[float],
    *,
    codec: str = "libx264",
    images: Sequence[Image] | None = None,
    pixel_aspect: Fraction | None = None,
    sound_s: float = 0,
    container: str | None = None,
    options: dict[str, str] | None = None,
    whole_every: int = 5,
) -> Path:
    """Write frames with exactly these presentation times, and silence as long as `sound_s`."""
    pictures = [numbered(number) for number in range(len(times_s))] if images is None else images
    ticks = Fraction(1, 10 if path.suffix == ".avi" else 1000)  # AVI pads every tick
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        stream = output.add_stream(codec, rate=30)
        assert isinstance(stream, VideoStream)
        stream.height, stream.width = pictures[0].shape[:2] if pictures else (HEIGHT, WIDTH)
        stream.pix_fmt = "rgb8" if codec == "gif" else "yuv420p"
        stream.codec_context.time_base = ticks
        if codec == "libx264":
            stream.codec_context.options = {
                "preset": "ultrafast",
                "qp": "4",
                "g": str(whole_every),
            }
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        sound = output.add_stream("aac", rate=16000) if sound_s else None
        if isinstance(sound, AudioStream):
            _write_silence(output, sound, sound_s)
        for picture, time_s in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts, frame.time_base = round(time_s / ticks), ticks
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def rotate_by_metadata(path: Path) -> Path:
    """Mark an MP4 as filmed with the telephone upright: to be shown turned 90 degrees clockwise."""
    return show_by_metadata(path, (0, 1), (-1, 0))


def show_by_metadata(path: Path, right: tuple[int, int], down: tuple[int, int]) -> Path:
    """Have an MP4 shown turned or mirrored.

    right, down: where a step to the right, and one down, in the stored picture leads on the screen.
    """
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    width, height = (value >> 16 for value in struct.unpack_from(">2I", data, matrix + 36))
    left, top = (
        max(0, -to_the_right * width, -below * height, -to_the_right * width - below * height)
        for to_the_right, below in zip(right, down, strict=True)
    )
    numbers = [*right, 0, *down, 0, left, top]
    struct.pack_into(">9i", data, matrix, *(number << 16 for number in numbers), 1 << 30)
    path.write_bytes(data)
    return path


def cut_off(path: Path, share: float) -> Path:
    """Keep only the first share of the file's bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def _write_silence(output: OutputContainer, sound: AudioStream, length_s: float) -> None:
    for block in range(int(length_s * 16000) // 1024):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.sample_rate, frame.pts = 16000, block * 1024
        output.mux(sound.encode(frame))
    output.mux(sound.encode(None))

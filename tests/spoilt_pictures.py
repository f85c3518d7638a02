"""Pictures of poor cameras, in poor light and through other lenses, made of good ones."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[Any]
"""(height, width, 3) in 0..255, blue, green, red."""
CODING = {"crf": "20", "preset": "veryfast", "threads": "1"}
DISPLAY_GAMMA = 2.2
"""From numbers in a picture to light, near enough to the sRGB curve."""
READING_NOISE, PHOTON_NOISE = 0.003, 0.02
"""Noise of a small sensor, in its full scale: of reading, and of photons at full light."""


def small(picture: Picture, _rng: np.random.Generator) -> Picture:
    """320 pixels wide."""
    height, width = picture.shape[:2]
    return cv2.resize(picture, (320, round(320 / width * height)), interpolation=cv2.INTER_AREA)


def dark(picture: Picture, _rng: np.random.Generator) -> Picture:
    """A twelfth of the light, and a camera that does not make up for it."""
    return _with_light(picture, 1 / 12)


def grainy(picture: Picture, rng: np.random.Generator) -> Picture:
    """A tenth of the light, of which the camera makes up for a third, and all the noise with it."""
    return _with_light(picture, 1 / 10, gain=3.0, rng=rng)


def infrared(picture: Picture, _rng: np.random.Generator) -> Picture:
    """Grey."""
    return cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)


def washed_out(picture: Picture, _rng: np.random.Generator) -> Picture:
    """Light in the lens: two fifths of the contrast, all of it bright."""
    return np.clip(picture * 0.4 + 150, 0, 255).astype(np.uint8)


def out_of_focus(picture: Picture, _rng: np.random.Generator) -> Picture:
    """Blurred, with a standard deviation of 1/180 of the width."""
    return cv2.GaussianBlur(picture, (0, 0), picture.shape[1] / 180)


def hard_coded(picture: Picture, _rng: np.random.Generator) -> Picture:
    """As JPEG of quality 12, which is a poor line or a camera's own coding."""
    coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 12])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def wide_lens(picture: Picture, _rng: np.random.Generator) -> Picture:
    """Straight lines bent outwards, as by a cheap wide lens (k1 = 0.25, k2 = 0.05 backwards)."""
    height, width = picture.shape[:2]
    focal = 0.75 * width
    y, x = (np.mgrid[:height, :width] - np.array([height, width])[:, None, None] / 2) / focal
    square = x**2 + y**2
    stretch = (1 + 0.25 * square + 0.05 * square**2) * focal / 1.15
    across, down = (x * stretch + width / 2, y * stretch + height / 2)
    at = across.astype(np.float32), down.astype(np.float32)
    return cv2.remap(picture, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def tilted(picture: Picture, _rng: np.random.Generator) -> Picture:
    """A camera that hangs 7 degrees askew."""
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 7, 1.0)
    return cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def as_it_is(picture: Picture, _rng: np.random.Generator) -> Picture:
    """Nothing but coded anew like all others."""
    return picture


WAYS: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "as it is": as_it_is,
    "320 x 240 pixels": small,
    "dark": dark,
    "dark and grainy": grainy,
    "grey (infrared)": infrared,
    "washed out": washed_out,
    "out of focus": out_of_focus,
    "coded hard": hard_coded,
    "wide lens": wide_lens,
    "camera 7 degrees askew": tilted,
}


def spoil(source: Path, target: Path, way: str) -> None:
    """Write a video in one of the WAYS."""
    rng = np.random.default_rng(zlib.crc32(source.name.encode()))
    rewrite(source, target, lambda picture: WAYS[way](picture, rng))


def rewrite(source: Path, target: Path, change: Callable[[Picture], Picture]) -> None:
    """Write a video's pictures, each changed, as another video with the same times."""
    unfinished = target.with_suffix(f".unfinished{target.suffix}")
    with av.open(str(source)) as old, av.open(str(unfinished), "w") as new:
        film = old.streams.video[0]
        stream = new.add_stream("libx264", rate=film.average_rate, options=CODING)
        stream.time_base = film.time_base
        for place, frame in enumerate(old.decode(video=0)):
            changed = change(np.asarray(frame.to_ndarray(format="bgr24")))
            if place == 0:
                stream.height, stream.width = changed.shape[:2]
                stream.pix_fmt = "yuv420p"
            picture = av.VideoFrame.from_ndarray(changed, format="bgr24")
            picture.pts, picture.time_base = frame.pts, frame.time_base
            new.mux(stream.encode(picture))
        new.mux(stream.encode())
    unfinished.rename(target)


def _with_light(
    picture: Picture, share: float, gain: float = 1.0, rng: np.random.Generator | None = None
) -> Picture:
    light = (picture / np.float32(255)) ** DISPLAY_GAMMA * np.float32(share)
    if rng is not None:
        noise = rng.standard_normal(light.shape, dtype=np.float32)
        light += noise * np.sqrt(READING_NOISE**2 + PHOTON_NOISE**2 * light)
    return (np.clip(light * gain, 0, 1) ** (1 / DISPLAY_GAMMA) * 255).astype(np.uint8)

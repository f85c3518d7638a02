"""Text on pictures in an anti-aliased typeface; OpenCV's own line fonts are hard to read.

DejaVu Sans comes with matplotlib, covers Latin, Greek and Cyrillic, and its figures are equally
wide, so that changing numbers do not dance. Rendered words are kept, because a display repeats
nearly all of them from frame to frame.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
"""Blue, green, red, each 0..255, as OpenCV orders them."""
Picture = NDArray[np.uint8]
Align = Literal["left", "right"]


def write(
    picture: Picture,
    text: str,
    x: float,
    y: float,
    size: float,
    colour: Colour,
    *,
    bold: bool = False,
    align: Align = "left",
) -> float:
    """Draw one line of text into `picture`, in place, and return its width in pixels.

    x, y: pixels; x is the edge that `align` names, y the line's baseline.
    size: font size in pixels. Parts that reach beyond the picture are cut off.
    """
    mask, ascent = _rendered(text, round(size), bold)
    height, width = mask.shape
    left = round(x - (width if align == "right" else 0))
    top = round(y) - ascent
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, picture.shape[1]), min(top + height, picture.shape[0])
    if x1 > x0 and y1 > y0:
        alpha = mask[y0 - top : y1 - top, x0 - left : x1 - left, None].astype(np.uint16)
        area = picture[y0:y1, x0:x1]
        blended = area * (255 - alpha) + np.array(colour, dtype=np.uint16) * alpha
        area[:] = (blended // 255).astype(np.uint8)
    return float(width)


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of one line of text in pixels."""
    return float(_typeface(round(size), bold).getlength(text))


def wrap(text: str, size: float, width: float, lines: int, *, bold: bool = False) -> list[str]:
    """Break text at its spaces into at most `lines` lines of at most `width` pixels.

    What does not fit is replaced by an ellipsis.
    """
    wrapped: list[str] = []
    for word in text.split():
        longer = f"{wrapped[-1]} {word}" if wrapped else word
        if wrapped and text_width(longer, size, bold=bold) <= width:
            wrapped[-1] = longer
        else:
            wrapped.append(word)
    if len(wrapped) > lines:
        last = wrapped[lines - 1]
        while last and text_width(f"{last}…", size, bold=bold) > width:
            last = last[:-1].rstrip()
        wrapped = [*wrapped[: lines - 1], f"{last}…"]
    return wrapped


@lru_cache(maxsize=64)
def _typeface(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    # With a home that cannot be written it warns about a folder that is of no use here.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    import matplotlib

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), max(size, 6))


@lru_cache(maxsize=1024)
def _rendered(text: str, size: int, bold: bool) -> tuple[NDArray[np.uint8], int]:
    """Coverage 0..255 of a line of text, and how far its baseline lies below the top."""
    typeface = _typeface(size, bold)
    ascent, descent = typeface.getmetrics()
    image = Image.new("L", (max(round(typeface.getlength(text)), 1), ascent + descent), 0)
    ImageDraw.Draw(image).text((0, ascent), text, font=typeface, fill=255, anchor="ls")
    return np.asarray(image, dtype=np.uint8), ascent

"""A column of text beside a picture, whose lengths are units that grow with the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from posture_cam.typography import Align, Colour, Picture, wrap, write


@dataclass(frozen=True)
class Column:
    """Where text stands on a picture. All places and sizes are in units, y downwards.

    picture: (height, width, 3) uint8 BGR, drawn on in place. unit: pixels.
    left, right: where lines begin and end.
    """

    picture: Picture
    unit: float
    left: float
    right: float

    @property
    def height(self) -> float:
        """Of the picture."""
        return int(self.picture.shape[0]) / self.unit

    def write(
        self,
        words: str,
        y: float,
        size: float,
        colour: Colour,
        *,
        align: Align = "left",
        indent: float = 0.0,
        bold: bool = False,
    ) -> float:
        """Write one line with its baseline at y; returns where it ends.

        indent: how far from the edge that `align` names.
        """
        x = self.left + indent if align == "left" else self.right - indent
        unit = self.unit
        width = write(
            self.picture, words, x * unit, y * unit, size * unit, colour, bold=bold, align=align
        )
        return x + width / unit

    def wrap(
        self, words: str, size: float, lines: int, *, indent: float = 0.0, bold: bool = False
    ) -> list[str]:
        """The words as at most so many lines; what does not fit is replaced by an ellipsis."""
        room = (self.right - self.left - indent) * self.unit
        return wrap(words, size * self.unit, room, lines, bold=bold)

    def rule(self, y: float, colour: Colour) -> None:
        """A thin line from edge to edge."""
        cv2.line(self.picture, self._at(self.left, y), self._at(self.right, y), colour, 1)

    def bar(self, y: float, height: float, colour: Colour, share: float = 1.0) -> None:
        """A bar with round ends over a share of the column, at least a dot; y is its middle."""
        radius = height / 2
        end = self.left + max(share * (self.right - self.left), height)
        start, stop = self._at(self.left + radius, y), self._at(end - radius, y)
        thickness = max(round(height * self.unit), 1)
        cv2.line(self.picture, start, stop, colour, thickness, cv2.LINE_AA)

    def edge(self, top: float, bottom: float, width: float, colour: Colour) -> None:
        """A stripe down the left edge."""
        (x0, y0), (x1, y1) = self._at(self.left, top), self._at(self.left + width, bottom)
        self.picture[y0:y1, x0:x1] = colour

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle about (x, y)."""
        centre = (round(16 * x * self.unit), round(16 * y * self.unit))
        size = round(16 * radius * self.unit)
        cv2.circle(self.picture, centre, size, colour, cv2.FILLED, cv2.LINE_AA, 4)

    def polygon(self, corners: Sequence[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon with these corners (x, y)."""
        pixels = np.rint(np.array(corners) * self.unit).astype(np.int32)
        cv2.fillPoly(self.picture, [pixels], colour, cv2.LINE_AA)

    def _at(self, x: float, y: float) -> tuple[int, int]:
        return round(x * self.unit), round(y * self.unit)

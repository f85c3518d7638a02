"""Room around a picture, added so that people are found who fill it from edge to edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)

SIDES, ABOVE, BELOW = 0.25, 0.25, 0.5
"""Shares of the picture's width and height that are added; most is missing below."""


@dataclass(frozen=True, slots=True)
class Margin:
    """Pixels on each side of a picture that are no part of it."""

    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0

    @classmethod
    def of(cls, picture: NDArray[Any]) -> Self:
        """A margin that suits a picture (height, width, ...)."""
        height, width = picture.shape[:2]
        side = round(SIDES * width)
        return cls(side, side, round(ABOVE * height), round(BELOW * height))

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of a picture of that size once the margin is added."""
        return width + self.left + self.right, height + self.top + self.bottom

    def added(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The picture within its margin, whose pixels go on as its edges do."""
        if self == NONE:
            return picture
        sides = self.top, self.bottom, self.left, self.right
        return np.asarray(cv2.copyMakeBorder(picture, *sides, cv2.BORDER_REPLICATE), np.uint8)

    def removed(self, mask: NDArray[T]) -> NDArray[T]:
        """A view of what lies within the margin of (height, width, ...)."""
        height, width = mask.shape[:2]
        return mask[self.top : height - self.bottom, self.left : width - self.right]


NONE = Margin()

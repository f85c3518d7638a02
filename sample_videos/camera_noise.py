"""What a webcam adds to a clean picture."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from .scene import Light


def camera_noise(
    picture: NDArray[np.uint8], light: Light, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Blur, sensor noise and contrast of a webcam, added to a picture (height, width, 3)."""
    if light.blur > 0:
        picture = cv2.GaussianBlur(picture, (0, 0), light.blur).astype(np.uint8, copy=False)
    grain = _grain()
    height, width = picture.shape[:2]
    y, x = int(rng.integers(0, 256)), int(rng.integers(0, 256))
    patch = grain[y : y + height, x : x + width]
    if patch.shape[:2] != (height, width):
        patch = np.resize(grain, (height, width, 3))
    gain = cv2.addWeighted(
        picture,
        light.contrast,
        patch,
        light.noise / 16.0,
        128 * (1 - light.contrast) - 8.0 * light.noise,
        dtype=cv2.CV_8U,
    )
    return gain.astype(np.uint8, copy=False)


@lru_cache(maxsize=1)
def _grain() -> NDArray[np.uint8]:
    """A fixed field of noise, mean 128 and deviation 16, large enough to be cut at random."""
    rng = np.random.default_rng(0)
    return np.clip(rng.normal(128, 16, (1400, 2300, 3)), 0, 255).astype(np.uint8)

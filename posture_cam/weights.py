"""The arrays of a weights file, which keeps large ones in 8 bits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Single = NDArray[np.float32]
"""Half the time of float64, and far finer than the 8 bits of most weights."""
STEP = "_step"
"""Ends the name of the array that holds the unit of another one's integers."""
_LARGEST = 127


def stored(
    values: NDArray[np.floating], axes: tuple[int, ...]
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Values in 8 bits, and the step that a one stands for, shared along `axes`."""
    step = (np.abs(values).max(axis=axes, keepdims=True) / _LARGEST).astype(np.float32)
    step = np.where(step >= np.finfo(np.float32).tiny, step, np.float32(1.0))
    return np.round(values / step).astype(np.int8), step


def restored(arrays: Mapping[str, NDArray[np.generic]], name: str) -> NDArray[np.float64]:
    """The array of that name, in its own unit. Raises KeyError when it is missing."""
    values = np.asarray(arrays[name], dtype=np.float64)
    step = arrays.get(name + STEP)
    return values if step is None else values * np.asarray(step, dtype=np.float64)


def restored_weights(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Single:
    """The array of that name in float32, for arithmetic. Raises KeyError when it is missing."""
    return restored(arrays, name).astype(np.float32)

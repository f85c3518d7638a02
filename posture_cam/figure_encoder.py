"""A small convolutional network that turns figures into features, in numpy alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from posture_cam.features import Array
from posture_cam.weights import Single, restored, restored_weights

STRIDE = 2
"""Of every convolution: each halves height and width."""


@dataclass(frozen=True)
class FigureEncoder:
    """(Convolution, leaky ReLU) x layers, then a linear layer and a last leaky ReLU.

    kernels: per convolution (outputs, inputs, size, size), size odd and at least 3.
    offsets: per convolution (outputs,).
    weight: (what is left of the picture, features); bias: (features,).
    """

    kernels: Sequence[Single]
    offsets: Sequence[Single]
    weight: Single
    bias: Single

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> FigureEncoder:
        """Build from the arrays of a weights file whose names begin with `prefix`.

        Raises KeyError when one is missing.
        """

        def numbers(name: str) -> Single:
            return restored_weights(arrays, f"{prefix}_{name}")

        layers = range(int(restored(arrays, f"{prefix}_layers")))
        return cls(
            kernels=[numbers(f"kernel{layer}") for layer in layers],
            offsets=[numbers(f"offset{layer}") for layer in layers],
            weight=numbers("weight"),
            bias=numbers("bias"),
        )

    @property
    def depth(self) -> int:
        """Number of channels that it reads."""
        return int(self.kernels[0].shape[1])

    def __call__(self, channels: Array) -> Array:
        """Features (..., n) of figures (..., depth, height, width) as figure.py gives them."""
        images = channels.reshape(-1, *channels.shape[-3:]).astype(np.float32)
        for kernel, offset in zip(self.kernels, self.offsets, strict=True):
            images = _leaky(_convolved(images, kernel) + offset[:, None, None])
        flat = images.reshape(len(images), -1)
        features = _leaky(flat @ self.weight + self.bias)
        return features.reshape(*channels.shape[:-3], -1).astype(np.float64)


def _convolved(images: Single, kernel: Single) -> Single:
    """(N, outputs, height / STRIDE, width / STRIDE), zeros beyond the edges."""
    size = kernel.shape[-1]
    edge = size // 2
    count, depth, height, width = images.shape
    padded = np.zeros(  # quicker than np.pad
        (count, depth, height + 2 * edge, width + 2 * edge), dtype=np.float32
    )
    padded[:, :, edge:-edge, edge:-edge] = images
    seen = padded.reshape(count, -1).take(_windows(padded.shape[1:], size), axis=1)
    sums = seen @ kernel.reshape(len(kernel), -1).T
    return sums.swapaxes(1, 2).reshape(count, len(kernel), height // STRIDE, width // STRIDE)


@cache
def _windows(shape: tuple[int, int, int], size: int) -> NDArray[np.intp]:
    """(windows, depth x size x size) places of what each window sees in a flattened picture.

    shape: depth, height and width of the picture. Once for all, which halves the time of a frame.
    """
    places = np.arange(math.prod(shape)).reshape(shape)
    windows = sliding_window_view(places, (size, size), axis=(1, 2))[:, ::STRIDE, ::STRIDE]
    return np.moveaxis(windows, 0, 2).reshape(-1, shape[0] * size**2)


def _leaky(values: Single) -> Single:
    return np.asarray(np.maximum(values, np.float32(0.1) * values))

"""A small convolutional network that turns figures into features, in numpy alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from posture_cam.features import Array
from posture_cam.weights import restored

STRIDE = 2
"""Of every convolution: each halves height and width."""


@dataclass(frozen=True)
class FigureEncoder:
    """(Convolution, leaky ReLU) x layers, then a linear layer and a last leaky ReLU.

    kernels: per convolution (outputs, inputs, size, size), size odd; offsets: per convolution
        (outputs,). weight: (what is left of the picture, features); bias: (features,).
    """

    kernels: Sequence[Array]
    offsets: Sequence[Array]
    weight: Array
    bias: Array

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> FigureEncoder:
        """Build from the arrays of a weights file whose names begin with `prefix`.

        Raises KeyError when one is missing.
        """

        def numbers(name: str) -> Array:
            return restored(arrays, f"{prefix}_{name}")

        layers = range(int(numbers("layers")))
        return cls(
            kernels=[numbers(f"kernel{layer}") for layer in layers],
            offsets=[numbers(f"offset{layer}") for layer in layers],
            weight=numbers("weight"),
            bias=numbers("bias"),
        )

    def __call__(self, channels: Array) -> Array:
        """Features (..., n) of figures (..., 3, height, width) as `figure_channels` gives them."""
        images = channels.reshape(-1, *channels.shape[-3:])
        for kernel, offset in zip(self.kernels, self.offsets, strict=True):
            images = _leaky(_convolved(images, kernel) + offset[:, None, None])
        flat = images.reshape(len(images), -1)
        features = _leaky(flat @ self.weight + self.bias)
        return features.reshape(*channels.shape[:-3], -1)


def _convolved(images: Array, kernel: Array) -> Array:
    """(N, outputs, height / STRIDE, width / STRIDE), zeros beyond the edges."""
    size = kernel.shape[-1]
    edge = size // 2
    count, depth, height, width = images.shape
    padded = np.zeros((count, depth, height + 2 * edge, width + 2 * edge))  # quicker than np.pad
    padded[:, :, edge:-edge, edge:-edge] = images
    windows = sliding_window_view(padded, (size, size), axis=(2, 3))[:, :, ::STRIDE, ::STRIDE]
    return np.moveaxis(np.tensordot(windows, kernel, axes=([1, 4, 5], [1, 2, 3])), -1, 1)


def _leaky(values: Array) -> Array:
    return np.maximum(values, 0.1 * values)

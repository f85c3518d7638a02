"""Small convolutional networks that turn figures into features, in numpy alone."""

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

    Several equal encoders are kept in stacked arrays; their features come one after the other.

    kernels: per convolution (encoders, outputs, inputs, size, size), size odd; offsets: per
        convolution (encoders, outputs). weight: (encoders, what is left of the picture, features);
        bias: (encoders, features).
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
        """Features (..., encoders * n) of what `figure_channels` gives: (..., 3, height, width)."""
        images = channels.reshape(-1, 1, *channels.shape[-3:])
        for kernel, offset in zip(self.kernels, self.offsets, strict=True):
            images = _leaky(_convolved(images, kernel) + offset[:, :, None, None])
        flat = images.reshape(*images.shape[:2], 1, -1)
        features = _leaky(flat @ self.weight + self.bias[:, None])
        return features.reshape(*channels.shape[:-3], -1)


def _convolved(images: Array, kernel: Array) -> Array:
    """(N, encoders, outputs, height / STRIDE, width / STRIDE), zeros beyond the edges.

    images: (N, encoders, inputs, height, width), or (N, 1, ...) when all encoders see the same.
    """
    size = kernel.shape[-1]
    edge = size // 2
    *stack, depth, height, width = images.shape
    padded = np.zeros((*stack, depth, height + 2 * edge, width + 2 * edge))  # quicker than np.pad
    padded[..., edge:-edge, edge:-edge] = images
    windows = sliding_window_view(padded, (size, size), axis=(-2, -1))[
        ..., ::STRIDE, ::STRIDE, :, :
    ]
    rows, columns = windows.shape[-4:-2]
    patches = np.moveaxis(windows, 2, 4).reshape(*stack, rows * columns, -1)
    flat = kernel.reshape(*kernel.shape[:2], -1).swapaxes(-1, -2)
    out = (patches @ flat).swapaxes(-1, -2)
    return out.reshape(*out.shape[:-1], rows, columns)


def _leaky(values: Array) -> Array:
    return np.maximum(values, 0.1 * values)

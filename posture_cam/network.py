"""A small multilayer perceptron with uncertainty, in numpy alone.

Trained by models/train_posture.py; the weights are a file in models/ with a card. An ensemble of
equal networks is kept in stacked arrays: their mean is the estimate, and their disagreement adds to
the uncertainty that each of them states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from posture_cam.far_lean import FarLean
from posture_cam.weights import Single, restored, restored_weights

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """Ensemble of perceptrons: standardise, (linear, leaky ReLU) x layers, linear.

    mean, deviation: (F,) of the training features.
    weights: per layer (members, inputs, outputs); biases: per layer (members, 1, outputs).
    outputs: names of the estimated quantities; the last layer has twice as many columns, first the
        values in `scale`, then the logarithms of their standard deviations in the same unit.
    scale: (len(outputs),) unit of each output (degrees or centimetres per network unit).
    widening: (len(outputs),) factor that makes the stated deviations fit people never trained on.
    far_lean: what is added where the trunk leans far, if anything.
    """

    mean: Array
    deviation: Array
    weights: Sequence[Single]
    biases: Sequence[Single]
    outputs: tuple[str, ...]
    scale: Array
    widening: Array
    far_lean: FarLean | None = None

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Network:
        """Build from the arrays of a weights file whose names begin with `prefix`.

        Raises KeyError when one is missing.
        """

        def numbers(name: str) -> Array:
            return restored(arrays, f"{prefix}_{name}")

        layers = range(int(numbers("layers")))
        outputs = tuple(str(name) for name in arrays[f"{prefix}_outputs"])
        return cls(
            mean=numbers("mean"),
            deviation=numbers("deviation"),
            weights=[restored_weights(arrays, f"{prefix}_weight{layer}") for layer in layers],
            biases=[restored_weights(arrays, f"{prefix}_bias{layer}") for layer in layers],
            outputs=outputs,
            scale=numbers("scale"),
            widening=numbers("widening"),
            far_lean=FarLean.from_arrays(arrays, prefix, outputs, numbers("scale")),
        )

    def __call__(self, features: Array, view_deg: ArrayLike = 0.0) -> tuple[Array, Array]:
        """Estimates and 1-sigma deviations, each (..., N, len(outputs)), from features (..., N, F).

        view_deg: see `from_shares`.
        """
        return self.from_shares(self.share(features), view_deg)

    def share(self, features: Array, first: int = 0) -> Single:
        """Partial sums of the first layer, from the features `first` to `first + n`.

        features: (..., N, n). Returns (..., members, N, width). The shares of all features, added
        up, are what `from_shares` reads; those of features that stay the same can be kept.
        """
        here = slice(first, first + features.shape[-1])
        standard = (features - self.mean[here]) / self.deviation[here]
        # np.clip and the means of arrays take longer than all else on so few numbers.
        clipped = np.minimum(np.maximum(standard, -6), 6).astype(np.float32)
        share: Single = clipped[..., None, :, :] @ self.weights[0][:, here]
        return share

    def from_shares(self, shares: Single, view_deg: ArrayLike = 0.0) -> tuple[Array, Array]:
        """Estimates and 1-sigma deviations, each (..., N, len(outputs)), from all shares added up.

        shares: (..., members, N, width), the sum of what `share` gives for all features.
        view_deg: direction of view, one or (N,), on which it depends what is added where the trunk
        leans far.
        """
        layer = shares + self.biases[0]
        for weight, bias in zip(self.weights[1:], self.biases[1:], strict=True):
            hidden = np.maximum(layer, np.float32(0.1) * layer)
            layer = hidden @ weight + bias
        if self.far_lean is not None:
            layer = self.far_lean.added_to(layer, hidden, view_deg)
        result = layer.astype(np.float64)
        count = len(self.outputs)
        values, log_deviation = result[..., :count], result[..., count:]
        members = np.float64(values.shape[-3])
        mean = values.sum(axis=-3) / members
        stated = np.exp(2 * np.minimum(np.maximum(log_deviation, -6), 3))
        variance = (stated + (values - mean[..., None, :, :]) ** 2).sum(axis=-3) / members
        return mean * self.scale, np.sqrt(variance) * self.scale * self.widening

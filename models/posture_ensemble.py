"""The networks in training: the torch side of posture_cam/network.py and figure_encoder.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from posture_file import encoder_parameters

from posture_cam.figure import FIGURE_PIXELS
from posture_cam.figure_encoder import STRIDE

Array = NDArray[np.float64]

MEMBERS = 3
KERNELS = (5, 3, 3)
DROPOUT = 0.05
HALF_PRECISION = torch.cpu.get_capabilities().get("avx512_bf16", False)
"""Training computes in 16 bits where the processor can: twice as fast, and as good in a trial."""


@dataclass(frozen=True)
class EncoderShape:
    """Shape of a figure encoder: its depth, then the outputs of its convolutions; its features."""

    channels: tuple[int, ...]
    features: int


class Ensemble(torch.nn.Module):
    """MEMBERS perceptrons of equal shape, computed together, behind one figure encoder."""

    def __init__(
        self, inputs: int, hidden: tuple[int, int], outputs: int, encoder: EncoderShape
    ) -> None:
        super().__init__()
        self.encoder = figure_encoder(encoder)
        sizes = [inputs + encoder.features, *hidden, 2 * outputs]
        self.weights = torch.nn.ParameterList(
            torch.nn.Parameter(
                torch.randn(MEMBERS, a, b) * (2 / a) ** 0.5 * (0.3 if b == sizes[-1] else 1)
            )
            for a, b in pairwise(sizes)
        )
        self.biases = torch.nn.ParameterList(
            torch.nn.Parameter(torch.zeros(MEMBERS, 1, b)) for b in sizes[1:]
        )

    def forward(self, features: torch.Tensor, figures: torch.Tensor) -> torch.Tensor:
        """(members, batch, 2 x outputs) from (batch, inputs) and (batch, channels, 32, 32)."""
        return self.layers(features, figures)[1]

    def layers(
        self, features: torch.Tensor, figures: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The last hidden layer (members, batch, width) and what `forward` reads from it."""
        with torch.autocast("cpu", torch.bfloat16, enabled=HALF_PRECISION):
            layer = torch.cat([features, self.encoder(figures)], dim=1)
            *hidden_layers, (weight, bias) = zip(self.weights, self.biases, strict=True)
            for inner, offset in hidden_layers:
                layer = torch.nn.functional.leaky_relu(layer @ inner + offset, 0.1)
                layer = torch.nn.functional.dropout(layer, DROPOUT, self.training)
            return layer.float(), (layer @ weight + bias).float()


def figure_encoder(shape: EncoderShape) -> torch.nn.Sequential:
    """The torch side of posture_cam.figure_encoder."""
    layers: list[torch.nn.Module] = []
    for (inputs, outputs), size in zip(pairwise(shape.channels), KERNELS, strict=True):
        layers.append(torch.nn.Conv2d(inputs, outputs, size, STRIDE, size // 2))
        layers.append(torch.nn.LeakyReLU(0.1))
    left = FIGURE_PIXELS // STRIDE ** len(KERNELS)
    layers.append(torch.nn.Flatten())
    layers.append(torch.nn.Linear(shape.channels[-1] * left**2, shape.features))
    return torch.nn.Sequential(*layers, torch.nn.LeakyReLU(0.1))


def go_on(model: Ensemble, start: Mapping[str, Array]) -> None:
    """Give the model the weights of an earlier training."""
    with torch.no_grad():
        for layer, (weight, bias) in enumerate(zip(model.weights, model.biases, strict=True)):
            weight.copy_(torch.as_tensor(start[f"weight{layer}"]))
            bias.copy_(torch.as_tensor(start[f"bias{layer}"]))
        for parameter, array in zip(
            model.encoder.parameters(), encoder_parameters(start), strict=True
        ):
            parameter.copy_(torch.as_tensor(array))

"""The file of the posture networks: groups of equal networks joined to one, kept in 8 bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from posture_cam.weights import STEP, stored

Array = NDArray[np.float64]
FIGURE = "figure_"
"""Begins the names of the silhouette encoders' arrays."""


def encoder_arrays(encoder: torch.nn.Sequential) -> dict[str, Array]:
    """The arrays of a FigureEncoder with one encoder, their names beginning with FIGURE."""
    kernels = [layer for layer in encoder if isinstance(layer, torch.nn.Conv2d)]
    (linear,) = (layer for layer in encoder if isinstance(layer, torch.nn.Linear))
    arrays: dict[str, Array] = {}
    for number, layer in enumerate(kernels):
        kernel, offset = layer.parameters()
        arrays[f"{FIGURE}kernel{number}"] = kernel.detach().numpy()[None]
        arrays[f"{FIGURE}offset{number}"] = offset.detach().numpy()[None]
    arrays[f"{FIGURE}weight"] = linear.weight.detach().numpy().T[None]
    arrays[f"{FIGURE}bias"] = linear.bias.detach().numpy()[None]
    return arrays | {f"{FIGURE}layers": np.array(len(kernels))}


def joined(groups: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """One ensemble of all members of groups trained on the same features.

    Each group reads the features of its own encoder; the weights of the others' are 0.
    """
    first = groups[0]
    result = dict(first)
    for name in first:
        if name.startswith((FIGURE, "weight", "bias")) and not name.endswith("layers"):
            result[name] = np.concatenate([group[name] for group in groups])
    extra = first[f"{FIGURE}bias"].shape[-1] if f"{FIGURE}bias" in first else 0
    if extra:
        others = extra * (len(groups) - 1)
        result["mean"] = np.append(first["mean"], np.zeros(others))
        result["deviation"] = np.append(first["deviation"], np.ones(others))
        result["weight0"] = np.concatenate(
            [_at_own_encoder(group["weight0"], extra, place, len(groups))
             for place, group in enumerate(groups)]
        )  # fmt: skip
    return result


def _at_own_encoder(weight: Array, extra: int, place: int, count: int) -> Array:
    """First layer (members, inputs, outputs), its last `extra` inputs moved to their encoder's."""
    members, inputs, outputs = weight.shape
    shared = inputs - extra
    wide = np.zeros((members, shared + extra * count, outputs))
    wide[:, :shared] = weight[:, :shared]
    start = shared + extra * place
    wide[:, start : start + extra] = weight[:, shared:]
    return wide


def save(
    path: Path, outputs: Mapping[str, Sequence[str]], trained: Mapping[str, Mapping[str, Array]]
) -> None:
    """Write one file with all networks, by name, and print its size.

    outputs: names of each network's outputs.
    """
    arrays: dict[str, Any] = {}
    for network, values in trained.items():
        for key, value in values.items():
            name = key if key.startswith(FIGURE) else f"{network}_{key}"
            axes = _shared_axes(key)
            if axes:
                arrays[name], arrays[name + STEP] = stored(value, axes)
            else:
                arrays[name] = value if value.ndim == 0 else value.astype(np.float32)
        arrays[f"{network}_outputs"] = np.array(outputs[network])
    np.savez_compressed(path, **arrays)
    print(f"{path}: {path.stat().st_size / 1000:.0f} kB", flush=True)


def _shared_axes(name: str) -> tuple[int, ...]:
    """Axes of an array along which its 8-bit step is shared; () for one stored as it is.

    Every output of every member or encoder has a step of its own.
    """
    if "kernel" in name:
        return (2, 3, 4)
    return (1,) if "weight" in name else ()

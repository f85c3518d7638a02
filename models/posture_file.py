"""The file of the posture networks, kept in 8 bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from posture_cam.weights import STEP, restored, stored

Array = NDArray[np.float64]
FIGURE = "figure_"
"""Begins the names of the silhouette encoder's arrays."""


def encoder_arrays(encoder: torch.nn.Sequential) -> dict[str, Array]:
    """The arrays of a FigureEncoder, their names beginning with FIGURE."""
    kernels = [layer for layer in encoder if isinstance(layer, torch.nn.Conv2d)]
    (linear,) = (layer for layer in encoder if isinstance(layer, torch.nn.Linear))
    arrays: dict[str, Array] = {}
    for number, layer in enumerate(kernels):
        kernel, offset = layer.parameters()
        arrays[f"{FIGURE}kernel{number}"] = kernel.detach().numpy()
        arrays[f"{FIGURE}offset{number}"] = offset.detach().numpy()
    arrays[f"{FIGURE}weight"] = linear.weight.detach().numpy().T
    arrays[f"{FIGURE}bias"] = linear.bias.detach().numpy()
    return arrays | {f"{FIGURE}layers": np.array(len(kernels))}


def encoder_parameters(arrays: Mapping[str, Array]) -> list[Array]:
    """What `encoder_arrays` took, in the order of the encoder's parameters."""
    parameters = []
    for number in range(int(arrays[f"{FIGURE}layers"])):
        parameters += [arrays[f"{FIGURE}kernel{number}"], arrays[f"{FIGURE}offset{number}"]]
    return [*parameters, arrays[f"{FIGURE}weight"].T, arrays[f"{FIGURE}bias"]]


def read(path: Path, network: str, outputs: Sequence[str]) -> dict[str, Array]:
    """The arrays of one network of a file that `save` wrote, its encoder's included.

    Raises ValueError when it estimates something else.
    """
    with np.load(path) as file:
        stored_arrays = {name: file[name] for name in file.files}
    if tuple(stored_arrays[f"{network}_outputs"]) != tuple(outputs):
        raise ValueError(f"{path}: {network} has other outputs")
    arrays: dict[str, Array] = {}
    for name in stored_arrays:
        key = name.removeprefix(f"{network}_")
        if key != name and not name.endswith(STEP) and key != "outputs":
            arrays[key] = restored(stored_arrays, name)
    return arrays


def save(
    path: Path, outputs: Mapping[str, Sequence[str]], trained: Mapping[str, Mapping[str, Array]]
) -> None:
    """Write one file with all networks, by name, and print its size.

    outputs: names of each network's outputs.
    """
    arrays: dict[str, Any] = {}
    for network, values in trained.items():
        for key, value in values.items():
            name = f"{network}_{key}"
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

    Every output, in every member, has a step of its own.
    """
    if "kernel" in name:
        return (1, 2, 3)
    return (-2,) if "weight" in name else ()

"""The trained networks of models/posture_net.npz: each reads landmarks and silhouettes together.

A picture and its mirror image are read at once; what is said of both is the mean (mirror.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from posture_cam.features import Array
from posture_cam.figure_encoder import FigureEncoder
from posture_cam.mirror import mean_of_both
from posture_cam.network import Network
from posture_cam.types import FIGURE_SHAPE
from posture_cam.weights import Single


@dataclass(frozen=True)
class FigureNetwork:
    """A network whose last features are what an encoder reads from silhouettes."""

    network: Network
    encoder: FigureEncoder

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> FigureNetwork:
        """From the arrays whose names begin with `prefix`. Raises KeyError when one is missing."""
        return cls(
            Network.from_arrays(arrays, prefix),
            FigureEncoder.from_arrays(arrays, f"{prefix}_figure"),
        )

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of what it estimates."""
        return self.network.outputs

    def share(self, features: Array, first: int = 0) -> Single:
        """What features (2, n) of a picture and its mirror image add; see `Network.share`."""
        return self.network.share(features, first)

    def figure_share(self, channels: Array) -> Single:
        """What silhouettes (channels, height, width), and their mirror images, add."""
        both = np.stack([self.encoder(one) for one in (channels, channels[..., ::-1])])
        return self.network.share(both, len(self.network.mean) - both.shape[-1])

    @cached_property
    def no_figure_share(self) -> Single:
        """What silhouettes add where one is missing: their channels are 0 then."""
        return self.figure_share(np.zeros((self.encoder.depth, *FIGURE_SHAPE)))

    def read(self, shares: Single, view_deg: float = 0.0) -> tuple[Array, Array]:
        """Estimates and 1-sigma deviations, each (outputs,), from the sum of all shares.

        view_deg: see `Network.from_shares`.
        """
        return mean_of_both(self.outputs, *self.network.from_shares(shares, view_deg))

    def named(self, values: Array, deviations: Array) -> dict[str, tuple[float, float]]:
        """Pairs of both by name."""
        pairs = zip(values.tolist(), deviations.tolist(), strict=True)
        return dict(zip(self.outputs, pairs, strict=True))


@dataclass(frozen=True, slots=True)
class PostureNetworks:
    """The trained networks: `pose` reads one picture, `change` compares it with the upright one."""

    pose: FigureNetwork
    change: FigureNetwork

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[np.generic]]) -> PostureNetworks:
        """From the arrays of models/posture_net.npz. Raises KeyError when one is missing."""
        return cls(
            FigureNetwork.from_arrays(arrays, "pose"), FigureNetwork.from_arrays(arrays, "change")
        )

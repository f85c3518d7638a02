"""Specification of networks that read landmarks and silhouettes together."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from people import body, seen_from

from posture_cam.config import Settings
from posture_cam.mirror import mean_of_both
from posture_cam.models import load_networks
from posture_cam.posture_networks import FigureNetwork
from posture_cam.spine import SpineEstimator
from posture_cam.types import FIGURE_SHAPE

RANDOM = np.random.default_rng(8)
NETWORKS = load_networks()


@pytest.mark.parametrize("network", [NETWORKS.pose, NETWORKS.change], ids=["pose", "change"])
def test_the_silhouettes_are_the_last_features(network: FigureNetwork) -> None:
    """Landmarks and silhouettes, worked out apart, give what all features in one row give."""
    channels = RANDOM.uniform(-0.5, 0.5, (network.encoder.depth, *FIGURE_SHAPE))
    seen = np.stack([network.encoder(channels), network.encoder(channels[..., ::-1])])
    count = len(network.network.mean) - seen.shape[-1]
    features = RANDOM.normal(size=(2, count))
    apart = network.read(network.share(features) + network.figure_share(channels))
    together = network.network(np.concatenate([features, seen], axis=1))
    for told, whole in zip(apart, mean_of_both(network.outputs, *together), strict=True):
        assert told == pytest.approx(whole, rel=1e-4, abs=1e-4)


def test_a_silhouette_counts_in_what_one_picture_says() -> None:
    """Wide or narrow, the same landmarks belong to other people; without one they are read, too."""
    estimator = SpineEstimator(NETWORKS, Settings().pose.min_visibility)
    rows, columns = np.mgrid[: FIGURE_SHAPE[0], : FIGURE_SHAPE[1]]
    inside = [
        (np.abs(columns - columns.mean()) < width) & (rows > FIGURE_SHAPE[0] / 4)
        for width in (6, 14)
    ]
    figures = [None, *(np.where(one, 255, 0).astype(np.uint8) for one in inside)]
    read = [
        estimator.measure(dataclasses.replace(seen_from(body(), 30), figure=figure), None).angles
        for figure in figures
    ]
    for name in ("neck_inclination_deg", "shoulder_tilt_deg", "head_tilt_deg"):
        values = [getattr(angles, name) for angles in read]
        assert np.isfinite(values).all()
        assert len(set(values)) == len(values)

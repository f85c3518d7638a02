"""Specification of the small silhouette beside the landmarks, and of the network that reads it."""

from __future__ import annotations

import numpy as np
import pytest
from people import body, seen_from

from posture_cam.features import Array, centre_and_scale
from posture_cam.figure import (
    FIGURE_PIXELS,
    SPREADS_ABOVE,
    SPREADS_ACROSS,
    Figure,
    cut_figure,
    figure_channels,
    mean_figure,
)
from posture_cam.figure_encoder import FigureEncoder
from posture_cam.types import FIGURE_SHAPE
from posture_cam.weights import Single

RANDOM = np.random.default_rng(5)
LANDMARKS = seen_from(body()).landmarks.astype(np.float64)


def disc(rows: int, columns: int, centre: Array, radius: float) -> Figure:
    """A mask with a round person in it, its border a few pixels soft."""
    y, x = np.mgrid[:rows, :columns] + 0.5
    inside = radius - np.hypot(x - centre[0], y - centre[1])
    return np.asarray(np.round(255 * np.clip(inside / 4 + 0.5, 0, 1)), dtype=np.uint8)


def test_the_centre_of_face_and_shoulders_lies_at_a_fixed_place() -> None:
    """A disc about the centre of the landmarks comes out about the figure's own centre."""
    centre, spread = centre_and_scale(LANDMARKS)
    figure = cut_figure(disc(480, 640, centre, 2 * float(spread[0])), LANDMARKS, 1.0)
    y, x = np.nonzero(figure > 127)
    per_spread = FIGURE_PIXELS / SPREADS_ACROSS
    assert figure.shape == FIGURE_SHAPE
    assert (x + 0.5).mean() == pytest.approx(SPREADS_ACROSS / 2 * per_spread, abs=0.2)
    assert (y + 0.5).mean() == pytest.approx(SPREADS_ABOVE * per_spread, abs=0.2)
    assert len(x) == pytest.approx(np.pi * (2 * per_spread) ** 2, rel=0.05)


def test_size_and_place_in_the_picture_are_taken_out() -> None:
    """A person farther to the side, in a picture of twice the size, gives the same figure."""
    centre, spread = centre_and_scale(LANDMARKS)
    radius = 1.5 * float(spread[0])
    figure = cut_figure(disc(480, 640, centre, radius), LANDMARKS, 1.0)
    shift = np.array([40.0, -10.0, 0.0])
    moved = LANDMARKS + shift
    large = cut_figure(disc(480, 640, centre + shift[:2], radius), 2 * moved, 0.5)
    assert np.abs(figure.astype(float) - large).max() <= 2


def test_beyond_the_edges_the_picture_goes_on() -> None:
    """A person cut off by the lower edge does not end there."""
    figure = cut_figure(np.full((480, 640), 255, dtype=np.uint8), LANDMARKS * 3, 1.0)
    assert (figure == 255).all()


def test_a_still_person_has_three_equal_channels() -> None:
    """Beside itself a figure is seen the same through either window."""
    figure = RANDOM.integers(0, 256, FIGURE_SHAPE).astype(np.uint8)
    channels = figure_channels(figure, LANDMARKS, figure, LANDMARKS)
    assert channels == pytest.approx(np.stack([figure / 255 - 0.5] * 3))


def test_movement_shows_in_the_upright_window_alone() -> None:
    """One spread farther down is a fixed number of pixels in the second channel."""
    _, spread = centre_and_scale(LANDMARKS)
    figure = RANDOM.integers(0, 256, FIGURE_SHAPE).astype(np.uint8)
    lower = LANDMARKS + np.array([0.0, float(spread[0]), 0.0])
    _, moved, own = figure_channels(figure, LANDMARKS, figure, lower)
    pixels = round(FIGURE_PIXELS / SPREADS_ACROSS)
    assert moved[pixels:] == pytest.approx(figure[:-pixels] / 255 - 0.5)
    assert own == pytest.approx(figure / 255 - 0.5)


def test_without_a_figure_the_channels_are_empty() -> None:
    """A recording of an earlier version is read by the landmarks alone."""
    figure = np.full(FIGURE_SHAPE, 200, dtype=np.uint8)
    assert not figure_channels(None, LANDMARKS, figure, LANDMARKS).any()
    assert not figure_channels(figure, LANDMARKS, None, LANDMARKS).any()


def test_the_mean_leaves_out_what_is_missing() -> None:
    """Frames without a figure do not darken the others; without any there is none."""
    dark, light = (np.full(FIGURE_SHAPE, value, dtype=np.uint8) for value in (100, 200))
    mean = mean_figure([dark, None, light])
    assert mean is not None
    assert (mean == 150).all()
    assert mean_figure([None]) is None


def drawn(*shape: int) -> Single:
    return RANDOM.normal(size=shape).astype(np.float32)


def encoder() -> FigureEncoder:
    """Two convolutions and random numbers."""
    return FigureEncoder(
        kernels=[drawn(4, 3, 5, 5), drawn(2, 4, 3, 3)],
        offsets=[drawn(4), drawn(2)],
        weight=drawn(2 * 8 * 8, 6),
        bias=drawn(6),
    )


def test_the_encoder_computes_what_it_says() -> None:
    """Convolutions written out as sums over every pixel give the same features."""

    def leaky(values: Array) -> Array:
        return np.where(values > 0, values, 0.1 * values)

    network = encoder()
    channels = RANDOM.normal(size=(3, *FIGURE_SHAPE))
    images = channels
    for kernel, offset in zip(network.kernels, network.offsets, strict=True):
        edge, side = kernel.shape[-1] // 2, images.shape[-1] // 2
        padded = np.pad(images, ((0, 0), (edge, edge), (edge, edge)))
        size = kernel.shape[-1]
        out = np.zeros((len(kernel), side, side))
        for row, column in np.ndindex(side, side):
            seen = padded[:, 2 * row : 2 * row + size, 2 * column : 2 * column + size]
            out[:, row, column] = (kernel * seen).sum(axis=(1, 2, 3)) + offset
        images = leaky(out)
    expected = leaky(images.ravel() @ network.weight + network.bias)
    assert network(channels) == pytest.approx(expected, rel=1e-5, abs=1e-4)  # in float32


def test_the_encoder_takes_stacks() -> None:
    """Several figures at once give what each gives alone."""
    network = encoder()
    channels = RANDOM.normal(size=(5, 3, *FIGURE_SHAPE))
    together = network(channels)
    apart = np.stack([network(one) for one in channels])
    assert together == pytest.approx(apart, rel=1e-5, abs=1e-4)  # in float32

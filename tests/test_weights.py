"""Arrays of a weights file in 8 bits."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from posture_cam.models import POSTURE_NETWORKS, models_folder
from posture_cam.weights import STEP, restored, stored


@given(arrays(np.float64, array_shapes(min_dims=2, max_dims=3), elements=st.floats(-100, 100)))
def test_every_number_comes_back_to_within_half_a_step(values: np.ndarray) -> None:
    """A step is a 127th of the largest number that shares it."""
    small, step = stored(values, (0,))
    back = restored({"w": small, "w" + STEP: step}, "w")
    assert small.dtype == np.int8
    assert (np.abs(back - values) <= 0.51 * np.abs(values).max(axis=0) / 127 + 1e-30).all()


def test_an_array_without_a_step_is_taken_as_it_is() -> None:
    """Small arrays are stored in floating point."""
    values = np.array([0.25, -3.0])
    assert (restored({"mean": values}, "mean") == values).all()


def test_the_networks_that_travel_with_the_package_are_under_a_megabyte() -> None:
    """Nobody waits for them, and the repository stays small."""
    assert (models_folder() / POSTURE_NETWORKS).stat().st_size < 1_000_000

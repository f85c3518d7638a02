"""Shared by all tests."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / name) for name in ("tests", "tests/benchmarks", "models")]

# No test is timed: a busy machine makes drawing an example slow and proves nothing.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def portrait() -> NDArray[np.uint8]:
    """(600, 512, 3): head, shoulders and chest from the front, hips outside the picture."""
    import cv2
    import matplotlib

    picture = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    image = cv2.imread(str(picture))
    assert image is not None
    return image.astype(np.uint8)

"""What every way of drawing people has to hold: the pose model finds them where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from posture_cam.landmarks import Landmark
from posture_cam.pose import PoseEstimator
from posture_cam.types import Frame

if TYPE_CHECKING:
    from sample_videos.session import Session

WITHIN_PX = 25
"""Of a 640 x 480 picture: what the pose model errs in pictures of the generator's own renderer."""


def assert_found_where_the_joints_are(session: Session) -> None:
    """Nose and shoulders of the session's person, sitting upright."""
    from sample_videos.states import state_posture

    upright = session.person.with_change(state_posture("upright", 0.3, np.random.default_rng(1)))
    rendered = session.render(upright)
    session.close()
    with PoseEstimator("lite") as estimator:
        (person,) = estimator.estimate(Frame(0, 0.0, rendered.image))
    for landmark in (Landmark.NOSE, Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER):
        assert person.landmarks[landmark, :2] == pytest.approx(
            rendered.joints.pixels[landmark, :2], abs=WITHIN_PX
        )

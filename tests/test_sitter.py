"""Specification of noticing that somebody else has sat down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from people import bend, body, seen_from

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.landmarks import Landmark as L
from posture_cam.models import load_networks
from posture_cam.sitter import describe, proportions
from posture_cam.types import EventKind, Pose, Step

EYES = [*range(L.LEFT_EYE_INNER, L.RIGHT_EYE_OUTER + 1)]


def other_body() -> NDArray[np.float64]:
    """Somebody with wider-set eyes, a narrower mouth and broader shoulders."""
    joints = body()
    joints[EYES, 0] *= 1.8
    joints[[L.MOUTH_LEFT, L.MOUTH_RIGHT], 0] *= 0.7
    joints[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 0] *= 1.2
    return joints


def sitting(joints: NDArray[np.float64], start_s: float, seconds: float) -> Iterator[Pose]:
    """Five poses a second."""
    for number in range(round(seconds * 5)):
        yield seen_from(joints, time_s=start_s + number / 5)


def empty(start_s: float, seconds: float) -> Iterator[Pose]:
    for number in range(round(seconds * 5)):
        yield Pose.nobody(start_s + number / 5, 640, 480, 0.5)


def run(engine: PostureEngine, *parts: Iterator[Pose]) -> list[Step]:
    return [engine.update(pose) for part in parts for pose in part]


class TestProportions:
    """What is compared."""

    @pytest.mark.parametrize("scale", [0.3, 2.5])
    def test_distance_does_not_matter(self, scale: float) -> None:
        """The same person half as far away has the same proportions."""
        near, far = describe(seen_from(body())), describe(seen_from(body(), scale=scale))
        np.testing.assert_allclose(far, near, atol=1e-4)

    def test_turning_in_space_does_not_matter(self) -> None:
        """Lengths in space do not change with the direction one looks from."""
        views = [seen_from(body(), view).world.astype(float) for view in (0, 40, 90)]
        for world in views[1:]:
            np.testing.assert_allclose(proportions(world), proportions(views[0]), atol=1e-4)


class TestEngine:
    """What follows from it."""

    def calibrated(self) -> PostureEngine:
        baseline = make_baseline(list(sitting(body(), 0, 6)), Settings())
        return PostureEngine(Settings(), load_networks(), baseline)

    def test_the_same_person_comes_back(self) -> None:
        """After an absence, slouched now, the same person is judged as before."""
        bent = bend(body(), -0.3, 25)
        steps = run(self.calibrated(), sitting(body(), 0, 5), empty(5, 60), sitting(bent, 65, 25))
        assert steps[-1].assessment.slouched is not None

    def test_somebody_else_is_not_judged_by_anothers_calibration(self) -> None:
        """Some seconds after they sat down nothing is judged, and why is said."""
        engine = self.calibrated()
        steps = run(engine, sitting(body(), 0, 5), empty(5, 60), sitting(other_body(), 65, 25))
        assert steps[-1].assessment.slouched is None
        assert "somebody else" in steps[-1].assessment.reason
        assert steps[-1].strain.sitting_for_s < 15

    def test_the_calibrated_person_returns(self) -> None:
        """When they sit there again, they are judged again."""
        engine = self.calibrated()
        run(engine, sitting(body(), 0, 5), empty(5, 60), sitting(other_body(), 65, 25))
        steps = run(engine, empty(90, 60), sitting(body(), 150, 25))
        assert steps[-1].assessment.slouched is False

    def test_without_calibration_a_new_baseline_is_found(self) -> None:
        """What was upright for one person is not for the next."""
        engine = PostureEngine(Settings(), load_networks())
        run(engine, sitting(body(), 0, 10), empty(10, 60))
        first = engine.baseline
        steps = run(engine, sitting(other_body(), 70, 40))
        assert engine.baseline is not None
        assert engine.baseline is not first
        assert steps[-1].assessment.slouched is False

    def test_nobody_changes_while_sitting(self) -> None:
        """Without an absence the question is not asked: a wild detection is no new person."""
        engine = self.calibrated()
        steps = run(engine, sitting(body(), 0, 5), sitting(other_body(), 5, 30))
        assert steps[-1].assessment.slouched is not None
        assert not any(
            event.kind is EventKind.CAMERA_MOVED for step in steps for event in step.events
        )

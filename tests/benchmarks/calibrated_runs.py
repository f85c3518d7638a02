"""Rendered pictures through the pose model and an engine calibrated on the first of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.errors import CalibrationError
from posture_cam.models import load_networks
from posture_cam.pose import PoseEstimator
from posture_cam.tuning.metrics import count_verdicts, roc_auc
from posture_cam.types import Frame, Pose
from sample_videos.motion import Motion, Segment
from sample_videos.session import Session
from sample_videos.states import state_posture

CALIBRATED_S = 8.0
WITHIN_S = 10.0
"""What has changed is to be noticed in this time."""
Picture = NDArray[np.uint8]
Numbers = NDArray[np.float64]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Told:
    """When something was said. first_s: seconds after the last part began, None if never.

    held: whether it was still said at the end.
    """

    first_s: float | None
    held: bool

    @property
    def in_time(self) -> bool:
        """Whether it was said when it should have been."""
        return self.first_s is not None and 0 <= self.first_s <= WITHIN_S


def when_told(parts: Sequence[Sequence[Picture]], rate_hz: float, reason: str) -> Told | None:
    """When the engine gave `reason` for judging nothing; None if it could not be calibrated.

    parts: pictures before, between and after whatever changes; calibrated on the first of all.
    """
    engine: PostureEngine | None = None
    poses: list[Pose] = []
    told_s: list[float] = []
    began_s = sum(len(part) for part in parts[:-1]) / rate_hz
    with PoseEstimator(people=1) as estimator:
        for number, image in enumerate(chain.from_iterable(parts)):
            pose = estimator.estimate(Frame(number, number / rate_hz, image))[0]
            poses.append(pose)
            if engine is not None:
                if engine.update(pose).assessment.reason == reason:
                    told_s.append(pose.time_s)
            elif pose.time_s >= CALIBRATED_S:
                baseline = calibrated_on(poses)
                if baseline is None:
                    return None
                engine = PostureEngine(Settings(), load_networks(), baseline)
    first_s = told_s[0] - began_s if told_s else None
    return Told(first_s, bool(told_s) and told_s[-1] > poses[-1].time_s - 1)


def seen(shown: Iterable[Picture], rate_hz: float) -> list[Pose]:
    """What the pose model sees in pictures."""
    with PoseEstimator(people=1) as estimator:
        return [
            estimator.estimate(Frame(number, number / rate_hz, image))[0]
            for number, image in enumerate(shown)
        ]


def calibrated_on(poses: Sequence[Pose]) -> Baseline | None:
    """The upright posture in some poses; None where that is refused."""
    try:
        return make_baseline(poses, Settings())
    except CalibrationError:
        return None


def empty_chair(session: Session, random: np.random.Generator) -> Picture:
    """The session's person has left the picture."""
    gone = session.person.with_change(state_posture("away", 0.5, random))
    return session.render(gone).image


def pictures(session: Session, script: Sequence[Segment], rate_hz: float) -> Iterator[Picture]:
    """Of the session's person moving through a script."""
    motion = Motion(session.person, tuple(script), session.seed)
    for number in range(round(motion.duration * rate_hz)):
        yield session.render(motion.at(number / rate_hz).posture, number).image


def verdict_cells(truth: Numbers, score: Numbers, verdict: Numbers) -> str:
    """AUC, slouched frames found, false positives and F1 as cells of a table.

    truth: (N,) 1 slouched, 0 not. verdict: NaN where there is none, which AUC leaves out and the
    others count as a miss.
    """
    known = np.isfinite(verdict)
    counts = count_verdicts(truth, verdict)
    return (
        f"{roc_auc(truth[known], score[known]):.3f} | {counts.recall:.0%} "
        f"| {counts.false_positive_rate:.1%} | {counts.f1:.3f}"
    )


def in_processes(work: Callable[[int], Result], count: int, what: str, jobs: int) -> list[Result]:
    """What `work` gives for each number below `count`, `jobs` at a time. what: for the progress."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        results = processes.map(work, range(count))
        return list(track(results, what, total=count, console=Console(stderr=True)))

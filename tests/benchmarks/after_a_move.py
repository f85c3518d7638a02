"""How well posture_cam judges once its camera was moved, while a calibration waits.

    python tests/benchmarks/after_a_move.py [--rooms 24]

renders people of test seeds who are calibrated and work; then the camera is pitched or raised, and
they sit upright for 6 s or slouch at once, and go on working. What they do then is judged in four
ways: as `live` does it, as `analyze` does, by the calibration as if nothing had happened, and by a
new calibration on those 6 s. Prints the table of docs/baseline.md. Every frame counts, also those
before the move is noticed; one without a verdict is a miss when it shows a slouch.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from calibrated_runs import (
    CALIBRATED_S,
    calibrated_on,
    in_processes,
    pictures,
    seen,
    verdict_cells,
)
from moved_cameras import MOVES, VIEWS

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.models import load_networks
from posture_cam.replay import run_engine
from posture_cam.tuning.metrics import count_verdicts
from posture_cam.tuning.scoring import verdict_of
from posture_cam.types import Pose, Step
from sample_videos.another_day import some_segments
from sample_videos.motion import Motion, Segment
from sample_videos.session import TEST_SEEDS, Session, random_session
from sample_videos.states import SLOUCHES

SEEDS = TEST_SEEDS[16000:17000]
RATE_HZ = 5
UPRIGHT_S = 6.0
PLACES = ("pitched by 2 degrees", "pitched by 10 degrees", "raised by 10 cm")
AT_ONCE = ", slouching at once"
WAYS = ("live", "as a recording", "by the calibration of before", "calibrated anew")
LIVE, RECORDED, BLIND, ANEW = WAYS


@dataclass(frozen=True)
class Seen:
    """One pose and its label: 1 slouched, 0 not, NaN undecided."""

    pose: Pose
    slouched: float


@dataclass(frozen=True)
class Judged:
    """One frame after a move. slouched: the label. score: of the verdict, NaN where there is none.

    verdict: 1, 0 or NaN.
    """

    change: str
    way: str
    slouched: float
    score: float
    verdict: float


def outcomes(number: int) -> list[Judged]:
    """Every labelled frame after each move, judged in each way; none without a calibration."""
    seed = SEEDS[number]
    random = np.random.default_rng([seed, 16])
    session = random_session(seed, VIEWS[number % len(VIEWS)])
    work = some_segments(random, 8)
    slouch = Segment(str(random.choice(SLOUCHES)), float(random.uniform(0.3, 1)), UPRIGHT_S)
    before = watched(session, [Segment("upright", 0.3, 10.0), *some_segments(random, 2)])
    calibrated = calibrated_on(first(before, CALIBRATED_S))
    judged: list[Judged] = []
    if calibrated is None:
        return judged
    changes = [(place, place, Segment("upright", 0.3, UPRIGHT_S)) for place in PLACES]
    changes.append((PLACES[0] + AT_ONCE, PLACES[0], slouch))
    for change, place, begins in changes:
        moved = replace(session, camera=MOVES[place](session.camera))
        after = watched(moved, [begins, *work])
        moved.close()
        for way, baseline, past in (
            (LIVE, calibrated, before),
            (RECORDED, calibrated, before),
            (BLIND, blind(calibrated), before),
            (ANEW, calibrated_on(first(after, UPRIGHT_S)), []),
        ):
            if baseline is not None and not (way == ANEW and begins is slouch):
                judged += judge(change, way, baseline, past, after)
    session.close()
    return judged


def watched(session: Session, script: Sequence[Segment]) -> list[Seen]:
    """What the pose model sees of the session's person moving through a script."""
    motion = Motion(session.person, tuple(script), session.seed)
    poses = seen(pictures(session, script, RATE_HZ), RATE_HZ)
    return [Seen(pose, float(motion.at(pose.time_s).slouched or "nan")) for pose in poses]


def first(some: Sequence[Seen], seconds: float) -> list[Pose]:
    """The poses of the first seconds."""
    return [one.pose for one in some if one.pose.time_s < seconds]


def blind(baseline: Baseline) -> Baseline:
    """One that does not know the place behind, so no move of the camera is noticed."""
    return replace(baseline, pose=replace(baseline.pose, scene=None))


def judge(
    change: str, way: str, baseline: Baseline, before: Sequence[Seen], after: Sequence[Seen]
) -> list[Judged]:
    """The labelled frames after a move."""
    every = [*before, *after]
    poses = [replace(one.pose, time_s=number / RATE_HZ) for number, one in enumerate(every)]
    if way == RECORDED:
        steps: Sequence[Step] = run_engine(poses, Settings(), baseline).steps
    else:
        engine = PostureEngine(Settings(), load_networks(), baseline)
        steps = [engine.update(pose) for pose in poses]
    return [
        Judged(change, way, one.slouched, step.assessment.slouch_score, verdict_of(step))
        for one, step in list(zip(every, steps, strict=True))[len(before) :]
        if one.slouched >= 0
    ]


def row(change: str, way: str, some: Sequence[Judged]) -> str:
    """One line of the table."""
    truth, score, verdict = np.array([(one.slouched, one.score, one.verdict) for one in some]).T
    coverage = count_verdicts(truth, verdict).coverage
    return f"| {change} | {way} | {coverage:.0%} | {verdict_cells(truth, score, verdict)} |"


@click.command()
@click.option("--rooms", type=click.IntRange(1, 1000), default=24)
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(rooms: int, jobs: int) -> None:
    """Print the table."""
    every = list(chain.from_iterable(in_processes(outcomes, rooms, "rooms", jobs)))
    click.echo(
        "| the camera is | judged | frames with a verdict | AUC | slouched frames found "
        "| false positives | F1 |\n| --- | --- | --: | --: | --: | --: | --: |"
    )
    for change in dict.fromkeys(one.change for one in every):
        for way in WAYS:
            some = [one for one in every if one.change == change and one.way == way]
            if some:
                click.echo(row(change, way, some))


if __name__ == "__main__":
    main()

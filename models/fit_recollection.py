"""Fit the constants of posture_cam/recollection.py to people who calibrated on another day.

    python models/fit_recollection.py DIR [--people 60]

renders people of training seeds who sit upright on one day and slouch and move on another, sitting
a little otherwise (sample_videos/another_day.py), and keeps of each a table of comparisons in DIR:
every posture of the second day that is held for three seconds, slouched or not, as what is judged
against, with every fifth picture of that day. Prints the shares that make these most likely, and
how well slouches are told with the calibration of the other day and without.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from training_report import area_under_curve

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.models import load_networks
from posture_cam.pose import PoseEstimator
from posture_cam.slouch_odds import at_a_desk
from posture_cam.spine import SpineEstimator
from posture_cam.types import Frame, Pose
from sample_videos.another_day import on_another_day, sitting_otherwise, some_segments
from sample_videos.motion import Motion, Segment
from sample_videos.session import Session, View, random_session

Array = NDArray[np.float64]

FIRST_SEED = 750_000
"""Of training seeds that no other people of the training use."""
VIEWS: tuple[View, ...] = ("front", "oblique", "side")
RATE_HZ, UPRIGHT_S, SEGMENTS = 5, 8.0, 8
RIDGE, STEPS = 2e-3, 30
HELD, EVERY = 16, 5
"""Pictures in which a posture is held, and from one compared picture to the next."""
(
    REFERENCE_SLOUCHED, SLOUCHED, REFERENCE_ALONE, REFERENCE_RECALLED,
    TODAY, ALONE, RECALLED, RECALLED_ERROR_DEG,
) = range(8)  # fmt: skip
"""Columns of a table: labels 0 or 1 of the posture judged against and of the other; log-odds of a
slouch: of the former, by its picture and by the calibration; of the latter by the former, by its
picture and by the calibration; and by how much spine flexion is wrong by the calibration."""


@dataclass(frozen=True)
class Case:
    """What is told from what: labels in column `truth` from log-odds in columns, those `given` as
    they are and the others by a share."""

    name: str
    truth: int
    given: Sequence[int]
    columns: Sequence[int] = ()


def compared(seed: int) -> Array:
    """(N, 8) of one person; empty where the calibration is refused."""
    random = np.random.default_rng([seed, 21])
    session = random_session(seed, VIEWS[seed % len(VIEWS)])
    upright = Segment("upright", 0.3, UPRIGHT_S)
    profile, _ = watched(session, [upright])
    session.close()
    otherwise = sitting_otherwise(session.person, random)
    day = replace(on_another_day(session, random), person=otherwise)
    poses, motion = watched(day, [upright, *some_segments(random, SEGMENTS)])
    labels = [float(motion.at(pose.time_s).slouched or "nan") for pose in poses]
    truths = [day.truth(motion.at(pose.time_s).posture)["spine_flexion_deg"] for pose in poses]
    day.close()
    calibrated = held(profile)
    if calibrated is None:
        return np.empty((0, RECALLED_ERROR_DEG + 1))
    return table(poses, np.array(labels), np.array(truths), calibrated)


def watched(session: Session, script: Sequence[Segment]) -> tuple[list[Pose], Motion]:
    """What the pose model sees of somebody who moves through a script."""
    motion = Motion(session.person, tuple(script), session.seed)
    poses = []
    with PoseEstimator(people=1) as estimator:
        for number in range(round(motion.duration * RATE_HZ)):
            time_s = number / RATE_HZ
            image = session.render(motion.at(time_s).posture, number).image
            poses.append(estimator.estimate(Frame(number, time_s, image))[0])
    return poses, motion


def table(poses: Sequence[Pose], labels: Array, truths: Array, profile: Baseline) -> Array:
    """All comparisons of a day with what was held in it."""
    settings = Settings()
    estimator = SpineEstimator(load_networks(), settings.pose.min_visibility)
    rows = []
    for slouched, reference in held_postures(poses, labels):
        of_reference = estimator.measure(reference.pose, profile).slouch_log_odds
        for place in range(0, len(poses), EVERY):
            today = estimator.measure(poses[place], reference)
            recalled = estimator.measure(poses[place], profile)
            rows.append((
                slouched, labels[place], estimator.alone(reference).slouch_logit, of_reference,
                today.slouch_log_odds, at_a_desk(today.alone.slouch_logit),
                recalled.slouch_log_odds, recalled.angles.spine_flexion_deg - truths[place],
            ))  # fmt: skip
    some = np.array(rows).reshape(-1, RECALLED_ERROR_DEG + 1)
    return np.asarray(some[np.isfinite(some).all(axis=1)])


def held_postures(poses: Sequence[Pose], labels: Array) -> list[tuple[float, Baseline]]:
    """Label and posture of all that was held."""
    found = []
    for start in range(0, len(poses) - HELD + 1, HELD // 2):
        label = labels[start : start + HELD]
        posture = held(poses[start : start + HELD]) if np.ptp(label) == 0 else None
        if posture is not None:
            found.append((float(label[0]), posture))
    return found


def held(poses: Sequence[Pose]) -> Baseline | None:
    """The posture of some seconds, None if it was not held."""
    try:
        return make_baseline(poses, Settings())
    except CalibrationError:
        return None


def shares(rows: Array, given: Array, columns: Sequence[int], truth: int) -> Array:
    """Of log-odds in columns, then a constant, which beside the given log-odds (N,) make the labels
    of `truth` likeliest: a logistic regression by Newton's method, with a small ridge."""
    inputs, weights = with_constant(rows[:, columns]), np.zeros(len(columns) + 1)
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-given - inputs @ weights))
        slope = inputs.T @ (chance - rows[:, truth]) / len(rows) + RIDGE * weights
        bend = (inputs.T * (chance * (1 - chance))) @ inputs / len(rows)
        weights -= np.linalg.solve(bend + RIDGE * np.eye(len(weights)), slope)
    return weights


def with_constant(inputs: Array) -> Array:
    """(N, k + 1)."""
    return np.column_stack([inputs, np.ones(len(inputs))])


def report(case: Case, rows: Array, people: NDArray[np.int_]) -> None:
    """Shares for all people, and how well they tell half of them when fitted to the others."""
    given = rows[:, case.given].sum(axis=1)
    odds = np.empty(len(rows))
    for half in (people % 2 == 0, people % 2 == 1):
        fitted = shares(rows[~half], given[~half], case.columns, case.truth)
        odds[half] = given[half] + with_constant(rows[half][:, case.columns]) @ fitted
    labels = rows[:, case.truth]
    surprise = np.logaddexp(0, np.where(labels == 1, -odds, odds)).mean()
    *found, _ = shares(rows, given, case.columns, case.truth)
    listed = ", ".join(f"{share:.2f}" for share in found) or "-"
    area = area_under_curve(odds, labels)
    print(f"{case.name:44} AUC {area:.3f}, surprise {surprise:.3f}, shares {listed}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=60)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    tables = []
    for seed in range(FIRST_SEED, FIRST_SEED + options.people):
        file = options.folder / f"person_{seed}.npy"
        if not file.exists():
            np.save(file, compared(seed))
            print(f"{seed - FIRST_SEED + 1}/{options.people}", flush=True)
        tables.append(np.load(file))
    rows = np.vstack(tables)
    people = np.repeat(np.arange(len(tables)), [len(one) for one in tables])
    slouched = rows[:, REFERENCE_SLOUCHED] == 1
    every = np.ones(len(rows), dtype=bool)
    for case, some in (
        (Case("postures held, by one picture", REFERENCE_SLOUCHED, [REFERENCE_ALONE]), every),
        (Case("... and the other day", REFERENCE_SLOUCHED, [REFERENCE_ALONE], [REFERENCE_RECALLED]),
         every),
        (Case("against an upright one of today", SLOUCHED, [], [TODAY]), ~slouched),
        (Case("... and the other day", SLOUCHED, [], [TODAY, RECALLED]), ~slouched),
        (Case("against a slouch of today: by one picture", SLOUCHED, [ALONE]), slouched),
        (Case("... and the other day", SLOUCHED, [ALONE], [RECALLED]), slouched),
        (Case("against the other day alone", SLOUCHED, [], [RECALLED]), every),
    ):  # fmt: skip
        report(case, rows[some], people[some])
    error = rows[:, RECALLED_ERROR_DEG]
    print(f"spine flexion by the other day: off by {math.sqrt((error**2).mean()):.1f} degrees")


if __name__ == "__main__":
    main()

"""Fit what back_curve.py says of its own uncertainty, on rendered people.

    python models/fit_back.py --sessions 120

Each session is one person before one camera at their side: upright pictures, whose outline of the
back is the baseline, and others. Printed are the share of a change of the spine's flexion that
shows in the outline (FLEXION_SHARE) and the terms of its uncertainty (LEAST_DEG, MISSING_DEG,
TURNED_DEG). Seeds are among those kept for training.
"""

from __future__ import annotations

import argparse
import sys
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from render_training import detect, draw_posture, training_seeds

from posture_cam.back_curve import LEAST_SEEN, judge_back, off_square_deg
from posture_cam.baseline import Baseline, median_pose
from posture_cam.models import load_networks
from posture_cam.spine import SpineEstimator
from posture_cam.types import Angles
from sample_videos.session import random_session
from sample_videos.states import state_posture

Array = NDArray[np.float64]

FIRST_SEED = 700_000
UPRIGHT_PICTURES, PICTURES = 5, 15
MIN_VISIBILITY = 0.5
TAIL = 5.0
"""Degrees of freedom of the errors' Student-t distribution: some outlines are not the back's."""


def measure_session(seed: int, estimator: SpineEstimator) -> list[tuple[float, ...]]:
    """Per picture with a change told: change, true flexion, share seen, measured view."""
    random = np.random.default_rng([seed, 78])
    session = random_session(seed, view="side")
    rest = session.person.with_change(state_posture("upright", 0.3, random))
    postures = [rest] + [
        session.person.with_change(state_posture("upright", 0.3, random))
        for _ in range(UPRIGHT_PICTURES - 1)
    ]
    postures += [draw_posture(session.person, random)[1] for _ in range(PICTURES)]
    pictures = [session.render(posture, number) for number, posture in enumerate(postures)]
    session.close()
    poses = detect("full", [picture.image for picture in pictures])
    upright = [pose for pose in poses[:UPRIGHT_PICTURES] if pose.present]
    if not upright:
        return []
    baseline = Baseline(median_pose(upright), Angles(), 5.0, len(upright))
    flexion = np.array([picture.truth["spine_flexion_deg"] for picture in pictures])
    flexion -= flexion[:UPRIGHT_PICTURES].mean()
    rows: list[tuple[float, ...]] = []
    for pose, true in zip(poses[UPRIGHT_PICTURES:], flexion[UPRIGHT_PICTURES:], strict=True):
        view_deg = estimator.measure(pose, None).angles.view_deg
        back = judge_back(pose, baseline, view_deg, MIN_VISIBILITY)[1]
        if back is not None:
            rows.append((back.change_deg, true, back.seen, view_deg))
    return rows


def fit(rows: Array) -> tuple[float, tuple[float, float, float]]:
    """The share of flexion that shows, and the three terms of the uncertainty."""
    change, flexion, seen, view_deg = rows.T
    share = float(change @ flexion / (flexion @ flexion))
    error = np.abs(change - share * flexion)
    turned = np.array([off_square_deg(one) for one in view_deg]) / 10
    best = (np.inf, (0.0, 0.0, 0.0))
    grids = np.arange(1, 5, 0.25), np.arange(0, 32, 2), np.arange(0, 4, 0.25)
    for terms in product(*grids):
        deviation = np.sqrt(terms[0] ** 2 + (terms[1] * (1 - seen)) ** 2 + (terms[2] * turned) ** 2)
        tails = (TAIL + 1) / 2 * np.log1p((error / deviation) ** 2 / TAIL)
        best = min(best, (float(np.mean(np.log(deviation) + tails)), terms))
    terms = best[1]
    deviation = np.sqrt(terms[0] ** 2 + (terms[1] * (1 - seen)) ** 2 + (terms[2] * turned) ** 2)
    widen = float(np.quantile(error / deviation, 0.68))  # so that 1 sigma holds two thirds
    return share, (widen * terms[0], widen * terms[1], widen * terms[2])


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the uncertainty of the curve of the back.")
    parser.add_argument("--sessions", type=int, default=120)
    seeds = training_seeds(parser, FIRST_SEED, parser.parse_args().sessions)
    estimator = SpineEstimator(load_networks(), MIN_VISIBILITY)
    rows = [row for seed in seeds for row in measure_session(seed, estimator)]
    share, terms = fit(np.array(rows))
    told = len(rows) / (len(seeds) * PICTURES)
    print(f"told in {100 * told:.0f} % of the pictures, from {100 * LEAST_SEEN:.0f} % seen on")
    print(f"FLEXION_SHARE = {share:.2f}")
    print("LEAST_DEG, MISSING_DEG, TURNED_DEG = " + ", ".join(f"{term:.1f}" for term in terms))


if __name__ == "__main__":
    main()

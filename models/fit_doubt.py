"""Fit the doubt about a baseline (posture_cam/baseline_doubt.py) to people held out.

    python models/fit_doubt.py DIR [DIR ...]

DIR holds the sessions that models/render_training.py writes. Of the people of whom
models/train_posture.py learns nothing every picture is compared with some others of the same
person, whatever they show; slouched or not is known. Prints the two constants that make what is
then said of a slouch most likely, and what they bring for half of the people, when fitted to the
others. Also where head and shoulders are in their slouches.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from train_posture import FOLDS
from training_data import known_figures
from training_report import area_under_curve

from posture_cam.baseline import Baseline
from posture_cam.baseline_doubt import CHANGE_SCALE_DEG, IN_A_SLOUCH, SURENESS
from posture_cam.config import Settings
from posture_cam.models import load_networks
from posture_cam.slouch_odds import RARER_AT_A_DESK
from posture_cam.spine import SpineEstimator
from posture_cam.types import Angles, Pose

Array = NDArray[np.float64]

REFERENCES = 12
"""So many pictures of each person are posture judged against."""
SURENESSES, SCALES_DEG = np.arange(0.3, 1.25, 0.05), np.arange(4.0, 25.0, 1.0)


def held_out_files(folders: Sequence[Path]) -> list[Path]:
    """Of rendered sessions those of the people of whom models/train_posture.py learns nothing."""
    files = chain.from_iterable(sorted(one.glob("session_*[0-9].npz")) for one in folders)
    return [file for file in files if int(file.stem.rsplit("_", 1)[1]) % FOLDS == 0]


def read_session(file: Path) -> dict[str, NDArray[Any]]:
    """Its arrays by name, see training_data.py."""
    with np.load(file) as data:
        return {name: data[name] for name in data.files}


def poses(session: dict[str, NDArray[Any]]) -> list[Pose]:
    """What the first pose model saw in each picture of a session."""
    width, height = (int(value) for value in session["size"])
    seen = (session[name][0] for name in ("landmarks", "world", "visibility"))
    return [
        Pose(
            time_s=0.0,
            width=width,
            height=height,
            landmarks=landmarks.astype(np.float32),
            world=world.astype(np.float32),
            visibility=visibility.astype(np.float32),
            presence=visibility.astype(np.float32),
            figure=figure,
        )
        for landmarks, world, visibility, figure in zip(
            *seen, known_figures(session, 0), strict=True
        )
    ]


def comparisons(file: Path, estimator: SpineEstimator) -> Array:
    """(N, 5) of one person: slouched or not, log-odds and degrees of the comparison, then what the
    picture compared with and the present one say of a slouch by themselves."""
    session = read_session(file)
    pictures, slouched = poses(session), session["slouched"]
    found = np.flatnonzero(session["found"][0])
    references = np.random.default_rng(int(session["seed"])).permutation(found)[:REFERENCES]
    rows = []
    for one in references:
        baseline = Baseline(pictures[one], Angles(), seconds=1.0, frames=1)
        against = estimator.alone(baseline).slouch_logit
        for other in found[(found != one) & np.isfinite(slouched[found])]:
            seen = estimator.measure(pictures[other], baseline)
            # Half of these pictures are slouches, as in the training.
            log_odds = seen.slouch_log_odds + RARER_AT_A_DESK
            change_deg = seen.angles.spine_flexion_deg
            rows.append((slouched[other], log_odds, change_deg, against, seen.alone.slouch_logit))
    measured = np.array(rows).reshape(-1, 5)
    return np.asarray(measured[np.isfinite(measured).all(axis=1)])


def slouches(file: Path) -> Array:
    """(N, len(IN_A_SLOUCH)) how far from upright head and shoulders are in one's slouches."""
    session = read_session(file)
    names = list(session["truth_names"])
    truth = session["truth"][:, [names.index(name) for name in IN_A_SLOUCH]]
    return np.asarray(truth[session["slouched"] == 1] - truth[session["upright"]].mean(axis=0))


def likely(measured: Array, sureness: float, scale_deg: float) -> Array:
    """(N,) how likely each is a slouch when they are as frequent as here; see baseline_doubt.py."""
    _, log_odds, change_deg, against, alone = measured.T
    doubt = logistic(against)
    against_upright = logistic(sureness * log_odds)
    return (1 - doubt) * against_upright + doubt * logistic(alone + change_deg / scale_deg)


def logistic(logits: Array) -> Array:
    """0..1 of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def loss(measured: Array, sureness: float, scale_deg: float) -> float:
    """Mean negative log likelihood of what the pictures show."""
    chance = np.clip(likely(measured, sureness, scale_deg), 1e-9, 1 - 1e-9)
    return float(-np.log(np.where(measured[:, 0] > 0.5, chance, 1 - chance)).mean())


def fitted(measured: Array) -> tuple[float, float]:
    """The best sureness and scale in degrees."""
    pairs = list(product(SURENESSES.tolist(), SCALES_DEG.tolist()))
    return min(pairs, key=lambda pair: loss(measured, *pair))


def report(name: str, measured: Array, constants: tuple[float, float]) -> None:
    """Print what the constants bring, beside the comparison alone."""
    truth, score = measured[:, 0], likely(measured, *constants)
    print(
        f"{name}: sureness {constants[0]:.2f}, scale {constants[1]:.0f} degrees:"
        f" loss {loss(measured, *constants):.4f}, AUC {area_under_curve(score, truth):.3f}"
        f" (comparison alone {area_under_curve(measured[:, 1], truth):.3f},"
        f" picture alone {area_under_curve(measured[:, 4], truth):.3f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rendered", type=Path, nargs="+", help="folders of rendered sessions")
    options = parser.parse_args()
    held_out = held_out_files(options.rendered)
    estimator = SpineEstimator(load_networks(), Settings().pose.min_visibility)
    people = [comparisons(file, estimator) for file in held_out]
    everything = np.concatenate(people)
    print(f"{len(people)} people, {len(everything)} comparisons")
    report("all", everything, fitted(everything))
    report("as it is", everything, (SURENESS, CHANGE_SCALE_DEG))
    bent = np.concatenate([slouches(file) for file in held_out])
    for name, column in zip(IN_A_SLOUCH, bent.T, strict=True):
        print(f"{name}: {column.mean():.1f} +- {column.std():.1f} in {len(column)} slouches")
    report("other half", np.concatenate(people[1::2]), fitted(np.concatenate(people[::2])))


if __name__ == "__main__":
    main()

"""How well the trained networks do on people that they were not trained on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from training_data import RARE

from posture_cam.figure_encoder import FigureEncoder
from posture_cam.measurement import FLEXION, SLOUCH
from posture_cam.mirror import mean_of_both, mirrored_comparison, mirrored_pose_features
from posture_cam.network import Network
from posture_cam.slouch_odds import at_a_desk, flexion_given, slouch_log_odds

if TYPE_CHECKING:
    from training_data import Samples
    from training_tasks import Task

Array = NDArray[np.float64]

WITHIN_ONE_SD = 0.683
PIECE = 20_000
"""Rows that are read at a time."""
STILL = 0.05
"""Centimetres by which a shoulder may be raised and yet is at rest."""


def predict(
    task: Task, arrays: Mapping[str, Array], rows: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Estimates and deviations as the running program computes them, the view being known.

    Piece by piece: what lies between the features of many people and their angles fills a memory.
    """
    places = np.flatnonzero(rows)
    pieces = [
        _predict(task, arrays, places[start : start + PIECE])
        for start in range(0, max(len(places), 1), PIECE)
    ]
    values, deviations = zip(*pieces, strict=True)
    return np.concatenate(values), np.concatenate(deviations)


def _predict(
    task: Task, arrays: Mapping[str, Array], rows: NDArray[np.intp]
) -> tuple[Array, Array]:
    named: dict[str, NDArray[np.generic]] = {f"x_{key}": value for key, value in arrays.items()}
    named["x_outputs"] = np.array(task.outputs)
    network = Network.from_arrays(named, "x")
    encoder = FigureEncoder.from_arrays(arrays, "figure")
    mirrored = mirrored_pose_features if task.reference is None else mirrored_comparison

    def read(features: Array, figures: NDArray[np.uint8]) -> tuple[Array, Array]:
        """Pictures and their mirror images."""
        chosen = features[rows].astype(np.float64)
        here = [chosen, encode(encoder, figures)]
        there = [mirrored(chosen), encode(encoder, figures[..., ::-1])]
        both = [np.concatenate(parts, axis=1) for parts in (here, there)]
        return mean_of_both(task.outputs, *network(np.stack(both), task.view_deg[rows]))

    figures = task.figures[rows]
    values, deviations = read(task.features, figures)
    if task.reference is not None:
        slouch = task.outputs.index("slouch_logit")
        at_rest = read(task.reference, figures[:, [0, 0, 0]])[0]
        at_rest[:, slouch] = 0
        values = values - at_rest
    return values, deviations


def encode(encoder: FigureEncoder, figures: NDArray[np.uint8]) -> Array:
    """Features of figures (N, channels, height, width) in 0..255; black ones are absent."""
    pieces = []
    for start in range(0, len(figures), 500):
        piece = figures[start : start + 500]
        here = piece.reshape(len(piece), -1).any(axis=1)
        pieces.append(encoder((piece / 255 - 0.5) * here.reshape(-1, 1, 1, 1)))
    return np.concatenate(pieces)


def widen(task: Task, arrays: Mapping[str, Array], rows: NDArray[np.bool_]) -> Array:
    """Factor per output so that 68 % of the errors on unseen people lie within one deviation.

    Of what is rare, the rows in which it happens count as much as all others: else the many zeros,
    which are easily read, would flatter what is stated of the rest.
    """
    values, deviations = predict(task, arrays, rows)
    targets = task.targets[rows]
    ratio = np.abs(values - targets) / deviations
    factors = [
        weighted_quantile(ratio[:, column], evenly(targets[:, column], name in RARE), WITHIN_ONE_SD)
        for column, name in enumerate(task.outputs)
    ]
    return np.asarray(np.nan_to_num(np.array(factors), nan=1.0))


def evenly(targets: Array, rare: bool) -> Array:
    """(N,) weights of rows: equal ones, or so that all zeros weigh as much as all others."""
    moved = np.abs(targets) > STILL
    if not rare or moved.all() or not moved.any():
        return np.ones(len(targets))
    return np.asarray(np.where(moved, 0.5 / moved.sum(), 0.5 / (~moved).sum()))


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """The value below which `share` of the weight lies; NaN counts for nothing."""
    order = np.argsort(values)
    order = order[np.isfinite(values[order])]
    if not len(order):
        return float("nan")
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, share * below[-1])])


def evaluate(
    task: Task, arrays: Mapping[str, Array], samples: Samples, rows: NDArray[np.bool_]
) -> None:
    """Print errors per output and view, and how well slouched is told from everything else."""
    values, deviations = predict(task, arrays, rows)
    targets = task.targets[rows]
    view = np.abs(samples.view_deg[rows])
    parts = {"front": view < 25, "oblique": (view >= 25) & (view < 60), "side": view >= 60}
    slouch = task.outputs.index("slouch_logit")
    for name, part in parts.items():
        error = np.abs(values - targets)[part]
        within = (error <= deviations[part]).mean(axis=0)
        print(f"{task.name} {name}: {part.sum()} samples")
        for column, output in enumerate(task.outputs):
            if column == slouch:
                truth = targets[part, column]
                print(f"   AUC {area_under_curve(values[part, column], truth):.4f}")
                innocent = (truth == 0) & (values[part, column] > 0)
                print(f"   false positives {innocent.sum() / (truth == 0).sum():.3f}")
            else:
                print(
                    f"   {output:26s} {np.nanmean(error[:, column]):6.2f}"
                    f"  within {within[column]:.2f}"
                )
        if task.reference is not None:
            report_given_verdict(task, values[part], deviations[part], targets[part])
    for state in np.unique(samples.state[rows]):
        here = samples.state[rows] == state
        print(f"   {state:20s} {np.mean(values[here, slouch] > 0):.3f} ({here.sum()})")


def report_given_verdict(task: Task, values: Array, deviations: Array, targets: Array) -> None:
    """Print how far spine flexion is off once the verdict is taken into account, as users see it.

    Also for the slouches alone that the program would call so: reminders go by their angles.
    """
    flexion, slouch = (task.outputs.index(name) for name in (FLEXION, SLOUCH))
    odds = [slouch_log_odds(*pair) for pair in values[:, [flexion, slouch]].tolist()]
    read = zip(values[:, flexion].tolist(), deviations[:, flexion].tolist(), odds, strict=True)
    given = np.array([flexion_given(*one) for one in read])
    off = given[:, 0] - targets[:, flexion]
    called = np.array([at_a_desk(one) >= 0 for one in odds])
    told, innocent = called & (targets[:, slouch] == 1), targets[:, slouch] == 0
    print(
        f"   spine flexion given the verdict {np.abs(off).mean():.2f}"
        f"  within {(np.abs(off) <= given[:, 1]).mean():.2f};"
        f" in {told.sum()} slouches found {np.abs(off[told]).mean():.2f},"
        f" bias {off[told].mean():.1f}; called slouched {called[innocent].mean():.3f} of the"
        f" innocent, {told.sum() / (targets[:, slouch] == 1).sum():.3f} of the slouched"
    )


def area_under_curve(score: Array, truth: Array) -> float:
    """Probability that a slouched sample scores higher than another one (rank statistic)."""
    known = np.isfinite(truth)
    score, positive = score[known], truth[known] > 0.5
    ranks = np.empty(len(score))
    ranks[np.argsort(score, kind="stable")] = np.arange(1, len(score) + 1)
    count = positive.sum()
    wins = ranks[positive].sum() - count * (count + 1) / 2
    return float(wins / (count * (len(score) - count)))

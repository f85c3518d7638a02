"""Train the two small networks behind the spine estimator on rendered people.

    python models/render_training.py RENDERED --sessions 4000   # people with known joints, detected
    python models/train_posture.py RENDERED     # writes models/posture_net.npz
    python models/train_posture.py OTHERS --start models/posture_net.npz     # goes on with others
    python models/train_posture.py RENDERED OTHERS --start models/posture_net.npz --pose-anew
    python models/train_posture.py OTHERS --start models/posture_net.npz --goes 4 --share 0.4

`pose` reads one picture (absolute angles, direction of view); `change` compares a picture with the
person's own upright one. Both state their uncertainty. People are never split: a person is in the
training, the widening (of the uncertainties) or the held-out part. Needs torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from posture_ensemble import FIGURE_FEATURES, Ensemble, go_on
from posture_file import encoder_arrays, read, save
from training_data import (
    CHANGE_OUTPUTS,
    POSE_OUTPUTS,
    RARE,
    Samples,
    load_sessions,
    outputs_scale,
)
from training_report import evaluate, widen

Array = NDArray[np.float64]

FEATURE_NOISE = 0.05
WITHOUT_FIGURE = 0.1
"""Share of training rows whose silhouettes are taken away, so that the networks do without."""
FOLDS = 10
"""One person in so many is held out: half of them to widen the deviations, half to report."""
STEPS = 4000
BATCH = 512
FASTEST_GOING_ON = 1e-3
"""Largest learning rate when networks that were trained before go on with other people."""
GOES, GOES_SHARE = 2, 0.8
"""So many times networks go on from one start; their weights make up that share of the mean, unless
told otherwise. Less keeps more of what was learned before: people held out tell what is best."""
LARGEST_GRADIENT = 5.0
"""Norm beyond which a gradient is cut. Nearly all lie between 1 and 2; uncut, one run diverged."""
SLOUCH_WEIGHT, SQUARED_WEIGHT, RARE_WEIGHT, MAIN_WEIGHT = 2.0, 2.0, 8.0, 8.0
MAIN = ("spine_flexion_deg",)
"""The angle that everything rests on."""


@dataclass
class Task:
    """One network to train: features, targets (NaN where unknown) and the names of the outputs.

    hidden: widths of the hidden layers.
    reference: features of the upright pose beside itself, whose estimate is subtracted, or None.
    figures: (N, 3, 32, 32) silhouettes in 0..255 that the network also reads, or None.
    """

    name: str
    outputs: tuple[str, ...]
    hidden: tuple[int, int]
    features: Array
    targets: Array
    reference: Array | None
    figures: NDArray[np.uint8] | None


def fit(
    task: Task,
    rows: NDArray[np.bool_],
    steps: int,
    seed: int = 0,
    start: Mapping[str, Array] | None = None,
) -> dict[str, Array]:
    """Train on the chosen rows; returns the arrays of a Network, widening still 1.

    start: arrays of the same network as trained before, to go on with.
    """
    torch.manual_seed(seed)
    count = task.features.shape[1]
    if start is None:
        mean = task.features[rows].mean(axis=0)
        deviation = task.features[rows].std(axis=0) + 1e-3
    else:
        mean, deviation = start["mean"][:count], start["deviation"][:count]
    scale = outputs_scale(task.outputs)

    def standard(array: Array) -> torch.Tensor:
        return torch.tensor(np.clip((array - mean) / deviation, -6, 6), dtype=torch.float32)

    inputs = standard(task.features)
    reference = None if task.reference is None else standard(task.reference)
    targets = torch.tensor(task.targets / scale, dtype=torch.float32)
    slouch = task.outputs.index("slouch_logit")
    figures = None if task.figures is None else torch.tensor(task.figures)
    model = Ensemble(inputs.shape[1], task.hidden, len(task.outputs), figures is not None)
    if start is not None:
        go_on(model, start)
    fastest = 3e-3 if start is None else FASTEST_GOING_ON
    optimiser = torch.optim.AdamW(model.parameters(), lr=fastest, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, fastest, total_steps=steps)
    rare, main = (torch.tensor([name in names for name in task.outputs]) for names in (RARE, MAIN))
    chosen = torch.tensor(np.flatnonzero(rows))
    for _ in range(steps):
        pick = chosen[torch.randint(len(chosen), (BATCH,))]
        shown = None if figures is None else figure_batch(figures[pick])
        noise = FEATURE_NOISE * torch.randn(BATCH, inputs.shape[1])
        result = model(inputs[pick] + noise, shown)
        if reference is not None:
            at_rest = None if shown is None else shown[:, [0, 0, 0]]
            noise = FEATURE_NOISE * torch.randn(BATCH, inputs.shape[1])
            upright = model(reference[pick] + noise, at_rest)
            result = subtract_reference(result, upright, slouch)
        loss = likelihood_loss(result, targets[pick], slouch, rare, main)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
    extra = FIGURE_FEATURES if figures is not None else 0
    arrays: dict[str, Array] = {"scale": scale}
    arrays["mean"] = np.append(mean, np.zeros(extra))
    arrays["deviation"] = np.append(deviation, np.ones(extra))
    arrays["layers"] = np.array(len(model.weights))
    arrays["widening"] = np.ones(len(task.outputs))
    for layer, (weight, bias) in enumerate(zip(model.weights, model.biases, strict=True)):
        arrays[f"weight{layer}"] = weight.detach().numpy().astype(np.float64)
        arrays[f"bias{layer}"] = bias.detach().numpy().astype(np.float64)
    return arrays | (encoder_arrays(model.encoder) if model.encoder is not None else {})


def gone_on(
    task: Task,
    rows: NDArray[np.bool_],
    steps: int,
    start: Mapping[str, Array],
    goes: int,
    share: float,
) -> dict[str, Array]:
    """The mean of the weights before and after going on with other people, several times.

    Weights from one start may be averaged, which errs less than any of them (Wortsman et al. 2022,
    Model soups), and the people of the training before are not forgotten.
    """
    return averaged(start, [fit(task, rows, steps, seed, start) for seed in range(goes)], share)


def averaged(
    start: Mapping[str, Array], goes: Sequence[Mapping[str, Array]], share: float
) -> dict[str, Array]:
    """Every array as `share` of the mean of `goes` and the rest of `start`; counts as they are."""
    return {
        name: value
        if value.dtype.kind != "f"
        else (1 - share) * start[name] + share * np.mean([go[name] for go in goes], axis=0)
        for name, value in goes[0].items()
    }


def figure_batch(figures: torch.Tensor) -> torch.Tensor:
    """Figures as the encoder reads them; some are taken away, and those that are not there are 0.

    A figure of another person or place is never wholly black.
    """
    here = figures.flatten(1).any(dim=1) & (torch.rand(len(figures)) >= WITHOUT_FIGURE)
    return (figures.float() / 255 - 0.5) * here[:, None, None, None]


def subtract_reference(result: torch.Tensor, at_rest: torch.Tensor, slouch: int) -> torch.Tensor:
    """Make the change exactly zero at the upright pose (the verdict keeps its own bias)."""
    count = result.shape[-1] // 2
    keep = torch.ones(2 * count)
    keep[count:] = 0
    keep[slouch] = 0
    return result - at_rest * keep


def likelihood_loss(
    result: torch.Tensor,
    targets: torch.Tensor,
    slouch: int,
    rare: torch.Tensor,
    main: torch.Tensor,
) -> torch.Tensor:
    """Gaussian negative log likelihood of the angles plus cross entropy of the verdict.

    A squared error is added, so that a confident network does not stop learning. What is rare
    learns from that alone: the likelihood would forgive large errors where a shoulder is raised for
    exactness where all is still. So would it for the main angle in a deep slouch; that learns from
    its absolute error, which is what docs/accuracy.md reports. rare, main: (outputs,) bool.
    """
    count = targets.shape[-1]
    values, log_deviation = result[..., :count], result[..., count:].clamp(-6, 3)
    targets = targets.expand_as(values)
    known = torch.isfinite(targets)
    error = torch.where(known, values - torch.nan_to_num(targets), torch.zeros_like(values))
    likely = torch.where(rare | main, error.detach(), error)
    own = torch.where(rare, RARE_WEIGHT, SQUARED_WEIGHT) * error**2
    own = torch.where(main, MAIN_WEIGHT * error.abs(), own)
    angle = 0.5 * (likely / log_deviation.exp()) ** 2 + log_deviation + own
    angles = torch.ones(count, dtype=torch.bool)
    angles[slouch] = False
    mask = known & angles
    verdict = torch.nn.functional.binary_cross_entropy_with_logits(
        values[..., slouch], torch.nan_to_num(targets[..., slouch]), reduction="none"
    )
    judged = known[..., slouch]
    return (angle * mask).sum() / mask.sum() + SLOUCH_WEIGHT * (
        verdict * judged
    ).sum() / judged.sum()


def make_tasks(samples: Samples) -> tuple[Task, Task]:
    """The network on one picture and the network on the change from upright."""
    change = samples.change, samples.change_targets, samples.rest, samples.figures
    return (
        Task("pose", POSE_OUTPUTS, (128, 64), samples.pose, samples.pose_targets, None, None),
        Task("change", CHANGE_OUTPUTS, (448, 224), *change),
    )


def widening_rows(task: Task, samples: Samples, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of some rows those that tell how large errors are.

    Not the upright pictures for a network that compares with them: its error there is nearly zero
    by construction, which would flatter all others.
    """
    return rows if task.reference is None else rows & (samples.state != "upright")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "rendered",
        type=Path,
        nargs="+",
        help="folders of rendered sessions; one that is named twice counts twice",
    )
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "posture_net.npz")
    parser.add_argument("--trial", type=Path, help="store the networks without held-out people too")
    parser.add_argument("--start", type=Path, help="networks trained before, to go on with")
    parser.add_argument(
        "--pose-anew", action="store_true", help="train `pose` from the beginning even so"
    )
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--goes", type=int, default=GOES, help="so often networks go on")
    parser.add_argument(
        "--share", type=float, default=GOES_SHARE, help="of these in the mean, 0..1"
    )
    options = parser.parse_args()
    torch.set_num_threads(1)
    files = [sorted(folder.glob("session_*[0-9].npz")) for folder in options.rendered]
    samples = load_sessions(list(chain.from_iterable(files)))
    everyone = np.ones(len(samples.person), dtype=bool)
    held_out = samples.person % FOLDS == 0
    measured = held_out & (samples.draw == 0)  # before the cameras that rendered them
    report_on = measured & (samples.person % (2 * FOLDS) == 0)
    print(f"{len(np.unique(samples.person))} people, {len(samples.person)} samples", flush=True)
    tasks, trials = make_tasks(samples), dict[str, dict[str, Array]]()
    for task in tasks:
        print(f"== {task.name}", flush=True)
        anew = options.start is None or (task.name == "pose" and options.pose_anew)
        start = None if anew else read(options.start, task.name, task.outputs)
        if start is not None and task.name == "pose":  # others alone would teach it less
            trials[task.name] = start
            continue
        if start is None:
            trial = fit(task, ~held_out, options.steps)
        else:
            print("before", flush=True)
            evaluate(task, start, samples, report_on)
            print("after", flush=True)
            trial = gone_on(task, ~held_out, options.steps, start, options.goes, options.share)
        trial["widening"] = np.ones(len(task.outputs))
        trial["widening"] = widen(task, trial, widening_rows(task, samples, measured & ~report_on))
        evaluate(task, trial, samples, report_on)
        trials[task.name] = trial
    outputs = {task.name: task.outputs for task in tasks}
    if options.start:  # the networks that were measured
        save(options.out, outputs, trials)
        return
    if options.trial:
        save(options.trial, outputs, trials)
    finals = {task.name: fit(task, everyone, options.steps, seed=1) for task in tasks}
    for name, final in finals.items():
        final["widening"] = trials[name]["widening"]
    save(options.out, outputs, finals)


if __name__ == "__main__":
    main()

"""Train the two small networks behind the spine estimator on rendered people.

    python models/render_training.py RENDERED --sessions 4000   # people with known joints, detected
    python models/train_posture.py RENDERED     # writes models/posture_net.npz
    python models/train_posture.py OTHERS --start models/posture_net.npz     # goes on with others
    python models/train_posture.py OTHERS --start models/posture_net.npz --only pose
    python models/train_posture.py OTHERS --start models/posture_net.npz --only pose --anew
    python models/train_posture.py OTHERS --start models/posture_net.npz --goes 4 --share 0.4
    python models/train_posture.py OTHERS --start models/posture_net.npz --keep-verdict

`pose` reads one picture (absolute angles, direction of view); `change` compares a picture with the
person's own upright one. Both state their uncertainty. People are never split: a person is in the
training, the widening (of the uncertainties) or the held-out part. Needs torch.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from posture_ensemble import Ensemble, go_on
from posture_file import encoder_arrays, read, save
from training_data import RARE, load_sessions, outputs_scale
from training_report import evaluate, widen
from training_tasks import Task, figure_batch, make_tasks, widening_rows

from posture_cam.far_lean import VERDICT
from posture_cam.measurement import FLEXION

Array = NDArray[np.float64]

FEATURE_NOISE = 0.05
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
MAIN = (FLEXION,)
"""The angle that everything rests on."""


def fit(
    task: Task,
    rows: NDArray[np.bool_],
    steps: int,
    seed: int = 0,
    start: Mapping[str, Array] | None = None,
    kept: Sequence[str] = (),
) -> dict[str, Array]:
    """Train on the chosen rows; returns the arrays of a Network, widening still 1.

    start: arrays of the same network as trained before, to go on with. kept: outputs that stay as
    they are; if there are any, only the last layer learns.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
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
    model = Ensemble(inputs.shape[1], task.hidden, len(task.outputs), task.encoder)
    if start is not None:
        go_on(model, start)
    fastest = 3e-3 if start is None else FASTEST_GOING_ON
    learning = list(model.parameters())
    decay = 0.02
    if kept:
        learning, decay = last_layer(model, [name not in kept for name in task.outputs]), 0.0
    optimiser = torch.optim.AdamW(learning, lr=fastest, weight_decay=decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, fastest, total_steps=steps)
    rare, main = (torch.tensor([name in names for name in task.outputs]) for names in (RARE, MAIN))
    chosen = torch.tensor(np.flatnonzero(rows))
    for _ in range(steps):
        pick = chosen[torch.randint(len(chosen), (BATCH,))]
        shown = figure_batch(task, task.figures[pick.numpy()], random)
        noise = FEATURE_NOISE * torch.randn(BATCH, inputs.shape[1])
        result = model(inputs[pick] + noise, shown)
        if reference is not None:
            noise = FEATURE_NOISE * torch.randn(BATCH, inputs.shape[1])
            upright = model(reference[pick] + noise, shown[:, [0, 0, 0]])
            result = subtract_reference(result, upright, slouch)
        loss = likelihood_loss(result, targets[pick], slouch, rare, main)
        descend(loss, list(model.parameters()), optimiser, schedule)
    extra = task.encoder.features
    arrays: dict[str, Array] = {"scale": scale}
    arrays["mean"] = np.append(mean, np.zeros(extra))
    arrays["deviation"] = np.append(deviation, np.ones(extra))
    arrays["layers"] = np.array(len(model.weights))
    arrays["widening"] = np.ones(len(task.outputs))
    for layer, (weight, bias) in enumerate(zip(model.weights, model.biases, strict=True)):
        arrays[f"weight{layer}"] = weight.detach().numpy().astype(np.float64)
        arrays[f"bias{layer}"] = bias.detach().numpy().astype(np.float64)
    return arrays | encoder_arrays(model.encoder)


def descend(
    loss: torch.Tensor,
    learning: Sequence[torch.nn.Parameter],
    optimiser: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    """One step down the gradient of the loss, which is cut where it is too steep."""
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(learning, LARGEST_GRADIENT)
    optimiser.step()
    schedule.step()


def last_layer(model: Ensemble, learning: Sequence[bool]) -> list[torch.nn.Parameter]:
    """Its parameters, and nothing else of the model learns.

    learning: of each output, whether its columns of value and deviation learn.
    """
    columns = torch.tensor([*learning, *learning], dtype=torch.float32)
    model.requires_grad_(False)
    last = [model.weights[-1], model.biases[-1]]
    for parameter in last:
        parameter.requires_grad_(True)
        parameter.register_hook(lambda gradient: gradient * columns)
    return last


def gone_on(
    name: str,
    files: Sequence[Path],
    steps: int,
    start: Mapping[str, Array],
    goes: int,
    share: float,
    kept: Sequence[str] = (),
) -> dict[str, Array]:
    """The mean of the weights before and after going on with other people, several times.

    Weights from one start may be averaged, which errs less than any of them (Wortsman et al. 2022,
    Model soups), and the people of the training before are not forgotten. Each go has draws of its
    own. name: of the network. kept: outputs that stay as they are.
    """
    weights = []
    for number in range(goes):
        samples = load_sessions(files, other=1 + number)
        (task,) = (task for task in make_tasks(samples) if task.name == name)
        weights.append(fit(task, samples.person % FOLDS != 0, steps, number, start, kept))
    return averaged(start, weights, share)


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
    parser.add_argument("--start", type=Path, help="networks trained before, of which one goes on")
    parser.add_argument(
        "--only",
        choices=("pose", "change"),
        default="change",
        help="with --start: the one that goes on; the other is kept",
    )
    parser.add_argument(
        "--anew", action="store_true", help="with --start: train that one from the beginning"
    )
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--goes", type=int, default=GOES, help="so often networks go on")
    parser.add_argument(
        "--share", type=float, default=GOES_SHARE, help="of these in the mean, 0..1"
    )
    parser.add_argument(
        "--keep-verdict",
        action="store_true",
        help="with --start: only what each other angle reads from the last layer learns",
    )
    options = parser.parse_args()
    if options.keep_verdict and (options.anew or not options.start):
        parser.error("--keep-verdict goes on from --start")
    kept = VERDICT if options.keep_verdict else ()
    torch.set_num_threads(1)
    folders = [sorted(folder.glob("session_*[0-9].npz")) for folder in options.rendered]
    files = list(chain.from_iterable(folders))
    samples = load_sessions(files)
    everyone = np.ones(len(samples.person), dtype=bool)
    held_out = samples.person % FOLDS == 0
    measured = held_out & (samples.draw == 0)  # before the cameras that rendered them
    report_on = measured & (samples.person % (2 * FOLDS) == 0)
    print(f"{len(np.unique(samples.person))} people, {len(samples.person)} samples", flush=True)
    tasks, trials = make_tasks(samples), dict[str, dict[str, Array]]()
    for task in tasks:
        if options.start and task.name != options.only:
            trials[task.name] = read(options.start, task.name, task.outputs)
            continue
        print(f"== {task.name}", flush=True)
        if options.start and not options.anew:
            start = read(options.start, task.name, task.outputs)
            print("before", flush=True)
            evaluate(task, start, samples, report_on)
            print("after", flush=True)
            trial = gone_on(
                task.name, files, options.steps, start, options.goes, options.share, kept
            )
        else:
            trial = fit(task, ~held_out, options.steps)
        trial["widening"] = np.ones(len(task.outputs))
        wider = widen(task, trial, widening_rows(task, samples, measured & ~report_on))
        if kept:
            wider = np.where(np.isin(task.outputs, kept), start["widening"], wider)
        trial["widening"] = wider
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

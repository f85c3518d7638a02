"""Teach a trained network what to add where the trunk leans far (posture_cam/far_lean.py).

    python models/train_far_lean.py FAR NEITHER FREER FREER     # goes into models/posture_net.npz

Folders are those of render_training.py (POSTURE_NET.md has the commands); one must have been drawn
with --far. One that is named twice counts twice. Nothing else in the networks changes: what is
added is read from the last hidden layer of `change`, linearly, and learns from the pictures in
which the trunk is read as leaning. Training another `change` needs this again.
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
from posture_file import read, save
from train_posture import (
    BATCH,
    FEATURE_NOISE,
    FOLDS,
    MAIN,
    descend,
    likelihood_loss,
    subtract_reference,
)
from training_data import POSE_OUTPUTS, RARE, load_sessions
from training_report import evaluate, predict
from training_tasks import Task, figure_batch, make_tasks

from posture_cam.far_lean import CORRECTED, FROM_DEG, LEAN, OVER_DEG, VERDICT, verdict_begins
from posture_cam.measurement import SLOUCH

Array = NDArray[np.float64]

STEPS, FASTEST, DECAY, DROPOUT = 2500, 1e-3, 0.02, 0.05
ALMOST = 0.8
"""Pictures read as leaning by this share of FROM_DEG take part: noise may carry them beyond."""
FAR_DEG = 20.0
"""Of a trunk that leans by more the report tells apart."""


class Addition(torch.nn.Module):
    """The torch side of posture_cam.far_lean.FarLean: nothing is added before it learns.

    outputs, scale: of the network to whose readings it adds; members, width: of its last hidden
    layer.
    """

    def __init__(self, outputs: Sequence[str], scale: Array, members: int, width: int) -> None:
        super().__init__()
        places = [outputs.index(name) for name in CORRECTED]
        self.columns = torch.tensor([*places, *(place + len(outputs) for place in places)])
        self.lean = outputs.index(LEAN)
        self.degrees = float(scale[self.lean])
        self.verdict = torch.tensor(2 * [name in VERDICT for name in CORRECTED])
        self.weight = torch.nn.Parameter(torch.zeros(members, width, len(self.columns)))
        self.bias = torch.nn.Parameter(torch.zeros(members, 1, len(self.columns)))

    def forward(
        self, readings: torch.Tensor, hidden: torch.Tensor, verdict_from: torch.Tensor
    ) -> torch.Tensor:
        """What is added to `columns`: (members, batch, columns).

        readings: (members, batch, 2 x outputs) of the last layer; hidden: (members, batch, width)
        what it read. verdict_from: (batch,) degrees of lean from which the verdict learns, see
        `posture_cam.far_lean.verdict_begins`.
        """
        read_deg = readings[..., self.lean].abs() * self.degrees
        begins = torch.where(self.verdict, verdict_from[:, None], FROM_DEG)
        far = ((read_deg[..., None] - begins) / OVER_DEG).clamp(0, 1)
        share = far**2 * (3 - 2 * far)
        kept = torch.nn.functional.dropout(hidden, DROPOUT, self.training)
        return share * (kept @ self.weight + self.bias)


def fit_far_lean(
    task: Task, start: Mapping[str, Array], rows: NDArray[np.bool_], steps: int
) -> dict[str, Array]:
    """Weights and biases of a FarLean, by the names under which a network's file holds them.

    task: of a network that compares with an upright picture. start: its arrays, which stay as they
    are. rows: from which to learn.
    """
    assert task.reference is not None, "nothing to compare with"
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    count = task.features.shape[1]
    mean, deviation = start["mean"][:count], start["deviation"][:count]
    slouch = task.outputs.index(SLOUCH)
    verdict_from = torch.tensor(verdict_begins(task.view_deg), dtype=torch.float32)
    targets = torch.tensor(task.targets / start["scale"], dtype=torch.float32)
    rare, main = (torch.tensor([name in names for name in task.outputs]) for names in (RARE, MAIN))
    model = Ensemble(count, task.hidden, len(task.outputs), task.encoder)
    go_on(model, start)
    model.eval().requires_grad_(False)
    addition = Addition(task.outputs, start["scale"], *model.weights[-1].shape[:2])
    optimiser = torch.optim.AdamW(addition.parameters(), lr=FASTEST, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, FASTEST, total_steps=steps)
    first = predict(task, start, np.ones(len(rows), dtype=bool))[0][:, addition.lean]
    chosen = torch.tensor(np.flatnonzero(rows & (np.abs(first) > ALMOST * FROM_DEG)))

    def seen(features: Array) -> torch.Tensor:
        standard = np.clip((features - mean) / deviation, -6, 6)
        noise = FEATURE_NOISE * torch.randn(standard.shape)
        return torch.tensor(standard, dtype=torch.float32) + noise

    for _ in range(steps):
        pick = chosen[torch.randint(len(chosen), (BATCH,))]
        here = pick.numpy()
        shown = figure_batch(task, task.figures[here], random)
        with torch.no_grad():
            hidden, readings = model.layers(seen(task.features[here]), shown)
            upright = model(seen(task.reference[here]), shown[:, [0, 0, 0]])
        # Read from what was read before the upright is taken off, as the running program does.
        added = addition(readings, hidden, verdict_from[pick])
        change = subtract_reference(readings, upright, slouch)
        result = change.index_add(2, addition.columns, added)
        loss = likelihood_loss(result, targets[pick], slouch, rare, main)
        descend(loss, list(addition.parameters()), optimiser, schedule)
    learned = {"far_weight": addition.weight, "far_bias": addition.bias}
    return {name: value.detach().numpy().astype(np.float64) for name, value in learned.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rendered", type=Path, nargs="+", help="folders of rendered sessions")
    parser.add_argument(
        "--networks", type=Path, default=Path(__file__).parent / "posture_net.npz", help="trained"
    )
    parser.add_argument("--out", type=Path, help="if not to take their place")
    parser.add_argument("--steps", type=int, default=STEPS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    folders = [sorted(folder.glob("session_*[0-9].npz")) for folder in options.rendered]
    samples = load_sessions(list(chain.from_iterable(folders)))
    task = make_tasks(samples)[1]
    change = read(options.networks, task.name, task.outputs)
    print(f"{len(np.unique(samples.person))} people, {len(samples.person)} samples", flush=True)
    held_out = samples.person % FOLDS == 0
    plain = {name: value for name, value in change.items() if not name.startswith("far_")}
    learned = plain | fit_far_lean(task, plain, ~held_out, options.steps)
    leans = np.abs(task.targets[:, task.outputs.index(LEAN)]) > FAR_DEG
    report_on = held_out & (samples.draw == 0) & (samples.state != "upright")
    for which, rows in (("far", report_on & leans), ("others", report_on & ~leans)):
        for when, arrays in (("before", plain), ("after", learned)):
            print(f"== {which}, {when}", flush=True)
            evaluate(task, arrays, samples, rows)
    save(
        options.out or options.networks,
        {"pose": POSE_OUTPUTS, task.name: task.outputs},
        {"pose": read(options.networks, "pose", POSE_OUTPUTS), task.name: learned},
    )


if __name__ == "__main__":
    main()

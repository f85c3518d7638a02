"""What the two networks learn: from which features and silhouettes, which outputs, how wide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from figure_variety import varied
from numpy.typing import NDArray
from posture_ensemble import EncoderShape
from training_data import CHANGE_OUTPUTS, POSE_OUTPUTS, Samples

Array = NDArray[np.float64]


@dataclass
class Task:
    """One network to train: features, targets (NaN where unknown) and the names of the outputs.

    hidden: widths of the hidden layers.
    view_deg: (N,) true direction of view.
    reference: features of the upright pose beside itself, whose estimate is subtracted, or None.
    figures: (N, channels, 32, 32) silhouettes in 0..255 that the network also reads.
    vary: draw each of them otherwise each time, see figure_variety.py.
    without_figure: share of the rows whose silhouettes are taken away, so that it does without.
    """

    name: str
    outputs: tuple[str, ...]
    hidden: tuple[int, int]
    encoder: EncoderShape
    features: Array
    targets: Array
    view_deg: Array
    reference: Array | None
    figures: NDArray[np.uint8]
    vary: bool
    without_figure: float


def make_tasks(samples: Samples) -> tuple[Task, Task]:
    """The network on one picture and the network on the change from upright."""
    pose = Task(
        name="pose",
        outputs=POSE_OUTPUTS,
        hidden=(176, 88),
        encoder=EncoderShape((1, 8, 16, 24), 32),
        features=samples.pose,
        targets=samples.pose_targets,
        view_deg=samples.view_deg,
        reference=None,
        figures=samples.own_figures,
        vary=True,
        without_figure=0.3,
    )
    change = Task(
        name="change",
        outputs=CHANGE_OUTPUTS,
        hidden=(448, 224),
        encoder=EncoderShape((3, 16, 32, 48), 96),
        features=samples.change,
        targets=samples.change_targets,
        view_deg=samples.view_deg,
        reference=samples.rest,
        figures=samples.figures,
        vary=False,
        without_figure=0.1,
    )
    return pose, change


def widening_rows(task: Task, samples: Samples, rows: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of some rows those that tell how large errors are.

    Not the upright pictures for a network that compares with them: its error there is nearly zero
    by construction, which would flatter all others.
    """
    return rows if task.reference is None else rows & (samples.state != "upright")


def figure_batch(
    task: Task, figures: NDArray[np.uint8], random: np.random.Generator
) -> torch.Tensor:
    """Figures as the encoder reads them; some are taken away, and those that are not there are 0.

    A figure of another person or place is never wholly black.
    """
    here = figures.any(axis=(1, 2, 3)) & (random.random(len(figures)) >= task.without_figure)
    if task.vary:
        figures = np.array([varied(list(channels), random) for channels in figures])
    shown = (figures / 255 - 0.5) * here[:, None, None, None]
    return torch.tensor(shown, dtype=torch.float32)

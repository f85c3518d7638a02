"""The pictures of docs/accuracy.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from accuracy_figures import Measured
from plot_style import use_plot_style

from posture_cam.tuning.metrics import roc_auc, roc_curve
from posture_cam.tuning.pooling import by_view, join, pool
from posture_cam.tuning.scoring import ClipScore

COLOURS = {"front": "#1f6f8b", "oblique": "#c9731a", "side": "#5b8c3a", "unknown": "#777777"}
MOST_POINTS = 1500
"""A scatter plot with more points says no more, and weighs more."""


def write_plots(measured: Measured, folder: Path) -> list[Path]:
    """Write the three pictures and return their paths."""
    use_plot_style()
    return [
        _roc(measured.calibrated, folder / "accuracy-roc.png"),
        _flexion(measured.calibrated, folder / "accuracy-flexion.png"),
        _uncertainty(measured.calibrated, folder / "accuracy-uncertainty.png"),
    ]


def _roc(clips: Sequence[ClipScore], path: Path) -> Path:
    figure, axes = _square()
    for view, group in by_view(clips).items():
        truth, score = join([c.truth for c in group]), join([c.score for c in group])
        label = f"{view}, AUC {roc_auc(truth, score):.3f}"
        axes.plot(*roc_curve(truth, score), color=COLOURS[view], label=label, linewidth=2)
        counts = pool(group).counts
        axes.plot(counts.false_positive_rate, counts.recall, "o", color=COLOURS[view], markersize=7)
    axes.plot([0, 1], [0, 1], color="#bbbbbb", linewidth=1, linestyle="--", label="guessing")
    axes.set_xlabel("innocent frames called slouched")
    axes.set_ylabel("slouched frames found")
    axes.set_title("Slouched or not\n(dots: default threshold; no verdict is a miss)", loc="left")
    axes.legend(frameon=False, loc="lower right")
    return _save(figure, path)


def _flexion(clips: Sequence[ClipScore], path: Path) -> Path:
    """Measured against true change of spine flexion, one panel a view."""
    import matplotlib.pyplot as plt

    views = by_view(clips)
    figure, panels = plt.subplots(
        1, len(views), figsize=(3.4 * len(views), 3.6), sharex=True, sharey=True, squeeze=False
    )
    for panel, (view, group) in zip(panels[0], views.items(), strict=True):
        with_flexion = [
            c.angles["spine_flexion_deg"] for c in group if "spine_flexion_deg" in c.angles
        ]
        true = join([angle.true for angle in with_flexion])
        measured = true + join([angle.change for angle in with_flexion])
        step = max(len(true) // MOST_POINTS, 1)
        panel.plot(
            true[::step], measured[::step], ".", color=COLOURS[view], markersize=2.5, alpha=0.5
        )
        panel.plot([-20, 50], [-20, 50], color="#999999", linewidth=1)
        panel.set_title(view, loc="left")
        panel.set_xlabel("true change, degrees")
        panel.set_xlim(-15, 50)
        panel.set_ylim(-15, 50)
        panel.set_aspect("equal")
    panels[0][0].set_ylabel("measured change, degrees")
    figure.suptitle("Spine flexion against upright", x=0.01, ha="left")
    return _save(figure, path)


def _uncertainty(clips: Sequence[ClipScore], path: Path) -> Path:
    figure, axes = _square()
    axes.plot(
        [0, 1], [0, 1], color="#999999", linewidth=1, linestyle=":", label="exactly as stated"
    )
    drawn = [(name, angle.curve) for name, angle in pool(clips).angles.items() if angle.curve]
    for number, (name, curve) in enumerate(drawn):
        nominal, observed = np.array(curve).T
        style = {"color": f"C{number % 8}", "linestyle": ("-", "--")[number // 8 % 2]}
        axes.plot(nominal, observed, marker="o", markersize=3, label=_words(name), **style)
    axes.set_xlabel("share of errors that the stated uncertainty should hold")
    axes.set_ylabel("share that it holds")
    axes.set_title("Above the line: too modest. Below: too sure", loc="left")
    figure.set_size_inches(7.0, 5.0)
    axes.legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return _save(figure, path)


def _square() -> tuple[Any, Any]:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(5.2, 5.0))
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.01)
    axes.set_aspect("equal")
    axes.grid(color="#eeeeee")
    return figure, axes


def _words(name: str) -> str:
    return name.removesuffix("_deg").removesuffix("_cm").replace("_", " ")


def _save(figure: Any, path: Path) -> Path:
    import matplotlib.pyplot as plt

    # Without a date and a version in it, the same figures give the same file.
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
    return path

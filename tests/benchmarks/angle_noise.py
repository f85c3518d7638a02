"""The noise of spine flexion as MediaPipe's landmarks give it, and the noise of composed sessions.

    posture-cam analyze sample_videos -o DIR --set analyze.rate_hz=0
    python tests/benchmarks/angle_noise.py DIR

For each clip: measured minus true flexion of single frames, while the person holds a posture; root
mean square of its change over a time, divided by the square root of two. Noise without memory has
the same figure for every time, a slow error one that grows. The last line is the same for the
noise that composed working sessions add (tests/working_sessions.py).
"""

from __future__ import annotations

import csv
import sys
from itertools import pairwise
from pathlib import Path

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from landmark_sessions import SAMPLES
from working_sessions import RATE_HZ, Array, Course, Flaws, measured_flexion

from posture_cam.config import Settings
from posture_cam.recording import load_recording
from posture_cam.replay import run_engine

LAGS_S = (0.2, 0.4, 0.6, 1.0, 2.0, 4.0)
STILL_DEG_S = 1.0
"""A person whose true flexion changes faster is moving."""
COMPOSED_S = 3600


@click.command()
@click.argument("recordings", type=click.Path(exists=True, path_type=Path))
def main(recordings: Path) -> None:
    """Print one row per clip, the pooled one, and that of composed sessions."""
    print(f"{'degrees over':16}" + "".join(f"{lag:7.1f} s" for lag in LAGS_S))
    pooled: list[list[Array]] = []
    for folder in sorted(path.parent for path in recordings.glob("*/poses.npz")):
        if (SAMPLES / f"{folder.name}.truth.csv").exists():
            pooled.append(changes(*residuals(folder)))
            print_row(folder.name, pooled[-1])
    print_row("all clips", [np.concatenate(column) for column in zip(*pooled, strict=True)])
    print_row("composed", changes(*composed()))


def residuals(folder: Path) -> tuple[Array, Array, Array]:
    """(N,) times, measured minus true flexion, and the number of the posture held, -1 moving."""
    replay = run_engine(load_recording(folder / "poses.npz").poses(), Settings())
    with (SAMPLES / f"{folder.name}.truth.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    true_times = np.array([float(row["time_s"]) for row in rows])
    nearest = [int(np.argmin(np.abs(true_times - time_s))) for time_s in replay.times]
    true = np.array([float(rows[row]["spine_flexion_deg"] or "nan") for row in nearest])
    states = [rows[row]["state"] for row in nearest]
    held = np.cumsum([0, *(a != b for a, b in pairwise(states))]).astype(float)
    held[np.abs(np.gradient(true, replay.times)) > STILL_DEG_S] = -1
    measured = np.array([step.unsmoothed.spine_flexion_deg for step in replay.steps])
    return replay.times, measured - true, held


def composed() -> tuple[Array, Array, Array]:
    """The noise of a composed session of somebody who never moves, without spikes."""
    still = np.zeros(COMPOSED_S * RATE_HZ)
    course = Course(still, still, still, still, still == 0)
    flexion, _ = measured_flexion(course, Flaws(spikes_per_hour=0), 1)
    return np.arange(len(still)) / RATE_HZ, flexion, still


def changes(times: Array, residual: Array, held: Array) -> list[Array]:
    """For each lag the changes of the residual within one posture held."""
    rate_hz = (len(times) - 1) / (times[-1] - times[0])
    found = []
    for lag_s in LAGS_S:
        step = max(1, round(lag_s * rate_hz))
        change = residual[step:] - residual[:-step]
        found.append(change[(held[step:] == held[:-step]) & (held[step:] >= 0)])
    return [change[np.isfinite(change)] for change in found]


def print_row(name: str, columns: list[Array]) -> None:
    """Root mean square over the square root of two; "-" where there is too little."""
    words = [f"{np.sqrt(np.mean(one**2) / 2):9.2f}" if len(one) > 5 else f"{'-':>9}"
             for one in columns]  # fmt: skip
    print(f"{name:16}" + "".join(words))


if __name__ == "__main__":
    main()

"""How well posture_cam judges without a calibration, also whoever begins slouched.

    python tests/benchmarks/uncalibrated.py [--sessions]

replays the recordings that tests/benchmarks/accuracy.py has made (run it first) from the upright
start and from the moment of the first slouch on: as `live` does, as `analyze` does,
which knows the whole clip (`whole clip`), and with the calibration from the clip's first seconds
for comparison; prints the table of docs/baseline.md.
"""

from __future__ import annotations

import math
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from accuracy_cache import default_cache
from accuracy_clips import CALIBRATED_S
from numpy.typing import NDArray

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.replay import Replay, run_as_live, run_engine
from posture_cam.tuning.clips import RecordedClip, find_clips
from posture_cam.tuning.labels import Labels, load_labels
from posture_cam.tuning.metrics import roc_auc
from posture_cam.tuning.scoring import score_clip

WHOLE = Settings()
CAUSAL = Settings.model_validate({"calibration": {"whole_clip": False}})
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Judged:
    """One clip in one way: its view and, per scored frame, truth, score and error in degrees."""

    view: str
    truth: Array
    score: Array
    error: Array


def judge(replay: Replay, labels: Labels, upright_deg: float, unscored_s: float) -> Judged:
    """Score what the engine said. upright_deg: true flexion of the person's own upright."""
    scored = score_clip("", replay, labels, tolerance_s=3.0, calibrated_s=unscored_s)
    used = replay.times >= replay.times[0] + unscored_s
    flexion = np.array([step.angles.spine_flexion_deg for step in replay.steps])
    true = labels.at(replay.times).values["spine_flexion_deg"] - upright_deg
    return Judged(scored.view, scored.truth, scored.score, np.abs(flexion - true)[used])


def judge_clip(clip: RecordedClip) -> dict[tuple[str, str], Judged]:
    """All ways, by (where it begins, how it is judged)."""
    assert clip.video is not None
    labels = load_labels(clip.video.with_suffix(".truth.csv"))
    poses = clip.poses
    times = np.array([pose.time_s for pose in poses])
    truth = labels.at(times)
    first = times < times[0] + CALIBRATED_S
    upright_deg = float(np.nanmedian(truth.values["spine_flexion_deg"][first]))
    slouch_s = times[np.flatnonzero(truth.slouched == 1)[0]]
    later = [pose for pose in poses if pose.time_s >= slouch_s]
    baseline: Baseline | None = None
    with suppress(CalibrationError):
        baseline = make_baseline([poses[place] for place in np.flatnonzero(first)], CAUSAL)
    found = {}
    for begins, part, unscored_s in (("upright", poses, CALIBRATED_S), ("slouched", later, 0.0)):
        for way, settings, given in (
            ("calibrated", CAUSAL, baseline),
            ("live", CAUSAL, None),
            ("whole clip", WHOLE, None),
        ):
            run = run_as_live if way == "live" else run_engine
            replay = run(part, settings, given)
            found[begins, way] = judge(replay, labels, upright_deg, unscored_s)
    return found


def mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else math.nan


@click.command()
@click.option("--sessions", is_flag=True, help="The 10-minute sessions in place of the clips.")
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
def main(sessions: bool, cache: Path) -> None:
    """Print the table: AUC and mean error of spine flexion by view."""
    clips = [
        clip
        for clip in find_clips([cache / "results"])
        if clip.name.startswith("session") == sessions
    ]
    judged = [judge_clip(clip) for clip in clips]
    views = ("front", "oblique", "side", "all")
    click.echo("| begins | judged | " + " | ".join(views) + " |")
    click.echo("| --- | --- |" + " --: |" * len(views))
    for key in judged[0]:
        cells = []
        for view in views:
            some = [one[key] for one in judged if view in (one[key].view, "all")]
            truth, score = (np.concatenate([getattr(one, name) for one in some])
                            for name in ("truth", "score"))  # fmt: skip
            error = np.concatenate([one.error for one in some])
            share = mean(np.isfinite(score)[np.isfinite(truth)].astype(float))
            cells.append(f"{roc_auc(truth, score):.3f}, {mean(error):.1f}° ({share:.0%})")
        click.echo(f"| {key[0]} | {key[1]} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()

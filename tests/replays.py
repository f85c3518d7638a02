"""Recorded clips judged anew from another moment on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture_cam.baseline import Baseline
from posture_cam.replay import run_engine
from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.labels import load_labels

Array = NDArray[np.float64]


def from_first_slouch(
    clip: RecordedClip, labels: Path, *, hindsight: bool, baseline: Baseline | None = None
) -> tuple[Array, Array]:
    """(N,) truth and score of a clip cut to begin with its first slouch.

    hindsight: judged as a recording is; else as `live` judges. baseline: what was calibrated.
    """
    truth = load_labels(labels)
    slouched = truth.at(np.array([pose.time_s for pose in clip.poses])).slouched == 1
    calibration = clip.settings.calibration.model_copy(update={"whole_clip": hindsight})
    settings = clip.settings.model_copy(update={"calibration": calibration})
    replay = run_engine(clip.poses[int(np.argmax(slouched)) :], settings, baseline)
    score = np.array([step.assessment.slouch_score for step in replay.steps])
    return truth.at(replay.times).slouched, score

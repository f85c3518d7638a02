"""What the accuracy page shows, measured: scores of all clips in all ways of using the program."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from accuracy_clips import CALIBRATED_S
from accuracy_peers import PeerScores, score_peers

from posture_cam.errors import CalibrationError
from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.evaluate import TOLERANCE_S
from posture_cam.tuning.labels import Labels, load_labels
from posture_cam.tuning.metrics import roc_auc
from posture_cam.tuning.pooling import join
from posture_cam.tuning.scoring import ClipScore, score_clip

RESAMPLES = 400


@dataclass
class Measured:
    """Scores of the short clips and of the long sessions.

    calibrated: baseline from the first seconds of each clip. uncalibrated: the upright that the
    engine found by itself; the same frames are scored. further: other kinds of people, by the names
    of accuracy_clips.FURTHER, calibrated. peers: other tools' rules on the short clips. refused:
    names of the clips whose first seconds were refused as a calibration; they are scored with what
    the engine found by itself.
    """

    calibrated: list[ClipScore] = field(default_factory=list)
    uncalibrated: list[ClipScore] = field(default_factory=list)
    further: dict[str, list[ClipScore]] = field(default_factory=dict)
    sessions: list[ClipScore] = field(default_factory=list)
    peers: list[PeerScores] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


def measure(
    clips: Sequence[RecordedClip],
    further: Mapping[str, Sequence[RecordedClip]],
    sessions: Sequence[RecordedClip],
    groups: Sequence[dict[str, str]],
) -> Measured:
    """Score everything. groups: of each short clip, see accuracy_clips.groups_of."""
    measured = Measured()
    for clip, group in zip(clips, groups, strict=True):
        own = score(clip, False, group, measured.refused)
        measured.uncalibrated.append(own)
        calibrated = score(clip, True, group, measured.refused)
        measured.calibrated.append(calibrated)
        measured.peers.append(score_peers(clip, _labels(clip), calibrated.view, CALIBRATED_S))
    for name, recorded in further.items():
        measured.further[name] = [score(clip, True, {}, measured.refused) for clip in recorded]
    measured.sessions = [score(clip, True, {}, measured.refused) for clip in sessions]
    return measured


def auc_interval(clips: Sequence[ClipScore]) -> tuple[float, float]:
    """Central 95 % of the AUC over resampled sets of clips (bootstrap): what other people give.

    Frames of one clip are alike, so whole clips are drawn, not frames.
    """
    rng = np.random.default_rng(1)
    values = []
    for _ in range(RESAMPLES):
        drawn = [clips[place] for place in rng.integers(len(clips), size=len(clips))]
        values.append(
            roc_auc(join([clip.truth for clip in drawn]), join([clip.score for clip in drawn]))
        )
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return math.nan, math.nan
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)


def score(
    clip: RecordedClip, calibrated: bool, groups: dict[str, str], refused: set[str]
) -> ClipScore:
    """One clip without its first seconds, judged against them if calibrated.

    refused: gets its name when they make no calibration; then the upright posture serves that the
    program finds later.
    """
    replay = None
    if calibrated:
        try:
            replay = clip.replay_calibrated(clip.settings, CALIBRATED_S)
        except CalibrationError:
            refused.add(_name(clip))
    return score_clip(
        _name(clip),
        replay or clip.replay(),
        _labels(clip),
        tolerance_s=TOLERANCE_S,
        calibrated_s=CALIBRATED_S,
        groups=groups,
    )


def _name(clip: RecordedClip) -> str:
    """Of the video: its folder of results may carry a number after a second rendering."""
    return clip.video.stem if clip.video else clip.name


def _labels(clip: RecordedClip) -> Labels:
    assert clip.video is not None
    return load_labels(clip.video.with_suffix(".truth.csv"))

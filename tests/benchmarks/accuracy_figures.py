"""What the accuracy page shows, measured: scores of all clips in all ways of using the program."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from accuracy_clips import CALIBRATED_S
from accuracy_peers import PeerScores, score_peers
from numpy.typing import NDArray

from posture_cam.errors import CalibrationError
from posture_cam.replay import run_as_live
from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.evaluate import TOLERANCE_S
from posture_cam.tuning.labels import Labels, load_labels
from posture_cam.tuning.metrics import roc_auc
from posture_cam.tuning.pooling import join
from posture_cam.tuning.scoring import ClipScore, reference_frames, score_clip

RESAMPLES = 400
WAYS = (
    "a recording",
    "the same with the moments of change",
    "`live`",
    "the same with the moments of change, live",
)
SLOUCHED_DEG, INNOCENT_DEG = 8.0, 4.0
"""True spine flexion from which on, and below which, a moment of change counts as the one or the
other."""
Array = NDArray[np.float64]


@dataclass
class Measured:
    """Scores of the short clips and of the long sessions.

    calibrated: baseline from the first seconds of each clip. uncalibrated: the upright that the
    engine found by itself; the same frames are scored. further: other kinds of people, by the names
    of accuracy_clips.FURTHER, calibrated. peers: other tools' rules on the short clips. refused:
    names of the clips whose first seconds were refused as a calibration; they are scored with what
    the engine found by itself. ways: the short clips, calibrated, as a recording and as `live`
    judges, each with the moments of change as well, which otherwise are not labelled.
    most_innocent_deg, least_slouched_deg: true spine flexion against upright of labelled frames.
    """

    calibrated: list[ClipScore] = field(default_factory=list)
    uncalibrated: list[ClipScore] = field(default_factory=list)
    further: dict[str, list[ClipScore]] = field(default_factory=dict)
    sessions: list[ClipScore] = field(default_factory=list)
    peers: list[PeerScores] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    ways: dict[str, list[ClipScore]] = field(default_factory=dict)
    most_innocent_deg: float = math.nan
    least_slouched_deg: float = math.nan


def measure(
    clips: Sequence[RecordedClip],
    further: Mapping[str, Sequence[RecordedClip]],
    sessions: Sequence[RecordedClip],
    groups: Sequence[dict[str, str]],
) -> Measured:
    """Score everything. groups: of each short clip, see accuracy_clips.groups_of."""
    measured = Measured(ways={name: [] for name in WAYS})
    for clip, group in zip(clips, groups, strict=True):
        own = score(clip, False, group, measured.refused)
        measured.uncalibrated.append(own)
        calibrated = score(clip, True, group, measured.refused)
        measured.calibrated.append(calibrated)
        live = score(clip, True, group, measured.refused, live=True)
        flexion_deg = true_flexion(clip)
        changing = [with_changes(one, flexion_deg) for one in (calibrated, live)]
        for name, one in zip(WAYS, (calibrated, changing[0], live, changing[1]), strict=True):
            measured.ways[name].append(one)
        innocent, slouched = (flexion_deg[calibrated.truth == value] for value in (0, 1))
        measured.most_innocent_deg = np.fmax(measured.most_innocent_deg, np.nanmax(innocent))
        measured.least_slouched_deg = np.fmin(measured.least_slouched_deg, np.nanmin(slouched))
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


def true_flexion(clip: RecordedClip) -> Array:
    """(N,) degrees of spine flexion against upright of the scored frames."""
    times = np.array([pose.time_s for pose in clip.poses])
    truth = _labels(clip).at(times)
    true = truth.values["spine_flexion_deg"]
    upright_deg = np.nanmedian(true[reference_frames(times, truth, CALIBRATED_S)])
    flexion_deg: Array = (true - upright_deg)[times >= times[0] + CALIBRATED_S]
    return flexion_deg


def with_changes(clip: ClipScore, flexion_deg: Array) -> ClipScore:
    """The same with the moments of change labelled by the true flexion; between the two limits
    they stay without a label."""
    changing = np.select(
        [flexion_deg >= SLOUCHED_DEG, flexion_deg < INNOCENT_DEG], [1.0, 0.0], math.nan
    )
    return replace(clip, truth=np.where(np.isfinite(clip.truth), clip.truth, changing))


def score(
    clip: RecordedClip,
    calibrated: bool,
    groups: dict[str, str],
    refused: set[str],
    *,
    live: bool = False,
) -> ClipScore:
    """One clip without its first seconds, judged against them if calibrated.

    live: as `live` judges. refused: gets its name when they make no calibration; then the upright
        posture serves that the program finds later.
    """
    replay = None
    if calibrated:
        try:
            replay = clip.replay_calibrated(clip.settings, CALIBRATED_S, live=live)
        except CalibrationError:
            refused.add(_name(clip))
    return score_clip(
        _name(clip),
        replay or (run_as_live(clip.poses, clip.settings) if live else clip.replay()),
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

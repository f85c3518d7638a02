"""Other tools' rules, judged on the same landmarks and labels as ours."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from peers import PEERS, Peer

from posture_cam.baseline import median_pose
from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.labels import Labels
from posture_cam.tuning.metrics import Counts, count_verdicts, roc_auc
from posture_cam.tuning.pooling import join
from posture_cam.types import Pose

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PeerScores:
    """One clip. view: of the camera. truth: (N,) labels. scores: (N,) per name of the rule."""

    view: str
    truth: Array
    scores: dict[str, Array]


def score_peers(clip: RecordedClip, labels: Labels, view: str, calibrated_s: float) -> PeerScores:
    """Every rule on every scored frame; upright is the median pose of the first seconds.

    Where nobody was found in them, the rules that need an upright pose have no score.
    """
    start = clip.poses[0].time_s
    first = [pose for pose in clip.poses if pose.present and pose.time_s < start + calibrated_s]
    upright = median_pose(first) if first else None
    scored = [pose for pose in clip.poses if pose.time_s >= start + calibrated_s]
    truth = labels.at(np.array([pose.time_s for pose in scored])).slouched
    scores = {
        peer.name: np.array([_score(peer, pose, upright) for pose in scored]) for peer in PEERS
    }
    return PeerScores(view, truth, scores)


def _score(peer: Peer, pose: Pose, upright: Pose | None) -> float:
    if upright is None:
        return math.nan if peer.calibrated else peer.score(pose, pose)
    return peer.score(pose, upright)


def peer_auc(peer: Peer, clips: Sequence[PeerScores]) -> float:
    """Per-frame AUC of one rule over the frames of some clips."""
    return roc_auc(join([clip.truth for clip in clips]), _joined(peer, clips))


def peer_counts(peer: Peer, clips: Sequence[PeerScores]) -> Counts:
    """Verdicts of one rule at its own default threshold."""
    score = _joined(peer, clips)
    verdict = np.where(np.isfinite(score), (score >= 1).astype(float), np.nan)
    return count_verdicts(join([clip.truth for clip in clips]), verdict)


def _joined(peer: Peer, clips: Sequence[PeerScores]) -> Array:
    return join([clip.scores[peer.name] for clip in clips])

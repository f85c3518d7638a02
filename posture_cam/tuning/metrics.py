"""Per-frame figures: how well a score and a verdict tell slouched from everything else.

Truth, scores and verdicts are arrays over frames. NaN in the truth means "not labelled": the frame
counts nowhere. NaN in a score or verdict means "not judged", which is counted so that silence never
flatters: the AUC is that of the judged frames and always travels with `coverage`; an unjudged
slouched frame is a miss for recall; an unjudged innocent frame does not dilute the false-positive
rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def roc_auc(truth: Array, score: Array) -> float:
    """Probability that a slouched frame scores above an innocent one, ties counting one half.

    truth: (N,) 1 slouched, 0 not, NaN not labelled. score: (N,) larger is more slouched, NaN not
    judged; such frames are left out. Range 0..1; NaN when one of the two classes is missing.
    The Mann-Whitney rank statistic: Hanley and McNeil 1982.
    """
    used = np.isfinite(truth) & np.isfinite(score)
    positive = truth[used] > 0.5
    count = int(positive.sum())
    others = int(len(positive) - count)
    if count == 0 or others == 0:
        return math.nan
    rank_sum = float(mid_ranks(score[used])[positive].sum())
    return (rank_sum - count * (count + 1) / 2) / (count * others)


def mid_ranks(values: Array) -> Array:
    """Ranks from 1, equal values sharing the mean of theirs. values: (N,) finite."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_rank: Array = last - (counts - 1) / 2
    return mean_rank[place]


def roc_curve(truth: Array, score: Array) -> tuple[Array, Array]:
    """False-positive rate and true-positive rate, each (K,), from 0 to 1 over falling thresholds.

    Both empty when one of the two classes is missing.
    """
    used = np.isfinite(truth) & np.isfinite(score)
    order = np.argsort(-score[used], kind="stable")
    positive = (truth[used] > 0.5)[order]
    ordered = score[used][order]
    if positive.all() or not positive.any():
        return np.empty(0), np.empty(0)
    ends = np.append(np.flatnonzero(np.diff(ordered)), len(ordered) - 1)
    hits = np.cumsum(positive)[ends] / positive.sum()
    alarms = np.cumsum(~positive)[ends] / (~positive).sum()
    return np.concatenate([[0.0], alarms]), np.concatenate([[0.0], hits])


@dataclass(frozen=True, slots=True)
class Counts:
    """Frames by truth and verdict; add counts of several clips to pool them.

    missed_unjudged, innocent_unjudged: slouched and innocent frames without a verdict.
    """

    true_positive: int = 0
    false_positive: int = 0
    false_negative: int = 0
    true_negative: int = 0
    missed_unjudged: int = 0
    innocent_unjudged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.true_positive + other.true_positive,
            self.false_positive + other.false_positive,
            self.false_negative + other.false_negative,
            self.true_negative + other.true_negative,
            self.missed_unjudged + other.missed_unjudged,
            self.innocent_unjudged + other.innocent_unjudged,
        )

    @property
    def labelled(self) -> int:
        """Frames with a label."""
        return self.judged + self.missed_unjudged + self.innocent_unjudged

    @property
    def judged(self) -> int:
        """Labelled frames with a verdict."""
        return self.true_positive + self.false_positive + self.false_negative + self.true_negative

    @property
    def coverage(self) -> float:
        """Share of the labelled frames that were judged, 0..1."""
        return ratio(self.judged, self.labelled)

    @property
    def precision(self) -> float:
        """Share of the slouched verdicts that were right, 0..1; NaN without such verdicts."""
        return ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float:
        """Share of the slouched frames that were called so, 0..1; unjudged ones are misses."""
        slouched = self.true_positive + self.false_negative + self.missed_unjudged
        return ratio(self.true_positive, slouched)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0..1; 0 when every slouched frame was missed."""
        wrong = self.false_positive + self.false_negative + self.missed_unjudged
        return ratio(2 * self.true_positive, 2 * self.true_positive + wrong)

    @property
    def false_positive_rate(self) -> float:
        """Share of the judged innocent frames that were called slouched, 0..1."""
        return ratio(self.false_positive, self.false_positive + self.true_negative)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; NaN stays NaN."""
        return {
            "frames": self.labelled,
            "coverage": self.coverage,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "false_positive_rate": self.false_positive_rate,
        }


def count_verdicts(truth: Array, verdict: Array) -> Counts:
    """Counts over frames. truth, verdict: (N,) 1 slouched, 0 not, NaN not labelled / judged."""
    slouched, innocent = truth == 1, truth == 0
    called, cleared, silent = verdict == 1, verdict == 0, np.isnan(verdict)
    return Counts(
        true_positive=int((slouched & called).sum()),
        false_positive=int((innocent & called).sum()),
        false_negative=int((slouched & cleared).sum()),
        true_negative=int((innocent & cleared).sum()),
        missed_unjudged=int((slouched & silent).sum()),
        innocent_unjudged=int((innocent & silent).sum()),
    )


def ratio(part: float, whole: float) -> float:
    """part / whole, NaN when there is nothing to divide by."""
    return part / whole if whole else math.nan

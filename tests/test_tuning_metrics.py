"""Per-frame figures agree with an independent library, closed forms and common sense."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sk

from posture_cam.tuning.metrics import Counts, count_verdicts, roc_auc, roc_curve

NAN = math.nan

labelled_scores = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 8).map(lambda step: step / 8)),
    min_size=2,
    max_size=60,
).filter(lambda frames: len({label for label, _ in frames}) == 2)

verdict_frames = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, NAN]), st.sampled_from([0.0, 1.0, NAN])), max_size=60
)


def columns(frames: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    truth, other = np.array(frames, dtype=float).reshape(-1, 2).T
    return truth, other


@given(labelled_scores)
def test_auc_equals_scikit_learn_with_ties(frames: list[tuple[float, float]]) -> None:
    """The rank statistic with shared ranks is the area that scikit-learn integrates."""
    truth, score = columns(frames)
    assert roc_auc(truth, score) == pytest.approx(sk.roc_auc_score(truth, score), abs=1e-12)


@given(labelled_scores)
def test_auc_is_the_area_under_its_own_curve(frames: list[tuple[float, float]]) -> None:
    """The drawn curve and the printed number are the same thing."""
    truth, score = columns(frames)
    false_rate, true_rate = roc_curve(truth, score)
    assert np.trapezoid(true_rate, false_rate) == pytest.approx(roc_auc(truth, score), abs=1e-12)


@given(labelled_scores)
def test_auc_turns_over_with_the_sign_of_the_score(frames: list[tuple[float, float]]) -> None:
    """A score read backwards has the complementary AUC."""
    truth, score = columns(frames)
    assert roc_auc(truth, -score) == pytest.approx(1 - roc_auc(truth, score), abs=1e-12)


@given(labelled_scores)
def test_auc_sees_only_the_order_of_scores(frames: list[tuple[float, float]]) -> None:
    """Any rising transformation of the score leaves the AUC as it is."""
    truth, score = columns(frames)
    assert roc_auc(truth, np.exp(3 * score) - 5) == roc_auc(truth, score)


def test_auc_of_perfect_useless_and_wrong_scores() -> None:
    """Closed forms: all right is 1, all equal is a half, all wrong is 0."""
    truth = np.array([0.0, 0, 1, 1])
    assert roc_auc(truth, np.array([0.1, 0.2, 0.3, 0.4])) == 1.0
    assert roc_auc(truth, np.full(4, 0.7)) == 0.5
    assert roc_auc(truth, np.array([0.9, 0.8, 0.2, 0.1])) == 0.0


def test_auc_needs_both_classes() -> None:
    """With only one class there is nothing to tell apart: NaN, not a number."""
    assert math.isnan(roc_auc(np.array([1.0, 1, NAN]), np.array([0.2, 0.4, 0.1])))
    assert roc_curve(np.zeros(3), np.arange(3.0))[0].size == 0


def test_auc_leaves_out_frames_without_label_or_score() -> None:
    """Unlabelled and unjudged frames do not move the AUC of the others."""
    truth = np.array([0.0, 1, 0, 1, NAN, 1, 0])
    score = np.array([0.1, 0.4, 0.3, 0.2, 0.9, NAN, NAN])
    assert roc_auc(truth, score) == roc_auc(truth[:4], score[:4]) == 0.75


@given(verdict_frames)
def test_rates_equal_scikit_learn_when_silence_counts_as_not_slouched(
    frames: list[tuple[float, float]],
) -> None:
    """Precision, recall and F1 are the textbook ones with an unjudged frame raising no alarm."""
    truth, verdict = columns(frames)
    counts = count_verdicts(truth, verdict)
    known = np.isfinite(truth)
    assume(known.any())
    called = np.nan_to_num(verdict[known])
    expected = sk.precision_recall_fscore_support(
        truth[known], called, average="binary", zero_division=np.nan
    )
    assert counts.precision == pytest.approx(expected[0], nan_ok=True)
    assert counts.recall == pytest.approx(expected[1], nan_ok=True)
    if counts.true_positive:
        assert counts.f1 == pytest.approx(expected[2])


@given(verdict_frames)
def test_every_labelled_frame_is_counted_once(frames: list[tuple[float, float]]) -> None:
    """The six counts share out the labelled frames and nothing else."""
    truth, verdict = columns(frames)
    assert count_verdicts(truth, verdict).labelled == int(np.isfinite(truth).sum())


@given(verdict_frames, verdict_frames)
def test_pooling_clips_is_counting_them_together(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    """Adding the counts of two clips equals counting the joined clip."""
    joined = count_verdicts(*columns(one + other))
    assert count_verdicts(*columns(one)) + count_verdicts(*columns(other)) == joined


def test_silence_is_no_excuse() -> None:
    """An unjudged slouch is a miss; an unjudged innocent frame does not dilute false positives."""
    truth = np.array([1.0, 1, 1, 0, 0, 0])
    verdict = np.array([1.0, NAN, NAN, 1, NAN, NAN])
    counts = count_verdicts(truth, verdict)
    assert counts.recall == pytest.approx(1 / 3)
    assert counts.false_positive_rate == 1.0
    assert counts.coverage == pytest.approx(1 / 3)


def test_rates_of_nothing_are_unknown() -> None:
    """Without frames no rate is 0 or 1: it is unknown."""
    nothing = Counts()
    for rate in (nothing.precision, nothing.recall, nothing.f1, nothing.coverage):
        assert math.isnan(rate)

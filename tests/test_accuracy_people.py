"""Accuracy on recorded poses of people never trained on must not drop: networks and engine.

A fifth of them move like the people of the training, a fifth in another way
(benchmarks/other_movements.py), a fifth in chairs that are turned and moved
(benchmarks/moved_chairs.py), a fifth lie far back or bend far over (benchmarks/far_leans.py), and
a fifth sit before cameras in unusual places (sample_videos/any_camera.py);
`python tests/benchmarks/record_guards.py` makes the recordings.
The sample clips of test_accuracy.py are whole videos, but so few that two people can make a figure.
The floors lie a little below what is reached; judged against the baseline alone, people in moved
chairs stay below theirs. Raise them when the program gets better.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from outlines import OUTLINES, OutlinedClip

from posture_cam.tuning.clips import find_clips, find_labels
from posture_cam.tuning.evaluate import evaluate, evaluate_clip
from posture_cam.tuning.labels import load_labels
from posture_cam.tuning.pooling import Figures, by_view, pool
from posture_cam.tuning.scoring import ClipScore

RECORDINGS = sorted((Path(__file__).parent / "recordings").glob("*.npz"))
CALIBRATED_S = 8.0

KINDS = ("same", "other", "moved")
AUC_FLOORS = {
    ("same", "front"): 0.985,
    ("same", "oblique"): 0.955,
    ("same", "side"): 0.985,
    ("other", "front"): 0.98,
    ("other", "oblique"): 0.945,
    ("other", "side"): 0.985,
    ("moved", "front"): 0.97,
    ("moved", "oblique"): 0.965,
    ("moved", "side"): 0.98,
}
F1_FLOORS = {"same": 0.91, "other": 0.90, "moved": 0.86}
FALSE_POSITIVE_CEILINGS = {"same": 0.05, "other": 0.03, "moved": 0.04}
FLEXION_ERROR_CEILINGS_DEG = {"same": 3.3, "other": 4.8, "moved": 3.2}
NECK_ERROR_CEILINGS_DEG = {"same": 2.0, "other": 3.9, "moved": 2.7}
"""Where a slump was taken to round the shoulders it was 4.4 degrees of the others."""
WITHIN_STATED_SD = (0.58, 0.78)
FAR_AUC_FLOOR, FAR_F1_FLOOR, FAR_FALSE_POSITIVE_CEILING = 0.95, 0.82, 0.18
FAR_AUC_FLOORS = {"front": 0.62, "oblique": 0.74}
"""Low as they are: from there straight and bent backs are hardly told apart that lean far."""
FAR_COVERAGE_FLOOR, FAR_WITHIN_SD_FLOOR = 0.85, 0.44
FAR_TRUNK_CEILING_DEG, FAR_NECK_CEILING_DEG = 5.8, 3.9
"""Of people who lean far, the verdict from the side and the angles from all views. Before anything
was learned of such people it was 0.937, 0.80, 0.27, 8.3 and 5.1 degrees."""
ANYWHERE_AUC_FLOOR, ANYWHERE_F1_FLOOR, ANYWHERE_FALSE_POSITIVE_CEILING = 0.985, 0.92, 0.05
ANYWHERE_FLEXION_CEILING_DEG = 3.4
THICKER_F1_FLOORS = {"same": 0.85, "other": 0.90, "moved": 0.83}
"""With outlines as of loose clothes. Trained on rendered outlines alone it was 0.74 and 0.86."""


@pytest.fixture(scope="module")
def clips() -> dict[str, list[ClipScore]]:
    """Clips by kind of people, scored with the first seconds of each as calibration."""
    found = evaluate(RECORDINGS, calibrated_s=CALIBRATED_S).clips
    return {
        kind: [clip for clip in found if clip.name.startswith(kind)]
        for kind in (*KINDS, "far", "anywhere")
    }


@pytest.fixture(scope="module")
def views(clips: dict[str, list[ClipScore]]) -> dict[tuple[str, str], Figures]:
    """Figures by kind of people and view."""
    return {
        (kind, view): pool(group)
        for kind, found in clips.items()
        for view, group in by_view(found).items()
    }


@pytest.fixture(scope="module")
def kinds(clips: dict[str, list[ClipScore]]) -> dict[str, Figures]:
    """Figures by kind of people, over all views."""
    return {kind: pool(found) for kind, found in clips.items()}


@pytest.mark.parametrize(("part", "floor"), AUC_FLOORS.items())
def test_slouching_is_told_from_everything_else(
    views: dict[tuple[str, str], Figures], part: tuple[str, str], floor: float
) -> None:
    """Per-frame AUC by kind of people and view, with nearly every frame judged."""
    assert views[part].auc >= floor
    assert views[part].counts.coverage >= 0.97


@pytest.mark.parametrize("kind", KINDS)
def test_most_slouches_and_few_innocent_movements_are_called_slouched(
    kinds: dict[str, Figures], kind: str
) -> None:
    """At the default threshold."""
    counts = kinds[kind].counts
    assert counts.f1 >= F1_FLOORS[kind]
    assert counts.false_positive_rate <= FALSE_POSITIVE_CEILINGS[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_spine_flexion_is_near_the_truth(kinds: dict[str, Figures], kind: str) -> None:
    """Mean error of the change against upright, and about two thirds within the stated 1 sigma."""
    flexion = kinds[kind].angles["spine_flexion_deg"]
    low, high = WITHIN_STATED_SD
    assert flexion.change.mae <= FLEXION_ERROR_CEILINGS_DEG[kind]
    assert low <= flexion.within_sd <= high


@pytest.mark.parametrize("kind", KINDS)
def test_neck_inclination_is_near_the_truth(kinds: dict[str, Figures], kind: str) -> None:
    """Mean error of the change against upright, whether or not shoulders come forward."""
    assert kinds[kind].angles["neck_inclination_deg"].change.mae <= NECK_ERROR_CEILINGS_DEG[kind]


def test_from_the_side_lying_back_is_told_from_sliding_down(
    views: dict[tuple[str, str], Figures],
) -> None:
    """So is leaning in from hunching, however far: straight backs from bent ones."""
    seen = views["far", "side"]
    assert seen.auc >= FAR_AUC_FLOOR
    assert seen.counts.f1 >= FAR_F1_FLOOR
    assert seen.counts.false_positive_rate <= FAR_FALSE_POSITIVE_CEILING


def test_from_elsewhere_it_is_hardly_told_and_no_worse_than_that(
    views: dict[tuple[str, str], Figures], kinds: dict[str, Figures]
) -> None:
    """Of who leans far: the verdict from the front and obliquely, and what is said of the spine."""
    for view, floor in FAR_AUC_FLOORS.items():
        assert views["far", view].auc >= floor
    assert kinds["far"].counts.coverage >= FAR_COVERAGE_FLOOR
    assert kinds["far"].angles["spine_flexion_deg"].within_sd >= FAR_WITHIN_SD_FLOOR


def test_trunk_and_neck_are_read_of_who_leans_far(kinds: dict[str, Figures]) -> None:
    """Mean error of the change against upright; these trunks lean by up to some 45 degrees."""
    angles = kinds["far"].angles
    assert angles["trunk_inclination_deg"].change.mae <= FAR_TRUNK_CEILING_DEG
    assert angles["neck_inclination_deg"].change.mae <= FAR_NECK_CEILING_DEG


def test_cameras_may_stand_close_beside_across_the_room_or_high(kinds: dict[str, Figures]) -> None:
    """Where nobody puts webcams, with longer and wider lenses than those of the training."""
    seen = kinds["anywhere"]
    assert seen.auc >= ANYWHERE_AUC_FLOOR
    assert seen.counts.coverage >= 0.97
    assert seen.counts.f1 >= ANYWHERE_F1_FLOOR
    assert seen.counts.false_positive_rate <= ANYWHERE_FALSE_POSITIVE_CEILING
    flexion = seen.angles["spine_flexion_deg"]
    low, high = WITHIN_STATED_SD
    assert flexion.change.mae <= ANYWHERE_FLEXION_CEILING_DEG
    assert low <= flexion.within_sd <= high


@pytest.mark.parametrize("kind", KINDS)
def test_thicker_outlines_mislead_little(kind: str) -> None:
    """By 6 cm to all sides, upright and slouched alike; real clothes and hair are no less."""
    scores = []
    for clip in find_clips(RECORDINGS):
        labels = find_labels(clip)
        if clip.name.startswith(kind) and labels is not None:
            thicker = OutlinedClip.of(clip, OUTLINES["6 cm thicker"])
            scores.append(evaluate_clip(thicker, load_labels(labels), calibrated_s=CALIBRATED_S))
    assert pool(scores).counts.f1 >= THICKER_F1_FLOORS[kind]

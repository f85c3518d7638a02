"""The parts of the accuracy page that look at single groups of clips, and single clips."""

from __future__ import annotations

from collections.abc import Sequence

from accuracy_tables import table

from posture_cam.tuning.evaluation_tables import figure, percent
from posture_cam.tuning.pooling import by_group, pool
from posture_cam.tuning.scoring import ClipScore

GROUPS = {
    "camera": "Camera",
    "room": "Room above the head",
    "build": "Build",
    "sex": "Sex",
    "hair": "Hair",
    "wears": "Wears",
}
FIGURES = ("AUC", "F1", "false positives", "spine flexion error, deg")


def by_camera_and_person(clips: Sequence[ClipScore]) -> list[str]:
    """A section of the page with one row per group of clips."""
    rows = []
    for key, title in GROUPS.items():
        groups = by_group(clips, lambda clip, key=key: clip.groups[key])  # type: ignore[misc]
        for value, group in sorted(groups.items()):
            rows.append([title, value, str(len(group)), *_figures(group)])
    return [
        "## By camera and person\n",
        "Room above the head is that of somebody who sits upright; little is under a tenth of the"
        " picture's height.\n",
        table(["", "", "clips", *FIGURES], rows, words=2),
    ]


def every_clip(clips: Sequence[ClipScore]) -> list[str]:
    """A section of the page with one row per clip."""
    rows = [[clip.name, clip.view, *_figures([clip])] for clip in clips]
    return ["## Every clip\n", table(["clip", "view", *FIGURES], rows, words=2)]


def _figures(clips: Sequence[ClipScore]) -> list[str]:
    figures = pool(clips)
    flexion = figures.angles.get("spine_flexion_deg")
    return [
        figure(figures.auc, 3),
        figure(figures.counts.f1, 3),
        percent(figures.counts.false_positive_rate),
        figure(flexion.change.mae, 1) if flexion else "-",
    ]

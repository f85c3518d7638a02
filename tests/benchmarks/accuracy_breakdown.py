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


def by_camera_and_person(clips: Sequence[ClipScore]) -> list[str]:
    """A section of the page with one row per group of clips."""
    rows = []
    for key, title in GROUPS.items():
        for value, group in sorted(by_group(clips, lambda clip, key=key: clip.groups[key]).items()):  # type: ignore[misc]
            figures = pool(group)
            flexion = figures.angles.get("spine_flexion_deg")
            rows.append(
                [
                    title,
                    value,
                    str(len(group)),
                    figure(figures.auc, 3),
                    figure(figures.counts.f1, 3),
                    percent(figures.counts.false_positive_rate),
                    figure(flexion.change.mae, 1) if flexion else "-",
                ]
            )
    return [
        "## By camera and person\n",
        "Room above the head is that of somebody who sits upright; little is under a tenth of the"
        " picture's height.\n",
        table(
            ["", "", "clips", "AUC", "F1", "false positives", "spine flexion error, deg"],
            rows,
            words=2,
        ),
    ]


def every_clip(clips: Sequence[ClipScore]) -> list[str]:
    """A section of the page with one row per clip."""
    rows = []
    for clip in clips:
        flexion = pool([clip]).angles.get("spine_flexion_deg")
        rows.append(
            [
                clip.name,
                clip.view,
                figure(clip.auc, 3),
                figure(clip.counts.f1, 3),
                percent(clip.counts.false_positive_rate),
                figure(flexion.change.mae, 1) if flexion else "-",
            ]
        )
    return [
        "## Every clip\n",
        table(
            ["clip", "view", "AUC", "F1", "false positives", "spine flexion error, deg"], rows, 2
        ),
    ]

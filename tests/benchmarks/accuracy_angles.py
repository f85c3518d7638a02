"""The sections of docs/accuracy.md about angles and their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from accuracy_tables import table, with_total

from posture_cam.angles import view_label
from posture_cam.tuning.evaluation_tables import figure, percent
from posture_cam.tuning.pooling import pool
from posture_cam.tuning.scoring import ClipScore


def angle_errors(clips: Sequence[ClipScore]) -> list[str]:
    """Errors of every angle by view."""
    rows = []
    for view, group in with_total(clips).items():
        for name, angle in pool(group).angles.items():
            change, absolute = angle.change, angle.absolute
            if change.count:
                rows.append(
                    [
                        name,
                        view,
                        percent(change.coverage),
                        f"**{figure(change.mae, 1)}**",
                        figure(_true_change(group, name), 1),
                        figure(change.bias, 1, sign=True),
                        figure(change.sd, 1),
                        figure(change.p95, 1),
                        figure(absolute.mae, 1) if absolute else "",
                        percent(angle.within_sd),
                    ]
                )
    header = [
        "angle", "view", "measured", "mean error", "saying 0", "bias", "sd", "95 % within",
        "absolute", "in stated 1 sd",
    ]  # fmt: skip
    return [
        "## Angles\n",
        "Errors of the *change against upright* in degrees (centimetres where the name says so):"
        " mean absolute error, the same of saying that nothing ever changes, bias (measured minus"
        " true), standard deviation, and the bound for 95 of 100 frames. Where saying 0 is hardly"
        " worse, the angle says little, or these people hardly change it. `absolute` is the mean"
        " error of the angle itself. Angles that a view cannot support are left empty by the"
        " program and are not listed.\n",
        table(header, sorted(rows, key=lambda row: row[0]), words=2),
        "![True and measured spine flexion](accuracy-flexion.png)\n",
    ]


def _true_change(clips: Sequence[ClipScore], name: str) -> float:
    """Mean absolute true change of an angle where it was measured."""
    angles = [clip.angles[name] for clip in clips if name in clip.angles]
    measured = [angle.true[np.isfinite(angle.change)] for angle in angles]
    return float(np.abs(np.concatenate(measured)).mean())


def view_errors(clips: Sequence[ClipScore]) -> list[str]:
    """How exactly the direction of view is read, on which the choice of angles depends."""
    rows = []
    for view, group in with_total(clips).items():
        measured, true = np.concatenate([clip.directions for clip in group], axis=1)
        known = np.isfinite(measured + true)
        off = np.abs(((measured - true)[known] + 180) % 360 - 180)
        pairs = zip(measured[known].tolist(), true[known].tolist(), strict=True)
        named = [view_label(one) == view_label(other) for one, other in pairs]
        rows.append(
            [
                view,
                percent(float(known.mean())),
                f"**{figure(float(off.mean()), 1)}**",
                figure(float(np.quantile(off, 0.95)), 1),
                percent(float(np.mean(named))),
            ]
        )
    return [
        "## Direction of view\n",
        "Of the camera about the person, degrees, turning and sideways slumps included; and how"
        " often front, oblique and side, left or right, are named rightly.\n",
        table(["view", "measured", "mean error", "95 % within", "named rightly"], rows),
    ]


def uncertainty(clips: Sequence[ClipScore]) -> list[str]:
    """How often errors lie within what is stated."""
    curves = {name: dict(angle.curve) for name, angle in pool(clips).angles.items() if angle.curve}
    if not curves:
        return []
    levels = sorted(next(iter(curves.values())))
    rows = [[name, *(percent(curve[level]) for level in levels)] for name, curve in curves.items()]
    return [
        "## Does the stated uncertainty hold?\n",
        "Every angle comes with a 1-sigma uncertainty. The table tells which share of the errors"
        " (of the angle itself; of the change for angles stated relative to upright) really lies"
        " inside the interval that should hold the share at the top.\n",
        table(["angle", *(percent(level) for level in levels)], rows),
        "![Calibration of the uncertainty](accuracy-uncertainty.png)\n",
    ]

"""The sections of docs/accuracy.md about angles and their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence

from accuracy_tables import table, with_total

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
                        figure(change.bias, 1, sign=True),
                        figure(change.sd, 1),
                        figure(change.p95, 1),
                        figure(absolute.mae, 1) if absolute else "",
                        percent(angle.within_sd),
                    ]
                )
    header = [
        "angle", "view", "measured", "mean error", "bias", "sd", "95 % within", "absolute",
        "in stated 1 sd",
    ]  # fmt: skip
    return [
        "## Angles\n",
        "Errors of the *change against upright* in degrees (centimetres where the name says so):"
        " mean absolute error, bias (measured minus true), standard deviation, and the bound for"
        " 95 of 100 frames. `absolute` is the mean error of the angle itself. Angles that a view"
        " cannot support are left empty by the program and are not listed.\n",
        table(header, sorted(rows, key=lambda row: row[0]), words=2),
        "![True and measured spine flexion](accuracy-flexion.png)\n",
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

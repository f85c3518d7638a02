"""Draws the pictures of docs/strain.md from the program's own model.

    python tests/benchmarks/draw_strain.py [FOLDER]       # default: docs

It stands beside the commands that measure, because like them it makes what the docs show.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import click
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from plot_style import use_plot_style
from streams import AWAY, feed_one, of_kind, stream

from posture_cam import load as model
from posture_cam.config import Settings
from posture_cam.dose import Creep
from posture_cam.holding_time import HoldingCurve
from posture_cam.load import PostureChange, mid_back_load
from posture_cam.slouch_watch import holding_time_s
from posture_cam.strain import StrainMonitor
from posture_cam.types import Event, EventKind

DOCS = Path(__file__).parents[2] / "docs"
BLUE, ORANGE, GREEN = "#1f6f8b", "#c9731a", "#5b8c3a"
RED, GREY = "#b3261e", "#777777"
HALF_AN_HOUR: tuple[tuple[float, float | str], ...] = (
    (120, 1.0), (40, 24.0), (70, 0.0), (110, 13.0), (6, 0.0), (150, 13.0),
    (140, 1.0), (130, AWAY), (150, 0.0), (190, 27.0), (60, 0.0), (9, 26.0), (200, 1.0),
    (100, 20.0), (35, 1.0), (140, 20.0), (150, 0.0),
)  # fmt: skip
"""A made-up half-hour: seconds and degrees of spine flexion."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=DOCS)
def main(folder: Path) -> None:
    """Write the pictures into FOLDER."""
    for path in draw(folder):
        print(path)


def draw(folder: Path) -> list[Path]:
    """Write the four pictures and return their paths."""
    use_plot_style()
    return [
        _holding_times(folder / "strain-holding-times.png"),
        _half_hour(folder / "strain-half-hour.png"),
        _load(folder / "strain-load.png"),
        _creep(folder / "strain-creep.png"),
    ]


def _holding_times(path: Path) -> Path:
    figure, axes = _figure(7.2, 3.6)
    angles = np.linspace(0, 90, 361)
    settings = Settings()
    back = [holding_time_s(settings, angle, math.nan) / 60 for angle in angles]
    trunk = HoldingCurve(20, 240, 60, 60)
    head = HoldingCurve(25, 480, 85, 60)
    for curve, colour, name in ((head, GREEN, "head down"), (trunk, ORANGE, "trunk forward")):
        beyond = angles >= curve.mild_deg
        minutes = [curve.hold_s(angle) / 60 for angle in angles[beyond]]
        axes.plot(angles[beyond], minutes, color=colour, label=f"{name}, ISO 11226")
    below = angles <= settings.strain.mild_deg
    values = np.array(back)
    axes.plot(angles[below], values[below], color=BLUE, linestyle=":", linewidth=2)
    axes.plot(
        angles[~below], values[~below], color=BLUE, linewidth=2.5, label="slouching, posture_cam"
    )
    axes.annotate(
        "slouched by other cues\nthan flexion: as mild", (5, 4), (1, 5.3), color=BLUE, fontsize=9
    )
    axes.set(xlabel="degrees beyond the person's own upright", xlim=(0, 90), ylim=(0, 8.6))
    axes.set_ylabel("may be held for, minutes")
    axes.set_title("A mild slouch may last longer than a deep one", loc="left")
    axes.legend(frameon=False)
    return _save(figure, path)


def _half_hour(path: Path) -> Path:
    import matplotlib.pyplot as plt

    frames = stream(*HALF_AN_HOUR, rate_hz=5)
    monitor = StrainMonitor(Settings())
    budget: list[float] = []
    events: list[Event] = []
    for frame in frames:
        strain, new = feed_one(monitor, frame)
        budget.append(strain.budget_left)
        events += new
    events += monitor.finish()
    minutes = np.array([frame.time_s for frame in frames]) / 60
    figure, (above, below) = plt.subplots(2, 1, figsize=(9.2, 4.4), sharex=True)
    above.plot(minutes, [one.angles.spine_flexion_deg for one in frames], color=BLUE, linewidth=1.5)
    above.axhline(Settings().strain.mild_deg, color=GREY, linewidth=0.8, linestyle="--")
    above.set_ylabel("spine flexion,\ndegrees")
    above.set_ylim(-3, 37)
    above.set_title("Half an hour: what is seen, what is left, when it speaks", loc="left")
    below.plot(minutes, budget, color=GREEN, linewidth=2)
    below.set_ylabel("holding time left")
    below.set(ylim=(-0.04, 1.06), xlim=(0, minutes[-1]), xlabel="minutes")
    _mark(above, below, events)
    return _save(figure, path)


def _mark(above: Any, below: Any, events: list[Event]) -> None:
    for kind, colour, name in (
        (EventKind.SLOUCH, ORANGE, "bout"),
        (EventKind.AWAY, GREY, "away"),
    ):
        for event in of_kind(events, kind):
            for axes in (above, below):
                axes.axvspan(event.start_s / 60, event.end_s / 60, color=colour, alpha=0.15, lw=0)
            above.text(event.start_s / 60 + 0.1, 33, name, color=colour, fontsize=9)
    alerts = of_kind(events, EventKind.ALERT)
    notes = ("alert ", "alert ", "10 min after the last ")
    for event, note in zip(alerts, notes, strict=True):
        for axes in (above, below):
            axes.axvline(event.end_s / 60, color=RED, linewidth=1.4)
        below.text(event.end_s / 60, 0.92, note, color=RED, fontsize=9, ha="right")


def _load(path: Path) -> Path:
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9.2, 4.0), width_ratios=[1, 1.7])
    for turned, forward, colour in ((0.0, 0.0, BLUE), (20.0, 4.0, ORANGE)):
        _stick_figure(left, turned, forward, colour)
    left.set_aspect("equal")
    left.set(xlim=(-4, 36), ylim=(-6, 34), xticks=[], yticks=[])
    left.spines[:].set_visible(False)
    left.set_title("Weights ahead of T8", loc="left")
    angles = np.linspace(-5, 40, 181)
    for forward, colour in ((0.0, BLUE), (4.0, ORANGE)):
        for supported, line in ((True, "-"), (False, ":")):
            loads = [
                mid_back_load(PostureChange(angle, forward), arms_supported=supported)
                for angle in angles
            ]
            arms = "arms on the desk" if supported else "arms hanging"
            head = f"head {forward:.0f} cm forward" if forward else "head in its place"
            right.plot(angles, loads, line, color=colour, label=f"{head}, {arms}")
    right.axhline(1, color=GREY, linewidth=0.8, linestyle="--")
    right.set_xlabel("upper back turned forward, degrees beyond upright")
    right.set_ylabel("load, multiple of upright")
    right.set_title("Load of the mid-back", loc="left")
    right.legend(frameon=False, fontsize=9)
    return _save(figure, path)


def _stick_figure(axes: Any, turned_deg: float, forward_cm: float, colour: str) -> None:
    """T8, C7, head and arm in centimetres, with a dot for each weight as large as the weight."""
    height = 100 * model.HEIGHT_M
    tilt = math.radians(model.UPRIGHT_TRUNK_DEG + turned_deg)
    head = math.radians(model.UPRIGHT_HEAD_DEG)
    trunk = model.UPPER_TRUNK_LENGTH * height * np.array([math.sin(tilt), math.cos(tilt)])
    reach = model.HEAD_REACH * height
    skull = trunk + np.array([reach * math.sin(head) + forward_cm, reach * math.cos(head)])
    axes.plot(*zip((0, 0), trunk, skull, strict=True), color=colour, linewidth=3)
    for place, mass in ((trunk / 2, model.UPPER_TRUNK_MASS), (skull, model.HEAD_MASS)):
        axes.plot(*place, "o", color=colour, markersize=math.sqrt(mass) * 60, alpha=0.55)
        axes.annotate(
            "", (place[0], place[1] - 6), place, arrowprops={"arrowstyle": "->", "color": colour}
        )
    axes.plot(0, 0, "s", color="#333333", markersize=8)
    axes.text(1.5, -3.5, "T8", color="#333333")
    name = "upright" if turned_deg == 0 else f"{turned_deg:.0f} degrees,\n{forward_cm:.0f} cm"
    axes.text(skull[0] + 3, skull[1], name, color=colour, fontsize=9, va="center")


def _creep(path: Path) -> Path:
    figure, axes = _figure(7.2, 3.2)
    times = np.arange(0, 3000, 5)
    for flexion, colour in ((40.0, ORANGE), (20.0, BLUE)):
        creep, course = Creep(), []
        for time_s in times:
            creep.update(5, flexion if time_s < 1200 else 0.0)
            course.append(creep.deg)
        name = "full flexion (as measured)" if flexion == 40 else "half of it (extrapolated)"
        axes.plot(times / 60, course, color=colour, linewidth=2, label=name)
    axes.axvspan(0, 20, color=GREY, alpha=0.12, lw=0)
    axes.text(10, 5.9, "held", ha="center", color=GREY)
    axes.text(35, 5.9, "upright", ha="center", color=GREY)
    axes.plot([20, 22], [5.5, 2.75], "ko", markersize=4, label="McGill and Brown 1992")
    axes.set(xlabel="minutes", xlim=(0, 50), ylim=(0, 6.6))
    axes.set_ylabel("creep, degrees")
    axes.set_title("Tissue gives way slowly and recovers more slowly", loc="left")
    axes.legend(frameon=False, loc="right")
    return _save(figure, path)


def _figure(width: float, height: float) -> tuple[Any, Any]:
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height))


def _save(figure: Any, path: Path) -> Path:
    import matplotlib.pyplot as plt

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Software": None})
    plt.close(figure)
    return path


if __name__ == "__main__":
    main()

"""How far the head had dropped when somebody was last seen: who left, and who sank out of sight.

    python tests/benchmarks/lost_people.py [DIR ...]

reads the recordings that tests/benchmarks/accuracy.py has made (run it first), or those in DIR, and
prints, for all times of 1.6 s and more in which nobody was found, how far the head was lower than
upright before (posture_cam/out_of_sight.py): of people who were walking away, and of all others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from accuracy_cache import default_cache
from accuracy_clips import CALIBRATED_S

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.out_of_sight import LEAST_DROP, head_drop
from posture_cam.tuning.clips import RecordedClip, find_clips
from posture_cam.tuning.labels import load_labels

LOST_S = 1.6


def losses(clip: RecordedClip) -> Iterator[tuple[str, float]]:
    """Of every time that nobody was found: what is shown then, and the drop of the head before."""
    assert clip.video is not None
    poses = clip.poses
    times = np.array([pose.time_s for pose in poses])
    states = load_labels(clip.video.with_suffix(".truth.csv")).at(times).state
    first = [pose for pose in poses if pose.time_s < times[0] + CALIBRATED_S]
    upright = make_baseline(first, Settings()).pose
    for present, run in groupby(range(len(poses)), key=lambda place: poses[place].present):
        places = list(run)
        before = places[0] - 1
        if present or before < 0 or times[places[-1]] - times[before] < LOST_S:
            continue
        away = "away" in (states[before], states[places[len(places) // 2]])
        shown = "away" if away else str(states[places[0]])
        yield shown, head_drop(poses[before], upright)


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(folders: tuple[Path, ...]) -> None:
    """Print the drops of the head, sorted."""
    left: list[float] = []
    stayed: list[tuple[float, str]] = []
    for clip in find_clips(folders or [default_cache() / name for name in ("results", "others")]):
        with suppress(CalibrationError):
            for shown, drop in losses(clip):
                if shown == "away":
                    left.append(drop)
                else:
                    stayed.append((drop, shown))
    click.echo(f"left: {len(left)}, the head lower than upright by {max(left):.2f} spreads at most")
    click.echo(f"lost while sitting: {len(stayed)}; out of sight from {LEAST_DROP} on")
    for drop, shown in sorted(stayed):
        click.echo(f"  {drop:5.2f} {shown}")


if __name__ == "__main__":
    main()

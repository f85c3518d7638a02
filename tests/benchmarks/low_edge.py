"""What a picture costs that ends soon below the shoulders: a table of docs/cameras.md.

    python tests/benchmarks/low_edge.py

cuts the videos of the first people before a front camera of tests/benchmarks/accuracy.py off below
their shoulders, analyses them with `posture-cam analyze` and scores each with the calibration from
its own first seconds. Videos that are missing are rendered; whatever is done stays in the cache.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click
import numpy as np
from accuracy_cache import analyse, default_cache, render
from accuracy_clips import CALIBRATED_S, CLIP_RATE_HZ, accuracy_clips
from accuracy_tables import table
from poor_pictures import scored
from spoilt_pictures import Picture, rewrite

from posture_cam.landmarks import Landmark as L
from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.pooling import pool
from posture_cam.tuning.scoring import ClipScore

HEAD = (
    "from shoulders to the lower edge",
    "AUC",
    "got a verdict",
    "slouches found",
    "innocent called slouched",
    "spine flexion",
)
WAYS = {
    "shoulders cut off": -0.02,
    "a twentieth of the height": 0.05,
    "a tenth": 0.10,
    "a fifth": 0.20,
    "the whole picture": 1.0,
}
"""How far below the lower shoulder the picture ends, as a share of its height."""


def cut(clip: RecordedClip, folder: Path, below: float) -> Path:
    """The video, cut off so far below the upright shoulders, with its truth beside it."""
    assert clip.video is not None
    video = folder / clip.video.name
    if not video.is_file():
        upright = [pose for pose in clip.poses if pose.present and pose.time_s < CALIBRATED_S]
        rows = [max(pose.landmarks[[L.LEFT_SHOULDER, L.RIGHT_SHOULDER], 1]) for pose in upright]
        height = upright[0].height
        end = min(height, int(np.median(rows) + below * height)) // 2 * 2  # even, as codecs ask

        def without_the_rest(picture: Picture) -> Picture:
            return np.ascontiguousarray(picture[:end])

        folder.mkdir(parents=True, exist_ok=True)
        truth = clip.video.with_suffix(".truth.csv")
        shutil.copyfile(truth, folder / truth.name)
        rewrite(clip.video, video, without_the_rest)
    return video


def row(name: str, clips: Sequence[ClipScore]) -> list[str]:
    """A line of the table."""
    figures = pool(clips)
    counts, flexion = figures.counts, figures.angles["spine_flexion_deg"].change.mae
    shares = [f"{counts.coverage:.0%}", f"{counts.recall:.0%}"]
    return [
        name,
        f"{figures.auc:.3f}",
        *shares,
        f"{counts.false_positive_rate:.1%}",
        f"{flexion:.1f}°",
    ]


@click.command()
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
@click.option("--jobs", type=click.IntRange(min=1), default=2)
@click.option("--people", type=click.IntRange(1), default=20, show_default=True)
def main(cache: Path, jobs: int, people: int) -> None:
    """Print the table."""
    clips = [clip for clip in accuracy_clips() if clip.name.startswith("front")][:people]
    whole = analyse(
        render([(clip, CLIP_RATE_HZ) for clip in clips], cache, jobs), cache / "results", jobs
    )
    rows = []
    for name, below in WAYS.items():
        folder = cache / "low_edge" / name.replace(" ", "_")
        videos = [cut(clip, folder / "videos", below) for clip in whole]
        rows.append(row(name, [scored(one) for one in analyse(videos, folder / "results", jobs)]))
    click.echo(table(HEAD, rows), nl=False)


if __name__ == "__main__":
    main()

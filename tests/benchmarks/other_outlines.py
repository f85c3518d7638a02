"""How well posture_cam judges people whose outlines are not as rendered ones are.

    python tests/benchmarks/other_outlines.py

replays the recordings that tests/benchmarks/accuracy.py has made (run it first), each with the
calibration from its first seconds, with the silhouettes of the whole clip as they are, absent,
thicker, thinner, or without gaps between arms and body; prints the table of
models/TRIALS.md: AUC, innocent and slouched frames called slouched, error of spine flexion.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click
from accuracy_cache import default_cache
from accuracy_figures import score
from outlines import OUTLINES, OutlinedClip
from rich.console import Console
from rich.progress import track

from posture_cam.tuning.clips import find_clips
from posture_cam.tuning.pooling import by_view, pool
from posture_cam.tuning.scoring import ClipScore

VIEWS = ("front", "oblique", "side")
PROGRESS = Console(stderr=True)


def score_outlined(job: tuple[Path, str]) -> ClipScore:
    """One recorded clip with one kind of outline."""
    folder, name = job
    (clip,) = find_clips([folder])
    return score(OutlinedClip.of(clip, OUTLINES[name]), True, {}, set())


def cell(clips: Sequence[ClipScore]) -> str:
    """Figures of some clips together."""
    figures = pool(clips)
    counts, flexion = figures.counts, figures.angles["spine_flexion_deg"].change.mae
    called = f"{counts.false_positive_rate:.1%}, {counts.recall:.0%}"
    return f"{figures.auc:.3f}, {called}, {flexion:.1f}°"


@click.command()
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
@click.option("--jobs", type=click.IntRange(min=1), default=2)
def main(cache: Path, jobs: int) -> None:
    """Print the table."""
    found = find_clips([cache / "results"])
    folders = [clip.folder for clip in found if not clip.name.startswith("session")]
    click.echo("| silhouette | " + " | ".join(VIEWS) + " |\n| --- |" + " --: |" * len(VIEWS))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        for name in OUTLINES:
            work = [(folder, name) for folder in folders]
            scores = processes.map(score_outlined, work)
            views = by_view(list(track(scores, name, total=len(work), console=PROGRESS)))
            cells = [cell(views[view]) for view in VIEWS]
            click.echo(f"| {name} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()

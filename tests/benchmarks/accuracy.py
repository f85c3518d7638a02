"""Measure accuracy on people never trained on, and write docs/accuracy.md with its pictures.

    python tests/benchmarks/accuracy.py

renders the test people (once: they stay in a cache), analyses the videos with `posture-cam analyze`
as anybody would, scores the results with the code behind `posture-cam tune evaluate`, and writes
the page. Rendering needs the packages of the `[samples]` extra and, the first time, about an hour
on two processors; the rest takes some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
from accuracy_cache import analyse, default_cache, groups, render
from accuracy_clip_kinds import TestClip
from accuracy_clips import (
    CLIP_RATE_HZ,
    FURTHER,
    PER_VIEW,
    SESSION_RATE_HZ,
    accuracy_clips,
    long_sessions,
)
from accuracy_figures import measure
from accuracy_page import write_page
from accuracy_plots import write_plots

from posture_cam.results import versions
from posture_cam.tuning.pooling import by_view, pool

DOCS = Path(__file__).resolve().parents[2] / "docs"
NAMED_PACKAGES = ("posture_cam", "mediapipe", "opencv-python", "numpy")


@click.command()
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    default=default_cache(),
    show_default=True,
    help="Folder for rendered clips and their results.",
)
@click.option("--jobs", default=2, show_default=True, help="Processes at a time.")
@click.option(
    "--per-view",
    type=click.IntRange(1),
    default=PER_VIEW,
    help="Only the first so many clips of each view, for a quick look.",
)
@click.option(
    "--others/--no-others",
    "with_others",
    default=True,
    help="Measure people who move otherwise, in moved chairs, lean far, or elsewhere, too.",
)
@click.option("--sessions/--no-sessions", default=True, help="Measure the long sessions too.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=DOCS,
    help="Folder for accuracy.md and its pictures.",
)
def main(
    cache: Path, jobs: int, per_view: int, with_others: bool, sessions: bool, output: Path
) -> None:
    """Render, analyse, score, and write docs/accuracy.md."""
    clips = _first(accuracy_clips(), per_view)
    longer = long_sessions() if sessions else []
    wanted = [(clip, CLIP_RATE_HZ) for clip in clips]
    videos = render([*wanted, *((clip, SESSION_RATE_HZ) for clip in longer)], cache, jobs)
    recorded = analyse(videos, cache / "results", jobs)
    further = {}
    for name, people in FURTHER.items():
        chosen = _first(people(), per_view) if with_others else []
        theirs = render([(clip, CLIP_RATE_HZ) for clip in chosen], cache, jobs)
        further[name] = analyse(theirs, cache / name, jobs)
    kinds = [groups(clip, video) for clip, video in zip(clips, videos, strict=False)]
    measured = measure(
        recorded[: len(clips)], further, sessions=recorded[len(clips) :], groups=kinds
    )
    output.mkdir(parents=True, exist_ok=True)
    found = versions()
    text = write_page(
        measured,
        ", ".join(f"{name} {found[name]}" for name in NAMED_PACKAGES if name in found),
        recorded[0].settings.pose.model,
    )
    (output / "accuracy.md").write_text(text, encoding="utf-8", newline="\n")
    write_plots(measured, output)
    for view, group in by_view(measured.calibrated).items():
        click.echo(f"{view}: AUC {pool(group).auc:.3f}")
    click.echo(f"Written: {output / 'accuracy.md'}")


def _first(clips: Sequence[TestClip], per_view: int) -> list[TestClip]:
    """The first so many clips of each view."""
    return [clip for clip in clips if int(clip.name[-2:]) <= per_view]


if __name__ == "__main__":
    main()

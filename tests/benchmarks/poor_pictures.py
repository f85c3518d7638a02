"""What poor cameras, poor light and other lenses cost: table and picture of docs/cameras.md.

    python tests/benchmarks/poor_pictures.py

spoils the videos of the first people of each view of tests/benchmarks/accuracy.py in several ways
(tests/spoilt_pictures.py), analyses them with `posture-cam analyze` and scores each with the
calibration from its own first seconds: AUC of each view, frames with a verdict, slouched frames
found, innocent ones called slouched, error of spine flexion. Videos that are missing are rendered;
whatever is done stays in the cache. The picture shows one frame in each way.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import av
import click
from accuracy_cache import analyse, default_cache, render
from accuracy_clips import CLIP_RATE_HZ, VIEWS, accuracy_clips
from accuracy_figures import score
from accuracy_tables import table
from plot_style import use_plot_style
from rich.console import Console
from rich.progress import track
from spoilt_pictures import WAYS, spoil

from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.pooling import by_view, pool
from posture_cam.tuning.scoring import ClipScore

HEAD = (
    "picture",
    *VIEWS,
    "got a verdict",
    "slouches found",
    "innocent called slouched",
    "spine flexion",
)
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "images" / "poor_pictures.jpg"
SHOWN_S = 5.0
"""The moment that the picture shows."""
PROGRESS = Console(stderr=True)

Job = tuple[Path, Path, str]


def spoilt(job: Job) -> Path:
    """A video in one of the WAYS, with its truth beside it; one that is there already stays."""
    source, folder, way = job
    video = folder / source.name
    if not video.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        truth = source.with_suffix(".truth.csv")
        shutil.copyfile(truth, folder / truth.name)
        spoil(source, video, way)
    return video


def scored(clip: RecordedClip) -> ClipScore:
    """One recorded clip, calibrated."""
    return score(clip, True, {}, set())


def row(name: str, clips: Sequence[ClipScore]) -> list[str]:
    """A line of the table."""
    views, figures = by_view(clips), pool(clips)
    counts, flexion = figures.counts, figures.angles["spine_flexion_deg"].change.mae
    aucs = [f"{pool(views[view]).auc:.3f}" for view in VIEWS]
    shares = [f"{counts.coverage:.0%}", f"{counts.recall:.0%}"]
    return [name, *aucs, *shares, f"{counts.false_positive_rate:.1%}", f"{flexion:.1f}°"]


@click.command()
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
@click.option("--jobs", type=click.IntRange(min=1), default=2)
@click.option("--per-view", type=click.IntRange(1), default=10, show_default=True)
@click.option("--picture", type=click.Path(path_type=Path), default=PICTURE, show_default=True)
def main(cache: Path, jobs: int, per_view: int, picture: Path) -> None:
    """Print the table and draw the picture."""
    use_plot_style()
    clips = [clip for clip in accuracy_clips() if int(clip.name[-2:]) <= per_view]
    videos = render([(clip, CLIP_RATE_HZ) for clip in clips], cache, jobs)
    rows, shown = [], {}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        for name in WAYS:
            folder = cache / "poor" / name.replace(" ", "_")
            work = [(video, folder / "videos", name) for video in videos]
            ready = list(track(processes.map(spoilt, work), name, len(work), console=PROGRESS))
            shown[name] = ready[0]
            recorded = analyse(ready, folder / "results", jobs)
            rows.append(row(name, list(processes.map(scored, recorded))))
    draw(shown, picture)
    click.echo(table(HEAD, rows), nl=False)


def draw(videos: dict[str, Path], path: Path) -> None:
    """The same moment of a video in all ways, as one picture."""
    import matplotlib.pyplot as plt

    figure, places = plt.subplots(2, (len(videos) + 1) // 2, figsize=(10, 3.6), squeeze=False)
    for place, (name, video) in zip(places.flat, videos.items(), strict=False):
        with av.open(str(video)) as film:
            frame = next(frame for frame in film.decode(video=0) if frame.time >= SHOWN_S)
            place.imshow(frame.to_ndarray(format="rgb24"))
        place.set_title(name, fontsize=9)
    for place in places.flat:
        place.axis("off")
    figure.savefig(path, pil_kwargs={"quality": 85})


if __name__ == "__main__":
    main()

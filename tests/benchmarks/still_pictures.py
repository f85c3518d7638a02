"""How surely a picture of a person is told from the person: the table of docs/baseline.md.

    python tests/benchmarks/still_pictures.py

takes the first people of each view of tests/benchmarks/accuracy.py twice: as they are, and as a
portrait, which is one picture of theirs shown all the time. Both are seen by several cameras, in
changing light and in noise that is drawn anew for each picture (a camera that films a portrait).
Nobody of them was used to choose a limit. Videos that are missing are rendered.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click
import numpy as np
from accuracy_cache import default_cache, render
from accuracy_clips import CLIP_RATE_HZ, accuracy_clips
from accuracy_tables import table
from rich.console import Console
from rich.progress import track as progress
from spoilt_pictures import Picture, grainy, hard_coded

from posture_cam.liveness import StirWatch
from posture_cam.pose import PoseEstimator
from posture_cam.sources import open_source
from posture_cam.tracks import Track, Tracker
from posture_cam.types import Frame, Pose

HEAD = (
    "camera and light",
    "people taken for pictures",
    "they stir in at least",
    "pictures told",
    "9 in 10 stir in at most",
)
LOOK_S = 40.0
PORTRAIT_S = 5.0
"""The moment that the portrait shows."""
PROGRESS = Console(stderr=True)

Change = Callable[[Picture, float, np.random.Generator], Picture]


def as_it_is(picture: Picture, _time_s: float, _rng: np.random.Generator) -> Picture:
    """Unchanged."""
    return picture


def adapting(picture: Picture, time_s: float, _rng: np.random.Generator) -> Picture:
    """Brightness that comes and goes by an eighth, with a period of 17 s."""
    return _lit(picture, 1 + 0.12 * np.sin(0.37 * time_s))


def cloud(picture: Picture, time_s: float, _rng: np.random.Generator) -> Picture:
    """Light from one side that comes and goes by three tenths, with a period of 21 s."""
    side = np.linspace(0, 1, picture.shape[1])[None, :, None]
    return _lit(picture, 1 + 0.3 * np.sin(0.3 * time_s) * side)


def dark(picture: Picture, _time_s: float, rng: np.random.Generator) -> Picture:
    """A tenth of the light, with the noise of a small sensor."""
    return grainy(picture, rng)


def dark_and_coded(picture: Picture, _time_s: float, rng: np.random.Generator) -> Picture:
    """The same, coded as JPEG of quality 12."""
    return hard_coded(grainy(picture, rng), rng)


CAMERAS: dict[str, Change] = {
    "as they are": as_it_is,
    "adapting camera": adapting,
    "clouds beside a window": cloud,
    "dark and grainy": dark,
    "dark, grainy and coded hard": dark_and_coded,
}


def looked_at(video: Path) -> dict[str, tuple[Track, Track]]:
    """By camera: the person of a video and their portrait, each beside a second one."""
    with (
        open_source(str(video), rate_hz=CLIP_RATE_HZ) as source,
        PoseEstimator("lite") as estimator,
    ):
        frames = [frame for frame in source if frame.time_s <= LOOK_S]
        poses = [estimator.estimate(frame)[0] for frame in frames]
    shown = next(n for n, pose in enumerate(poses) if pose.present and pose.time_s >= PORTRAIT_S)
    portrait = [frames[shown].image] * len(frames)
    rng = np.random.default_rng(zlib.crc32(video.name.encode()))
    return {
        name: (
            followed(frames, [frame.image for frame in frames], poses, change, rng),
            followed(frames, portrait, [poses[shown]] * len(frames), change, rng),
        )
        for name, change in CAMERAS.items()
    }


def followed(
    frames: Sequence[Frame],
    images: Sequence[Picture],
    poses: Sequence[Pose],
    change: Change,
    rng: np.random.Generator,
) -> Track:
    """What is known of somebody at the end. frames: whose times count."""
    watch, tracker = StirWatch(), Tracker()
    for frame, image, pose in zip(frames, images, poses, strict=True):
        seen = Frame(frame.index, frame.time_s, change(image, frame.time_s, rng))
        if pose.present:
            tracker.update(watch.update(seen, [pose, pose])[:1])
    return max(tracker.tracks, key=lambda one: one.looks)


def row(name: str, pairs: Sequence[tuple[Track, Track]]) -> list[str]:
    """A line of the table."""
    living, portraits = ([pair[side] for pair in pairs] for side in (0, 1))
    return [
        name,
        f"{sum(one.still_s > 0 for one in living)} of {len(living)}",
        f"{min(one.stirred / one.looks for one in living):.0%}",
        f"{sum(one.still_s > 0 for one in portraits)} of {len(portraits)}",
        f"{np.quantile([one.stirred / one.looks for one in portraits], 0.9):.0%}",
    ]


def _lit(picture: Picture, light: Picture | float) -> Picture:
    return np.asarray(np.clip(picture * light, 0, 255).astype(np.uint8))


@click.command()
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
@click.option("--jobs", type=click.IntRange(min=1), default=2)
@click.option("--per-view", type=click.IntRange(1), default=10, show_default=True)
def main(cache: Path, jobs: int, per_view: int) -> None:
    """Print the table."""
    clips = [clip for clip in accuracy_clips() if int(clip.name[-2:]) <= per_view]
    videos = render([(clip, CLIP_RATE_HZ) for clip in clips], cache, jobs)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as processes:
        work = processes.map(looked_at, videos)
        looks = list(progress(work, "Looking", len(videos), console=PROGRESS))
    rows = [row(name, [look[name] for look in looks]) for name in CAMERAS]
    click.echo(table(HEAD, rows), nl=False)


if __name__ == "__main__":
    main()

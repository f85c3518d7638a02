"""The same people drawn by a second renderer: table and picture of docs/cameras.md.

    python tests/benchmarks/path_traced.py

renders the first people of each view of tests/benchmarks/accuracy.py twice, by the generator's own
renderer, whose pictures the training used, and in traced light (path_tracer.py), analyses both with
`posture-cam analyze` and scores each with the calibration from its own first seconds. Tracing takes
some 3 minutes a person on two processors; whatever is done stays in the cache. Needs the packages
of the `[tracing]` extra and a newer LLVM than 15 (`apt install libllvm19`).
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import ClassVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import av
import click
from accuracy_cache import analyse, default_cache, render
from accuracy_clip_kinds import TestClip, as_kind
from accuracy_clips import SESSION_RATE_HZ, accuracy_clips
from accuracy_tables import table
from plot_style import use_plot_style
from poor_pictures import HEAD, row, scored

from sample_videos.session import Session

HERE = Path(__file__).parent
PICTURE = HERE.parents[1] / "docs" / "images" / "two_renderers.jpg"
PACKAGES = ("mitsuba", "pyoidn")
OLDEST_LLVM = 16
"""15 cannot compile the tracer for every processor."""
SHOWN_S = 12.0
"""The moment that the picture shows."""


def missing_for_tracing() -> str:
    """What has to be installed before anything can be traced; empty when nothing."""
    packages = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    if packages:
        return f"Traced pictures need pip install {' '.join(packages)}."
    # Compiling ends the whole process where LLVM is too old, so ask first.
    from drjit.detail import llvm_version

    found: tuple[int, int, int] = llvm_version()
    if found[0] < OLDEST_LLVM:
        return f"Traced pictures need LLVM {OLDEST_LLVM} or newer; name it by DRJIT_LIBLLVM_PATH."
    return ""


@dataclass(frozen=True)
class TracedClip(TestClip):
    """A test clip in traced light."""

    own_sources: ClassVar[tuple[Path, ...]] = (
        HERE / "path_tracer.py",
        HERE / "path_colours.py",
    )

    def session(self) -> Session:
        """Person, camera and room of the clip."""
        from path_tracer import TracedSession

        same = super().session()
        return TracedSession(**{field.name: getattr(same, field.name) for field in fields(same)})


@click.command()
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
@click.option("--per-view", type=click.IntRange(1), default=8, show_default=True)
@click.option("--picture", type=click.Path(path_type=Path), default=PICTURE, show_default=True)
def main(cache: Path, per_view: int, picture: Path) -> None:
    """Print the table and draw the picture."""
    missing = missing_for_tracing()
    if missing:
        raise click.ClickException(missing)
    use_plot_style()
    clips = [clip for clip in accuracy_clips() if int(clip.name[-2:]) <= per_view]
    ways: dict[str, Sequence[TestClip]] = {
        "of the training": clips,
        "traced": [as_kind(TracedClip, clip) for clip in clips],
    }
    rows, shown = [], {}
    for name, alike in ways.items():
        # One process at a time: tracing uses all processors by itself.
        videos = render([(clip, SESSION_RATE_HZ) for clip in alike], cache, jobs=1)
        recorded = analyse(videos, cache / "traced" / name.replace(" ", "_"), jobs=2)
        rows.append(row(name, [scored(clip) for clip in recorded]))
        shown[name] = videos
    draw(list(shown.values()), per_view, picture)
    click.echo(table(("renderer", *HEAD[1:]), rows), nl=False)


def draw(videos: list[list[Path]], per_view: int, path: Path) -> None:
    """The same moment of the first person of each view, by each renderer."""
    import matplotlib.pyplot as plt

    figure, places = plt.subplots(len(videos), 3, figsize=(10, 5.1), squeeze=False)
    for line, of_renderer in zip(places, videos, strict=True):
        for place, video in zip(line, of_renderer[::per_view], strict=True):
            with av.open(str(video)) as film:
                frame = next(frame for frame in film.decode(video=0) if frame.time >= SHOWN_S)
                place.imshow(frame.to_ndarray(format="rgb24"))
            place.axis("off")
    figure.savefig(path, pil_kwargs={"quality": 85})


if __name__ == "__main__":
    main()

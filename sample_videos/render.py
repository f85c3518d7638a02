"""Render the sample clips and their truth: `python sample_videos/render.py [NAME ...]`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

if __package__ in (None, ""):  # started as a script: make the package importable
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import av
import click

from sample_videos.clips import CLIPS, RATE_HZ, SAMPLES, Clip, visitor_posture
from sample_videos.truth import ANGLES, COLUMNS

FOLDER = Path(__file__).resolve().parent
QUALITY = {"crf": "22", "preset": "slow", "tune": "film"}


def render_clip(clip: Clip, folder: Path, rate_hz: int = RATE_HZ, samples: int = SAMPLES) -> Path:
    """Write `<name>.mp4` (H.264, yuv420p) and `<name>.truth.csv`; returns the video's path."""
    session = clip.session()
    motion = clip.motion(session.person)
    video = folder / f"{clip.name}.mp4"
    width, height = session.camera.width, session.camera.height
    with (
        av.open(str(video), "w") as container,
        (folder / f"{clip.name}.truth.csv").open("w", newline="", encoding="utf-8") as file,
    ):
        stream = container.add_stream("libx264", rate=rate_hz, options=QUALITY)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for number in range(round(motion.duration * rate_hz)):
            time_s = number / rate_hz
            moment = motion.at(time_s)
            others = tuple(visitor_posture(time_s) for _ in session.others)
            rendered = session.render(moment.posture, number, samples, others)
            picture = av.VideoFrame.from_ndarray(rendered.image, format="bgr24")
            container.mux(stream.encode(picture))
            away = moment.state == "away"
            angles = [
                "" if away else f"{rendered.truth[name]:.2f}" for name in ("view_deg", *ANGLES)
            ]
            table.writerow([f"{time_s:.4f}", moment.state, moment.slouched, *angles])
        container.mux(stream.encode())
    session.close()
    return video


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([clip.name for clip in CLIPS]))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    help="Folder for the clips; by default the one of this script.",
)
def main(names: tuple[str, ...], output: Path) -> None:
    """Render the clips NAMES, by default all of them."""
    output.mkdir(parents=True, exist_ok=True)
    for clip in CLIPS:
        if not names or clip.name in names:
            video = render_clip(clip, output)
            click.echo(f"{video}  {video.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()

"""Measure the curve of the back on people never trained on, and write docs/back_curve.md.

    python tests/benchmarks/back_curve.py

takes the clips from the side of accuracy.py (rendered and analysed once, then kept), and
compares the change of the back's curve with the true change of the spine's
flexion. It also draws the picture of the page, from one of the clips.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from accuracy_cache import analyse, default_cache, render
from accuracy_clips import CALIBRATED_S, CLIP_RATE_HZ, accuracy_clips
from accuracy_tables import table
from numpy.typing import NDArray

from posture_cam.back_curve import (
    FLEXION_SHARE,
    LEAST_SEEN,
    LEAST_VIEW_DEG,
    MOST_VIEW_DEG,
    back_axes,
    deviation_deg,
)
from posture_cam.errors import CalibrationError
from posture_cam.replay import Replay
from posture_cam.tuning.clips import RecordedClip
from posture_cam.tuning.labels import load_labels

Array = NDArray[np.float64]

ROOT = Path(__file__).resolve().parents[2]
SURE_DEG = 4.0
PICTURED = "side_05"
PICTURED_TRUNK_PX = 250

PAGE = """\
# The curve of the back, from the side

A flexicurve is a ruler that is bent along the back. Its angle is atan(E / L1) + atan(E / L2), E the
depth of the curve over its chord, L1 and L2 the two parts of the chord. Posture_cam lays one on the
*outline* of the person, from hip level to just below the shoulders, and tells by how much it has
changed against the upright baseline: `back_curve_deg` in frames.csv, rounder positive, with its
uncertainty `back_curve_deg_sd`. It decides nothing; verdicts rest on `spine_flexion_deg`.

    posture-cam analyze side.mp4 --annotate

![The curve of the back](images/back-curve.jpg)

Yellow is the curve now, dashed the upright one over the same chord.

## What is told, and what is not

- Only the change. Clothes, hair, shoulder blades and chairs make the absolute angle uncertain by 8
  to 10 degrees and more (surface methods miss X-ray by 8 to 21), so it is not told at all.
- Only from the side: the measured `view_deg` must lie between {least:.0f} and {most:.0f} at either
  side. Uncertainty is least from 85 to 95 ({sd_85:.1f} degrees at best) and grows to either end
  ({sd_60:.1f} at 60, {sd_110:.1f} at 110). The upright picture's view counts alike, and
  must be of the same side.
- Only with the hips in the picture, and with at least {seen:.0f} % of the outline changing like one
  arch. The difference of the two outlines is fitted with a parabola that outliers do not pull, so
  that a fold, hair or a backrest which both have does not count. The rest is "broken", and empty.

## What it is worth

On the {clips} clips from the side of [accuracy.md](accuracy.md), people, cameras and rooms on which
nothing was fitted, with the first {calibrated:.0f} seconds as the baseline. The truth is the change
of flexion between pelvis and upper back. Of it about {share:.2f} shows in the outline's angle, the
shoulder blades hiding the rest; errors are against that share. It and the uncertainty were fitted
on 120 other rendered people (`python models/fit_back.py`).

{table}
**Measured**: share of the frames with somebody there in which a change is told. **Slope**: degrees
of curve per degree of true flexion. **Mean error**: in degrees of the curve; divide by {share:.2f}
for degrees of flexion. **In 1 sd, in 2 sd**: share of the errors inside the stated uncertainty,
which should be 68 and 95 %; large errors are commoner than it says.

So: where the outline is clean and the view square it follows a slump; over all clips it is a weak
witness, since a chair that the mask merges with the back, or cuts out of it, looks like a curve.
Cobb's angle is about 1.53 times the flexicurve angle of a ruler on the bare thoracic back; no such
factor has been measured for outlines, so none is applied. `python tests/benchmarks/back_curve.py`
writes this page.
"""


@dataclass(frozen=True)
class Compared:
    """One clip or several. change, flexion, deviation: (N,) measured change of the curve, true
    change of flexion and stated uncertainty, degrees, where measured; asked: frames in all."""

    change: Array
    flexion: Array
    deviation: Array
    asked: int

    def row(self, name: str) -> list[str]:
        """The line of the table."""
        measured = f"{100 * len(self.change) / self.asked:.0f} %" if self.asked else "-"
        if len(self.change) < 10:
            return [name, measured, *["-"] * 5]
        error = np.abs(self.change - FLEXION_SHARE * self.flexion)
        slope = (self.change @ self.flexion) / (self.flexion @ self.flexion)
        return [
            name,
            measured,
            f"{np.corrcoef(self.change, self.flexion)[0, 1]:.2f}",
            f"{slope:.2f}",
            f"{error.mean():.1f}",
            f"{100 * (error < self.deviation).mean():.0f} %",
            f"{100 * (error < 2 * self.deviation).mean():.0f} %",
        ]


def compare(clip: RecordedClip) -> Compared:
    """The curve's change against the truth, after the calibration."""
    replay = _replay(clip)
    assert clip.video is not None
    labels = load_labels(clip.video.with_suffix(".truth.csv")).at(replay.times)
    flexion = labels.values["spine_flexion_deg"]
    early = replay.times < replay.times[0] + CALIBRATED_S
    here = np.array([pose.present for pose in replay.poses]) & np.isfinite(flexion) & ~early
    angles = [step.angles for step in replay.steps]
    change = np.array([one.back_curve_deg for one in angles])
    deviation = np.array([one.sd.get("back_curve_deg", np.nan) for one in angles])
    told = here & np.isfinite(change)
    true = flexion - np.nanmean(flexion[early])
    return Compared(change[told], true[told], deviation[told], int(here.sum()))


def pooled(parts: Sequence[Compared], most_deviation_deg: float = np.inf) -> Compared:
    """All frames of several clips, or those with less than a stated uncertainty."""
    sure = [part.deviation < most_deviation_deg for part in parts]
    return Compared(
        np.concatenate([part.change[keep] for part, keep in zip(parts, sure, strict=True)]),
        np.concatenate([part.flexion[keep] for part, keep in zip(parts, sure, strict=True)]),
        np.concatenate([part.deviation[keep] for part, keep in zip(parts, sure, strict=True)]),
        sum(part.asked for part in parts),
    )


def write_page(names: Sequence[str], parts: Sequence[Compared]) -> str:
    """The text of the page."""
    rows = [part.row(name) for name, part in zip(names, parts, strict=True)]
    rows.append(pooled(parts).row("**all**"))
    rows.append(pooled(parts, SURE_DEG).row(f"all, stated sd below {SURE_DEG:.0f}"))
    header = ["clip", "measured", "correlation", "slope", "mean error", "in 1 sd", "in 2 sd"]
    return PAGE.format(
        least=LEAST_VIEW_DEG,
        most=MOST_VIEW_DEG,
        sd_85=deviation_deg(85, 1.0),
        sd_60=deviation_deg(60, 1.0),
        sd_110=deviation_deg(110, 1.0),
        seen=100 * LEAST_SEEN,
        clips=len(parts),
        calibrated=CALIBRATED_S,
        share=FLEXION_SHARE,
        table=table(header, rows),
    )


def draw_picture(path: Path, clip: RecordedClip) -> None:
    """The frame of a clip with the clearest change, as the annotated video shows it, cut out."""
    import av
    import cv2

    from posture_cam.overlay import draw

    replay = _replay(clip)
    angles = [step.angles for step in replay.steps]
    surely = [one.back_curve_deg - one.sd.get("back_curve_deg", np.nan) for one in angles]
    clearest = int(np.nanargmax(surely))
    wanted = clip.recording.frames[clearest]
    with av.open(str(clip.video)) as video:
        for number, frame in enumerate(video.decode(video=0)):
            if number == wanted:
                image = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    pose, step = replay.poses[clearest], replay.steps[clearest]
    hips, trunk, _ = back_axes(pose)
    middle = hips + trunk / 2
    scale = PICTURED_TRUNK_PX / float(np.hypot(*trunk))
    larger = np.asarray(cv2.resize(image, None, fx=scale, fy=scale), dtype=np.uint8)
    upright = replay.compared_with[clearest]
    drawn = draw(larger, pose, step, baseline=upright)[: len(larger), : larger.shape[1]]
    left, top = (max(round(scale * place) - 300, 0) for place in middle)
    cv2.imwrite(str(path), drawn[top : top + 600, left : left + 760])


def _replay(clip: RecordedClip) -> Replay:
    try:
        return clip.replay_calibrated(clip.settings, CALIBRATED_S)
    except CalibrationError:
        return clip.replay()


@click.command()
@click.option(
    "--cache", type=click.Path(path_type=Path, file_okay=False), default=default_cache(),
    show_default=True, help="Folder for rendered clips and their results.",
)  # fmt: skip
@click.option("--jobs", default=2, show_default=True, help="Processes at a time.")
@click.option(
    "--output", type=click.Path(path_type=Path, file_okay=False), default=ROOT / "docs",
    help="Folder for back_curve.md and its picture.",
)  # fmt: skip
def main(cache: Path, jobs: int, output: Path) -> None:
    """Render, analyse, compare, and write docs/back_curve.md."""
    clips = [clip for clip in accuracy_clips() if clip.name.startswith("side")]
    videos = render([(clip, CLIP_RATE_HZ) for clip in clips], cache, jobs)
    recorded = analyse(videos, cache / "back" / "results", jobs)
    text = write_page([clip.name for clip in clips], [compare(clip) for clip in recorded])
    (output / "images").mkdir(parents=True, exist_ok=True)
    (output / "back_curve.md").write_text(text, encoding="utf-8", newline="\n")
    pictured = next(clip for clip in recorded if clip.name == PICTURED)
    draw_picture(output / "images" / "back-curve.jpg", pictured)
    click.echo(f"Written: {output / 'back_curve.md'}")


if __name__ == "__main__":
    main()

"""Record the poses that every test run scores: tests/recordings, from people never trained on.

    python tests/benchmarks/record_guards.py

renders the clips, analyses them with `posture-cam analyze`, and keeps of the recorded poses what
the spine estimator reads: every second frame, coordinates to a hundredth of a pixel or a tenth of
a millimetre. So networks and engine are held to what they can do, without videos; what finds the
landmarks is held to it by the sample clips. Clips whose first seconds make no baseline are left
out. To be run again when MediaPipe reads pictures otherwise.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import click
import numpy as np
from accuracy_cache import analyse, default_cache, render
from accuracy_clips import CALIBRATED_S, CLIP_RATE_HZ, guard_clips
from numpy.typing import NDArray

from posture_cam.errors import CalibrationError
from posture_cam.pose_recorder import PoseRecorder
from posture_cam.tuning.clips import RecordedClip
from posture_cam.types import Pose

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings"
EVERY = 2
PIXEL_STEP, METRE_STEP, SHARE_STEP = 0.01, 1e-4, 1e-3


def main() -> None:
    """Render, analyse, thin out, and write one recording and one truth file for each clip."""
    videos = render([(clip, CLIP_RATE_HZ) for clip in guard_clips()], default_cache(), 2)
    recorded = analyse(videos, default_cache() / "guards", 2)
    shutil.rmtree(RECORDINGS, ignore_errors=True)
    RECORDINGS.mkdir()
    for clip, video in zip(recorded, videos, strict=True):
        try:
            clip.replay_calibrated(clip.settings, CALIBRATED_S)
        except CalibrationError as error:
            click.echo(f"Left out: {error}")
            continue
        record(clip, RECORDINGS / f"{video.stem}.npz")
        shutil.copy(video.with_suffix(".truth.csv"), RECORDINGS)
    size = sum(path.stat().st_size for path in RECORDINGS.iterdir())
    click.echo(f"{size / 1e6:.1f} MB: {RECORDINGS}")


def record(clip: RecordedClip, path: Path) -> None:
    """Write a recording of the watched person alone, without scenes, that names no place."""
    provenance = clip.recording.provenance
    source = replace(provenance.source, spec=f"{path.stem}.mp4")
    with PoseRecorder() as recorder:
        for frame in list(clip.recording)[::EVERY]:
            recorder.append(frame.frame, [thinned(frame.pose)], 0 if frame.pose.present else -1)
        recorder.save(path, replace(provenance, source=source))


def thinned(pose: Pose) -> Pose:
    """The pose without scene, back and colours, its coordinates in steps."""
    return replace(
        pose,
        landmarks=in_steps(pose.landmarks, PIXEL_STEP),
        world=in_steps(pose.world, METRE_STEP),
        visibility=in_steps(pose.visibility, SHARE_STEP),
        presence=in_steps(pose.presence, SHARE_STEP),
        scene=None,
        back=None,
        colours=None,
    )


def in_steps(values: NDArray[np.float32], step: float) -> NDArray[np.float32]:
    """The values rounded to a power of two near the step, which leaves little to compress."""
    unit = np.float32(2.0 ** np.round(np.log2(step)))
    return np.asarray(np.round(values / unit) * unit, dtype=np.float32)


if __name__ == "__main__":
    main()

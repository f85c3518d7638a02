"""Compare the pose models on videos: processor time, steadiness, how often somebody is found.

    python tests/benchmarks/pose_models.py VIDEO... [--models lite,full,heavy] [--people 1]

Processor time is that of the whole process in one call of `estimate`, decoding not counted.
Unsteadiness is the noise of nose, ears and shoulders from frame to frame, in percent of the
shoulder width: the median length of the second difference of their positions, divided by sqrt(6),
which is what white noise of that size would give. Movement adds to it, equally for every model.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam.landmarks import Landmark
from posture_cam.pose import PoseEstimator
from posture_cam.types import Frame

STEADY = [
    Landmark.NOSE,
    Landmark.LEFT_EAR,
    Landmark.RIGHT_EAR,
    Landmark.LEFT_SHOULDER,
    Landmark.RIGHT_SHOULDER,
]
SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]


def read_frames(path: Path, limit: int) -> list[Frame]:
    """The first frames of a video, with their own times."""
    capture = cv2.VideoCapture(str(path))
    frames: list[Frame] = []
    while len(frames) < limit:
        read, image = capture.read()
        if not read:
            break
        time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        frames.append(Frame(len(frames), time_s, image.astype(np.uint8)))
    return frames


def measure(model: str, people: int, frames: list[Frame]) -> tuple[float, float, float]:
    """Milliseconds of processor time per frame, unsteadiness in percent, share of frames found."""
    milliseconds = []
    points = []
    with PoseEstimator(model, people=people) as estimator:
        for frame in frames:
            before = time.process_time()
            person = max(estimator.estimate(frame), key=lambda pose: float(pose.visibility.sum()))
            milliseconds.append((time.process_time() - before) * 1000)
            points.append(person.landmarks[:, :2])
    places: NDArray[np.float32] = np.array(points)
    width = np.linalg.norm(places[:, SHOULDERS[0]] - places[:, SHOULDERS[1]], axis=-1)
    second = np.linalg.norm(np.diff(places[:, STEADY], n=2, axis=0), axis=-1)
    unsteadiness = 100 * float(np.nanmedian(second)) / float(np.nanmedian(width)) / np.sqrt(6)
    return float(np.median(milliseconds)), unsteadiness, float(np.isfinite(width).mean())


@click.command()
@click.argument("videos", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--models", default="lite,full", show_default=True)
@click.option("--people", default=1, show_default=True)
@click.option("--frames", "limit", default=300, show_default=True, help="At most, per video.")
def main(videos: tuple[Path, ...], models: str, people: int, limit: int) -> None:
    """Print one row per video and model."""
    click.echo(
        f"{'video':32} {'model':6} {'people':>6} {'ms':>6} {'unsteady %':>10} {'found %':>8}"
    )
    for video in videos:
        frames = read_frames(video, limit)
        for model in models.split(","):
            spent, unsteadiness, found = measure(model, people, frames)
            click.echo(
                f"{video.name[:32]:32} {model:6} {people:6d} {spent:6.1f} {unsteadiness:10.2f}"
                f" {100 * found:8.1f}"
            )


if __name__ == "__main__":
    main()

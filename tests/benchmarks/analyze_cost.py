"""What `posture-cam analyze` costs beyond the pose model: processor time per analysed frame.

    python tests/benchmarks/analyze_cost.py [VIDEO] [--rounds 5] [--set pose.people=1]

In one run and in turns, so that whatever else the machine does hits all alike:

- analyze: the whole of it in one process, from opening the video to the written folder;
- bare MediaPipe: a PoseLandmarker with the same model and options on the same pictures, already
  decoded and in RGB order;
- decoding: reading the video as analyze does, the part that grows with the video's own frame rate;
- engine: what is done with each pose, from angles to events, against a posture calibrated on the
  first seconds or found by itself; without silhouettes and with them.

The first two load the model once per round. The ratio of their smallest times of all rounds is to
be at most 1.25, and the engine without silhouettes is to take at most 1 ms a frame.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
from numpy.typing import NDArray

from posture_cam import network_guard
from posture_cam.analyze import Job, analyze
from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.config_file import load_settings
from posture_cam.engine import PostureEngine
from posture_cam.models import load_networks, read_model
from posture_cam.native_log import hidden_native_log
from posture_cam.results import identify
from posture_cam.sources import open_source
from posture_cam.tuning.clips import find_clips
from posture_cam.types import Pose

SAMPLES = Path(__file__).parents[2] / "sample_videos"
LIMIT = 1.25
ENGINE_LIMIT_MS = 1.0
CALIBRATED_S = 8.0

Picture = NDArray[np.uint8]


@click.command()
@click.argument("video", type=click.Path(path_type=Path), default=SAMPLES / "front_low.mp4")
@click.option("--rounds", default=5, show_default=True)
@click.option("--set", "assignments", multiple=True, metavar="SECTION.KEY=VALUE")
def main(video: Path, rounds: int, assignments: tuple[str, ...]) -> None:
    """Print processor time per frame of analyze and of bare MediaPipe, and their ratio."""
    settings = load_settings(None, assignments, environment={})
    frames = decoded(video, settings)
    height, width = frames[0][1].shape[:2]
    print(
        f"{video.name}: {len(frames)} frames of {width}x{height}, model {settings.pose.model},"
        f" people {settings.pose.people}"
    )
    works: dict[str, Callable[[], object]] = {
        "bare MediaPipe": lambda: run_bare(frames, settings),
        "analyze": lambda: analyze_and_forget(video, settings),
        "decoding": lambda: decoded(video, settings),
        **engine_works(recorded_poses(video, settings), settings),
    }
    for work in works.values():
        work()  # imports and caches are paid for once, not per frame
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            seconds[name].append(processor_time(work))
    best = {name: min(values) for name, values in seconds.items()}
    for name, value in best.items():
        print(f"{name:42} {1000 * value / len(frames):6.2f} ms of processor time a frame")
    ratio = best["analyze"] / best["bare MediaPipe"]
    print(f"analyze / bare MediaPipe: {ratio:.2f} (asked: at most {LIMIT})")
    print(f"asked of the engine without silhouettes: at most {ENGINE_LIMIT_MS} ms a frame")


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of processor time, all threads together, that `work` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def decoded(video: Path, settings: Settings) -> list[tuple[float, Picture]]:
    """The frames that analyze looks at: (time, RGB picture)."""
    with open_source(str(video.absolute()), rate_hz=settings.analyze.rate_hz) as source:
        return [(frame.time_s, rgb(frame.image)) for frame in source]


def recorded_poses(video: Path, settings: Settings) -> Sequence[Pose]:
    """The person's poses as analyze records them."""
    with tempfile.TemporaryDirectory() as output:
        run_analyze(video, settings, Path(output))
        return find_clips([Path(output)])[0].poses


def engine_works(poses: Sequence[Pose], settings: Settings) -> dict[str, Callable[[], object]]:
    """The engine on the same poses, with and without silhouettes and calibration."""
    networks = load_networks()
    works: dict[str, Callable[[], object]] = {}
    for silhouettes in (False, True):
        seen = [pose if silhouettes else replace(pose, figure=None) for pose in poses]
        first = [pose for pose in seen if pose.time_s < seen[0].time_s + CALIBRATED_S]
        calibrated = make_baseline(first, settings)
        for name, baseline in (("calibrated", calibrated), ("uncalibrated", None)):
            shapes = "with" if silhouettes else "without"

            def work(seen: Sequence[Pose] = seen, baseline: Baseline | None = baseline) -> None:
                engine = PostureEngine(settings, networks, baseline)
                for pose in seen:
                    engine.update(pose)

            works[f"engine, {name}, {shapes} silhouettes"] = work
    return works


def rgb(bgr: Picture) -> Picture:
    """The same picture in the other order of colours."""
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def analyze_and_forget(video: Path, settings: Settings) -> None:
    """Analyse the video into a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as output:
        run_analyze(video, settings, Path(output))


def run_analyze(video: Path, settings: Settings, output: Path) -> None:
    """Analyse the video into a folder of its name in `output`."""
    job = Job(video, output / video.stem, settings)
    analyze(job, identify(video, settings, None), lambda _time, _length: None)


def run_bare(frames: list[tuple[float, Picture]], settings: Settings) -> None:
    """Let MediaPipe find people in the frames, and do nothing with them."""
    network_guard.enable()
    with hidden_native_log():
        import mediapipe as mp
        from mediapipe.tasks.python import vision

        options = vision.PoseLandmarkerOptions(
            base_options=mp.tasks.BaseOptions(model_asset_buffer=read_model(settings.pose.model)),
            running_mode=vision.RunningMode.VIDEO,
            num_poses=settings.pose.people,
            min_pose_detection_confidence=settings.pose.min_confidence,
            min_pose_presence_confidence=settings.pose.min_confidence,
            min_tracking_confidence=settings.pose.min_confidence,
        )
        with vision.PoseLandmarker.create_from_options(options) as landmarker:
            for time_s, picture in frames:
                image: Any = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
                landmarker.detect_for_video(image, round(1000 * time_s))


if __name__ == "__main__":
    main()

"""Rendered test people and their recorded poses, kept between runs outside the repository."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import platformdirs
from accuracy_clip_kinds import TestClip
from accuracy_clips import groups_of
from rich.progress import track

from posture_cam.cli import posture_cam
from posture_cam.tuning.clips import RecordedClip, find_clips

GENERATOR = Path(__file__).resolve().parents[2] / "sample_videos"
SAMPLE_CLIPS_ONLY = ("clips.py", "render.py")
"""Sources of the generator that do not change what a test person looks like."""
ELSEWHERE_ONLY = ("any_camera.py", "another_day.py")
"""Those that only shape pictures of other cameras and other days."""
DRESSED_ONLY = ("wardrobe.py", "dressed_session.py", "dressed_renderer.py")
"""Those that only shape people in MakeHuman's clothes."""
SAMPLES = 0
"""Smoothing of edges while rendering: none, at half the cost. The video's coding softens them."""

Job = tuple[TestClip, int, Path]


def default_cache() -> Path:
    """Where everything stays unless told otherwise."""
    return Path(platformdirs.user_cache_dir("posture_cam", appauthor=False)) / "accuracy"


def rendering_id(clip: TestClip, rate_hz: int) -> str:
    """A name that changes with the clip and with every source that shapes its pictures."""
    digest = hashlib.sha256(repr((clip, rate_hz, SAMPLES)).encode())
    for source in sorted(GENERATOR.glob("*.py")):
        if source.name not in (*SAMPLE_CLIPS_ONLY, *ELSEWHERE_ONLY, *DRESSED_ONLY):
            digest.update(source.read_bytes())
    for source in clip.own_sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def video_of(clip: TestClip, rate_hz: int, cache: Path) -> Path:
    """Where the clip's video is, or will be; its truth lies beside it."""
    return cache / "videos" / rendering_id(clip, rate_hz) / f"{clip.name}.mp4"


def render(clips: Sequence[tuple[TestClip, int]], cache: Path, jobs: int) -> list[Path]:
    """The videos of clips at their rates; `jobs` processes render those that are missing."""
    videos = [video_of(clip, rate_hz, cache) for clip, rate_hz in clips]
    missing = [
        (clip, rate, video)
        for (clip, rate), video in zip(clips, videos, strict=True)
        if not video.is_file()
    ]
    if missing:
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            for _ in track(pool.map(_render, missing), "Rendering", total=len(missing)):
                pass
    return videos


def groups(clip: TestClip, video: Path) -> dict[str, str]:
    """What the clip is grouped by; worked out once and kept beside its video."""
    kept = video.with_suffix(".groups.json")
    if not kept.is_file():
        kept.write_text(json.dumps(groups_of(clip)), encoding="utf-8")
    found: dict[str, str] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _render(job: Job) -> None:
    from sample_videos.render import render_clip

    clip, rate_hz, video = job
    unfinished = video.parent.with_suffix(".unfinished")
    unfinished.mkdir(parents=True, exist_ok=True)
    render_clip(clip, unfinished, rate_hz, SAMPLES)
    unfinished.rename(video.parent)


def analyse(videos: Sequence[Path], results: Path, jobs: int) -> list[RecordedClip]:
    """The recorded poses of the videos, by `posture-cam analyze`; what is done stays done."""
    if not videos:
        return []
    posture_cam.main(
        ["analyze", *map(str, videos), "-o", str(results), "--jobs", str(jobs)],
        prog_name="posture-cam",
        standalone_mode=False,
    )
    clips = {clip.video: clip for clip in find_clips([results])}
    return [clips[video.absolute()] for video in videos]

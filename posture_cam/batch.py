"""Many videos, one after the other or several at once; one that fails does not stop the others.

With several workers each is a spawned process with a pose model of its own, and every video starts
with a fresh one anyway, so the results do not depend on how many there are.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty
from typing import Any, Protocol

from posture_cam.analyze import Job, analyze
from posture_cam.config import Settings
from posture_cam.errors import PostureCamError, RecordingError, SourceError
from posture_cam.native_log import log_at
from posture_cam.profiles import candidates_at, load_profile, load_profiles
from posture_cam.recording_date import recorded_at
from posture_cam.result_folders import assign_folders
from posture_cam.results import identify, is_done, read_document
from posture_cam.sources import absolute, find_videos
from posture_cam.summary_text import summary_lines

log = logging.getLogger(__name__)

TELL_EVERY_S = 0.2
"""How often the work tells how far it is."""
POLL_S = 0.1
"""How soon a Ctrl-C is noticed while workers are busy."""


class StopFlag(Protocol):
    """Says whether to stop: an event of threading or multiprocessing, or a StopSignal."""

    def is_set(self) -> bool:
        """Whether to stop."""


class Stopped(Exception):
    """Raised inside the work on a video to end it; nothing of the unfinished video stays."""


Progress = Callable[[Path, float, float], None]
"""Told (video, time reached, length of the video), in seconds of the video, NaN when unknown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one job.

    document: contents of summary.json, None when the job failed. lines: the human summary.
    skipped: the results were there already. error: why the job failed.
    """

    job: Job
    document: dict[str, Any] | None = None
    lines: tuple[str, ...] = ()
    skipped: bool = False
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list of paths comes to. problems: folders and wildcards that hold no video."""

    jobs: tuple[Job, ...]
    problems: tuple[PostureCamError, ...]


def plan(
    paths: Iterable[str],
    output: Path,
    settings: Settings,
    *,
    profile: str | None = None,
    choose_profile: bool = True,
    annotate: bool = False,
    overwrite: bool = False,
) -> Plan:
    """Find the videos and give each a folder under `output`, which is created if need be.

    profile: the name of a stored one. choose_profile: without a name, use one that fits.

    Raises RecordingError when `output` cannot be a folder, CalibrationError for a bad profile.
    """
    named = load_profile(profile, settings) if profile is not None else None
    stored = load_profiles(settings) if profile is None and choose_profile else ()
    videos: dict[str, Path] = {}
    problems: list[PostureCamError] = []
    for path in paths:
        try:
            for video in find_videos([path]):
                videos.setdefault(absolute(video), video)
        except PostureCamError as error:
            problems.append(error)
        except OSError as error:
            problems.append(SourceError(f"{path} cannot be read ({error.strerror})."))
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RecordingError(
            f"The results cannot be written to {output} ({error.strerror}); choose another folder"
            " with -o."
        ) from error
    folders = assign_folders(videos.values(), output)
    jobs = []
    for video, folder in zip(videos.values(), folders, strict=True):
        moment = recorded_at(str(video.absolute()))
        baseline = named.baseline_at(moment, settings) if named else None
        candidates = candidates_at(moment, stored, settings)
        jobs.append(
            Job(video, folder, settings, baseline, profile or "", candidates, annotate, overwrite)
        )
    return Plan(tuple(jobs), tuple(problems))


def run_batch(
    jobs: Sequence[Job], workers: int, progress: Progress, stop: StopFlag
) -> Iterator[Outcome]:
    """The outcome of each job as soon as it is known, which may be out of order.

    Raises Stopped when `stop` was set.
    """
    if min(workers, len(jobs)) <= 1:
        for job in jobs:
            yield run_job(job, _throttled(job, progress, stop))
    else:
        yield from _run_in_processes(jobs, workers, progress, stop)


def run_job(job: Job, watch: Callable[[float, float], None]) -> Outcome:
    """Do one job and catch whatever goes wrong with it; only Stopped comes through."""
    try:
        known = [candidate.baseline for candidate in job.candidates]
        identity = identify(
            job.video, job.settings, job.baseline, known, heed=lambda: watch(0.0, math.nan)
        )
        if not job.overwrite and is_done(job.folder, identity, job.annotate):
            return Outcome(job, read_document(job.folder), skipped=True)
        result = analyze(job, identity, watch)
    except (PostureCamError, OSError) as error:
        return Outcome(job, error=error)
    except Stopped:
        raise
    except Exception as error:  # not foreseen, but no reason to leave the other videos undone
        log.debug("Analysing %s failed", job.video, exc_info=True)
        return Outcome(job, error=_unforeseen(job.video, error))
    lines = summary_lines(result.facts, result.summary, str(result.folder))
    job = replace(job, folder=result.folder)
    return Outcome(job, result.document, tuple(lines))


def _unforeseen(video: Path, error: Exception) -> RecordingError:
    return RecordingError(
        f"{video} could not be analysed ({type(error).__name__}: {error}); run it again with -vv"
        " for details, and report this."
    )


def _throttled(job: Job, progress: Progress, stop: StopFlag) -> Callable[[float, float], None]:
    """What the analysis calls for every frame: seldom tells, always heeds the stop."""
    told_at = -math.inf

    def watch(time_s: float, length_s: float) -> None:
        nonlocal told_at
        if stop.is_set():
            raise Stopped
        now = time.monotonic()
        if now - told_at >= TELL_EVERY_S:
            told_at = now
            progress(job.video, time_s, length_s)

    return watch


def _run_in_processes(
    jobs: Sequence[Job], workers: int, progress: Progress, stop: StopFlag
) -> Iterator[Outcome]:
    waiting = dict(enumerate(jobs))
    while waiting:
        for number, outcome in _round(waiting, workers, progress, stop):
            del waiting[number]
            yield outcome
        if waiting and workers == 1:
            # A single worker takes jobs in order, so it died of the first one that is left.
            number = min(waiting)
            yield Outcome(waiting.pop(number), error=_crash())
        workers = 1


def _round(
    jobs: dict[int, Job], workers: int, progress: Progress, stop: StopFlag
) -> Iterator[tuple[int, Outcome]]:
    """Outcomes until all jobs are done or a worker died, as a damaged video can make it."""
    context = multiprocessing.get_context("spawn")
    news, halt = context.Queue(), context.Event()
    level = logging.getLogger().level
    pool = ProcessPoolExecutor(min(workers, len(jobs)), context, _start_worker, (news, halt, level))
    try:
        running: dict[Future[Outcome], int] = {
            pool.submit(_work, number, job): number for number, job in jobs.items()
        }
        while running:
            done, _ = wait(running, timeout=POLL_S, return_when=FIRST_COMPLETED)
            with suppress(Empty):
                while True:
                    number, time_s, length_s = news.get_nowait()
                    if number in jobs:  # news may come after the outcome
                        progress(jobs[number].video, time_s, length_s)
            if stop.is_set():
                raise Stopped
            died = False
            for future in done:
                number = running.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    died = True
                else:
                    yield number, future.result()
            if died:
                return
    finally:
        halt.set()
        pool.shutdown(wait=True, cancel_futures=True)
        news.close()


_worker_news: Any = None
_worker_halt: StopFlag = threading.Event()


def _start_worker(news: Any, halt: StopFlag, log_level: int) -> None:
    """Set a new process up. Ctrl-C reaches every process, but the first one decides."""
    global _worker_news, _worker_halt
    _worker_news, _worker_halt = news, halt
    log_at(log_level)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(number: int, job: Job) -> Outcome:
    def tell(_: Path, time_s: float, length_s: float) -> None:
        _worker_news.put((number, time_s, length_s))

    return run_job(job, _throttled(job, tell, _worker_halt))


def _crash() -> PostureCamError:
    return PostureCamError(
        "The process that read this video died, as damaged videos or too little memory can make"
        " it; check that the video plays elsewhere, or try a smaller --jobs."
    )

"""One recorded video from pictures to a folder of results.

First the landmarks of the whole clip are recorded, then the engine runs over that recording: so the
watched person can be chosen knowing the whole clip, `tune replay` gives the very same events, and
changed settings of the engine need no second look at the pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from posture_cam.angles import tipped_deg
from posture_cam.atomic import atomic_folder
from posture_cam.baseline import LYING, LYING_DEG, Baseline
from posture_cam.config import Settings
from posture_cam.config_file import by_name
from posture_cam.crowd import Crowd
from posture_cam.errors import RecordingError
from posture_cam.picture_rate import too_seldom
from posture_cam.pose_recorder import PoseRecorder
from posture_cam.profile_choice import Candidate
from posture_cam.provenance import SHAPING, Provenance
from posture_cam.recording import Recording, load_recording
from posture_cam.replay import Replay, run_engine
from posture_cam.report import write_report
from posture_cam.result_folders import still_free
from posture_cam.results import (
    EVENTS,
    FILES,
    FRAMES,
    OF_ANOTHER_DAY,
    POSES,
    REPORT,
    THIS_CLIP,
    VIDEO,
    Facts,
    Identity,
    versions,
    write_document,
)
from posture_cam.sources import Source, open_source
from posture_cam.summary import Summary, summarise
from posture_cam.tables import write_events, write_frames
from posture_cam.types import EventKind, Pose

Watch = Callable[[float, float], None]
"""Told (time reached, length of the video), seconds, NaN if unknown; may raise to stop the work."""

FOUND, RECALLED = (True, False), (True, True)
"""Of a frame: judged against a posture of the clip in place of a profile, or beside it."""
ANEW = (EventKind.CAMERA_MOVED, EventKind.OTHER_PERSON)
"""After these another upright posture is looked for where none was calibrated."""
ANNOTATION_STARTS = 0.7
"""Share of the work on a video that is done when its annotated copy is begun."""
ENGINE_SHARE = 0.05
"""Share of the work that is the engine's,"""
REPLAY_SHARE = 0.7
"""and where the landmarks are there already."""


@dataclass(frozen=True, slots=True)
class Job:
    """One video to analyse.

    folder: where its results go. profile: name of the profile that `baseline` is from, "" if none.
    candidates: without a baseline, stored profiles of which the one that fits is used.
    annotate: also write annotated.mp4. overwrite: use nothing of earlier results.
    """

    video: Path
    folder: Path
    settings: Settings
    baseline: Baseline | None = None
    profile: str = ""
    candidates: tuple[Candidate, ...] = ()
    annotate: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What was found. folder: where that is. document: the contents of summary.json."""

    folder: Path
    facts: Facts
    summary: Summary
    document: dict[str, Any]


def analyze(job: Job, identity: Identity, watch: Watch) -> Result:
    """Analyse one video; the folder of results appears complete or not at all.

    Raises PostureCamError when the video, the model or the place for the results cannot be used,
    OSError when the disk is full.
    """
    run_engine((), job.settings, job.baseline)  # what the engine lacks is told before the long part
    earlier = None if job.overwrite else _earlier_recording(job, identity)
    engine_ends = ANNOTATION_STARTS if job.annotate else 1.0
    engine_starts = engine_ends * (1 - (ENGINE_SHARE if earlier is None else REPLAY_SHARE))
    place = job.folder

    def settle(_: Path) -> Path:
        nonlocal place
        place = still_free(job.folder, job.video)
        return place

    with atomic_folder(job.folder, replaces=FILES, settle=settle) as folder:
        recorded = record(job, identity, folder / POSES, earlier, _part(watch, 0.0, engine_starts))
        job, recording, people = recorded
        judging = _PosesTold(recording, _part(watch, engine_starts, engine_ends))
        replay = run_engine(judging, job.settings, job.baseline)
        summary = summarise(replay)
        facts = _facts(job, identity, recording, replay, people)
        write_frames(folder / FRAMES, recording.frames, replay)
        write_events(folder / EVENTS, replay.events)
        write_report(folder / REPORT, facts, replay, summary)
        if job.annotate:
            _annotate(job, folder / VIDEO, replay, _part(watch, engine_ends, 1.0))
        document = write_document(folder, facts, summary)
    return Result(place, facts, summary, document)


def record(
    job: Job, identity: Identity, path: Path, earlier: Recording | None, watch: Watch
) -> tuple[Job, Recording, int]:
    """Write poses.npz, from an `earlier` recording of the same pictures where there is one.

    Who is watched and which profile fits is decided at the end, knowing the whole clip. Returns the
    job with that profile, the recording and how many people were seen. Raises RecordingError when
    the person asked for is not there.
    """
    crowd = Crowd()
    with PoseRecorder() as recorder:
        if earlier is not None:
            for frame in earlier:
                watch(frame.pose.time_s, _length_s(earlier))
                recorder.append(frame.frame, frame.people)
                crowd.update(frame.people)
            source, problem = earlier.provenance.source, earlier.provenance.problem
        else:
            with _open(job) as video:
                estimate_poses(video, recorder, crowd, job.settings, watch)
                source, problem = video.info, video.problem
        watched = crowd.choose(job.baseline, job.settings, job.candidates)
        if watched.profile is not None:
            fitting = watched.profile
            job = replace(job, baseline=fitting.baseline, profile=fitting.name)
        provenance = Provenance(
            source=source,
            file_size=job.video.stat().st_size,
            file_sha256=identity.video_sha256,
            model_sha256=identity.model_sha256,
            versions=versions(),
            settings=job.settings.model_dump(mode="json"),
            baseline=job.baseline.to_dict() if job.baseline else None,
            problem=problem,
        )
        return job, recorder.save(path, provenance, watched.chosen), watched.people


def estimate_poses(
    video: Source, recorder: PoseRecorder, crowd: Crowd, settings: Settings, watch: Watch
) -> None:
    """The loop over the pictures: find people, follow them, record."""
    from posture_cam.pose import PoseEstimator

    pose = settings.pose
    with PoseEstimator(pose.model, pose.people, pose.min_confidence) as estimator:
        for frame in video:
            watch(frame.time_s, video.info.duration_s)
            people = estimator.estimate(frame)
            recorder.append(frame.index, people)
            crowd.update(people)


def _earlier_recording(job: Job, identity: Identity) -> Recording | None:
    """Poses in the folder of results that looking at the pictures again would give again."""
    with suppress(RecordingError):
        recording = load_recording(job.folder / POSES)
        origin = recording.provenance
        then, now = by_name(origin.settings), by_name(job.settings.model_dump(mode="json"))
        same_input = (
            origin.file_sha256 == identity.video_sha256
            and origin.model_sha256 == identity.model_sha256
            and origin.versions == versions()
        )
        if same_input and all(then.get(name) == now[name] for name in SHAPING):
            return recording
    return None


def _annotate(job: Job, path: Path, replay: Replay, watch: Watch) -> None:
    from posture_cam.annotate import write_annotated

    with _open(job) as video:
        write_annotated(path, video, replay, watch)


def _part(watch: Watch, start: float, end: float) -> Watch:
    """Tells one pass over the video as a part, from `start` to `end` in 0..1, of all the work."""

    def watch_part(time_s: float, length_s: float) -> None:
        done_s = start * length_s + (end - start) * time_s
        watch(done_s if length_s > 0 else time_s, length_s)

    return watch_part


def _open(job: Job) -> Source:
    # An absolute path cannot be taken for a camera's number or an address.
    return open_source(str(job.video.absolute()), rate_hz=job.settings.analyze.rate_hz)


def _length_s(recording: Recording) -> float:
    """Time of the last frame, NaN without any."""
    return float(recording.times[-1]) if len(recording) else math.nan


class _PosesTold:
    """The watched person's poses; tells how far they have been read, which may stop the work.

    It is read once more where hindsight judges by another posture, which stays at the end.
    """

    def __init__(self, recording: Recording, watch: Watch) -> None:
        self._recording = recording
        self._watch = watch
        self._reached_s = 0.0

    def __iter__(self) -> Iterator[Pose]:
        length_s = _length_s(self._recording)
        for pose in self._recording.poses():
            self._reached_s = max(self._reached_s, pose.time_s)
            self._watch(self._reached_s, length_s)
            yield pose


def _facts(
    job: Job, identity: Identity, recording: Recording, replay: Replay, people: int
) -> Facts:
    return Facts(
        video=job.video,
        info=recording.provenance.source,
        identity=identity,
        settings=job.settings,
        baseline_source=_baseline_source(job, replay),
        baseline=replay.baseline,
        problem=recording.provenance.problem or too_seldom(replay.times.tolist()) or _lying(replay),
        frames=len(recording),
        people=people,
    )


def _lying(replay: Replay) -> str | None:
    """That the pictures lie on their side, where that is why nothing could be judged."""
    tipped = [tipped_deg(pose) for pose in replay.poses if pose.present]
    if replay.baseline is not None or not tipped or np.median(tipped) <= LYING_DEG:
        return None
    return f"{LYING}; turn the video."


def _baseline_source(job: Job, replay: Replay) -> str:
    """Where the upright posture of the verdicts is from."""
    if replay.baseline is None:
        return ""
    judged = [step.assessment.slouched is not None for step in replay.steps]
    kinds = set(compress(zip(replay.stand_ins, replay.recalls, strict=True), judged))
    if job.baseline is None:
        changed = any(event.kind in ANEW for event in replay.events)
        return f"{THIS_CLIP} and anew after each change" if changed else THIS_CLIP
    if kinds == {FOUND}:
        return f"{THIS_CLIP} since profile {job.profile} never held"
    main = f"profile {job.profile}"
    if job.baseline.of_another_day:
        main += f" {OF_ANOTHER_DAY}"
    if RECALLED in kinds:
        main = f"{THIS_CLIP} and {main}"
    return main + (f" and, while the camera stood elsewhere, {THIS_CLIP}" if FOUND in kinds else "")

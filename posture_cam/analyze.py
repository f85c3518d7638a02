"""One recorded video from pictures to a folder of results.

First the landmarks of the whole clip are recorded, then the engine runs over that recording: so the
watched person can be chosen knowing the whole clip, `tune replay` gives the very same events, and
changed settings of the engine need no second look at the pictures.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
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
from posture_cam.errors import RecordingError
from posture_cam.person_choice import choose_in_clip, people_of_clip
from posture_cam.pose_recorder import PoseRecorder
from posture_cam.profile_choice import Candidate, ProfileChooser
from posture_cam.provenance import Provenance
from posture_cam.recording import Recording, load_recording
from posture_cam.replay import Replay, run_engine
from posture_cam.report import write_report
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
from posture_cam.tracks import Tracker
from posture_cam.types import Pose

Watch = Callable[[float, float], None]
"""Told (time reached, length of the video), seconds, NaN if unknown; may raise to stop the work."""

BEGINNING_S, EVERY_S = 120.0, 0.05
"""Seconds at the beginning of a clip in which a stored profile is looked for, and least time from
one of the frames that are kept for it to the next."""
SHAPING = (
    ("pose", "model"),
    ("pose", "people"),
    ("pose", "min_confidence"),
    ("analyze", "rate_hz"),
)
"""Settings that shape the recorded landmarks; all others only judge them."""
FOUND, RECALLED = (True, False), (True, True)
"""Of a frame: judged against a posture of the clip in place of a profile, or beside it."""
ANNOTATION_STARTS = 0.7
"""Share of the work on a video that is done when its annotated copy is begun."""


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
    """What was found; `document` is the contents of summary.json."""

    facts: Facts
    summary: Summary
    document: dict[str, Any]


def analyze(job: Job, identity: Identity, watch: Watch) -> Result:
    """Analyse one video; the folder of results appears complete or not at all.

    Raises PostureCamError when the video, the model or the place for the results cannot be used,
    OSError when the disk is full.
    """
    run_engine((), job.settings, job.baseline)  # what the engine lacks is told before the long part
    poses_end = ANNOTATION_STARTS if job.annotate else 1.0
    with atomic_folder(job.folder, replaces=FILES) as folder:
        recorded = record(job, identity, folder / POSES, _part(watch, 0.0, poses_end))
        job, recording, people = recorded
        replay = run_engine(recording.poses(), job.settings, job.baseline)
        summary = summarise(replay)
        facts = _facts(job, identity, recording, replay, people)
        write_frames(folder / FRAMES, recording.frames, replay)
        write_events(folder / EVENTS, replay.events)
        write_report(folder / REPORT, facts, replay, summary)
        if job.annotate:
            _annotate(job, folder / VIDEO, replay, _part(watch, poses_end, 1.0))
        return Result(facts, summary, write_document(folder, facts, summary))


def record(job: Job, identity: Identity, path: Path, watch: Watch) -> tuple[Job, Recording, int]:
    """Write poses.npz, from an earlier recording of the same pictures where there is one.

    Who is watched and which profile fits is decided at the end, knowing the whole clip. Returns the
    job with that profile, the recording and how many people were seen. Raises RecordingError when
    the person asked for is not there.
    """
    earlier = None if job.overwrite else _earlier_recording(job, identity)
    crowd = Crowd()
    with PoseRecorder() as recorder:
        if earlier is not None:
            for frame in earlier:
                recorder.append(frame.frame, frame.people)
                crowd.update(frame.people)
            source, problem = earlier.provenance.source, earlier.provenance.problem
        else:
            with _open(job) as video:
                estimate_poses(video, recorder, crowd, job.settings, watch)
                source, problem = video.info, video.problem
        chosen, people = crowd.choose(job.baseline, job.settings.analyze.person)
        fitting = crowd.profile(job.candidates, chosen) if job.baseline is None else None
        if fitting is not None:
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
        return job, recorder.save(path, provenance, chosen), people


class Crowd:
    """Follows everybody in a clip, and says at its end who is watched."""

    def __init__(self) -> None:
        self._tracker = Tracker()
        self._numbers: list[tuple[int, ...]] = []
        self._beginning: list[tuple[int, tuple[Pose, ...]]] = []
        self._kept_s = -math.inf

    def update(self, people: Sequence[Pose]) -> None:
        """Take in the people of the next frame."""
        time_s = people[0].time_s if people else math.inf
        if time_s <= BEGINNING_S and time_s - self._kept_s >= EVERY_S:
            self._beginning.append((len(self._numbers), tuple(people)))
            self._kept_s = time_s
        self._numbers.append(self._tracker.update(people))

    def choose(self, baseline: Baseline | None, wanted: int) -> tuple[list[int], int]:
        """Index of the watched person in every frame, and how many people there were.

        wanted: 1 for the most prominent, 2 for the next; 0 chooses. Raises RecordingError when
        there are fewer.
        """
        everybody = people_of_clip(self._tracker.tracks, baseline if wanted == 0 else None)
        if wanted > max(len(everybody), 1):
            raise RecordingError(
                f"Person {wanted} was asked for, and {len(everybody)} could be told apart in the"
                " video; ask for a smaller --person, or leave it out."
            )
        somebody = everybody[max(wanted, 1) - 1] if everybody else None
        return choose_in_clip(self._numbers, somebody), len(everybody)

    def profile(self, candidates: Sequence[Candidate], chosen: Sequence[int]) -> Candidate | None:
        """The stored profile that fits the beginning of the watched person, None if none does.

        Only one whose background is recognised: a recording may show anybody anywhere.
        """
        chooser = ProfileChooser(candidates, place_needed=True)
        for frame, people in self._beginning:
            if chosen[frame] >= 0:
                chooser.update(people[chosen[frame]])
            if chooser.chosen is not None:
                break
        return chooser.chosen


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
        origin, settings = recording.provenance, job.settings.model_dump(mode="json")
        same_input = (
            origin.file_sha256 == identity.video_sha256
            and origin.model_sha256 == identity.model_sha256
            and origin.versions == versions()
        )
        if same_input and all(
            origin.settings.get(section, {}).get(key) == settings[section][key]
            for section, key in SHAPING
        ):
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
        problem=recording.provenance.problem or _lying(replay),
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
    if job.baseline is None or kinds == {FOUND}:
        return THIS_CLIP
    main = f"profile {job.profile}"
    if job.baseline.of_another_day:
        main += f" {OF_ANOTHER_DAY}"
    if RECALLED in kinds:
        main = f"{THIS_CLIP} and {main}"
    return main + (f" and, while the camera stood elsewhere, {THIS_CLIP}" if FOUND in kinds else "")

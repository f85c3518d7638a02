"""Recorded clips: finding them, their labels, and running the engine over them again."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import Settings
from posture_cam.config_file import load_settings
from posture_cam.errors import CalibrationError, ConfigError, RecordingError
from posture_cam.provenance import SHAPING
from posture_cam.recording import Recording, load_recording
from posture_cam.replay import Replay, run_as_live, run_engine
from posture_cam.results import EVENTS, FILES, FRAMES, POSES
from posture_cam.tables import event_row, frame_row
from posture_cam.types import Pose

Watch = Callable[[Sequence[Any]], Iterable[Any]]
"""Called with all items of a long work; gives them back one by one."""
LABEL_SUFFIXES = (".truth.csv", ".csv")
"""How a label file's name goes on after the video's stem, the preferred one first."""

FIXED_BY_RECORDING = (*SHAPING, "analyze.person", "calibration.holds_h", "profile")
"""Settings that had their effect when the landmarks were found, and person and profile were chosen;
a replay cannot change them."""


class Likeness(StrEnum):
    """A replay with the recorded settings against the run's own events.csv and frames.csv."""

    IDENTICAL = "identical"
    SAME_EVENTS = "same events, other figures"
    DIFFERENT = "other events"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RecordedClip:
    """The recorded poses of one analysed video.

    recording: as loaded. folder: where it lies, with the run's events.csv and frames.csv.
    """

    recording: Recording
    folder: Path

    @property
    def name(self) -> str:
        """Name of the folder of results, or of the file when it is not called poses.npz."""
        path = self.recording.path
        return self.folder.name if path.name == POSES else path.stem

    @property
    def video(self) -> Path | None:
        """The source video, which need not exist any more."""
        path = self.recording.provenance.source.spec
        return Path(path) if path else None

    @cached_property
    def settings(self) -> Settings:
        """The settings of the original run."""
        try:
            return Settings.model_validate(self.recording.provenance.settings)
        except ValueError as error:
            raise RecordingError(
                f"The settings recorded in {self.recording.path} are not understood by this"
                " version; analyse the video again."
            ) from error

    @cached_property
    def poses(self) -> tuple[Pose, ...]:
        """The watched person in every frame."""
        return tuple(self.recording.poses())

    @property
    def baseline(self) -> Baseline | None:
        """The calibrated profile that the run used; None when it found its own upright."""
        values = self.recording.provenance.baseline
        if values is None:
            return None
        try:
            return Baseline.from_dict(values, self.settings.pose.min_visibility)
        except CalibrationError as error:
            raise RecordingError(
                f"The profile recorded in {self.recording.path} is damaged; analyse the video"
                " again."
            ) from error

    def replay(self, settings: Settings | None = None) -> Replay:
        """Run the engine again, by default exactly as the run did."""
        return run_engine(self.poses, settings or self.settings, self.baseline)

    def replay_calibrated(
        self, settings: Settings, seconds: float, *, live: bool = False
    ) -> Replay:
        """Run the engine with a baseline from the first `seconds` of the clip.

        live: as `run_as_live`. Raises CalibrationError when they do not make one.
        """
        if not self.poses:
            raise CalibrationError(f"{self.name} has no frames to calibrate with.")
        end_s = self.poses[0].time_s + seconds
        first = [pose for pose in self.poses if pose.time_s < end_s]
        try:
            baseline = make_baseline(first, settings)
        except CalibrationError as error:
            raise CalibrationError(f"{self.name}: {error}") from error
        run = run_as_live if live else run_engine
        return run(self.poses, settings, baseline)

    def changed_settings(self, file: Path | None, assignments: Iterable[str]) -> Settings:
        """The run's settings with a config file and assignments on top.

        Raises ConfigError when one of them cannot be used, or had its effect before recording.
        """
        changed = load_settings(file, assignments, recorded=self.settings)
        late = [
            name
            for name in FIXED_BY_RECORDING
            if attrgetter(name)(changed) != attrgetter(name)(self.settings)
        ]
        if late:
            raise ConfigError(
                f"{', '.join(late)} cannot be changed in a replay, because it had its effect"
                " before; analyse the video again with that setting."
            )
        return changed

    def likeness(self, replay: Replay) -> Likeness:
        """How a replay compares with the tables that the run wrote."""
        files = (self.folder / EVENTS, self.folder / FRAMES)
        if not all(file.is_file() for file in files):
            return Likeness.UNKNOWN
        try:
            events, frames = (_rows(file) for file in files)
        except (UnicodeDecodeError, csv.Error):  # saved by a spreadsheet since
            return Likeness.UNKNOWN
        if events != [event_row(event) for event in replay.events]:
            return Likeness.DIFFERENT
        rows = zip(self.recording.frames, replay.poses, replay.steps, strict=True)
        same = frames == [frame_row(*row) for row in rows]
        return Likeness.IDENTICAL if same else Likeness.SAME_EVENTS

    @property
    def version(self) -> str:
        """Version of posture_cam that made the recording, "" when it does not say."""
        return self.recording.provenance.versions.get("posture_cam", "")


def find_clips(places: Sequence[Path]) -> list[RecordedClip]:
    """The recordings at the given places: files, folders of results, or folders of such folders.

    Raises RecordingError when a place has none, or one of them is damaged.
    """
    clips: dict[Path, RecordedClip] = {}
    for place in places:
        found = _recordings_at(place)
        if not found:
            raise RecordingError(
                f"{place} has no recorded poses ({POSES}); name a folder that `posture-cam analyze`"
                " wrote, or run it first."
            )
        for path in found:  # a place named twice, or with the folder that holds it, counts once
            if path.resolve() not in clips:
                clips[path.resolve()] = RecordedClip(load_recording(path), path.parent)
    return list(clips.values())


def find_labels(clip: RecordedClip, labels: Path | None = None) -> Path | None:
    """The label file of a clip, None when there is none.

    labels: a label file for this clip, or a folder of files named after the results or the video.
    By default the folder of the video is searched, then that of the results.
    Raises RecordingError when `labels` does not exist.
    """
    if labels is not None and not labels.exists():
        raise RecordingError(f"The labels {labels} do not exist; check the path.")
    if labels is not None and labels.is_file():
        return labels
    stem = clip.video.stem if clip.video else clip.name
    if labels:
        places = [labels / clip.name, labels / stem]
    else:
        folders = [clip.video.parent] if clip.video else []
        places = [folder / stem for folder in (*folders, clip.folder)]
    candidates = [
        place.with_name(f"{place.name}{suffix}") for suffix in LABEL_SUFFIXES for place in places
    ]
    own = {clip.folder / name for name in FILES}  # a video may be called "frames"
    return next((path for path in candidates if path.is_file() and path not in own), None)


def _recordings_at(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    if (place / POSES).is_file():
        return [place / POSES]
    # A hidden folder is the unfinished work of a run.
    return sorted(path for path in place.glob(f"*/{POSES}") if path.parent.name[0] != ".")


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]

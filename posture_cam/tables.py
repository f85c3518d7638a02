"""The spreadsheets of a run: frames.csv and events.csv (docs/formats.md describes every column).

UTF-8, comma, dot and line feed whatever the system's language. An empty cell: not measurable.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path

from posture_cam.observation import posture_of
from posture_cam.replay import Replay
from posture_cam.types import (
    ANGLE_COLUMNS,
    ANGLE_NAMES,
    FURTHER_ANGLE_COLUMNS,
    Event,
    Pose,
    Step,
    Strain,
)

PROMISED_COLUMNS = (
    "frame", "time_s", "view", "confidence", *ANGLE_COLUMNS, "slouch_score", "slouched",
)  # fmt: skip
"""The first columns of frames.csv, in this order, in every version."""

EVENT_COLUMNS = ("kind", "start_s", "end_s", "peak", "mean", "message")

FURTHER_ANGLES = ("view_deg", *FURTHER_ANGLE_COLUMNS)
"""Angles beyond the promised ones; they follow behind, so that a new one moves no column."""

STRAIN_COLUMNS = tuple(field.name for field in fields(Strain))

FURTHER_COLUMNS = (
    "posture",
    *FURTHER_ANGLES,
    *(f"{name}_sd" for name in ANGLE_NAMES),
    "verdict_confidence",
    "brightness",
    *STRAIN_COLUMNS,
)


def write_frames(path: Path, frames: Sequence[int], replay: Replay) -> None:
    """Write frames.csv. frames: number in the video of each step, counted from 0."""
    rows = zip(frames, replay.poses, replay.steps, strict=True)
    _write(path, (*PROMISED_COLUMNS, *FURTHER_COLUMNS), (frame_row(*row) for row in rows))


def write_events(path: Path, events: Iterable[Event]) -> None:
    """Write events.csv."""
    _write(path, EVENT_COLUMNS, (event_row(event) for event in events))


def frame_row(frame: int, pose: Pose, step: Step) -> list[str]:
    """The cells of one frame, in the order of the columns."""
    angles, verdict, strain = step.angles, step.assessment, step.strain
    return [
        str(frame),
        number(step.time_s, 3),
        angles.view.value,
        number(angles.confidence, 3),
        *(number(getattr(angles, name), 2) for name in ANGLE_COLUMNS),
        number(verdict.slouch_score, 3),
        "" if verdict.slouched is None else str(int(verdict.slouched)),
        posture_of(pose, step).value,
        *(number(getattr(angles, name), 2) for name in FURTHER_ANGLES),
        *(number(angles.sd.get(name, math.nan), 2) for name in ANGLE_NAMES),
        number(verdict.confidence, 3),
        number(pose.brightness, 3),
        *(number(getattr(strain, name), 3) for name in STRAIN_COLUMNS),
    ]


def event_row(event: Event) -> list[str]:
    """The cells of one event."""
    return [
        event.kind.value,
        number(event.start_s, 3),
        number(event.end_s, 3),
        number(event.peak, 2),
        number(event.mean, 2),
        event.message,
    ]


def number(value: float, decimals: int) -> str:
    """A number with so many decimals, empty when it is not one; never "-0.00"."""
    if not math.isfinite(value):
        return ""
    # Adding zero turns a rounded -0.0 into 0.0.
    return f"{round(value, decimals) + 0.0:.{decimals}f}"


def _write(path: Path, columns: Sequence[str], rows: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)

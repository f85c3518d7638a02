"""What a live run shows, and to whom: the interface of all displays, and JSON for programs."""

from __future__ import annotations

import datetime
import json
import math
import sys
from dataclasses import fields
from typing import Any, Protocol, TextIO

from posture_cam.observation import Observation, State
from posture_cam.types import ANGLE_NAMES, Angles, Event, Strain

STATE_INTERVAL_S = 1.0


class Display(Protocol):
    """Something that shows a live run. All methods but `tell` are called on the main thread."""

    def show(self, observation: Observation) -> None:
        """A frame was judged."""

    def wait(self, time_s: float, reason: str) -> None:
        """There is no picture. Called about once a second; time_s is NaN before the first one."""

    def tell(self, sentence: str, hint: bool = False) -> None:
        """Something to say to a person once, from any thread. hint: advice that may be left out."""

    def report(self, event: Event) -> None:
        """An event ended or fell due."""

    def close(self) -> None:
        """The run is over."""


class JsonLines:
    """One JSON object per line: every event, and the state once a second. See docs/live.md.

    Sentences for people go to `errors`, so that `output` carries nothing but JSON.
    """

    def __init__(self, output: TextIO | None = None, errors: TextIO | None = None) -> None:
        self._output = output or sys.stdout
        self._errors = errors or sys.stderr
        self._last_second: float = -math.inf

    def show(self, observation: Observation) -> None:
        second = math.floor(observation.step.time_s / STATE_INTERVAL_S)
        if second > self._last_second:
            self._last_second = second
            self._write(state_record(observation))

    def wait(self, time_s: float, reason: str) -> None:
        self._write(no_picture_record(time_s, reason))

    def tell(self, sentence: str, hint: bool = False) -> None:
        print(f"posture-cam: {sentence}", file=self._errors, flush=True)

    def report(self, event: Event) -> None:
        self._write(event_record(event))

    def close(self) -> None:
        self._output.flush()

    def _write(self, record: dict[str, Any]) -> None:
        stamp = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
        line = {"type": record.pop("type"), "at": stamp} | record
        print(json.dumps(nan_to_null(line), allow_nan=False), file=self._output, flush=True)


def state_record(observation: Observation) -> dict[str, Any]:
    """The fields of a `state` line, NaN where a quantity is not measurable."""
    step = observation.step
    return {
        "type": "state",
        "time_s": round(step.time_s, 3),
        "state": observation.state.value,
        "people": observation.people,
        "calibrated": observation.calibrated,
        "slouched": step.assessment.slouched,
        "slouch_score": _rounded(step.assessment.slouch_score, 3),
        "confidence": _rounded(step.assessment.confidence, 3),
        "reason": step.assessment.reason,
        "view": step.angles.view.value,
        **angle_fields(step.angles),
        **strain_fields(step.strain),
    }


def no_picture_record(time_s: float, reason: str) -> dict[str, Any]:
    """A `state` line while the source is lost: everything unknown, and why."""
    blank = dict.fromkeys((*angle_fields(Angles()), *strain_fields(Strain())), math.nan)
    return {
        "type": "state",
        "time_s": _rounded(time_s, 3),
        "state": State.NO_PICTURE.value,
        "people": None,
        "calibrated": None,
        "slouched": None,
        "slouch_score": math.nan,
        "confidence": math.nan,
        "reason": reason,
        "view": None,
        **blank,
    }


def event_record(event: Event) -> dict[str, Any]:
    """The fields of an `event` line; those of events.csv under the same names."""
    return {
        "type": "event",
        "kind": event.kind.value,
        "start_s": round(event.start_s, 3),
        "end_s": round(event.end_s, 3),
        "peak": _rounded(event.peak, 3),
        "mean": _rounded(event.mean, 3),
        "message": event.message,
        "quiet": event.quiet,
    }


def angle_fields(angles: Angles) -> dict[str, float]:
    """The angle columns of frames.csv, and the uncertainty of the main one."""
    measured = {name: _rounded(getattr(angles, name), 2) for name in ANGLE_NAMES}
    sd = angles.sd.get("spine_flexion_deg", math.nan)
    return measured | {"spine_flexion_deg_sd": _rounded(sd, 2)}


def strain_fields(strain: Strain) -> dict[str, float]:
    """What the held posture has built up, under the names of `types.Strain`."""
    return {field.name: _rounded(getattr(strain, field.name), 3) for field in fields(strain)}


def nan_to_null(record: dict[str, Any]) -> dict[str, Any]:
    """JSON has no NaN and no infinity: what is not measurable is null."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in record.items()
    }


def _rounded(value: float, digits: int) -> float:
    return round(float(value), digits) if math.isfinite(value) else math.nan

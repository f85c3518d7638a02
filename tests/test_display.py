"""Specification of `live --json`: one JSON object per line and nothing else."""

from __future__ import annotations

import io
import json
import math
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from people import body, seen_from

from posture_cam.display import JsonLines
from posture_cam.observation import Observation
from posture_cam.types import Angles, Assessment, Event, EventKind, Frame, Pose, Step, View

DOCUMENT = Path(__file__).parent.parent / "docs" / "live.md"
IMAGE = np.zeros((480, 640, 3), dtype=np.uint8)


def observed(time_s: float, angles: Angles | None = None, pose: Pose | None = None) -> Observation:
    step = Step(time_s, angles or Angles(), Assessment())
    return Observation(Frame(0, time_s, IMAGE), pose or seen_from(body()), step, 1, True)


def lines_of(output: io.StringIO) -> list[dict[str, Any]]:
    """The lines as a strict reader takes them, who knows no NaN."""

    def refuse(constant: str) -> None:
        pytest.fail(f"{constant} is not JSON")

    return [
        json.loads(line, parse_constant=refuse) for line in output.getvalue().splitlines()
    ]  # fmt: skip


def test_the_state_comes_once_a_second() -> None:
    """However many frames are judged, one line for each second that has any."""
    output = io.StringIO()
    display = JsonLines(output)
    for step in range(31):
        display.show(observed(step / 10))
    assert [line["time_s"] for line in lines_of(output)] == [0.0, 1.0, 2.0, 3.0]


def test_what_is_not_measurable_is_null() -> None:
    """NaN is not JSON; a measured zero stays a zero."""
    output = io.StringIO()
    angles = Angles(view=View.FRONT, head_tilt_deg=0.0, sd={"spine_flexion_deg": 3.456})
    JsonLines(output).show(observed(0.0, angles))
    (line,) = lines_of(output)
    assert line["spine_flexion_deg"] is None
    assert line["slouch_score"] is None
    assert line["slouched"] is None
    assert line["head_tilt_deg"] == 0.0
    assert line["spine_flexion_deg_sd"] == 3.46


def test_an_event_has_the_fields_of_the_table_of_events() -> None:
    """A program that reads events.csv finds the same names here."""
    output = io.StringIO()
    event = Event(EventKind.ALERT, 10.0, 200.5, 21.04, math.nan, 'Sit "back".')
    JsonLines(output).report(event)
    (line,) = lines_of(output)
    assert datetime.fromisoformat(line.pop("at")).tzinfo is not None
    assert line == {
        "type": "event",
        "kind": "alert",
        "start_s": 10.0,
        "end_s": 200.5,
        "peak": 21.04,
        "mean": None,
        "message": 'Sit "back".',
        "quiet": False,
    }


def test_a_lost_picture_is_a_state_with_the_same_fields() -> None:
    """A program needs no second format for it; everything unknown is null."""
    output = io.StringIO()
    display = JsonLines(output)
    display.show(observed(0.0))
    display.wait(math.nan, "Camera 0 was lost.")
    seen, lost = lines_of(output)
    assert list(seen) == list(lost)
    assert lost["state"] == "no_picture"
    assert lost["reason"] == "Camera 0 was lost."
    known = {"type", "at", "state", "reason"}
    assert {name for name, value in lost.items() if value is not None} == known


def test_sentences_for_people_stay_out_of_the_output() -> None:
    """Standard output carries nothing but JSON."""
    output, errors = io.StringIO(), io.StringIO()
    JsonLines(output, errors).tell("Camera 0 was lost.")
    assert output.getvalue() == ""
    assert errors.getvalue() == "posture-cam: Camera 0 was lost.\n"


def test_every_line_is_written_through_at_once() -> None:
    """A reader at the other end of a pipe sees each second as it happens."""

    class Pipe(io.StringIO):
        flushed = 0

        def flush(self) -> None:
            self.flushed += 1

    pipe = Pipe()
    JsonLines(pipe).show(observed(0.0))
    assert pipe.flushed == 1


def test_every_field_is_documented() -> None:
    """docs/live.md lists the fields of both kinds of line."""
    output = io.StringIO()
    display = JsonLines(output)
    display.show(observed(0.0))
    display.report(Event(EventKind.SLOUCH, 0.0, 60.0))
    cells = re.findall(r"^\|([^|]*)\|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    for line in lines_of(output):
        assert set(line) <= documented

"""frames.csv and events.csv: the columns are a promise to other programs."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from clips import away, clip, slouched, upright

from posture_cam.tables import number, write_events, write_frames
from posture_cam.types import Event, EventKind

PROMISED = (
    "frame,time_s,view,confidence,shoulder_tilt_deg,head_tilt_deg,neck_inclination_deg,"
    "trunk_inclination_deg,trunk_lateral_deg,spine_flexion_deg,head_pitch_deg,head_forward_cm,"
    "slouch_score,slouched"
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_promised_columns_come_first_and_in_order(tmp_path: Path) -> None:
    """Programs may read the first fourteen columns by position."""
    write_frames(tmp_path / "frames.csv", [0], clip([upright(0.0)]))
    header = (tmp_path / "frames.csv").read_text(encoding="utf-8").split("\n")[0]
    assert header.startswith(PROMISED + ",")


def test_frame_is_written_with_its_number_time_and_verdict(tmp_path: Path) -> None:
    """The frame's number is the video's own, skipped frames included."""
    write_frames(tmp_path / "frames.csv", [30, 33], clip([upright(1.0), slouched(1.1)]))
    first, second = rows_of(tmp_path / "frames.csv")
    assert (first["frame"], first["time_s"], first["slouched"]) == ("30", "1.000", "0")
    assert (second["frame"], second["time_s"], second["slouched"]) == ("33", "1.100", "1")
    assert second["spine_flexion_deg"] == "20.00"
    assert second["spine_flexion_deg_sd"] == "3.00"
    assert second["posture"] == "slouched"


def test_what_was_not_measured_is_an_empty_cell(tmp_path: Path) -> None:
    """Never 0 and never "nan": an empty chair has no angles and no verdict."""
    write_frames(tmp_path / "frames.csv", [0], clip([away(0.0)]))
    (row,) = rows_of(tmp_path / "frames.csv")
    assert row["posture"] == "away"
    assert row["spine_flexion_deg"] == row["slouch_score"] == row["slouched"] == ""


def test_files_are_the_same_on_every_system(tmp_path: Path) -> None:
    """Line feeds, dots and UTF-8, whatever the platform prefers."""
    event = Event(EventKind.ALERT, 1.5, 1.5, 20.0, 15.0, 'Dehnübung: "langsam", 8-10 x')
    write_events(tmp_path / "events.csv", [event])
    text = (tmp_path / "events.csv").read_bytes().decode("utf-8")
    assert text == (
        "kind,start_s,end_s,peak,mean,message\n"
        'alert,1.500,1.500,20.00,15.00,"Dehnübung: ""langsam"", 8-10 x"\n'
    )


def test_event_without_a_quantity_leaves_peak_and_mean_empty(tmp_path: Path) -> None:
    """An absence has no angle."""
    write_events(tmp_path / "events.csv", [Event(EventKind.AWAY, 1.0, 61.0)])
    (row,) = rows_of(tmp_path / "events.csv")
    assert (row["kind"], row["peak"], row["mean"]) == ("away", "", "")


def test_numbers_are_rounded_without_a_negative_zero() -> None:
    """-0.001 degrees is 0.00 degrees."""
    assert number(-0.001, 2) == "0.00"
    assert number(1234.5678, 2) == "1234.57"
    assert number(math.inf, 2) == number(math.nan, 2) == ""

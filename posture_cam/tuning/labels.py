"""Label files: what a person (or a renderer) says the posture really was.

Two kinds of CSV, told apart by their header:
- per frame: a `time_s` column and a `slouched` column (1, 0 or empty for "not judged"), optionally
  `state` (a word for what happens), `view_deg`, and true angles under their names in frames.csv;
- intervals: `start_s,end_s,label` where label is `slouched` (or `slouch`), `upright`, `ignore`, or
  any other word for an innocent movement, such as `looking_down`. Times outside every interval are
  not judged, and so is `ignore`.
"""

from __future__ import annotations

import csv
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from posture_cam.errors import RecordingError

Array = NDArray[np.float64]

SLOUCHED_WORDS = ("slouched", "slouch")
IGNORED_WORDS = ("ignore", "ignored", "unknown", "")
KINDS_OF_SLOUCH = (
    "slouching",
    "slumped",
    "slumped_left",
    "slumped_right",
    "hunched",
    "slid_down",
    "folded_over_phone",
)
"""Names of states in the sample videos' truth that no innocent movement has."""
VERDICTS = {
    "": math.nan, "1": 1.0, "1.0": 1.0, "true": 1.0, "0": 0.0, "0.0": 0.0, "false": 0.0
}  # fmt: skip
"""What the cells of a column `slouched` mean."""
PLAIN_WORDS = ("upright", "ignore")
ALIKE = 0.75
"""From this ratio on (difflib's) a word is taken for another one mistyped."""
FRAME_TOLERANCE_S = 0.051
"""A frame takes the label of a row that is at most this far away (half a frame at 10 Hz)."""
HALF_A_GAP = 0.51
"""Or half way to the next row, and a little more for rounded times."""
PAUSE = 2.0
"""Rows this many times as far apart as those before and after are a pause, not a sparser label."""
LONGEST_QUOTE = 20
"""So many characters of a wrong cell are repeated to the user."""


@dataclass(frozen=True)
class FrameLabels:
    """Truth aligned to N analysed frames.

    slouched: (N,) 1, 0 or NaN (not judged). state: N words, "" where none is known.
    values: per column name (angles of frames.csv and view_deg) the true (N,) values, NaN unknown.
    """

    slouched: Array
    state: tuple[str, ...]
    values: dict[str, Array]


@dataclass(frozen=True)
class FrameTable:
    """Labels given per frame. time_s: (M,) rising; slouched, values: as in FrameLabels, (M,)."""

    time_s: Array
    slouched: Array
    state: tuple[str, ...]
    values: dict[str, Array]

    def at(self, time_s: Array) -> FrameLabels:
        """Labels of frames at (N,) times: those of the nearest row, none when it is too far."""
        after = np.clip(np.searchsorted(self.time_s, time_s), 1, max(len(self.time_s) - 1, 1))
        before = after - 1
        after = np.minimum(after, len(self.time_s) - 1)
        nearer = np.abs(self.time_s[after] - time_s) < np.abs(time_s - self.time_s[before])
        nearest = np.where(nearer, after, before)
        reach = self._reach_s()
        gap = np.clip(before, 0, len(reach) - 1)
        close = np.abs(self.time_s[nearest] - time_s) <= reach[gap]
        return FrameLabels(
            np.where(close, self.slouched[nearest], math.nan),
            tuple(
                self.state[row] if near else "" for row, near in zip(nearest, close, strict=True)
            ),
            {
                name: np.where(close, column[nearest], math.nan)
                for name, column in self.values.items()
            },
        )

    def _reach_s(self) -> Array:
        """How far rows speak for what lies between them and the next: half way, but not into a
        pause. For each gap between two rows; a single row has one."""
        if len(self.time_s) < 2:
            return np.array([FRAME_TOLERANCE_S])
        gaps = np.diff(self.time_s)
        if len(gaps) > 1:
            beside = np.concatenate([gaps[1:2], np.maximum(gaps[:-2], gaps[2:]), gaps[-2:-1]])
            gaps = np.minimum(gaps, PAUSE * beside)
        return np.maximum(FRAME_TOLERANCE_S, HALF_A_GAP * gaps)


@dataclass(frozen=True)
class IntervalTable:
    """Labels given as intervals: start, end (seconds, end not included) and label."""

    intervals: tuple[tuple[float, float, str], ...]

    def at(self, time_s: Array) -> FrameLabels:
        """Labels of frames at (N,) times; NaN outside every interval."""
        slouched = np.full(len(time_s), math.nan)
        state = np.full(len(time_s), "", dtype=object)
        for start, end, label in self.intervals:
            inside = (time_s >= start) & (time_s < end)
            state[inside] = "" if label in IGNORED_WORDS else label
            slouched[inside] = judgement(label)
        return FrameLabels(slouched, tuple(state), {})


Labels = FrameTable | IntervalTable


def judgement(label: str) -> float:
    """1 for slouched, NaN for ignored, 0 for every other word."""
    if label in IGNORED_WORDS:
        return math.nan
    return 1.0 if label in SLOUCHED_WORDS else 0.0


def load_labels(path: Path) -> Labels:
    """Read a label file of either kind.

    Raises RecordingError naming the line when the file cannot be understood.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RecordingError(
            f"The label file {path} cannot be read ({error}); check that it is a text file in"
            " CSV format."
        ) from error
    reader = _Reader(path)
    lines = csv.reader(text.splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        rows = [
            (lines.line_num, reader.row(lines.line_num, header, cells))
            for cells in lines
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise RecordingError(
            f"The label file {path} cannot be read beyond line {lines.line_num} ({error}); look"
            " there for a quotation mark too many."
        ) from error
    if {"start_s", "end_s", "label"} <= set(header):
        return _interval_table(rows, reader)
    if {"time_s", "slouched"} <= set(header):
        return _frame_table(header, rows, reader)
    raise RecordingError(
        f"The label file {path} has no usable header; its first line must name either"
        " start_s,end_s,label or at least time_s,slouched."
    )


Rows = list[tuple[int, dict[str, str]]]


@dataclass(frozen=True)
class _Reader:
    """Reads cells and complains with the file's name and the line's number."""

    path: Path

    def fail(self, line: int, what: str) -> RecordingError:
        return RecordingError(f"{self.path}, line {line}: {what}.")

    def without_rows(self) -> RecordingError:
        return RecordingError(f"The label file {self.path} has a header and no rows; label it.")

    def row(self, line: int, header: list[str], cells: list[str]) -> dict[str, str]:
        """The cells by their column; those of columns at the end may be missing."""
        cells = [cell.strip() for cell in cells]
        if any(cells[len(header) :]):
            what = "there are more cells than columns; write decimal points, not commas"
            raise self.fail(line, what)
        return dict(zip(header, cells, strict=False))

    def number(self, line: int, row: dict[str, str], name: str) -> float:
        value = self.optional(line, row, name)
        if not math.isfinite(value):
            told = _quoted(row[name]) if row.get(name) else "empty"
            raise self.fail(line, f"{name} is {told}; give it a number of seconds")
        return value

    def optional(self, line: int, row: dict[str, str], name: str) -> float:
        text = row.get(name, "")
        if text == "":
            return math.nan
        try:
            return float(text)
        except ValueError:
            what = f"{name} is {_quoted(text)}; write a number or leave it empty"
            raise self.fail(line, what) from None


def _quoted(text: str) -> str:
    """The text as a message shows it: a damaged file may hold thousands of characters in a cell."""
    return repr(text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}...")


def _interval_table(rows: Rows, reader: _Reader) -> IntervalTable:
    if not rows:
        raise reader.without_rows()
    intervals: list[tuple[float, float, str]] = []
    lines: list[int] = []
    for line, row in rows:
        start, end = reader.number(line, row, "start_s"), reader.number(line, row, "end_s")
        if end <= start:
            raise reader.fail(line, f"end_s {end:g} does not lie after start_s {start:g}")
        intervals.append((start, end, _label(line, row, reader)))
        lines.append(line)
    order = sorted(range(len(intervals)), key=lambda place: intervals[place])
    for one, other in itertools.pairwise(order):
        if intervals[other][0] < intervals[one][1]:
            raise reader.fail(
                lines[other],
                f"this interval overlaps the one in line {lines[one]}; let one end where the"
                " other starts",
            )
    return IntervalTable(tuple(intervals[place] for place in order))


def _label(line: int, row: dict[str, str], reader: _Reader) -> str:
    """The word of an interval; what is probably a slouch must not count as innocent."""
    label = row.get("label", "").lower()
    if not label:
        raise reader.fail(line, "label is empty; write slouched, upright, ignore or another word")
    known = (*SLOUCHED_WORDS, *IGNORED_WORDS, *PLAIN_WORDS)
    mistyped = [] if label in known else get_close_matches(label, known, n=1, cutoff=ALIKE)
    if label in KINDS_OF_SLOUCH:
        mistyped = ["slouched"]
    if mistyped:
        what = (
            f"label is {_quoted(label)}, which would count as innocent; write {mistyped[0]} if it"
            " is that, else a word less like it"
        )
        raise reader.fail(line, what)
    return label


def _frame_table(header: list[str], rows: Rows, reader: _Reader) -> FrameTable:
    if not rows:
        raise reader.without_rows()
    times: list[float] = []
    for line, row in rows:
        times.append(reader.number(line, row, "time_s"))
        if len(times) > 1 and times[-1] <= times[-2]:
            raise reader.fail(line, f"time_s {times[-1]:g} does not lie after the line before")
    slouched = [_slouched_cell(line, row, reader) for line, row in rows]
    names = [name for name in header if name.endswith(("_deg", "_cm"))]
    return FrameTable(
        np.array(times),
        np.array(slouched),
        tuple(row.get("state", "") for _, row in rows),
        {name: _column(rows, name, reader.optional) for name in names},
    )


def _column(rows: Rows, name: str, read: Callable[[int, dict[str, str], str], float]) -> Array:
    return np.array([read(line, row, name) for line, row in rows])


def _slouched_cell(line: int, row: dict[str, str], reader: _Reader) -> float:
    text = row.get("slouched", "").lower()
    if text not in VERDICTS:
        raise reader.fail(line, f"slouched is {_quoted(text)}; write 1, 0 or leave it empty")
    return VERDICTS[text]

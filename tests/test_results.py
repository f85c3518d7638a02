"""The folder of results: summary.json says what it is made of, and every part is documented."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from clips import clip, facts, slouched, unjudged, upright

from posture_cam.config import Settings
from posture_cam.results import (
    Identity,
    identify,
    is_done,
    plain,
    to_document,
    versions,
    write_document,
)
from posture_cam.summary import summarise
from posture_cam.tables import EVENT_COLUMNS, FURTHER_COLUMNS, PROMISED_COLUMNS
from posture_cam.types import EventKind

FORMATS = (Path(__file__).parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")


def written(folder: Path) -> Identity:
    """Write a complete folder of results and say what it is of."""
    (folder / "frames.csv").write_text("frame\n", encoding="utf-8")
    write_document(folder, facts(), summarise(clip([upright(0.0), upright(1.0)])))
    return facts().identity


def test_complete_folder_of_the_same_input_is_done(tmp_path: Path) -> None:
    """The files that summary.json lists are there, and it is of the same video and settings."""
    identity = written(tmp_path)
    assert is_done(tmp_path, identity, annotate=False)


@pytest.mark.parametrize(
    "part", ["video_sha256", "settings_sha256", "model_sha256", "networks_sha256", "version"]
)
def test_folder_of_another_input_is_not_done(tmp_path: Path, part: str) -> None:
    """Each of these changes the results."""
    identity = replace(written(tmp_path), **{part: "another"})
    assert not is_done(tmp_path, identity, annotate=False)


def test_folder_of_another_mediapipe_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version may find the landmarks elsewhere."""
    identity = written(tmp_path)
    another = versions() | {"mediapipe": "0.0.1"}
    monkeypatch.setattr("posture_cam.results.versions", lambda: another)
    assert not is_done(tmp_path, identity, annotate=False)


def test_folder_without_the_annotated_copy_is_not_done_when_one_is_asked_for(
    tmp_path: Path,
) -> None:
    """Nor is a folder from which a file was removed, or whose summary.json cannot be read."""
    identity = written(tmp_path)
    assert not is_done(tmp_path, identity, annotate=True)
    (tmp_path / "frames.csv").unlink()
    assert not is_done(tmp_path, identity, annotate=False)
    (tmp_path / "summary.json").write_text("{", encoding="utf-8")
    assert not is_done(tmp_path, identity, annotate=False)
    (tmp_path / "summary.json").write_text("[]", encoding="utf-8")
    assert not is_done(tmp_path, identity, annotate=False)


@pytest.mark.parametrize(
    ("assignments", "same"),
    [
        ({"slouch": {"enter_score": 0.6}}, False),
        ({"pose": {"people": 1}}, False),
        ({"log_level": "debug", "live": {"rate_hz": 3}, "alert": {"sound": False}}, True),
    ],
)
def test_only_settings_with_an_effect_count(
    tmp_path: Path, assignments: dict[str, object], same: bool
) -> None:
    """Silencing the sound of live reminders does not undo what was analysed."""
    video = tmp_path / "a.mp4"
    video.write_bytes(b"video")
    changed = Settings.model_validate(assignments)
    assert (identify(video, Settings(), None) == identify(video, changed, None)) == same


def test_baseline_counts(tmp_path: Path) -> None:
    """A new calibration is another input, under whatever name."""
    video = tmp_path / "a.mp4"
    video.write_bytes(b"video")
    baseline = facts().baseline
    assert identify(video, Settings(), None) != identify(video, Settings(), baseline)


def test_what_is_not_measurable_is_null(tmp_path: Path) -> None:
    """JSON knows no NaN: other programs must be able to read the file."""
    frames = [unjudged(0.0), unjudged(1.0)]
    document = write_document(tmp_path, facts(), summarise(clip(frames)))
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=pytest.fail) == document
    assert document["share"]["slouched_of_judged"] is None
    assert document["strain"]["load_mean"] is None


def test_plain_values_lose_nothing_but_what_json_cannot_hold() -> None:
    """NaN and infinity become None, at any depth; numbers keep a millionth."""
    values = {"a": [math.nan, math.inf, 1.23456789], EventKind.SLOUCH: (1, "x", None, True)}
    assert plain(values) == {"a": [None, None, 1.234568], "slouch": [1, "x", None, True]}


def test_every_column_and_key_is_documented() -> None:
    """docs/formats.md names each of them; the columns of uncertainty as a group."""
    columns = [name for name in FURTHER_COLUMNS if not name.endswith("_sd")]
    keys = to_document(facts(), summarise(clip([upright(0.0), slouched(1.0)])))
    names = [*PROMISED_COLUMNS, *columns, *EVENT_COLUMNS, *EventKind, *keys, "files", "<angle>_sd"]
    assert [name for name in names if f"`{name}`" not in FORMATS] == []

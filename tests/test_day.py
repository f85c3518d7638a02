"""Specification of the day's file: what a restart finds, and what it does not trust."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from people import bend, body, seen_from

from posture_cam.baseline import make_baseline
from posture_cam.config import Settings
from posture_cam.day import DayKeeper, day_path
from posture_cam.engine import PostureEngine
from posture_cam.models import load_networks
from posture_cam.person_choice import PersonSelector
from posture_cam.profile_choice import Candidate
from posture_cam.profile_use import ProfileUse
from posture_cam.types import Strain

ZONE = timezone(timedelta(hours=2))
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=ZONE)
NETWORKS = load_networks()


class Clock:
    """A time of day that tests can set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Run:
    """One run of the engine with a keeper, at one frame a second."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.told: list[str] = []
        self.clock = clock
        self.engine = PostureEngine(Settings(), NETWORKS)
        self.keeper = DayKeeper(path, self.told.append, clock)
        self.resumed = self.keeper.resume(self.engine, 0.0)
        self.time_s = 0.0

    def watch(self, seconds: int, flexion_deg: float = 0.0) -> Strain:
        """Somebody sits there; returns the last strain."""
        for _ in range(seconds):
            pose = seen_from(bend(body(), -0.3, flexion_deg), time_s=self.time_s)
            strain = self.engine.update(pose).strain
            self.keeper.follow(self.engine, self.time_s, present=pose.present)
            self.time_s += 1.0
            self.clock.now += timedelta(seconds=1)
        return strain


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "day.json"


def ended(path: Path) -> Strain:
    """A run of two and a half minutes that has ended well."""
    run = Run(path, Clock())
    run.watch(100)
    strain = run.watch(50, 25.0)
    run.keeper.save(run.engine)
    return strain


def later(path: Path, **after: float) -> Run:
    """A run that begins so long after the one of `ended`."""
    clock = Clock()
    clock.now += timedelta(seconds=150) + timedelta(**after)
    return Run(path, clock)


def test_what_a_run_built_up_the_next_one_goes_on_with(path: Path) -> None:
    """Dose and sitting time are those of the day."""
    before = ended(path)
    run = later(path, seconds=20)
    assert run.resumed
    after = run.watch(1)
    assert after.dose == pytest.approx(before.dose)
    assert after.sitting_for_s == pytest.approx(before.sitting_for_s, abs=1)
    assert run.told == []


def test_the_next_run_knows_whose_day_it_was(path: Path) -> None:
    """As far as a profile told; one who has another one does not go on with it."""
    first = Run(path, Clock())
    first.keeper.sitter = "ana"
    first.watch(20)
    first.keeper.save(first.engine)
    second = Run(path, first.clock)
    assert second.keeper.sitter == "ana"
    poses = [seen_from(body(), time_s=step / 10) for step in range(60)]
    ben = Candidate("ben", make_baseline(poses, Settings()))
    for sat_before, sitting in (("ben", 20), ("ana", 1)):
        run = Run(path, first.clock)
        use = ProfileUse(None, [ben], Settings.model_validate({"profile": "ben"}), lambda _: None)
        use.sat_before = sat_before
        selector = PersonSelector()
        strain = Strain()
        for pose in poses[:40]:
            use.choose(pose, run.engine, selector)
            strain = run.engine.update(pose).strain
        assert use.name == "ben"
        assert strain.sitting_for_s == pytest.approx(sitting + 2, abs=3)


def test_a_new_day_starts_anew_without_a_word(path: Path) -> None:
    """By the local date, not by 24 hours."""
    ended(path)
    run = later(path, hours=12)
    assert not run.resumed
    assert run.told == []


def test_the_file_holds_numbers_alone(path: Path) -> None:
    """No picture and no landmarks: the only texts are names, and the keys of what was said."""
    ended(path)
    document = json.loads(path.read_text())
    assert path.stat().st_size < 20_000

    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for inner in value.values() for text in texts(inner)]
        if isinstance(value, list):
            assert len(value) <= 5 or all(isinstance(inner, list) for inner in value)
            return [text for inner in value for text in texts(inner)]
        return [value] if isinstance(value, str) else []

    assert set(texts(document["state"])) <= {"", "action.back"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"saved": 3}',
        json.dumps({"saved": NOON.isoformat()}),
        json.dumps({"saved": NOON.isoformat(), "state": {}, "format": "other"}),
    ],
)
def test_a_damaged_file_is_left_with_one_sentence(path: Path, text: str) -> None:
    """Whatever it holds; the run itself goes on as on a new day."""
    path.parent.mkdir()
    path.write_text(text)
    run = Run(path, Clock())
    assert not run.resumed
    (sentence,) = run.told
    assert sentence.endswith("today is counted from now.")
    assert run.watch(3).sitting_for_s < 4


@pytest.mark.parametrize("change", [{"format_version": 0}, {"sha256": "0"}])
def test_a_file_of_another_version_or_with_changed_numbers_is_not_trusted(
    path: Path, change: dict[str, Any]
) -> None:
    """One sentence, no guess."""
    ended(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    run = later(path, seconds=20)
    assert not run.resumed
    assert len(run.told) == 1


def test_of_a_file_that_is_not_trusted_not_even_the_name_is(path: Path) -> None:
    """Whose day it was is as unknown as the rest; the engine stays as it was and goes on."""
    first = Run(path, Clock())
    first.keeper.sitter = "ana"
    first.watch(20)
    first.keeper.save(first.engine)
    document = json.loads(path.read_text())
    document["state"]["ledger"]["rows"] = [["x"]]
    text = json.dumps(document["state"], sort_keys=True)
    document["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(document))
    second = Run(path, first.clock)
    assert not second.resumed
    assert second.keeper.sitter == ""
    assert second.watch(3).sitting_for_s < 4


def test_it_is_written_about_once_a_minute_and_at_the_end(path: Path) -> None:
    """So that a crash costs a minute at most, and the disk is left alone."""
    run = Run(path, Clock())
    written = []
    for _ in range(200):
        run.watch(1)
        written.append(path.read_text() if path.exists() else "")
    assert len(set(written)) == 4  # nothing yet, and after 60, 120 and 180 s
    run.keeper.save(run.engine)
    assert path.read_text() not in written


def test_nothing_is_written_while_nobody_is_there(path: Path) -> None:
    """An empty chair changes nothing that a restart would need."""
    run = Run(path, Clock())
    for second in range(200):
        run.keeper.follow(run.engine, float(second), present=False)
    run.keeper.save(run.engine)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    """Monitoring goes on."""
    (tmp_path / "file").write_text("")
    run = Run(tmp_path / "day.json", Clock())
    run.keeper = DayKeeper(tmp_path / "file" / "day.json", run.told.append, run.clock)
    run.watch(200)
    (sentence,) = run.told
    assert "live.keep_day" in sentence


def test_a_clock_set_back_does_no_harm(path: Path) -> None:
    """Then no time has passed between the runs."""
    ended(path)
    run = later(path, seconds=-100)
    assert run.resumed
    assert run.watch(5).sitting_for_s > 150


def test_what_was_told_or_asked_for_is_written_at_once(path: Path) -> None:
    """A snooze outlives a run that is killed seconds later."""
    run = Run(path, Clock())
    run.watch(5)
    assert not path.exists()
    run.engine.snooze(1000.0)
    run.keeper.follow(run.engine, run.time_s, present=False, news=True)
    assert json.loads(path.read_text())["state"]["reminders"]["snoozed_until_s"] == 1000.0


def test_of_two_runs_at_a_time_one_keeps_the_day_and_the_other_says_so(path: Path) -> None:
    """Whoever wrote last goes on; nothing is overwritten by turns."""
    ended(path)
    first, second = later(path, seconds=20), later(path, seconds=20)
    first.watch(5)
    second.watch(61)
    kept = path.read_text()
    first.watch(200)
    first.keeper.save(first.engine)
    assert path.read_text() == kept
    (sentence,) = first.told
    assert "Another run" in sentence
    second.watch(61)
    assert path.read_text() != kept
    assert second.told == []


def test_each_named_profile_has_a_day_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the user's folder for state."""
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert day_path(None) != day_path("anna") != day_path("ben")


def test_a_camera_lost_before_the_end_is_a_break(path: Path) -> None:
    """What counts is when the last picture came, not when the run was ended."""
    run = Run(path, Clock())
    before = run.watch(100)
    run.clock.now += timedelta(hours=1)
    run.keeper.save(run.engine)
    again = Run(path, run.clock)
    assert again.resumed
    after = again.watch(5)
    assert before.sitting_for_s == pytest.approx(99, abs=1)
    assert after.sitting_for_s <= 5

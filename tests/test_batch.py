"""Several videos at once: one that kills its process does not stop the others."""

from __future__ import annotations

import logging
import os
import re
import threading
from pathlib import Path

import pytest
from commands import start

from posture_cam import batch
from posture_cam.analyze import Job
from posture_cam.batch import Outcome, Stopped, plan, run_batch
from posture_cam.config import Settings
from posture_cam.progress import BatchProgress, counted


def job(name: str) -> Job:
    """A job for a video that need not exist."""
    return Job(Path(name), Path("out") / name, Settings())


def dies_of_bad_videos(_number: int, given: Job) -> Outcome:
    """Stands in for the analysis in a worker process: a bad video ends the process at once."""
    if given.video.name.startswith("bad"):
        os._exit(1)
    return Outcome(given, {})


def waits(_number: int, given: Job) -> Outcome:
    """Stands in for an analysis that takes until it is told to stop."""
    while not batch._worker_halt.is_set():
        threading.Event().wait(0.01)
    return Outcome(given, error=OSError("halted"))


def ignore(_video: Path, _time_s: float, _length_s: float) -> None:
    """Hears no progress."""


def test_video_that_kills_its_process_is_named_and_the_rest_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of five videos the two that crash the decoder fail, the other three are done."""
    monkeypatch.setattr(batch, "_work", dies_of_bad_videos)
    names = ["a", "bad1", "b", "bad2", "c"]
    outcomes = list(run_batch([job(name) for name in names], 2, ignore, threading.Event()))
    done = {outcome.job.video.name: outcome.error is None for outcome in outcomes}
    assert done == {"a": True, "b": True, "c": True, "bad1": False, "bad2": False}
    assert len(outcomes) == 5


def test_a_long_video_is_left_while_it_is_still_being_read(tmp_path: Path) -> None:
    """Also when all of them were done before: nothing is skipped after the stop."""
    stop = threading.Event()
    stop.set()
    (tmp_path / "long.mp4").write_bytes(bytes(3 << 20))
    given = Job(tmp_path / "long.mp4", tmp_path / "out" / "long", Settings())
    with pytest.raises(Stopped):
        list(run_batch([given], 1, ignore, stop))


def test_what_cannot_be_looked_at_leaves_the_others_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name too long for the disk is told; so is, in its turn, a place for results."""
    (tmp_path / "a.mp4").touch()
    (tmp_path / "out" / "a").mkdir(parents=True)
    monkeypatch.setattr("posture_cam.result_folders.read_document", refuses)
    work = plan([str(tmp_path / "a.mp4"), f"{'y' * 300}.mp4"], tmp_path / "out", Settings())
    assert [job.video.name for job in work.jobs] == ["a.mp4"]
    assert [str(problem).endswith("cannot be read (File name too long).") for problem in
            work.problems] == [True]  # fmt: skip


def refuses(_folder: Path) -> None:
    """Stands in for a folder that may not be looked into."""
    raise PermissionError(13, "Permission denied")


def test_stop_ends_every_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The workers are told to stop and waited for."""
    monkeypatch.setattr(batch, "_work", waits)
    stop = threading.Event()
    timer = threading.Timer(0.5, stop.set)
    timer.start()
    with pytest.raises(Stopped):
        list(run_batch([job("a"), job("b"), job("c")], 2, ignore, stop))
    timer.join()


def test_a_video_named_twice_is_one_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its folder, another way, and as a whole path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "desk.mp4").touch()
    named = ["a/desk.mp4", "a", "a/../a/desk.mp4", str(tmp_path / "a" / "desk.mp4")]
    assert len(plan(named, tmp_path / "out", Settings()).jobs) == 1


def tells_its_level(_number: int, given: Job) -> Outcome:
    """Stands in for an analysis that says how much it would tell."""
    return Outcome(given, lines=(logging.getLevelName(logging.getLogger().level),))


def test_workers_tell_as_much_as_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """With -vv a failure in a process of its own is told in full, too."""
    monkeypatch.setattr(batch, "_work", tells_its_level)
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    outcomes = run_batch([job("a"), job("b")], 2, ignore, threading.Event())
    assert [outcome.lines for outcome in outcomes] == [("DEBUG",), ("DEBUG",)]


def test_progress_is_shown_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """How many are done, which one is at work, how far and how fast."""
    with BatchProgress([Path("a.mp4"), Path("b.mp4")], show=True) as bar:
        bar.reached(Path("a.mp4"), 30.0, 60.0)
        bar.finished(Path("a.mp4"))
        bar.reached(Path("b.mp4"), 15.0, 60.0)
        tasks = bar._bar.tasks
        assert tasks[0].description == "1 of 2 done  b.mp4"
        assert tasks[0].percentage == pytest.approx(62.5)
        assert re.fullmatch(r"[\d.]+ x real time", tasks[0].fields["speed"])
    assert capsys.readouterr().out == ""


def test_skipped_video_leaves_the_reckoning() -> None:
    """It took no time, so it says nothing about the time that is left."""
    with BatchProgress([Path("a.mp4"), Path("b.mp4")], show=False) as bar:
        bar.finished(Path("a.mp4"), skipped=True)
        bar.reached(Path("b.mp4"), 30.0, 60.0)
        assert bar._bar.tasks[0].percentage == pytest.approx(50)


def test_nothing_is_drawn_where_there_is_no_terminal(tmp_path: Path) -> None:
    """In a pipe or a log there are sentences only."""
    with start("analyze", tmp_path / "a.mp4", "-o", tmp_path / "out") as process:
        out, err = process.communicate()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_a_failure_that_nobody_foresaw_leaves_the_other_videos_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence names the video and the failure; a stop still comes through."""

    def fails(given: Job, *_: object) -> None:
        if given.video.name == "stop":
            raise Stopped
        raise ValueError("a decoder's own mistake")

    monkeypatch.setattr(batch, "analyze", fails)
    monkeypatch.setattr(batch, "identify", lambda *_, **__: None)
    outcomes = list(run_batch([job("a"), job("b")], 1, ignore, threading.Event()))
    assert [outcome.job.video.name for outcome in outcomes] == ["a", "b"]
    assert "b could not be analysed (ValueError: a decoder's own mistake)" in str(outcomes[1].error)
    with pytest.raises(Stopped):
        list(run_batch([job("stop")], 1, ignore, threading.Event()))


def test_counting_changes_nothing_and_is_silent_in_a_pipe(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A bar is for people who wait at a terminal."""
    assert list(counted([3, 1, 2])) == [3, 1, 2]
    assert capsys.readouterr() == ("", "")

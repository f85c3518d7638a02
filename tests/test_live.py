"""Specification of `posture-cam live`, run as a user runs it: a process with a real source."""

from __future__ import annotations

import io
import json
import math
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from commands import ROOT, SAMPLES
from live_runs import (
    CLIP,
    ENDS_S,
    QUICK,
    SENSITIVE,
    SILENT,
    ended_by,
    finished,
    first_line,
    first_state,
    live,
    states,
)
from person_camera import PersonCamera, shortened
from servers import SilentServer, serving

from posture_cam.config import Settings
from posture_cam.display import JsonLines
from posture_cam.live import LiveSession, run_live
from posture_cam.observation import Observation
from posture_cam.status import QuietLines
from posture_cam.stopping import StopSignal
from posture_cam.types import Angles, Assessment, Event, Frame, Pose, Step
from posture_cam.watcher import Watcher


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the profiles, the day nor the desktop of whoever runs the tests."""
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a person sitting upright."""
    return shortened(CLIP, tmp_path_factory.mktemp("clips") / "upright.mp4", 4)


def test_a_file_is_played_to_its_end(clip: Path) -> None:
    """One line of JSON a second, the baseline found on the way, nothing said, exit code 0."""
    code, lines, err = finished(live("--source", clip, "--no-preview", "--json"))
    assert (code, err) == (0, "")
    pictures = [line for line in lines if line["state"] != "no_picture"]
    assert [int(line["time_s"]) for line in pictures] == [0, 1, 2, 3]
    assert states(pictures)[0] == "finding_baseline"
    assert states(pictures)[-1] == "upright"


def test_a_slouch_that_lasts_is_reported(tmp_path: Path) -> None:
    """The whole clip, three times as fast: an alert while it lasts, a bout when it is over."""
    whole = shortened(CLIP, tmp_path / "whole.mp4", 60, speed=3)
    code, lines, _ = finished(live("--source", whole, "--no-preview", "--json", *SENSITIVE))
    assert code == 0
    assert "slouched" in states(lines)
    events = {line["kind"]: line for line in lines if line["type"] == "event"}
    assert {"alert", "slouch"} <= set(events)
    assert events["alert"]["message"]
    assert events["slouch"]["end_s"] - events["slouch"]["start_s"] >= 1


def test_a_network_camera_is_watched_and_waited_for() -> None:
    """It breaks off and comes back: one sentence each, and the times go on."""
    with serving(PersonCamera, video=CLIP, pictures=40) as (host, port):
        run = live("--source", f"http://{host}:{port}/", "--no-preview", "--json",
                   "--set", "live.retry_s=0.2")  # fmt: skip
        times = [first_state(run, "upright")["time_s"]]
        times.append(first_line(run, lambda line: (line["time_s"] or 0) > 10)["time_s"])
        code, lines, err = ended_by(run, signal.SIGTERM)
    assert code == 0
    times += [line["time_s"] for line in lines if line["type"] == "state"]
    assert times == sorted(times)
    assert err.splitlines()[0].startswith("posture-cam: The stream http://127.0.0.1")
    assert err.splitlines()[1] == "posture-cam: There are pictures again."


@pytest.mark.parametrize("source", ["97", "/dev/video97", "http://127.0.0.1:9/"])
def test_a_source_that_is_not_there_is_told_once_and_waited_for(source: str) -> None:
    """The program stays alive and says so every second in JSON, and once in words."""
    run = live("--source", source, "--no-preview", "--json", "--set", "live.retry_s=0.3")
    reasons = {first_state(run, "no_picture")["reason"] for _ in range(5)}
    code, _, err = ended_by(run, signal.SIGTERM)
    assert code == 0
    (line,) = err.splitlines()
    assert line.endswith("Trying again every 0.3 s.")
    assert line.removeprefix("posture-cam: ") in reasons


def test_the_duration_ends_it() -> None:
    """Even when no picture ever comes."""
    run = live("--source", "97", "--no-preview", "--json", "--duration", "1")
    code, lines, _ = finished(run)
    assert code == 0
    assert set(states(lines)) <= {"no_picture"}


@pytest.mark.parametrize("source", ["missing.mp4", "ftp://127.0.0.1/x", "LICENSE"])
def test_a_file_that_cannot_be_played_is_an_error(source: str) -> None:
    """One sentence and exit code 1: nothing to wait for."""
    code, lines, err = finished(live("--source", source, "--no-preview", "--json"))
    assert code == 1
    assert set(states(lines)) <= {"no_picture"}
    assert err.startswith("posture-cam: ")
    assert len(err.splitlines()) == 1


def test_a_profile_that_does_not_exist_is_an_error(clip: Path) -> None:
    """Named outright, it has to be there."""
    code, _, err = finished(live("--source", clip, "--no-preview", "--profile", "nobody"))
    assert code == 1
    assert "There is no profile 'nobody'" in err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    """Exit code 0, whole lines, and nothing on standard error."""
    run = live("--source", CLIP, "--no-preview", "--json")
    first_state(run, "upright")
    code, _, err = ended_by(run, number)
    assert (code, err) == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="there are no terminals that hang up")
def test_it_outlives_its_terminal_where_that_was_asked_for() -> None:
    """`nohup posture-cam live &` goes on when the terminal is closed; otherwise it ends."""
    before = signal.getsignal(signal.SIGHUP)
    try:
        for handler, ends in ((signal.SIG_IGN, False), (signal.SIG_DFL, True)):
            signal.signal(signal.SIGHUP, handler)
            with StopSignal() as stop:
                signal.raise_signal(signal.SIGHUP)
                assert stop.is_set() is ends
            assert signal.getsignal(signal.SIGHUP) is handler
    finally:
        signal.signal(signal.SIGHUP, before)


def test_after_a_stop_of_the_process_there_is_one_line_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-Z during an outage is not caught up on afterwards."""
    now_s = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    lines = io.StringIO()
    session = LiveSession([JsonLines(lines)], lambda _: None)
    for step in range(400):
        now_s[0] += 3600.0 if step == 200 else 0.05
        session.refresh(math.nan)
    assert len(lines.getvalue().splitlines()) == pytest.approx(400 * 0.05 - 2, abs=3)


def test_until_the_first_picture_is_judged_there_is_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It waits for the pose model and is second 0 then; no line before it has a later time."""
    now_s = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    lines = io.StringIO()
    session = LiveSession([JsonLines(lines)], lambda _: None)
    pose = Pose.nobody(0.0, 640, 480)
    frame = Frame(0, 0.0, np.zeros((480, 640, 3), dtype=np.uint8))
    step = Step(0.0, Angles(), Assessment())
    for picture_s in (2.5, 5.0):
        now_s[0] += 2.5
        session.refresh(picture_s)
        session.take([Observation(frame, pose, step, 0, False)])
    times = [json.loads(line)["time_s"] for line in lines.getvalue().splitlines()]
    assert times == [None, 0.0, 5.0]


def test_a_running_bout_is_finished_by_the_signal(tmp_path: Path) -> None:
    """What was still open is printed on the way out."""
    whole = shortened(CLIP, tmp_path / "whole.mp4", 60, speed=3)
    run = live("--source", whole, "--no-preview", "--json", *SENSITIVE)
    first_line(run, lambda line: (line.get("slouched_for_s") or 0) > 1.2)
    code, lines, _ = ended_by(run, signal.SIGTERM)
    assert code == 0
    assert lines[-1]["type"] == "event"
    assert lines[-1]["kind"] == "slouch"


def test_a_camera_that_hangs_does_not_delay_the_end() -> None:
    """A signal ends the program long before the silent camera's patience is over."""
    with serving(SilentServer) as (host, port):
        run = live("--source", f"http://{host}:{port}/", "--no-preview", "--json",
                   "--set", "live.timeout_s=120")  # fmt: skip
        first_state(run, "no_picture")
        code, _, err = ended_by(run, signal.SIGTERM)
    assert (code, err) == (0, "")


def test_a_reader_that_has_seen_enough_ends_it() -> None:
    """`posture-cam live --json | head -1` ends without a complaint."""
    run = live("--source", CLIP, "--no-preview", "--json")
    first_state(run, "finding_baseline")
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    assert run.wait(ENDS_S) == 0
    assert run.stderr.read() == ""


def test_without_a_terminal_there_are_plain_lines(clip: Path) -> None:
    """A log gets changes of state, and no control characters."""
    run = live("--source", clip, "--no-preview")
    out, err = run.communicate(timeout=ENDS_S)
    assert (run.returncode, err) == (0, "")
    assert "Finding your upright posture" in out.splitlines()[0]
    assert "Upright" in out.splitlines()[-1]
    assert "\x1b" not in out


@pytest.mark.parametrize("option", ["--json", "-q"])
def test_how_to_aim_the_camera_is_told_once_and_never_when_quiet(
    option: str, tmp_path: Path
) -> None:
    """Somebody with little room above the head, whom nobody has calibrated."""
    low = shortened(SAMPLES / "front_low.mp4", tmp_path / "low.mp4", 4)
    _, err = live("--source", low, "--no-preview", option).communicate(timeout=ENDS_S)
    assert err.count("tilt the camera up or move it back") == (option != "-q")


def test_quiet_is_quiet(clip: Path) -> None:
    """With -q a run in which nothing happens prints nothing."""
    run = live("--source", clip, "--no-preview", "-q")
    assert run.communicate(timeout=ENDS_S) == ("", "")
    assert run.returncode == 0


def test_on_a_terminal_the_line_is_kept_up_to_date(clip: Path) -> None:
    """The status is rewritten in place and gone at the end; the cursor is given back."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "posture_cam", "live", *QUICK, *SILENT]
    run = subprocess.Popen(
        [*command, "--source", str(clip), "--no-preview"],
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs,
        env=os.environ | {"TERM": "xterm-256color", "COLUMNS": "120"},
    )  # fmt: skip
    os.close(theirs)
    written = b""
    with suppress(OSError):  # the terminal's end
        while piece := os.read(ours, 65536):
            written += piece
    assert run.wait(ENDS_S) == 0
    text = written.decode()
    assert "Upright" in text
    assert "\x1b[2K" in text
    assert text.count("\n") < 10
    assert text.rstrip().endswith(("\x1b[?25h", "\x1b[2K"))


def watched(*arguments: str | Path) -> tuple[dict[str, Any], dict[str, Any], str]:
    """A run on a camera that shows somebody upright: its first state, a later one, and errors."""
    with serving(PersonCamera, video=CLIP) as (host, port):
        run = live("--source", f"http://{host}:{port}/", "--no-preview", "--json", *arguments)
        first = first_line(run, lambda line: line.get("state", "no_picture") != "no_picture")
        last = first_line(run, lambda line: (line.get("dose") or 0) > 0 and line["time_s"] >= 4)
        code, _, err = ended_by(run, signal.SIGTERM)
    assert code == 0
    return first, last, err


def test_a_restart_on_the_same_day_goes_on_with_it() -> None:
    """Load and sitting time go on from where the first run ended, and nothing is said of it."""
    _, before, _ = watched()
    after, _, err = watched()
    assert after["dose"] == pytest.approx(before["dose"], abs=0.05)
    assert after["sitting_for_s"] >= before["sitting_for_s"] - 1
    assert err == ""


def test_a_day_that_cannot_be_used_is_told_and_replaced() -> None:
    """A damaged file: one sentence, the day starts anew, and the file is good again."""
    path = Path(os.environ["XDG_STATE_HOME"]) / "posture_cam" / "day.json"
    path.parent.mkdir(parents=True)
    path.write_text("{damaged")
    first, _, err = watched()
    assert first["sitting_for_s"] < 2
    (line,) = err.splitlines()
    assert "cannot be used" in line
    assert json.loads(path.read_text())["format"] == "posture_cam day"


def test_the_day_is_not_kept_when_it_shall_not_be_or_is_a_recording(clip: Path) -> None:
    """Neither with live.keep_day=false nor from a file, whose time is another one."""
    finished(live("--source", clip, "--no-preview", "--json"))
    watched("--set", "live.keep_day=false")
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("*"))


def test_a_display_that_fails_loses_nothing_of_the_day(clip: Path) -> None:
    """A full disk under a log ends the run; the bout is finished and the day saved before."""

    class Kept(Watcher):
        finished = False

        def finish(self) -> tuple[Event, ...]:
            self.finished = True
            return super().finish()

    class Full(QuietLines):
        def show(self, observation: Observation) -> None:
            raise OSError("No space left on device")

    watcher = Kept(str(clip), Settings(), realtime=False)
    with StopSignal() as stop, pytest.raises(OSError, match="No space"):
        run_live(watcher, [Full()], print, stop)
    assert watcher.finished


def test_without_any_output_it_watches_all_the_same(clip: Path) -> None:
    """Started with standard output closed, as some launchers do."""
    command = f'"{sys.executable}" -m posture_cam live --source "{clip}" --no-preview >&-'
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr

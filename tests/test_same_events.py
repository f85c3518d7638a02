"""One engine: live, analyze and tune replay give the same events for the same poses.

So they do unless hindsight finds a straighter posture than live could know of (test_upright.py).

`analyze` and `tune replay` run as a user runs them. The live path is the whole of it (source, pose
model, choice of the person, engine, JSON lines) on the same file, with every frame judged however
busy the machine is: `posture-cam live` itself leaves out what comes too late to be seen.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from commands import start
from live_runs import CLIP
from person_camera import shortened

from posture_cam.baseline import Baseline
from posture_cam.config_file import load_settings
from posture_cam.display import JsonLines
from posture_cam.live import run_live
from posture_cam.profiles import load_profile
from posture_cam.stopping import StopSignal
from posture_cam.watcher import Watcher

CHANGES = (
    "pose.model=lite",
    "analyze.rate_hz=5",
    "live.rate_hz=5",
    "calibration.first_upright_s=2",
    "slouch.sustained_s=2",
    "slouch.recover_s=1",
    "slouch.settle_s=0.5",
    "strain.mild_hold_s=6",
    "strain.severe_hold_s=2",
    "quiet.settle_in_s=0",
    "quiet.cooldown_s=3",
    "movement.repeats_window_s=30",
)
"""A working day in half a minute."""
WATCHED_S = 26.0
"""Of the sample clip: a slump, sitting up, and a slide down that is not over at the end."""
SETTINGS = tuple(word for change in CHANGES for word in ("--set", change))
Times = list[tuple[str, int, int]]
"""Kind, start and end of every event in milliseconds, in order."""


@pytest.fixture(scope="module", params=["calibrated", "upright found on the way"])
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Times]:
    """The events of the sample clip by way of seeing it."""
    folder = tmp_path_factory.mktemp("runs")
    clip = shortened(CLIP, folder / CLIP.name, WATCHED_S)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "DATA", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(folder / name))
        profile: tuple[str, ...] = ()
        if request.param == "calibrated":
            profile = ("--profile", "me")
            command("calibrate", "--source", clip, "--seconds", "3", "--no-preview", *profile,
                    "--set", "pose.model=lite")  # fmt: skip
        command("analyze", clip, "-o", folder / "out", *profile, *SETTINGS)
        replayed = command("tune", "replay", folder / "out", "--json")
        settings = load_settings(None, CHANGES)
        baseline = load_profile("me", settings).baseline if profile else None
        return {
            "analyze": table(folder / "out" / clip.stem / "events.csv"),
            "live": watched(clip, settings, baseline),
            "tune replay": told(json.loads(replayed)),
        }


def command(*arguments: str | Path) -> str:
    """Run `posture-cam` and return what it printed."""
    with start(*arguments) as process:
        out, errors = process.communicate()
    assert process.returncode == 0, errors
    return out


def table(path: Path) -> Times:
    """Of events.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return in_order(list(csv.DictReader(file)))


def watched(clip: Path, settings: Any, baseline: Baseline | None) -> Times:
    """Of the live path's JSON lines."""
    output = io.StringIO()
    with StopSignal() as stop:
        watcher = Watcher(str(clip), settings, baseline, realtime=False)
        assert run_live(watcher, [JsonLines(output)], lambda event: None, stop)
    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    return in_order([line for line in lines if line["type"] == "event"])


def told(document: dict[str, Any]) -> Times:
    """Bouts and reminders, as `tune replay` tells them."""
    (clip,) = document["clips"]
    bouts = [{"kind": "slouch", "start_s": a, "end_s": b} for a, b in
             (bout["after"] for bout in clip["bouts"])]  # fmt: skip
    alerts = [{"kind": "alert", "start_s": 0, "end_s": time_s} for time_s in
              clip["after"]["alerts_s"]]  # fmt: skip
    assert clip["with_recorded_settings"] == "identical"
    return in_order([*bouts, *alerts])


def in_order(events: list[dict[str, Any]]) -> Times:
    return sorted(
        (event["kind"], *(round(1000 * float(event[end])) for end in ("start_s", "end_s")))
        for event in events
    )


def test_the_clip_has_something_to_say(runs: dict[str, Times]) -> None:
    """A bout and a reminder at least; otherwise the rest would prove nothing."""
    assert {"slouch", "alert"} <= {kind for kind, _, _ in runs["analyze"]}


def test_live_and_analyze_agree_to_the_millisecond(runs: dict[str, Times]) -> None:
    """Every kind of event, start and end."""
    assert runs["live"] == runs["analyze"]


def test_tune_replay_and_analyze_agree_to_the_millisecond(runs: dict[str, Times]) -> None:
    """Bouts with start and end, and when reminders fell due."""
    expected = [
        (kind, start if kind == "slouch" else 0, end)
        for kind, start, end in runs["analyze"]
        if kind in ("slouch", "alert")
    ]
    assert runs["tune replay"] == expected

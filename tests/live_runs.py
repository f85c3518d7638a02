"""Runs `posture-cam live` as a user runs it, and reads its lines of JSON."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from commands import SAMPLES, start

CLIP = SAMPLES / "front_high.mp4"
"""With room above the head, so that nothing is to be said about the camera's aim."""
WHOLE_S = 30.0
"""Less than the whole clip."""
QUICK = ("--set", "pose.model=lite", "--set", "calibration.first_upright_s=1")
SENSITIVE = tuple(
    part
    for setting in (
        "slouch.sustained_s=1",
        "slouch.settle_s=0.3",
        "slouch.recover_s=1",
        "strain.patience=0.1",
        "strain.mild_hold_s=5",
        "strain.severe_hold_s=1",
        "quiet.settle_in_s=0",
        "live.rate_hz=15",
    )
    for part in ("--set", setting)
)
"""Reminds within seconds, as fits a clip that is played three times as fast."""
SILENT = ("--set", "alert.sound=false", "--set", "alert.notify=false")
ENDS_S = 60.0
"""Far more than anything here needs; a run that is still there has hung."""


def live(*arguments: str | Path) -> subprocess.Popen[str]:
    return start("live", *QUICK, *SILENT, *arguments)


def finished(run: subprocess.Popen[str]) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the lines of JSON, and what was said on standard error."""
    assert run.stdout is not None
    assert run.stderr is not None
    hung = threading.Timer(ENDS_S, run.kill)
    hung.start()
    # Not communicate(): it leaves out what first_line() has read ahead, up to the middle of a line.
    out, err = run.stdout.read(), run.stderr.read()
    run.wait()
    hung.cancel()
    return run.returncode, [json.loads(line) for line in out.splitlines()], err


def ended_by(
    run: subprocess.Popen[str], number: signal.Signals
) -> tuple[int, list[dict[str, Any]], str]:
    """End it with a signal, as `finished`."""
    run.send_signal(number)
    return finished(run)


def states(lines: list[dict[str, Any]]) -> list[str]:
    return [line["state"] for line in lines if line["type"] == "state"]


def first_line(
    run: subprocess.Popen[str], wanted: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Read lines until a wanted one comes."""
    assert run.stdout is not None
    for text in run.stdout:
        line: dict[str, Any] = json.loads(text)
        if wanted(line):
            return line
    raise AssertionError(f"it ended without such a line: {run.communicate()[1]}")


def first_state(run: subprocess.Popen[str], state: str) -> dict[str, Any]:
    """Read lines until one with this state comes."""
    return first_line(run, lambda line: line.get("state") == state)

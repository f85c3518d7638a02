"""Runs the command line as a user would, in this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest

from posture_cam.cli import main

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_videos"
FOOTAGE = Path(os.environ.get("POSTURE_FOOTAGE", ROOT / "no such folder"))
"""Clips of real people, not part of the repository."""
EMPTY_HOME = tempfile.TemporaryDirectory(prefix="posture-cam-tests-")
CLEAN = {f"XDG_{name}_HOME": EMPTY_HOME.name for name in ("CONFIG", "DATA", "STATE")}
"""Keeps one's own config file and profiles out of the tests, unless a test has set these."""


@dataclass(frozen=True)
class Finished:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Finished:
    """Run `posture-cam` with these arguments in this process."""
    capsys.readouterr()
    code = 0
    try:
        with patch.dict(os.environ, CLEAN | os.environ):
            main([str(argument) for argument in arguments])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    printed = capsys.readouterr()
    return Finished(code, printed.out, printed.err)


def start(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start `posture-cam` with these arguments in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "posture_cam", *map(str, arguments)],
        cwd=ROOT,
        env=CLEAN | os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

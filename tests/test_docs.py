"""Every command that the docs show exists with these options, and the README's commands run."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from posture_cam.cli import COMMANDS, posture_cam

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"(?:^ {4}|^|`|&& (?:\.venv/bin/)?)(posture-cam [a-z][^`#\n]*)", re.MULTILINE)


def shown_commands() -> list[tuple[str, str]]:
    """(page, command line) of every `posture-cam ...` in the docs, placeholders left out."""
    found = []
    for page in PAGES:
        for match in SHOWN.finditer(page.read_text(encoding="utf-8")):
            line = re.sub(r"\s{2,}.*", "", match.group(1)).strip()
            if not re.search(r"[|…\[]|\.\.\.|\b[A-Z]{4,}\b", line):
                found.append((page.name, line))
    return found


def test_the_docs_show_commands() -> None:
    """The search itself finds the three uses of the README."""
    lines = [line for page, line in shown_commands() if page == "README.md"]
    assert "posture-cam live" in lines
    assert any(line.startswith("posture-cam analyze sample_videos") for line in lines)
    assert any(line.startswith("posture-cam tune replay") for line in lines)


@pytest.mark.parametrize(("page", "line"), sorted(set(shown_commands())))
def test_a_shown_command_is_understood(
    page: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its command, options and arguments are those of the program."""
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)[1:]
    command: click.Command = posture_cam
    with click.Context(posture_cam) as context:
        while isinstance(command, click.Group) and words:
            inner = command.get_command(context, words[0])
            assert inner is not None, f"{page}: there is no {words[0]!r}"
            command, words = inner, words[1:]
        if not isinstance(command, click.Group):
            # Running text names a command without its PATH: that alone may be missing.
            with contextlib.suppress(click.MissingParameter):
                command.make_context(line, words, parent=context)


def test_the_tour_of_the_code_names_every_file_once() -> None:
    """CONTRIBUTING.md maps the package; a file that is new, gone or renamed changes the map."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    named = [name for row in rows for name in re.findall(r"`(\w+\.py)`", row.rsplit("|", 2)[1])]
    files = [path.name for path in (ROOT / "posture_cam").glob("[!_]*.py")]
    assert sorted(named) == sorted(files)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_says(name: str) -> None:
    """The summary in the overview is the first line of the command's own help."""
    command = posture_cam.get_command(click.Context(posture_cam), name)
    assert command is not None
    assert (command.help or "").strip().splitlines()[0] == COMMANDS[name]


def test_the_readme_runs_from_video_to_tuning(tmp_path: Path) -> None:
    """analyze, tune evaluate and tune replay, as the README writes them, on one sample clip."""
    results = str(tmp_path / "results")
    clip = str(ROOT / "sample_videos" / "front_high.mp4")
    for words in (
        ["analyze", clip, "-o", results, "--annotate", "--rate", "4"],
        ["tune", "evaluate", results],
        ["tune", "replay", results, "--set", "slouch.sustained_s=30"],
    ):
        command = [sys.executable, "-m", "posture_cam", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    for name in ("frames.csv", "events.csv", "summary.json", "report.html", "poses.npz"):
        assert (tmp_path / "results" / "front_high" / name).stat().st_size > 0
    assert (tmp_path / "results" / "front_high" / "annotated.mp4").stat().st_size > 0

"""Files and folders appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from posture_cam.atomic import LEFT_BEHIND_S, atomic_file, atomic_folder
from posture_cam.errors import RecordingError


def names(folder: Path) -> list[str]:
    """Everything in a folder, hidden names too."""
    return sorted(entry.name for entry in folder.iterdir())


def fill(target: Path, text: str, **options: Any) -> None:
    """Write one file into an atomic folder."""
    with atomic_folder(target, **options) as folder:
        (folder / "frames.csv").write_text(text)


def fill_and_fail(target: Path, failure: type[BaseException] | Callable[[], object]) -> None:
    """Write half a folder, then fail."""
    with atomic_folder(target) as folder:
        (folder / "frames.csv").write_text("new")
        if isinstance(failure, type):
            raise failure
        failure()


class TestFolder:
    """atomic_folder"""

    def test_appears_at_the_end(self, tmp_path: Path) -> None:
        """Nothing is there until the work is done, then all of it and nothing else."""
        target = tmp_path / "deep" / "clip"
        with atomic_folder(target) as folder:
            (folder / "frames.csv").write_text("a")
            assert not target.exists()
        assert (target / "frames.csv").read_text() == "a"
        assert names(tmp_path / "deep") == ["clip"]

    @pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
    def test_failure(self, tmp_path: Path, error: type[BaseException]) -> None:
        """A failure or Ctrl-C leaves the older folder as it was and nothing beside it."""
        target = tmp_path / "clip"
        fill(target, "old")
        with pytest.raises(error):
            fill_and_fail(target, error)
        assert (target / "frames.csv").read_text() == "old"
        assert names(tmp_path) == ["clip"]

    def test_replaces(self, tmp_path: Path) -> None:
        """A finished folder takes the place of the older one as a whole."""
        fill(tmp_path / "clip", "old")
        (tmp_path / "clip" / "annotated.mp4").touch()
        fill(tmp_path / "clip", "new")
        assert names(tmp_path / "clip") == ["frames.csv"]
        assert (tmp_path / "clip" / "frames.csv").read_text() == "new"

    def test_keeps_what_is_not_its_own(self, tmp_path: Path) -> None:
        """Labels made by hand survive; results that were not written again do not."""
        fill(tmp_path / "clip", "old")
        (tmp_path / "clip" / "annotated.mp4").touch()
        (tmp_path / "clip" / "labels.csv").write_text("mine")
        (tmp_path / "clip" / "notes").mkdir()
        fill(tmp_path / "clip", "new", replaces={"frames.csv", "annotated.mp4"})
        assert names(tmp_path / "clip") == ["frames.csv", "labels.csv", "notes"]
        assert (tmp_path / "clip" / "labels.csv").read_text() == "mine"

    def test_settles_elsewhere(self, tmp_path: Path) -> None:
        """Where the place was taken meanwhile, the folder goes where it is told at the end."""
        with atomic_folder(tmp_path / "clip", settle=lambda target: target) as folder:
            (folder / "frames.csv").write_text("old")
        fill(tmp_path / "clip", "new", settle=lambda target: target.with_name("clip-2"))
        assert (tmp_path / "clip" / "frames.csv").read_text() == "old"
        assert (tmp_path / "clip-2" / "frames.csv").read_text() == "new"
        assert names(tmp_path) == ["clip", "clip-2"]

    def test_settles_last(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is asked where to go once its contents are on the disk, which may take seconds."""
        asked: list[str] = []
        monkeypatch.setattr("os.fsync", lambda _: asked.append("written"))

        def settle(target: Path) -> Path:
            asked.append("settled")
            return target

        fill(tmp_path / "clip", "new", settle=settle)
        assert asked[-1] == "settled"
        assert "written" in asked

    @pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
    def test_link(self, tmp_path: Path) -> None:
        """A link to a folder on another disk stays one, however often it is written to."""
        (tmp_path / "disk" / "clip").mkdir(parents=True)
        (tmp_path / "clip").symlink_to(tmp_path / "disk" / "clip")
        for text in ("1", "2", "3"):
            fill(tmp_path / "clip", text)
            assert (tmp_path / "disk" / "clip" / "frames.csv").read_text() == text
        assert (tmp_path / "clip").is_symlink()
        assert names(tmp_path) == ["clip", "disk"]
        assert names(tmp_path / "disk") == ["clip"]

    @pytest.mark.parametrize("name", ["v" * 250, "坐" * 80, "talk [final] *"])
    def test_long_and_odd_names(self, name: str, tmp_path: Path) -> None:
        """Any name that the file system takes, and nothing is left beside it."""
        fill(tmp_path / name, "old")
        fill(tmp_path / name, "new")
        assert names(tmp_path) == [name]

    def test_file_in_its_place(self, tmp_path: Path) -> None:
        """A file of that name is never replaced by a folder."""
        (tmp_path / "clip").write_text("precious")
        with pytest.raises(RecordingError, match="is a file"):
            fill(tmp_path / "clip", "new")
        assert (tmp_path / "clip").read_text() == "precious"

    def test_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        """A place that cannot hold folders is one plain sentence, before any work."""
        (tmp_path / "file").touch()
        with pytest.raises(RecordingError, match=r"cannot be written .* choose another place"):
            fill(tmp_path / "file" / "clip", "new")

    def test_full_disk(self, tmp_path: Path) -> None:
        """When the disk is full, the older folder stays and the failure is told."""
        full = Path("/dev/full")
        if not full.exists():
            pytest.skip("this system has no /dev/full")
        fill(tmp_path / "clip", "old")
        with pytest.raises(OSError, match="No space left"):
            fill_and_fail(tmp_path / "clip", lambda: full.write_text("new"))
        assert (tmp_path / "clip" / "frames.csv").read_text() == "old"

    def test_killed(self, tmp_path: Path) -> None:
        """A process that is killed in the middle leaves no half folder under the real name."""
        script = (
            "import os, sys\nfrom pathlib import Path\n"
            "from posture_cam.atomic import atomic_folder\n"
            "with atomic_folder(Path(sys.argv[1])) as folder:\n"
            "    (folder / 'frames.csv').write_text('half')\n"
            "    os._exit(9)\n"
        )
        subprocess.run([sys.executable, "-c", script, str(tmp_path / "clip")], check=False)
        assert "clip" not in names(tmp_path)
        (leftover,) = tmp_path.iterdir()
        long_ago = time.time() - LEFT_BEHIND_S - 60
        os.utime(leftover, (long_ago, long_ago))
        fill(tmp_path / "clip", "whole")
        assert names(tmp_path) == ["clip"]

    def test_killed_between_the_renames(self, tmp_path: Path) -> None:
        """The one moment without a folder is repaired by the next run, even by one that fails."""
        fill(tmp_path / "clip", "old")
        (tmp_path / "clip").rename(tmp_path / ".clip.previous")
        with pytest.raises(RuntimeError):
            fill_and_fail(tmp_path / "clip", RuntimeError)
        assert (tmp_path / "clip" / "frames.csv").read_text() == "old"

    def test_readable_by_others(self, tmp_path: Path) -> None:
        """Results have the permissions that any new folder has here."""
        fill(tmp_path / "clip", "x")
        (tmp_path / "ordinary").mkdir()
        assert (tmp_path / "clip").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


class TestFile:
    """atomic_file"""

    def test_replaces_when_done(self, tmp_path: Path) -> None:
        """The older contents are there until the new ones are complete."""
        path = tmp_path / "profiles" / "me.json"
        with atomic_file(path) as file:
            file.write(b"old")
        with atomic_file(path) as file:
            file.write(b"new")
            assert path.read_bytes() == b"old"
        assert path.read_bytes() == b"new"
        assert names(path.parent) == ["me.json"]

    def test_failure(self, tmp_path: Path) -> None:
        """A failure leaves the older file and nothing beside it."""
        path = tmp_path / "me.json"
        path.write_bytes(b"old")
        with pytest.raises(TypeError), atomic_file(path) as file:
            file.writelines([b"half", "not bytes"])  # type: ignore[list-item]
        assert path.read_bytes() == b"old"
        assert names(tmp_path) == ["me.json"]

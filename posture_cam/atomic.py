"""Files and folders that appear whole or not at all, whatever interrupts the writing."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from posture_cam.errors import RecordingError

LEFT_BEHIND_S = 2 * 24 * 3600
"""Unfinished work older than this belongs to a run that was killed."""
LONGEST_NAME = 200
"""Bytes; file systems take 255."""
UNREADABLE_NAMES = "backslashreplace"
"""How a file name that is no text, as from an old disk, is written; in JSON it reads back alike."""


@contextmanager
def atomic_file(target: Path) -> Iterator[IO[bytes]]:
    """Write a file; it takes its place, and that of an older one, when the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(
        prefix=f".{_short(target)}.", suffix=".partial", dir=target.parent
    )
    partial = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o666 & ~_umask())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


@contextmanager
def atomic_folder(
    target: Path,
    *,
    replaces: Collection[str] | None = None,
    settle: Callable[[Path], Path] = lambda target: target,
) -> Iterator[Path]:
    """Fill a folder that takes its place when the block ends well; yields where to write.

    If the block fails, or the disk is full, nothing appears and an older folder stays as it was.
    replaces: names that the new contents stand for; anything else that the older folder holds, such
        as labels made by hand, is kept. None replaces the folder as a whole.
    settle: asked at the end, given the target, where the folder goes after all.
    Raises RecordingError when the folder cannot be made, or a file has its name.
    """
    given, target = target, target.resolve()  # a link stays and leads to the new folder
    previous = target.with_name(f".{_short(target)}.previous")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if previous.exists() and not target.exists():
            previous.rename(target)  # a run was killed between the two renames below
        _remove_left_behind(target)
        if target.exists() and not target.is_dir():
            raise RecordingError(f"{target} is a file; remove it, or name another place.")
        partial = Path(
            tempfile.mkdtemp(prefix=f".{_short(target)}.", suffix=".partial", dir=target.parent)
        )
    except OSError as error:
        raise RecordingError(
            f"The folder {target} cannot be written ({error.strerror}); choose another place, or"
            " make this one writable."
        ) from error
    try:
        yield partial
        _sync(partial)  # the long part, before it is asked where the folder goes
        target = settle(given).resolve()
        if target.parent != partial.parent:  # behind a link, perhaps on another disk
            partial = Path(shutil.move(partial, target.with_name(partial.name)))
        previous = target.with_name(f".{_short(target)}.previous")
        if target.exists() and replaces is not None:
            _keep_others(target, partial, replaces)
        partial.chmod(0o777 & ~_umask())
        if target.exists():
            shutil.rmtree(previous, ignore_errors=True)
            target.rename(previous)
        partial.rename(target)
        shutil.rmtree(previous, ignore_errors=True)
    except BaseException:
        if previous.exists() and not target.exists():
            previous.rename(target)
        shutil.rmtree(partial, ignore_errors=True)
        raise


def _keep_others(old: Path, new: Path, replaced: Collection[str]) -> None:
    for entry in old.iterdir():
        if entry.name in replaced or (new / entry.name).exists():
            continue
        if entry.is_dir():
            shutil.copytree(entry, new / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, new / entry.name, follow_symlinks=False)
    _sync(new)


def _sync(folder: Path) -> None:
    """Have the contents on the disk before their name is: a crash must not leave empty files."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove_left_behind(target: Path) -> None:
    for folder in target.parent.glob(f".{glob.escape(_short(target))}.*.partial"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LEFT_BEHIND_S:
                shutil.rmtree(folder, ignore_errors=True)


def _short(target: Path) -> str:
    """The name, shortened where it leaves no room for the beginning and the end of another."""
    name = os.fsencode(target.name)
    if len(name) <= LONGEST_NAME:
        return target.name
    return hashlib.sha256(name).hexdigest()[:32]


def _umask() -> int:
    """What temporary files are stricter than: they are made for their owner alone."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

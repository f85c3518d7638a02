"""The program's own log on standard error, without what native libraries write there.

MediaPipe, TFLite and LiteRT write dozens of information and warning lines past Python's logging
whenever a model is loaded or closed. No option silences them, so the file descriptor is redirected
for the moment.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import IO

_NOISE = re.compile(
    rb"[IW]\d{4,8} \d\d:\d\d:[\d.]+ +\d+ [^ ]+:\d+\] "
    rb"|WARNING: (All log messages|Logging) before "
    rb"|INFO: Created TensorFlow Lite "
    rb"|(INFO|WARNING): \[[^ ]+:\d+\] "
)
"""Starts of lines: information and warnings of glog, absl, TFLite and LiteRT; errors are kept."""
_STANDARD_ERROR = 2
_one_at_a_time = threading.RLock()


def log_at(level: int | str) -> None:
    """Send the program's own log to standard error, from a level of `logging` on."""
    logging.basicConfig(level=level, format="%(levelname)s: %(message)s", force=True)


@contextmanager
def hidden_native_log() -> Iterator[None]:
    """Drop native information and warning lines written to standard error inside this block.

    All else that was written comes out, unchanged, when the block ends. Nothing is hidden when the
    program's log level is DEBUG. Meant for short blocks: other threads' lines are delayed, too.
    """
    if logging.getLogger(__name__).isEnabledFor(logging.DEBUG):
        yield
        return
    with _one_at_a_time:
        captured = _capture()
        _flush()
        original = _redirect_to(captured.fileno())
        try:
            yield
        finally:
            _flush()
            if original is not None:
                os.dup2(original, _STANDARD_ERROR)
                os.close(original)
                captured.seek(0)
                _write(without_noise(captured.read()))
                captured.seek(0)
                captured.truncate()


@cache
def _capture() -> IO[bytes]:
    """One file for the whole run: the folder that it lies in may vanish meanwhile."""
    return tempfile.TemporaryFile()


def _redirect_to(descriptor: int) -> int | None:
    """Point standard error at a file; return a copy of the old one, None when there is none."""
    try:
        original = os.dup(_STANDARD_ERROR)
    except OSError:
        return None
    os.dup2(descriptor, _STANDARD_ERROR)
    return original


def _write(text: bytes) -> None:
    with suppress(OSError):
        while text:
            text = text[os.write(_STANDARD_ERROR, text) :]


def without_noise(text: bytes) -> bytes:
    """The lines of a native log that report something else than information and warnings."""
    lines = text.splitlines(keepends=True)
    return b"".join(line for line in lines if not _NOISE.match(line))


def _flush() -> None:
    """Python's own pending output belongs before or after the redirection, never into it."""
    with suppress(AttributeError, OSError, ValueError):
        sys.stderr.flush()

"""Pictures as they happen: a reader thread drains the device and keeps only the newest one."""

from __future__ import annotations

import platform
import threading
import time
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from posture_cam.errors import SourceError
from posture_cam.sources import FrameGrid, Source, SourceInfo, SourceKind
from posture_cam.types import Frame

CLOSING_S = 2.0
SYSTEM = platform.system()


class Grabber(Protocol):
    """A camera or connection that delivers pictures one after the other."""

    def grab(self) -> None:
        """Wait for the next picture. Raises SourceError when there will be none."""

    def retrieve(self) -> NDArray[np.uint8]:
        """The picture that was grabbed last, (height, width, 3) uint8 BGR, upright."""

    def close(self) -> None:
        """Give the device or connection back."""


class LiveSource(Source):
    """Frames from a grabber. time_s counts from the first picture on a clock that never stops.

    However slowly frames are taken, the next one is always the newest, so no delay builds up.
    Pictures that are not due are grabbed but not converted, which is most of a camera's cost.
    """

    live = True

    def __init__(
        self,
        grabber: Grabber,
        *,
        spec: str,
        kind: SourceKind,
        fps: float,
        codec: str = "",
        rate_hz: float = 0,
        timeout_s: float,
    ) -> None:
        self._grabber = grabber
        self._name = spec if kind is SourceKind.STREAM else f"Camera {spec}"
        self._timeout_s = timeout_s
        self._rate_hz = rate_hz
        self._grid = FrameGrid(rate_hz)
        self._changed = threading.Condition()
        self._newest: Frame | None = None
        self._due = False
        self._failure: SourceError | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture-reader", daemon=True)
        self._thread.start()
        try:
            with self._changed:
                height, width, _ = self._await_newest().image.shape
        except BaseException:
            self.close()
            raise
        self.info = SourceInfo(spec, kind, width, height, fps=fps, codec=codec)

    def __next__(self) -> Frame:
        if self._closing.is_set():
            raise StopIteration
        with self._changed:
            frame = self._await_newest()
            self._newest = None
            self._due = False
        return frame

    def close(self) -> None:
        self._closing.set()
        if self._thread is not threading.current_thread():
            # A driver that hangs is left to its daemon thread, which ends with the program.
            self._thread.join(CLOSING_S)

    def _await_newest(self) -> Frame:
        """The newest picture that is due, left in place. To be called with the lock held."""
        patience = self._timeout_s + (1 / self._rate_hz if self._rate_hz else 0)
        self._changed.wait_for(lambda: self._newest or self._failure, patience)
        if self._newest is not None:
            return self._newest
        raise self._failure or SourceError(
            f"{self._name} has sent no picture for {self._timeout_s:g} s; check that it is"
            " connected and not used by another program."
        )

    def _run(self) -> None:
        try:
            self._read()
        except SourceError as failure:
            self._fail(failure)
        except Exception as error:  # whatever a driver throws must reach the reader, not vanish
            self._fail(SourceError(f"{self._name} was lost ({error}); check its connection."))
        finally:
            self._grabber.close()

    def _read(self) -> None:
        started = previous = None
        interval_s = 0.0
        index = 0
        while not self._closing.is_set():
            self._grabber.grab()
            now = steady_clock()
            if started is None or previous is None:
                started = previous = now
            interval_s += 0.1 * (now - previous - interval_s)
            previous = now
            self._offer(index, now - started, interval_s)
            index += 1

    def _offer(self, index: int, time_s: float, interval_s: float) -> None:
        # The next picture is expected one interval on, so this one is the nearest until halfway.
        reach_s = min(interval_s, 1 / self._rate_hz) / 2 if self._rate_hz else 0.0
        with self._changed:
            self._due = due = self._grid.takes(time_s + reach_s) or self._due
        if not due:
            return
        frame = Frame(index, time_s, self._grabber.retrieve())
        with self._changed:
            # Unless its instant was served by an earlier picture while this one was converted.
            if self._due or not self._rate_hz:
                self._newest = frame
                self._changed.notify_all()

    def _fail(self, failure: SourceError) -> None:
        with self._changed:
            self._failure = failure
            self._changed.notify_all()


def steady_clock() -> float:
    """Seconds on a clock that is never set back and runs on while the computer sleeps.

    A night's sleep has to look like eight hours away, not like one uninterrupted sitting.
    """
    if SYSTEM == "Linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if SYSTEM == "Darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()

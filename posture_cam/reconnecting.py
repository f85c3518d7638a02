"""Frames of one session, across every loss of the camera or stream."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from itertools import chain, islice

from posture_cam.config import LiveSettings
from posture_cam.errors import SourceError
from posture_cam.live_source import steady_clock
from posture_cam.sources import comes_back, open_source
from posture_cam.types import NAN, Frame


class ReconnectingSource:
    """Opens a source, and opens it again whenever it is lost; a file is read once, to its end.

    spec: as `open_source` takes it.
    retry: False lets the first failure through, as it does for files.
    realtime: play a file at its own speed.
    trouble: called with one sentence when pictures stop. notice: for anything else worth a line.
    live: whether the pictures that come are those of now; known once the source is open.
    """

    def __init__(
        self,
        spec: str,
        settings: LiveSettings,
        *,
        retry: bool,
        realtime: bool,
        trouble: Callable[[str], object],
        notice: Callable[[str], object],
    ) -> None:
        self._spec = spec
        self._settings = settings
        self._retry = retry and comes_back(spec)
        self._realtime = realtime
        self._trouble, self._notice = trouble, notice
        self._clock = SessionClock()
        self._outage = Outage(settings.retry_s)
        self.live = False

    @property
    def now_s(self) -> float:
        """The present on the clock of the frames, NaN before the first one."""
        return self._clock.now_s

    def opened(self, stop: threading.Event) -> Iterator[Frame]:
        """As `frames`, but what can go wrong at the beginning goes wrong now.

        A camera is opened and has delivered; a file can be read, and its time does not yet run.
        """
        frames = self.frames(stop)
        if not comes_back(self._spec):
            open_source(self._spec).close()
            return frames
        first = list(islice(frames, 1))
        return chain(first, frames)

    def frames(self, stop: threading.Event) -> Iterator[Frame]:
        """Frames with strictly increasing times, until a file's end or `stop`.

        Raises SourceError for a source that is not worth waiting for.
        """
        while not stop.is_set():
            try:
                yield from self._frames_of_one_opening(stop)
                return
            except SourceError as error:
                if not self._retry:
                    raise
                sentence = self._outage.sentence(error)
                if sentence:
                    self._trouble(sentence)
            stop.wait(self._settings.retry_s)

    def _frames_of_one_opening(self, stop: threading.Event) -> Iterator[Frame]:
        with open_source(
            self._spec,
            rate_hz=self._settings.rate_hz,
            realtime=self._realtime,
            timeout_s=self._settings.timeout_s,
        ) as source:
            self.live = source.live
            self._clock.source_opened()
            for frame in source:
                if stop.is_set():
                    return
                if self._outage.ends():
                    self._notice("There are pictures again.")
                yield self._clock.place(frame)
            if source.problem:
                self._notice(source.problem)


class SessionClock:
    """One clock for a session in which the source may be opened several times.

    Each opened source counts from its own first picture; after a reconnection the time that passed
    without pictures is added.
    """

    def __init__(self) -> None:
        self._zero: float | None = None
        self._shift_s = 0.0
        self._first = True
        self._last_s = -math.inf

    @property
    def now_s(self) -> float:
        """Seconds since the first picture, NaN before it."""
        return NAN if self._zero is None else steady_clock() - self._zero

    def source_opened(self) -> None:
        """The next frame is the first one of a source."""
        self._first = True

    def place(self, frame: Frame) -> Frame:
        """The frame with its time on the session's clock, strictly after the one before."""
        if self._zero is None:
            self._zero = steady_clock() - frame.time_s
        elif self._first:
            self._shift_s = max(self.now_s, self._last_s + 1e-3) - frame.time_s
        self._first = False
        self._last_s = frame.time_s + self._shift_s
        return Frame(frame.index, self._last_s, frame.image)


class Outage:
    """What to say while a source is lost: every reason once, not every attempt."""

    def __init__(self, retry_s: float) -> None:
        self._retry_s = retry_s
        self._told: set[str] = set()

    def sentence(self, error: SourceError) -> str:
        """What to tell about a failed attempt; empty when it has been told in this outage."""
        reason = str(error)
        if reason in self._told:
            return ""
        self._told.add(reason)
        return f"{reason} Trying again every {self._retry_s:g} s."

    def ends(self) -> bool:
        """Pictures come again; True when there was an outage."""
        was_out = bool(self._told)
        self._told.clear()
        return was_out

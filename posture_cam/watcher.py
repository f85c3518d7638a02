"""Pictures to observations on a thread of its own.

The main thread keeps the window, the terminal and the signals; so neither a camera that hangs nor
the pose model ever delays a Ctrl-C.
"""

from __future__ import annotations

import math
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from posture_cam.config import Settings
from posture_cam.engine import PostureEngine
from posture_cam.errors import PostureCamError, SourceError
from posture_cam.live_source import steady_clock
from posture_cam.observation import Observation
from posture_cam.person import PersonSelector
from posture_cam.sources import URL_SCHEMES, open_source
from posture_cam.types import NAN, Event, Frame, Pose

QUEUE_LENGTH = 64
"""Observations kept for a main thread that is busy drawing; beyond it the watcher waits."""
CLOSING_S = 3.0
"""How long to wait for a thread that is inside a camera driver before it is left behind."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """The source gives no pictures; it will be tried again. `sentence` says why."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth a line that is no failure."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Nothing more will come. `error` is the failure that ended it, None after a file's end."""

    error: PostureCamError | None = None


News = Observation | Trouble | Notice | Ended


class Watcher:
    """Reads a source, finds the person in every frame and lets the engine judge it.

        with Watcher(spec, settings, engine) as watcher:
            while ...:
                for news in watcher.news(timeout_s):
                    ...
            events = watcher.finish()

    spec: as `open_source` takes it.
    engine: used on the watcher's thread; reach it through `ask` only.
    retry: try a lost camera or stream again every live.retry_s, for ever.
    realtime: play a file at its own speed.
    """

    def __init__(
        self,
        spec: str,
        settings: Settings,
        engine: PostureEngine,
        *,
        retry: bool = True,
        realtime: bool = True,
    ) -> None:
        self._spec = spec
        self._settings = settings
        self._engine = engine
        self._retry = retry and comes_back(spec)
        self._realtime = realtime
        self._stop = threading.Event()
        self._finished = False
        self._in_engine = threading.Lock()
        self._news: queue.Queue[News] = queue.Queue(QUEUE_LENGTH)
        self._requests: queue.SimpleQueue[Callable[[PostureEngine], None]] = queue.SimpleQueue()
        self._clock = SessionClock()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def news(self, timeout_s: float) -> list[News]:
        """All that has come since the last call; waits up to `timeout_s` for the first."""
        try:
            first = self._news.get(timeout=timeout_s) if timeout_s > 0 else self._news.get_nowait()
        except queue.Empty:
            return []
        waiting = [first]
        while not self._news.empty():
            waiting.append(self._news.get_nowait())
        return waiting

    def ask(self, request: Callable[[PostureEngine], None]) -> None:
        """Let the watcher's thread call `request(engine)` before it judges the next frame."""
        self._requests.put(request)

    @property
    def now_s(self) -> float:
        """The present on the clock of the observations, NaN before the first picture."""
        return self._clock.now_s

    def stop(self) -> bool:
        """End watching and give the source back; False when its driver hangs and is left behind."""
        self._stop.set()
        self._thread.join(CLOSING_S)
        return not self._thread.is_alive()

    def finish(self) -> tuple[Event, ...]:
        """The engine's events that were still open; frames that come later are not judged."""
        with self._in_engine:
            self._finished = True
            return self._engine.finish()

    def _run(self) -> None:
        try:
            self._watch()
            self._tell(Ended())
        except PostureCamError as error:
            self._tell(Ended(error))
        except Exception as error:  # told in one sentence by the main thread, with --debug in full
            failure = PostureCamError(
                f"Watching failed ({type(error).__name__}: {error}); run again with --debug for"
                " details, and report this."
            )
            failure.__cause__ = error
            self._tell(Ended(failure))

    def _watch(self) -> None:
        # MediaPipe takes a second to load: not before there is a thread of its own to load it on.
        from posture_cam.pose import PoseEstimator

        pose = self._settings.pose
        selector = PersonSelector()
        with PoseEstimator(pose.model, pose.people, pose.min_confidence) as estimator:
            for frame in self._frames():
                people = estimator.estimate(frame)
                chosen = selector.choose(people)
                person = people[chosen] if chosen >= 0 else nobody_in(frame, people)
                observation = self._judge(frame, person, sum(pose.present for pose in people))
                if observation is None or not self._tell(observation):
                    return

    def _judge(self, frame: Frame, person: Pose, people: int) -> Observation | None:
        with self._in_engine:
            if self._finished:
                return None
            while not self._requests.empty():
                self._requests.get()(self._engine)
            step = self._engine.update(person)
            return Observation(frame, person, step, people, self._engine.baseline is not None)

    def _frames(self) -> Iterator[Frame]:
        """Frames until the end or `stop`, across losses of a camera or stream."""
        outage = Outage(self._settings.live.retry_s)
        while not self._stop.is_set():
            try:
                with open_source(
                    self._spec,
                    rate_hz=self._settings.live.rate_hz,
                    realtime=self._realtime,
                    timeout_s=self._settings.live.timeout_s,
                ) as source:
                    self._clock.source_opened()
                    for frame in source:
                        if outage.ends():
                            self._tell(Notice("There are pictures again."))
                        if self._stop.is_set():
                            return
                        yield self._clock.place(frame)
                    if source.problem:
                        self._tell(Notice(source.problem))
                    return
            except SourceError as error:
                if not self._retry:
                    raise
                sentence = outage.sentence(error)
                if sentence:
                    self._tell(Trouble(sentence))
            self._stop.wait(self._settings.live.retry_s)

    def _tell(self, news: News) -> bool:
        """Queue news; False when the main thread has stopped listening."""
        while not self._stop.is_set():
            try:
                self._news.put(news, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False


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


def comes_back(spec: str) -> bool:
    """Whether it is worth waiting for this source: a camera or a stream, not a file."""
    scheme = spec.strip().partition("://")[0].lower()
    return spec.strip().isdecimal() or spec.startswith("/dev/") or scheme in URL_SCHEMES


def nobody_in(frame: Frame, people: tuple[Pose, ...]) -> Pose:
    """The pose of a picture in which the watched person is not."""
    height, width = frame.image.shape[:2]
    brightness = people[0].brightness if people else NAN
    return Pose.nobody(frame.time_s, width, height, brightness)

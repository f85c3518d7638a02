"""Pictures to observations on a thread of its own.

The main thread keeps the window, the terminal and the signals; so neither a camera that hangs nor
the pose model ever delays a Ctrl-C.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.day import DayKeeper
from posture_cam.engine import PostureEngine
from posture_cam.errors import PostureCamError
from posture_cam.live_source import steady_clock
from posture_cam.models import load_networks
from posture_cam.news import Ended, News, Notice, Trouble
from posture_cam.observation import Observation
from posture_cam.person_choice import PersonSelector
from posture_cam.picture_rate import too_seldom
from posture_cam.profile_choice import Candidate
from posture_cam.profile_use import ProfileUse
from posture_cam.reconnecting import ReconnectingSource
from posture_cam.sources import ask_for_camera
from posture_cam.spine import SpineEstimator
from posture_cam.time_of_day import TimeOfDay
from posture_cam.types import Event, Frame, Pose, Step

QUEUE_LENGTH = 64
"""Observations kept for a main thread that is busy drawing; beyond it the watcher waits."""
RATE_KNOWN_FROM = 6
"""After so many pictures it is known how often they come."""
CLOSING_S = 1.5
"""How long to wait for a thread that is inside a camera driver before it is left behind."""


class Watcher:
    """Reads a source, finds the person in every frame and lets the engine judge it.

        with Watcher(spec, settings, baseline) as watcher:
            while ...:
                for news in watcher.news(timeout_s):
                    ...
            watcher.stop()
            events = watcher.finish()

    spec: as `open_source` takes it. baseline: the calibrated upright posture, None to find one.
    candidates: without a baseline, stored profiles of which the one that fits is chosen and named.
    retry: try a lost camera or stream again every live.retry_s, for ever.
    realtime: play a file at its own speed.
    judging: False only finds the person and the absolute angles, which needs no baseline.
    day: gives the engine the day so far and keeps it, where the pictures are those of now.
    """

    def __init__(
        self,
        spec: str,
        settings: Settings,
        baseline: Baseline | None = None,
        *,
        candidates: Sequence[Candidate] = (),
        retry: bool = True,
        realtime: bool = True,
        judging: bool = True,
        day: DayKeeper | None = None,
    ) -> None:
        self._spec = spec
        self._settings = settings
        self._baseline = baseline
        self._judging = judging
        self._day = day
        self._candidates = candidates
        self._profiles: ProfileUse  # once the camera is there, see _begin_profiles
        self._made_s = steady_clock()
        self._time_of_day: TimeOfDay | None = None
        self._engine: PostureEngine | None = None
        self._in_engine = threading.Lock()
        self._finished = False
        self._stop = threading.Event()
        self._news: queue.Queue[News] = queue.Queue(QUEUE_LENGTH)
        self._requests: queue.SimpleQueue[Callable[[PostureEngine], None]] = queue.SimpleQueue()
        self._source = ReconnectingSource(
            spec,
            settings.live,
            retry=retry,
            realtime=realtime,
            trouble=self._lose_sight,
            notice=lambda sentence: self._tell(Notice(sentence)),
        )
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def __enter__(self) -> Watcher:
        ask_for_camera(self._spec)
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    def news(self, timeout_s: float) -> list[News]:
        """All that has come since the last call; waits up to `timeout_s` for the first."""
        try:
            waiting = [self._news.get(timeout=timeout_s) if timeout_s else self._news.get_nowait()]
        except queue.Empty:
            return []
        while not self._news.empty():
            waiting.append(self._news.get_nowait())
        return waiting

    def ask(self, request: Callable[[PostureEngine], None]) -> None:
        """Let the watcher's thread call `request(engine)` before it judges the next frame."""
        self._requests.put(request)

    @property
    def now_s(self) -> float:
        """The present on the clock of the observations, NaN before the first picture."""
        return self._source.now_s

    def stop(self) -> bool:
        """End watching and give the source back; False when its driver hangs and is left behind."""
        if not self._stop.is_set():
            self._stop.set()
            self._thread.join(CLOSING_S)
        return not self._thread.is_alive()

    def finish(self) -> tuple[Event, ...]:
        """The engine's events that were still open; frames that come later are not judged."""
        with self._in_engine:
            self._finished = True
            if self._engine is None:
                return ()
            events = self._engine.finish()
            if self._day is not None and self._source.live:
                self._day.save(self._engine)
            return events

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
        frames = self._source.opened(self._stop)
        if self._stop.is_set():
            return
        self._begin_profiles()
        # MediaPipe takes a second to load, so it is loaded here, where nothing waits for it.
        from posture_cam.pose import PoseEstimator

        pose = self._settings.pose
        stored = [candidate.baseline for candidate in self._candidates]
        selector = PersonSelector(self._baseline, stored)
        first_times: list[float] = []
        live = self._source.live
        with PoseEstimator(pose.model, pose.people, pose.min_confidence, live=live) as estimator:
            for frame in frames:
                if len(first_times) < RATE_KNOWN_FROM:
                    first_times.append(frame.time_s)
                    self._check_rate(first_times)
                people = estimator.estimate(frame)
                chosen = selector.choose(people)
                person = people[chosen] if chosen >= 0 else people[0].absent()
                observation = self._observe(frame, person, selector)
                if observation is None or not self._tell(observation):
                    return

    def _lose_sight(self, sentence: str) -> None:
        """The source is lost: what happens until there are pictures again is not seen."""
        with self._in_engine:
            if self._engine is not None:
                self._engine.paused()
        self._tell(Trouble(sentence))

    def _begin_profiles(self) -> None:
        """The source is open. While a camera was missing, profiles have grown older."""
        candidates, holds_s = self._candidates, self._settings.calibration.holds_s
        if self._source.live:
            waited_s = steady_clock() - self._made_s
            if self._baseline is not None:
                self._baseline = self._baseline.older(waited_s, holds_s)
            candidates = [
                replace(one, baseline=one.baseline.older(waited_s, holds_s)) for one in candidates
            ]
        self._profiles = ProfileUse(self._baseline, candidates, self._settings, self._tell)
        self._profiles.begin()

    def _check_rate(self, times: Sequence[float]) -> None:
        """Say once that pictures come too seldom, when enough have come."""
        seldom = too_seldom(times) if len(times) == RATE_KNOWN_FROM else None
        if seldom:
            self._tell(Notice(seldom))

    def _observe(self, frame: Frame, person: Pose, selector: PersonSelector) -> Observation | None:
        if self._judging:
            return self._judge(frame, person, selector)
        step = Step(frame.time_s, self._estimator.measure(person, None).angles)
        return Observation(
            frame,
            person,
            step,
            selector.people,
            False,
            rivals=selector.rivals,
            portraits=selector.portraits,
            is_portrait=selector.is_portrait,
        )

    @cached_property
    def _estimator(self) -> SpineEstimator:
        """Reads a picture by itself."""
        return SpineEstimator(load_networks(), self._settings.pose.min_visibility)

    def _judge(self, frame: Frame, person: Pose, selector: PersonSelector) -> Observation | None:
        with self._in_engine:
            if self._finished:
                return None
            engine = self._engine = self._engine or self._new_engine()
            self._follow_clock(engine, frame.time_s)
            asked = self._heed_requests(engine)
            if selector.was_portrait:
                engine.start_over()
                self._profiles.start_over()
            self._profiles.choose(person, engine, selector)
            if self._day is not None:
                self._day.sitter = self._profiles.name or self._day.sitter
            step = engine.update(person)
            self._profiles.follow(engine)
            if self._day is not None and self._source.live:
                news = asked or bool(step.events)
                self._day.follow(engine, step.time_s, present=person.present, news=news)
            return Observation(frame, person, step, selector.people, engine.baseline is not None)

    def _heed_requests(self, engine: PostureEngine) -> bool:
        """Whether there were any."""
        asked = False
        while not self._requests.empty():
            self._requests.get()(engine)
            asked = True
        return asked

    def _follow_clock(self, engine: PostureEngine, time_s: float) -> None:
        if self._time_of_day is not None and self._time_of_day.changed(time_s, self._source.now_s):
            engine.set_clock(self._time_of_day.at_zero_s)

    def _new_engine(self) -> PostureEngine:
        """Time of day and the day so far belong to what happens now, not to a recording."""
        live = self._source.live
        self._time_of_day = TimeOfDay(self._source.now_s) if live else None
        engine = PostureEngine(
            self._settings,
            load_networks(),
            self._baseline,
            clock_at_zero_s=self._time_of_day.at_zero_s if self._time_of_day else None,
        )
        if self._day is not None and live:
            self._day.resume(engine, self._source.now_s)
            self._profiles.sat_before = self._day.sitter
        return engine

    def _tell(self, news: News) -> bool:
        """Queue news; False when the main thread has stopped listening."""
        while not self._stop.is_set():
            try:
                self._news.put(news, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

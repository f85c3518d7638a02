"""Live monitoring: watch, show, remind."""

from __future__ import annotations

import logging
import math
import os
import sys
import time
from collections.abc import Callable, Sequence

from posture_cam.alerts import AlertDispatcher, Answer, make_sinks
from posture_cam.config import Settings
from posture_cam.day import DayKeeper, day_path
from posture_cam.display import Display, JsonLines
from posture_cam.errors import PostureCamError
from posture_cam.news import Ended, News, Notice, Trouble
from posture_cam.observation import Observation
from posture_cam.preview import Preview
from posture_cam.profiles import candidates_at, load_profile, load_profiles
from posture_cam.recording_date import recorded_at
from posture_cam.sources import is_recording
from posture_cam.status import PlainLines, QuietLines, StatusLine
from posture_cam.stopping import StopSignal
from posture_cam.types import Event
from posture_cam.watcher import Watcher

log = logging.getLogger(__name__)

PATIENCE_S = 0.05
"""Longest wait for news, and so the longest delay of a key, a signal or a closed window."""
SILENCE_S = 2.0
"""Without a picture for this long the displays are told so, then once a second."""
NO_PICTURE = "Waiting for a picture."


def live(
    settings: Settings,
    source: str,
    stop: StopSignal,
    *,
    profile: str | None = None,
    preview: bool = True,
    as_json: bool = False,
) -> bool:
    """Monitor `source` until it ends or `stop` is set.

    profile: name of the calibration to use; None means the stored one that fits, if there is such
        a one, else the first upright seconds.
    Returns and raises as `run_live`; CalibrationError for a profile that cannot be used.
    """
    moment, happening = recorded_at(source), not is_recording(source)
    named = load_profile(profile, settings) if profile is not None else None
    baseline = named.baseline_at(moment, settings, live=happening) if named is not None else None
    stored = load_profiles(settings) if named is None else ()
    candidates = candidates_at(moment, stored, settings, live=happening)
    text = text_display(as_json)
    displays: list[Display] = [text]
    day = DayKeeper(day_path(profile), text.tell) if settings.live.keep_day else None
    watcher = Watcher(source, settings, baseline, candidates=candidates, day=day)
    reminding = None if isinstance(text, JsonLines) else text.remind
    sinks = make_sinks(settings.alert, reminding, answering(watcher, settings.alert.snooze_s))
    try:
        if preview:
            displays.append(open_preview(settings, stop, text.tell))
        with AlertDispatcher(sinks, text.tell) as alerts:
            return run_live(watcher, displays, alerts.deliver, stop)
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more may be written there at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    finally:
        for display in reversed(displays):
            display.close()


def answering(watcher: Watcher, snooze_s: float) -> Callable[[Answer, Event], None]:
    """What to do when a reminder is answered; may be called from any thread."""

    def answer(reply: Answer, event: Event) -> None:
        if reply is Answer.SNOOZE:
            until_s = watcher.now_s + snooze_s  # from now, though pictures may come only later
            watcher.ask(lambda engine: engine.snooze(until_s))
        else:
            watcher.ask(lambda engine: engine.dismissed(event))

    return answer


def open_preview(settings: Settings, stop: StopSignal, tell: Callable[[str], None]) -> Preview:
    """The window, which ends the run when it is closed."""
    return Preview(
        stop.set,
        tell,
        mirrored=settings.live.mirror,
        min_visibility=settings.pose.min_visibility,
    )


def text_display(as_json: bool) -> JsonLines | StatusLine | PlainLines | QuietLines:
    """What is written: JSON, a status line on a terminal, plain lines, or next to nothing."""
    if as_json:
        return JsonLines()
    if sys.stdout is None or not log.isEnabledFor(logging.WARNING):
        return QuietLines()
    return StatusLine() if sys.stdout.isatty() else PlainLines()


def run_live(
    watcher: Watcher,
    displays: Sequence[Display],
    deliver: Callable[[Event], None],
    stop: StopSignal,
) -> bool:
    """Watch until the source ends or `stop` is set, which a display may do, too.

    displays: shown everything that happens. deliver: called with every event; must not block.
    Returns False when a driver hung and its thread had to be left behind.
    Raises the PostureCamError that ended the watching.
    """
    session = LiveSession(displays, deliver)
    with watcher:
        try:
            while not (stop.is_set() or session.ended):
                session.take(watcher.news(PATIENCE_S))
                session.refresh(watcher.now_s)
        except BaseException:  # as when the terminal is gone: the day so far is kept all the same
            watcher.stop()
            watcher.finish()
            raise
        released = watcher.stop()
        session.take(watcher.news(0.0))
        session.happened(watcher.finish())
    if session.failure is not None:
        raise session.failure
    return released


class LiveSession:
    """Passes what the watcher tells on to the displays and the alerts."""

    def __init__(self, displays: Sequence[Display], deliver: Callable[[Event], None]) -> None:
        self._displays = displays
        self._deliver = deliver
        self._reason = NO_PICTURE
        self._silent_since = time.monotonic()
        self._begun = False
        self.ended = False
        self.failure: PostureCamError | None = None

    def take(self, news: Sequence[News]) -> None:
        """Handle everything that has come, in order."""
        for item in news:
            if isinstance(item, Observation):
                self._reason, self._silent_since = NO_PICTURE, time.monotonic()
                self._begun = True
                for display in self._displays:
                    display.show(item)
                self.happened(item.step.events)
            elif isinstance(item, Ended):
                self.ended, self.failure = True, item.error
            else:
                if isinstance(item, Trouble):
                    self._reason = item.sentence
                hint = isinstance(item, Notice) and item.hint
                for display in self._displays:
                    display.tell(item.sentence, hint)

    def happened(self, events: Sequence[Event]) -> None:
        """Report events to the displays and the alerts."""
        for event in events:
            for display in self._displays:
                display.report(event)
            self._deliver(event)

    def refresh(self, now_s: float) -> None:
        """Once a second of silence tell the displays that there is no picture.

        now_s: the present on the clock of the observations.
        """
        now = time.monotonic()
        if now - self._silent_since >= SILENCE_S:
            # Who was stopped meanwhile does not catch up on what is past.
            self._silent_since = max(self._silent_since + 1.0, now - SILENCE_S)
            for display in self._displays:
                # The first picture is shown late, when the pose model is there, and is time 0.
                display.wait(now_s if self._begun else math.nan, self._reason)

"""Reminders reach the person: each goes to a tuple of sinks, off the thread that watches.

    with AlertDispatcher(make_sinks(settings.alert, remind, answer), tell) as alerts:
        alerts.deliver(event)      # returns at once

A sink that fails says so once and is tried again next time; watching never stops for it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Protocol

from posture_cam.config import AlertSettings
from posture_cam.errors import PostureCamError
from posture_cam.messages import say
from posture_cam.types import Event, EventKind

log = logging.getLogger(__name__)

RECORDS = frozenset({EventKind.SLOUCH, EventKind.AWAY})
"""Kinds that only say what was; everything else is a reminder."""
OF_THE_PICTURE = frozenset(
    {EventKind.CAMERA_MOVED, EventKind.OTHER_PERSON, EventKind.STRAIGHTER, EventKind.TOO_DARK}
)
"""Reminders of what the camera shows: nobody stretches for them."""
CLOSING_S = 3.0


def is_reminder(event: Event) -> bool:
    """Whether the person is to hear of it now."""
    return event.kind not in RECORDS and not event.quiet


def stretching_advice(kind: EventKind) -> str:
    """Where to read on before stretching; "" for reminders about camera, person or light."""
    return "" if kind in OF_THE_PICTURE else say("safety.where")


class Answer(StrEnum):
    """What the person does about a reminder."""

    SNOOZE = "snooze"
    DISMISS = "dismiss"


class Sink(Protocol):
    """A way to reach the person. Used on the dispatcher's thread only."""

    name: str

    def deliver(self, event: Event) -> None:
        """Pass a reminder on. Raises AlertError, or anything a driver throws."""

    def close(self) -> None:
        """Give everything back."""


class AlertDispatcher:
    """Hands reminders to the sinks on a thread of its own.

    tell: called with one sentence when a sink fails for the first time.
    """

    def __init__(self, sinks: Sequence[Sink], tell: Callable[[str], None]) -> None:
        self._sinks = tuple(sinks)
        self._tell = tell
        self._failed: set[str] = set()
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)

    def __enter__(self) -> AlertDispatcher:
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._events.put(None)
        self._thread.join(CLOSING_S)

    def deliver(self, event: Event) -> None:
        """Pass an event on if it is a reminder. Never blocks."""
        if is_reminder(event):
            self._events.put(event)

    def _run(self) -> None:
        while (event := self._events.get()) is not None:
            for sink in self._sinks:
                self._deliver_to(sink, event)
        for sink in self._sinks:
            try:
                sink.close()
            except Exception as error:  # a driver may throw anything; the run is over anyway
                log.info("%s did not close: %s", sink.name, error)

    def _deliver_to(self, sink: Sink, event: Event) -> None:
        try:
            sink.deliver(event)
        except Exception as error:  # whatever a driver throws must not end the reminders
            log.debug("%s failed", sink.name, exc_info=True)
            if sink.name in self._failed:
                return
            self._failed.add(sink.name)
            sentence = f"A reminder could not reach the {sink.name} ({error})."
            with suppress(Exception):  # a terminal that is gone cannot be told, the others go on
                self._tell(str(error) if isinstance(error, PostureCamError) else sentence)
        else:
            self._failed.discard(sink.name)


class TerminalSink:
    """Prints the reminder. `show` must be safe to call from any thread."""

    name = "terminal"

    def __init__(self, show: Callable[[Event], None]) -> None:
        self._show = show

    def deliver(self, event: Event) -> None:
        self._show(event)

    def close(self) -> None:
        """Nothing is open."""


def make_sinks(
    settings: AlertSettings,
    show: Callable[[Event], None] | None,
    answer: Callable[[Answer, Event], None],
) -> tuple[Sink, ...]:
    """The sinks that the settings ask for.

    show: prints a reminder in the terminal, None when the terminal is not for people.
    answer: called, on any thread, with what the person does about a reminder, and which.
    """
    sinks: list[Sink] = []
    if settings.terminal and show is not None:
        sinks.append(TerminalSink(show))
    if settings.notify:
        from posture_cam.notification import NotificationSink

        sinks.append(NotificationSink(answer, settings.snooze_s))
    if settings.sound:
        from posture_cam.sound import SoundSink

        sinks.append(SoundSink(settings.volume))
    return tuple(sinks)

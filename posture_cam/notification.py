"""Desktop notifications with buttons, on Linux, macOS and Windows."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from posture_cam.alerts import Answer, stretching_advice
from posture_cam.errors import AlertError
from posture_cam.types import Event, EventKind

log = logging.getLogger(__name__)

APP_NAME = "posture_cam"
TIMEOUT_S = 10.0
"""Longest wait for the notification service."""

TITLES = {
    EventKind.ALERT: "Your posture",
    EventKind.STILL: "Time to move",
    EventKind.BREAK_DUE: "Time for a break",
    EventKind.BENDING: "Much bending",
    EventKind.TWISTING: "Much turning",
    EventKind.ASYMMETRY: "Sitting to one side",
    EventKind.HEAD_DOWN: "Looking down",
    EventKind.CAMERA_MOVED: "The camera has moved",
    EventKind.OTHER_PERSON: "Somebody else",
    EventKind.STRAIGHTER: "Calibrate again",
    EventKind.TOO_DARK: "Too dark to see",
}


CLOSING_S = 2.0
"""So long a service may take to answer at the end: less than the alerts wait for their sinks."""


class NotificationSink:
    """Shows every reminder in the desktop's notification area.

    answer: called on the sink's own thread when a button is pressed. Closing a notification is no
    answer: it may well have been heeded.
    snooze_s: what the snooze button promises, seconds.
    """

    name = "notification area"

    def __init__(self, answer: Callable[[Answer, Event], None], snooze_s: float) -> None:
        self._answer = answer
        self._snooze_s = snooze_s
        self._notifier: Any = None
        # The loop lives on: it is what hears the buttons, long after the notification was sent.
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_note)
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="notifications", daemon=True
        )
        self._thread.start()

    def deliver(self, event: Event) -> None:
        try:
            self._await(self._send(event))
        except AlertError:
            raise
        except Exception as error:  # D-Bus, Cocoa and WinRT each have errors of their own
            raise AlertError(
                f"Desktop notifications do not work here ({_first_line(error)}); `posture-cam"
                " doctor` says what is missing, or set alert.notify to false."
            ) from error

    def close(self) -> None:
        try:
            if self._notifier is not None:
                self._await(self._notifier.clear_all(), CLOSING_S)
                _hang_up(self._notifier)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(1.0)

    async def _send(self, event: Event) -> None:
        from desktop_notifier import DesktopNotifier

        known, self._notifier = self._notifier, None  # kept only as long as it works
        notifier = known or DesktopNotifier(app_name=APP_NAME, app_icon=None)
        try:
            if known is None:
                await check_service(notifier)
            await self._show(notifier, event)
        except BaseException:  # also when the time is up, which cancels it
            _hang_up(notifier)
            raise
        self._notifier = notifier

    async def _show(self, notifier: Any, event: Event) -> None:
        from desktop_notifier import Button, Notification, Urgency

        sent = asyncio.Event()
        minutes = round(self._snooze_s / 60)
        answers = ((Answer.SNOOZE, f"Snooze {minutes} min"), (Answer.DISMISS, "Dismiss"))
        buttons = tuple(
            Button(title, on_pressed=partial(self._answer, answer, event))
            for answer, title in answers
        )
        await notifier.send_notification(
            Notification(
                TITLES.get(event.kind, "Your posture"),
                f"{event.message}\n{stretching_advice(event.kind)}".rstrip(),
                urgency=Urgency.Normal,
                buttons=buttons,
                on_dispatched=sent.set,
            )
        )
        if not sent.is_set():  # the library logs its failures rather than raising them
            raise ConnectionError("the notification service did not take it")

    def _await(self, task: Coroutine[Any, Any, Any], seconds: float = TIMEOUT_S) -> None:
        within = asyncio.wait_for(task, seconds)  # on the loop, where it can be cancelled
        asyncio.run_coroutine_threadsafe(within, self._loop).result()


async def check_service(notifier: Any) -> None:
    """Raise AlertError, or the system's own error, when nothing here can show a notification."""
    from desktop_notifier import Capability

    # The library logs the traceback of every failure; here it becomes one sentence.
    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
    if Capability.TITLE not in await notifier.get_capabilities():
        raise AlertError(
            "This system lets no notification come from here (on macOS only signed app bundles may"
            " send one); reminders still come in the terminal and as a sound."
        )


def _hang_up(notifier: Any) -> None:
    """Close its connection to D-Bus, which the library never does; other systems have none."""
    bus = getattr(notifier._backend, "bus", None)
    if bus is not None:
        bus.disconnect()


def _note(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The desktop's bus went away between two reminders; the next one says if it is still gone."""
    log.debug("notifications: %s", context["message"], exc_info=context.get("exception"))


def _first_line(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer for {TIMEOUT_S:g} s"
    return (str(error).strip().splitlines() or [type(error).__name__])[0]

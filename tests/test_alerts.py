"""Specification of reminders on their way to the person."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from logging import WARNING
from pathlib import Path

import pytest
from desktop import dunst, message_bus, notification_daemon, screen, wait_until

from posture_cam.alerts import RECORDS, AlertDispatcher, Answer, make_sinks
from posture_cam.config import AlertSettings
from posture_cam.errors import AlertError
from posture_cam.notification import TITLES, NotificationSink
from posture_cam.types import Event, EventKind

ALERT = Event(EventKind.ALERT, 10.0, 250.0, 18.0, 15.0, "Upper back 18 degrees rounder. Sit back.")
SLOUCH = Event(EventKind.SLOUCH, 10.0, 250.0)


class ListSink:
    """Keeps what it is given; fails as long as `broken`."""

    def __init__(self, name: str = "list", broken: str = "") -> None:
        self.name = name
        self.broken = broken
        self.events: list[Event] = []
        self.closed = False

    def deliver(self, event: Event) -> None:
        if self.broken:
            raise AlertError(self.broken)
        self.events.append(event)

    def close(self) -> None:
        self.closed = True


def test_reminders_are_delivered_and_records_are_not() -> None:
    """That a bout has ended is no reason to disturb anybody."""
    sink = ListSink()
    with AlertDispatcher([sink], pytest.fail) as alerts:
        for event in (SLOUCH, ALERT, replace(ALERT, quiet=True)):
            alerts.deliver(event)
    assert sink.events == [ALERT]
    assert sink.closed


def test_every_kind_of_reminder_has_a_title() -> None:
    """No notification comes without saying what it is about."""
    assert set(TITLES) == set(EventKind) - RECORDS


def test_delivering_never_waits_for_a_sink() -> None:
    """The thread that watches goes on while a notification service takes its time."""
    released = threading.Event()

    class SlowSink(ListSink):
        def deliver(self, event: Event) -> None:
            assert released.wait(30)
            super().deliver(event)

    sink = SlowSink()
    with AlertDispatcher([sink], pytest.fail) as alerts:
        alerts.deliver(ALERT)
        alerts.deliver(ALERT)
        assert sink.events == []
        released.set()
        wait_until(lambda: len(sink.events) == 2, "both reminders arrive")


def test_a_broken_sink_says_so_once_and_the_others_go_on() -> None:
    """Three reminders, one complaint, and the healthy sink gets all three."""
    said: list[str] = []
    broken, healthy = ListSink("broken", "There is no loudspeaker."), ListSink()
    with AlertDispatcher([broken, healthy], said.append) as alerts:
        for _ in range(3):
            alerts.deliver(ALERT)
    assert said == ["There is no loudspeaker."]
    assert healthy.events == [ALERT] * 3


def test_a_sink_that_recovers_is_used_again() -> None:
    """Plugging the loudspeaker in is enough."""
    said: list[str] = []
    sink = ListSink("sound", "There is no loudspeaker.")
    with AlertDispatcher([sink], said.append) as alerts:
        alerts.deliver(ALERT)
        wait_until(lambda: said, "the complaint")
        sink.broken = ""
        alerts.deliver(ALERT)
    assert sink.events == [ALERT]


def test_any_other_failure_is_told_in_one_sentence() -> None:
    """A driver's own exception does not end the reminders either."""

    class Faulty(ListSink):
        def deliver(self, event: Event) -> None:
            raise ZeroDivisionError("driver fault")

    said: list[str] = []
    with AlertDispatcher([Faulty("loudspeaker")], said.append) as alerts:
        alerts.deliver(ALERT)
    assert said == ["A reminder could not reach the loudspeaker (driver fault)."]


def test_the_settings_choose_the_sinks() -> None:
    """Each way can be switched off; a program's terminal gets no reminders for people."""

    def names(show: bool, **settings: bool) -> list[str]:
        sinks = make_sinks(
            AlertSettings(**settings), print if show else None, lambda *_: None
        )  # fmt: skip
        for sink in sinks:
            sink.close()
        return [sink.name for sink in sinks]

    assert names(True) == ["terminal", "notification area", "sound"]
    assert names(False) == ["notification area", "sound"]
    assert names(True, notify=False, sound=False) == ["terminal"]
    assert names(True, terminal=False, notify=False, sound=False) == []


def test_without_a_message_bus_the_reason_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server without a desktop is told what to do, not shown a traceback."""
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    sink = NotificationSink(lambda *_: None, 900.0)
    with pytest.raises(AlertError, match=r"do not work here .*set alert\.notify to false\.$"):
        sink.deliver(ALERT)
    sink.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts the files open on Linux")
def test_a_desktop_without_a_notification_service_costs_no_connection_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bus is there, but nobody on it who shows them: as many files stay open as before."""
    with message_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        sink = NotificationSink(lambda *_: None, 900.0)
        counts = []
        for _ in range(6):
            with pytest.raises(AlertError):
                sink.deliver(ALERT)
            counts.append(len(list(Path("/proc/self/fd").iterdir())))
        sink.close()
    assert counts[-1] <= counts[1]


@pytest.mark.parametrize("answer", [Answer.SNOOZE, Answer.DISMISS])
def test_a_notification_appears_and_its_buttons_answer(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a real daemon on a real bus: it is on the screen, and pressing a button reaches us."""
    menu = tmp_path / "menu"
    menu.write_text(f"#!/bin/sh\ngrep -i '^#{answer.value}'\n")
    menu.chmod(0o755)
    answers: list[tuple[Answer, Event]] = []
    with screen(tmp_path) as desktop, message_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        with notification_daemon(desktop.name, bus, menu) as environment:
            sink = NotificationSink(lambda *given: answers.append(given), 900.0)
            sink.deliver(ALERT)
            wait_until(desktop.shows_something, "the notification is drawn")
            assert dunst(environment, "count", "displayed") == "1"
            dunst(environment, "context")
            wait_until(lambda: answers, "the button is heard")
            sink.close()
    assert answers == [(answer, ALERT)]


@contextmanager
def notifications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A desktop whose notifications nobody answers; its environment, to ask the daemon."""
    with screen(tmp_path) as desktop, message_bus() as bus:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus)
        with notification_daemon(desktop.name, bus, tmp_path / "none") as environment:
            yield environment


def test_a_notification_advises_stretches_for_posture_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else before the camera is told so in one sentence, without a word about backs."""
    with notifications(tmp_path, monkeypatch) as environment:
        sink = NotificationSink(lambda *_: None, 900.0)
        sink.deliver(ALERT)
        sink.deliver(Event(EventKind.OTHER_PERSON, 0.0, 0.0, message="Somebody else."))
        sink.close()
        wait_until(lambda: dunst(environment, "count", "history") == "2", "both were shown")
        shown = json.loads(dunst(environment, "history"))["data"][0]
    bodies = {one["summary"]["data"]: one["body"]["data"] for one in shown}
    assert bodies["Somebody else"] == "Somebody else."
    assert bodies["Your posture"].endswith("read `posture-cam stretches` first.")


def test_leaving_takes_the_notifications_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the run no reminder about it stays on the desktop."""
    with notifications(tmp_path, monkeypatch) as environment:
        sink = NotificationSink(lambda *_: None, 900.0)
        sink.deliver(ALERT)
        wait_until(lambda: dunst(environment, "count", "displayed") == "1", "it is there")
        sink.close()
        wait_until(lambda: dunst(environment, "count", "displayed") == "0", "it is gone")


def test_a_bus_that_goes_away_leaves_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Between two reminders nothing is said; the next one says in a sentence that it failed."""
    with notifications(tmp_path, monkeypatch):
        sink = NotificationSink(lambda *_: None, 900.0)
        sink.deliver(ALERT)
    with pytest.raises(AlertError, match=r"do not work here .*set alert\.notify to false\.$"):
        sink.deliver(ALERT)
    sink.close()
    gc.collect()
    assert [record.getMessage() for record in caplog.records if record.levelno >= WARNING] == []


def test_where_nobody_can_be_told_any_more_the_other_ways_go_on() -> None:
    """The terminal is gone: neither the reminder nor why it failed can be written there."""

    def gone(_sentence: str) -> None:
        raise OSError("Input/output error")

    sink = ListSink("other")
    with AlertDispatcher([ListSink("terminal", "no terminal"), sink], gone) as alerts:
        for _ in range(3):
            alerts.deliver(ALERT)
    assert sink.events == [ALERT] * 3

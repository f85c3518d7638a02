"""Live monitoring in the terminal: a line that is kept up to date, or plain lines in a log."""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console
from rich.live import Live
from rich.text import Text

from posture_cam.alerts import is_reminder, stretching_advice
from posture_cam.observation import (
    HEADLINES,
    VIEW_NAMES,
    Observation,
    State,
    bout_so_far,
    clock,
    explanation,
    holding_time_left,
    plus_minus,
    times_upright,
)
from posture_cam.types import NAN, Event, Step

# Okabe and Ito's blue and vermilion: told apart by everybody, readable on black and on white. The
# mark's shape and the word say the same as the colour.
STYLES = {State.UPRIGHT: "bold #0072b2", State.SLOUCHED: "bold #d55e00"}
MARKS = {State.UPRIGHT: "●", State.SLOUCHED: "▼"}
OTHER_MARK = "○"
PLAIN_INTERVAL_S = 60.0
LEAST_PLAIN_INTERVAL_S = 1.0
REFRESH_HZ = 4.0
WORTH_SAYING_S = 60.0
"""Sitting or staying still for less is nothing to be told."""


class TerminalConsole(Console):
    """A console without colours for numbers, whose reader may go away."""

    def __init__(self, file: TextIO | None = None, *, soft_wrap: bool = False) -> None:
        super().__init__(file=file, highlight=False, soft_wrap=soft_wrap)

    def on_broken_pipe(self) -> None:
        """Leave the decision to the caller; rich itself would end the program with code 1."""
        raise BrokenPipeError


class TerminalLines:
    """What all displays in the terminal do alike."""

    def __init__(self, console: TerminalConsole) -> None:
        self.console = console

    def tell(self, sentence: str, hint: bool = False) -> None:
        self.console.print(Text(sentence))

    def report(self, event: Event) -> None:
        if not is_reminder(event):
            self.console.print(event_text(event))

    def remind(self, event: Event) -> None:
        """Print a reminder. May be called from any thread."""
        self.console.print(reminder_text(event))

    def wait(self, time_s: float, reason: str) -> None:
        """Nothing: why there is no picture has been told."""

    def close(self) -> None:
        """Nothing is open."""


class StatusLine(TerminalLines):
    """One line at the bottom of the terminal; events and sentences scroll by above it."""

    def __init__(self, file: TextIO | None = None) -> None:
        super().__init__(TerminalConsole(file))
        self._live = Live(
            Text("Starting…", style="dim"),
            console=self.console,
            refresh_per_second=REFRESH_HZ,
            transient=True,
        )
        self._live.start()

    def show(self, observation: Observation) -> None:
        self._live.update(status_text(observation.state, observation.step))

    def wait(self, time_s: float, reason: str) -> None:
        text = Text(f"{OTHER_MARK} {HEADLINES[State.NO_PICTURE]}", style="bold")
        text.append(f"  {reason}", style="not bold")
        text.append(f"  {clock(time_s)}", style="dim")
        self._live.update(_one_line(text))

    def close(self) -> None:
        self._live.stop()


class PlainLines(TerminalLines):
    """A line for every change of state and for every minute, for logs and pipes."""

    def __init__(self, file: TextIO | None = None) -> None:
        super().__init__(TerminalConsole(file, soft_wrap=True))
        self._state: State | None = None
        self._last_s = -math.inf

    def show(self, observation: Observation) -> None:
        time_s, state = observation.step.time_s, observation.state
        interval = PLAIN_INTERVAL_S if state is self._state else LEAST_PLAIN_INTERVAL_S
        if time_s - self._last_s < interval:
            return
        self._state, self._last_s = state, time_s
        text = status_text(state, observation.step)
        self.console.print(Text(f"{clock(time_s)}  ").append_text(text))


class QuietLines(TerminalLines):
    """For --quiet: reminders, and on standard error what keeps the program from working."""

    def __init__(self, file: TextIO | None = None, errors: TextIO | None = None) -> None:
        super().__init__(TerminalConsole(file, soft_wrap=True))
        self._errors = errors or sys.stderr

    def show(self, observation: Observation) -> None:
        """Nothing: all is well."""

    def tell(self, sentence: str, hint: bool = False) -> None:
        if not hint:
            print(f"posture-cam: {sentence}", file=self._errors, flush=True)

    def report(self, event: Event) -> None:
        """Nothing: records can be read elsewhere."""


def status_text(state: State, step: Step) -> Text:
    """State and spine flexion with its uncertainty, or why there is none; its cost; then the rest.

    A narrow terminal cuts off the end, so what matters most comes first.
    """
    text = Text(f"{MARKS.get(state, OTHER_MARK)} {HEADLINES[state]}", style=STYLES.get(state, ""))
    parts: list[str] = []
    if state not in (State.UPRIGHT, State.SLOUCHED):
        parts += filter(None, [explanation(state, step)])
    else:
        sd = step.angles.sd.get("spine_flexion_deg", NAN)
        parts.append(f"upper back {plus_minus(step.angles.spine_flexion_deg, sd, '°')}")
    parts += _cost(step)
    if state in (State.UPRIGHT, State.SLOUCHED):
        parts.append(f"score {step.assessment.slouch_score:.2f}")
        parts.append(f"view {VIEW_NAMES[step.angles.view]}")
    for part in parts:
        text.append(f"  {part}", style="not bold default")
    return _one_line(text)


def _cost(step: Step) -> Iterator[str]:
    """What is left of the holding times, how long what has lasted, and the load so far."""
    strain = step.strain
    if math.isfinite(strain.budget_left):
        yield f"holding time left {holding_time_left(strain)}"
    if lasted := bout_so_far(step):
        yield lasted
    if strain.sitting_for_s >= WORTH_SAYING_S:
        yield f"no break for {clock(strain.sitting_for_s)}"
    if strain.still_for_s >= WORTH_SAYING_S:
        yield f"unmoved for {clock(strain.still_for_s)}"
    if math.isfinite(strain.dose):
        yield f"load so far {times_upright(strain.dose)}"


def event_text(event: Event) -> Text:
    """What has ended, with its kind and the time of day at which it is told."""
    return _time_of_day().append(f"{event.kind.value}: ").append(event.message)


def reminder_text(event: Event) -> Text:
    """What is said to the person, with the time of day, and where to read on before stretching."""
    text = _time_of_day().append(event.message, style="bold")
    return text.append(f"  {stretching_advice(event.kind)}".rstrip(), style="dim")


def _time_of_day() -> Text:
    now = datetime.datetime.now().strftime("%H:%M:%S")
    return Text().append(f"{now}  ", style="dim")


def _one_line(text: Text) -> Text:
    text.no_wrap = True
    text.overflow = "ellipsis"
    return text

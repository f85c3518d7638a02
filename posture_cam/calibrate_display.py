"""Where a calibration shows what it is doing: the terminal, and the preview's window."""

from __future__ import annotations

from typing import TextIO

from rich.live import Live
from rich.text import Text

from posture_cam.calibrate import Phase, Progress
from posture_cam.observation import Observation, State
from posture_cam.preview import Preview
from posture_cam.status import MARKS, OTHER_MARK, TerminalConsole

BAR_WIDTH = 24
BLUE = "#0072b2"


class CalibrationLine:
    """A countdown that is kept up to date on a terminal, or one line a phase elsewhere.

    seconds: length of the part that counts.
    """

    def __init__(self, seconds: float, file: TextIO | None = None) -> None:
        self._console = TerminalConsole(file)
        self._seconds = seconds
        self._phase: Phase | None = None
        self._live = None
        if self._console.is_terminal:
            opening = Text("Opening…", style="dim")
            self._live = Live(opening, console=self._console, transient=True)
            self._live.start()

    def show(self, observation: Observation, progress: Progress) -> None:
        if self._live:
            self._live.update(self._line(observation, progress))
        elif progress.phase not in (self._phase, Phase.DONE):
            self._console.print(progress.sentence)
        self._phase = progress.phase

    def tell(self, sentence: str) -> None:
        self._console.print(Text(sentence))

    def close(self) -> None:
        if self._live:
            self._live.stop()

    def _line(self, observation: Observation, progress: Progress) -> Text:
        seen = observation.pose.present
        text = Text(f"{MARKS[State.UPRIGHT] if seen else OTHER_MARK} ", style=BLUE)
        text.append(progress.sentence if seen else "Nobody in view.", style="bold default")
        if progress.phase is Phase.HOLD_STILL:
            done = round(BAR_WIDTH * (1 - progress.remaining_s / self._seconds))
            text.append(f"  {'━' * done}", style=BLUE)
            text.append("━" * (BAR_WIDTH - done), style="dim")
        text.no_wrap = True
        return text


class CalibrationWindow:
    """The preview's window, with the countdown in place of a verdict."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def show(self, observation: Observation, progress: Progress) -> None:
        self._preview.instruct(progress.sentence, progress.note)
        self._preview.show(observation)

    def tell(self, sentence: str) -> None:
        self._preview.tell(sentence)

    def close(self) -> None:
        self._preview.close()

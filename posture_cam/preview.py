"""The preview: draws what is observed and passes it to a window in a process of its own."""

from __future__ import annotations

import logging
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import cv2
import numpy as np

from posture_cam.alerts import is_reminder
from posture_cam.messages import safety_text, say
from posture_cam.observation import Observation
from posture_cam.overlay import draw, draw_waiting
from posture_cam.preview_window import write_picture
from posture_cam.types import Event
from posture_cam.typography import Picture
from posture_cam.window_program import COMMAND, no_screen, window_environment

log = logging.getLogger(__name__)

MAX_WIDTH, MAX_HEIGHT = 1280, 720
"""A larger picture is reduced before it is drawn on: the window has to fit on a screen."""
CLOSING_S = 1.0
REMINDER_S = 20.0
"""How long a reminder stays in the window."""
HELP_S = 60.0
"""How long what h shows stays, unless h is pressed again."""


class Preview:
    """A window with the picture, the skeleton and the measurements; one of the displays.

    quit: called (on another thread) when the user closes the window or presses q or Esc. With h or
        ? they read instead of the measurements that this is no medical device, and when to see a
        doctor.
    tell: called with one sentence if there can be no window; monitoring goes on without.
    """

    def __init__(
        self,
        quit: Callable[[], None],  # noqa: A002 - the plain word for it
        tell: Callable[[str], None],
        *,
        mirrored: bool,
        min_visibility: float,
    ) -> None:
        self._quit, self._tell = quit, tell
        self._mirrored, self._min_visibility = mirrored, min_visibility
        self._last_image: Picture | None = None
        self._headline, self._note = "", ""
        self._words = PassingWords()
        self._closing = self._gone = False
        self._pictures: queue.Queue[Picture | None] = queue.Queue(1)
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if log.isEnabledFor(logging.DEBUG) else subprocess.DEVNULL,
            env=window_environment(),
        )
        for task in (self._feed, self._listen):
            threading.Thread(target=task, name="preview", daemon=True).start()

    def show(self, observation: Observation) -> None:
        if self._gone:
            return
        image, now_s = fitting(observation.frame.image), time.monotonic()
        page = self._words.page(now_s)
        self._last_image = image
        self._offer(
            draw(
                image,
                observation.pose,
                observation.step,
                calibrated=observation.calibrated,
                min_visibility=self._min_visibility,
                mirrored=self._mirrored,
                headline=self._headline,
                note=self._note,
                reminder=self._words.reminder(now_s),
                hint=_hint(page),
                page=page,
            )
        )

    def wait(self, time_s: float, reason: str) -> None:
        if self._gone:
            return
        page = self._words.page(time.monotonic())
        self._offer(
            draw_waiting(
                self._last_image,
                time_s,
                reason,
                mirrored=self._mirrored,
                hint=_hint(page),
                page=page,
            )
        )

    def instruct(self, headline: str, note: str) -> None:
        """Words to show from now on in place of the state and of the verdict's reason."""
        self._headline, self._note = headline, note

    def tell(self, sentence: str, hint: bool = False) -> None:
        """Nothing: the terminal says it, and `wait` shows why there is no picture."""

    def report(self, event: Event) -> None:
        if is_reminder(event):
            self._words.remind(event.message, time.monotonic())

    def close(self) -> None:
        self._closing = True
        with suppress(queue.Empty):
            self._pictures.get_nowait()
        self._pictures.put(None)
        try:
            self._process.wait(CLOSING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _offer(self, picture: Picture) -> None:
        """Make this the next picture to be shown; one that was not shown yet is dropped."""
        with suppress(queue.Empty):
            self._pictures.get_nowait()
        self._pictures.put(picture)

    def _feed(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError), self._process.stdin as stream:
            while (picture := self._pictures.get()) is not None:
                write_picture(stream, picture)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        said = set[bytes]()
        for line in self._process.stdout:
            said.add(line.strip())
            if line.strip() == b"help":
                self._words.turn_page(time.monotonic())
        self._process.wait()
        self._gone = True
        if self._closing:
            return
        if b"quit" in said:
            self._quit()
        elif b"ready" in said:
            self._tell("The preview window was lost; monitoring goes on without it.")
        else:
            self._tell(f"{why_no_window()} Monitoring goes on without a preview.")


class PassingWords:
    """What stands in the window for a while: a reminder, and the page that h shows.

    Who reads when to see a doctor is not interrupted: a reminder's time begins after the page's.
    All times are seconds on one clock.
    """

    def __init__(self) -> None:
        self._reminder, self._reminder_until_s = "", 0.0
        self._page_until_s = 0.0

    def remind(self, words: str, now_s: float) -> None:
        """Something is being said to the person."""
        self._reminder = words
        self._reminder_until_s = max(now_s, self._page_until_s) + REMINDER_S

    def turn_page(self, now_s: float) -> None:
        """They asked for the page, or have read it."""
        if not self.page(now_s):
            self._page_until_s = now_s + HELP_S
            return
        self._page_until_s = now_s
        self._reminder_until_s = min(self._reminder_until_s, now_s + REMINDER_S)

    def reminder(self, now_s: float) -> str:
        """The reminder to show, empty for none."""
        return self._reminder if now_s < self._reminder_until_s else ""

    def page(self, now_s: float) -> str:
        """The page to show, empty for none."""
        return safety_text() if now_s < self._page_until_s else ""


def _hint(page: str) -> str:
    return say("safety.back" if page else "safety.hint")


def why_no_window() -> str:
    """One sentence for a window that could not be opened."""
    if no_screen():
        return "There is no display for a preview window."
    return (
        "A preview window cannot be opened here; `posture-cam doctor` says what is missing, and"
        " --no-preview does without."
    )


def fitting(image: Picture) -> Picture:
    """The image, reduced to fit MAX_WIDTH x MAX_HEIGHT if it is larger."""
    height, width = image.shape[:2]
    scale = min(MAX_WIDTH / width, MAX_HEIGHT / height)
    if scale >= 1:
        return image
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

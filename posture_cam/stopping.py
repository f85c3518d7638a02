"""One answer to "shall we stop?": Ctrl-C, SIGTERM, a time limit, or the program itself."""

from __future__ import annotations

import math
import signal
import threading
import time
from typing import Any

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    if hasattr(signal, name)
)
HANG_UP = getattr(signal, "SIGHUP", None)


class StopSignal:
    """Set by Ctrl-C, SIGTERM and the like inside its `with` block, and after `duration_s`.

    A second signal gets the system's own treatment, which ends the program at once.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._deadline = math.inf
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> StopSignal:
        for number in SIGNALS:
            if number == HANG_UP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # as under nohup, which wants this run to outlive its terminal
            self._previous[number] = signal.signal(number, self._received)
        return self

    def __exit__(self, *failure: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def limit(self, duration_s: float | None) -> None:
        """Stop by itself this many seconds from now; None for never."""
        self._deadline = math.inf if duration_s is None else time.monotonic() + duration_s

    def set(self) -> None:
        """Stop."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether to stop."""
        return self._event.is_set() or time.monotonic() >= self._deadline

    def _received(self, number: int, _frame: object) -> None:
        if self._event.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._event.set()

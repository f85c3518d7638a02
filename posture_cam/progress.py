"""Progress bars: how far, how fast, how long still; on a terminal only."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")


class BatchProgress:
    """One bar for all videos; each weighs as much as its file, since lengths are not yet known.

    Used as a context manager. show: draw it; False draws nothing, for pipes and log files.
    """

    def __init__(self, videos: Iterable[Path], show: bool) -> None:
        self._sizes = {video: _size(video) for video in videos}
        self._shares: dict[Path, float] = {}
        self._seconds: dict[Path, float] = {}
        self._finished: set[Path] = set()
        self._started = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not show,
        )
        self._task = self._bar.add_task("", speed="")
        self._draw()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def reached(self, video: Path, time_s: float, length_s: float) -> None:
        """One video was analysed up to `time_s` of `length_s` (NaN when unknown)."""
        self._seconds[video] = time_s
        self._shares[video] = min(time_s / length_s, 1.0) if length_s > 0 else 0.0
        self._draw()

    def finished(self, video: Path, *, skipped: bool = False) -> None:
        """One video is over. A skipped one leaves the reckoning: it took no time."""
        self._finished.add(video)
        self._shares[video] = 1.0
        if skipped:
            self._sizes[video] = 0
        self._draw()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The bar is away inside the block, so that something can be printed."""
        self._bar.stop()
        yield
        if len(self._finished) < len(self._sizes):
            self._bar.start()

    def _draw(self) -> None:
        elapsed = time.monotonic() - self._started
        seconds = sum(self._seconds.values())
        names = [video.name for video in self._seconds if video not in self._finished]
        self._bar.update(
            self._task,
            description=f"{len(self._finished)} of {len(self._sizes)} done  {', '.join(names)}",
            completed=sum(self._sizes[video] * share for video, share in self._shares.items()),
            total=max(sum(self._sizes.values()), 1),
            speed=f"{seconds / elapsed:.1f} x real time" if seconds and elapsed > 0 else "",
        )


def counted(items: Sequence[Item]) -> Iterator[Item]:
    """Each of the items, while a bar tells how many are done."""
    console = Console(stderr=True)
    bar = Progress(
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        yield from bar.track(items)


def _size(video: Path) -> int:
    try:
        return max(video.stat().st_size, 1)
    except OSError:
        return 1

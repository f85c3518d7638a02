"""What the sections of docs/accuracy.md share: tables, and clips by view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posture_cam.tuning.pooling import by_view
from posture_cam.tuning.scoring import ClipScore


def table(header: Sequence[str], rows: Iterable[Sequence[str]], words: int = 1) -> str:
    """A Markdown table whose columns after the first `words` are aligned to the right."""
    rule = ["---"] * words + ["--:"] * (len(header) - words)
    lines = [header, rule, *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def with_total(clips: Sequence[ClipScore]) -> dict[str, list[ClipScore]]:
    """Clips by view, and all together."""
    return {**by_view(clips), "all": list(clips)}

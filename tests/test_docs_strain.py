"""docs/strain.md says what the program does, and its pictures can be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture_cam.config import Settings
from posture_cam.messages import MESSAGES
from posture_cam.stretches import STRETCHES
from posture_cam.strictness import PRESETS
from posture_cam.types import EventKind

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "strain.md").read_text(encoding="utf-8")


def test_every_kind_of_event_is_explained() -> None:
    """Each in a row of the table of events."""
    for kind in EventKind:
        assert f"| `{kind}` |" in TEXT


@pytest.mark.parametrize("name", PRESETS)
def test_the_presets_are_those_of_the_program(name: str) -> None:
    """The table of strictness gives their numbers."""
    settings = Settings.model_validate({"strictness": name})
    minutes = [
        round(seconds / 60)
        for seconds in (
            settings.quiet.cooldown_s,
            settings.movement.still_s,
            settings.movement.break_every_s,
        )
    ]
    row = (
        f'| `"{name}"` | {settings.strain.patience:g} x | {minutes[0]} min |'
        f" {settings.quiet.max_per_hour} | {minutes[1]} min | {minutes[2]} min |"
    )
    assert row in TEXT


def test_every_stretch_is_listed_with_who_should_not() -> None:
    """Name, dose and caution as the program says them."""
    for stretch in STRETCHES:
        name, dose, avoid = (
            MESSAGES[f"stretch.{stretch.key}.{part}"] for part in ("name", "dose", "avoid")
        )
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| {name} |"))
        assert f"| {dose} |" in row
        assert avoid.removeprefix("Not ").rstrip(".") in row


def test_every_red_flag_is_there() -> None:
    """The same ones that the program gives, word for word apart from the line breaks."""
    flat = " ".join(TEXT.replace("*", "").split())
    for key in ("emergency", "doctor"):
        flags = MESSAGES[f"safety.{key}"].split(" with ", 1)[1]
        assert flags.rstrip(".") in flat


def test_the_pictures_can_be_drawn(tmp_path: Path) -> None:
    """All that the page shows, from the program's own model."""
    from draw_strain import draw

    for path in draw(tmp_path):
        assert path.stat().st_size > 10_000
        assert f"({path.name})" in TEXT
        assert (ROOT / "docs" / path.name).is_file()

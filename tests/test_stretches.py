"""Specification of the catalogue of stretches, and of the command that shows it."""

from __future__ import annotations

import json

import pytest
from commands import run

from posture_cam.messages import MESSAGES, safety_text
from posture_cam.stretches import STRETCHES, Place, described, stretches_at


def test_every_stretch_says_how_how_often_and_who_should_not() -> None:
    """And has words for nothing that is not in the catalogue."""
    for one in described():
        assert all(one[part] for part in ("name", "place", "steps", "dose", "avoid"))
        assert one["avoid"].startswith("Not with ")
    keys = {key.split(".")[1] for key in MESSAGES if key.count(".") == 2 and "stretch." in key}
    assert keys == {stretch.key for stretch in STRETCHES}


def test_there_is_more_than_one_for_every_place() -> None:
    """So that none has to come twice in a row."""
    for place in Place:
        assert len(stretches_at(place)) >= 2


def test_the_command_shows_them_all_with_every_warning(capsys: pytest.CaptureFixture[str]) -> None:
    """Names, steps, doses, who should not, and the warning signs, unabridged."""
    shown = run(capsys, "stretches")
    words = " ".join(shown.out.split())
    assert shown.code == 0
    for one in described():
        for part in ("name", "dose", "avoid"):
            assert one[part] in words
    for paragraph in safety_text().splitlines():
        assert paragraph in words


def test_the_command_speaks_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    """The same catalogue for programs."""
    document = json.loads(run(capsys, "stretches", "--json").out)
    assert document["stretches"] == described()
    assert document["safety"] == safety_text().splitlines()

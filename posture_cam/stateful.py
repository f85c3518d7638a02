"""Mutable parts of the engine whose whole state can be written as JSON and put back.

A live session may be stopped and resumed, and a stream of poses be split in two: after `restore`,
the same input gives the same events.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from posture_cam.errors import RecordingError

T = TypeVar("T")
NOT_SAVED = {"saved": False}
"""Metadata of a dataclass field that comes from the settings and is no state."""


class Stateful:
    """Base of a dataclass whose fields are numbers, text, lists, dicts or again `Stateful`."""

    def state(self) -> dict[str, Any]:
        """Every saved field, JSON-able; NaN becomes null."""
        return {name: _dump(getattr(self, name)) for name in self._saved()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Put back what `state` gave. Raises RecordingError when fields are missing or unknown."""
        names = self._saved()
        if set(names) != set(state):
            raise RecordingError(
                f"The saved state of {type(self).__name__} is from another version of posture_cam;"
                " start without it."
            )
        for name in names:
            setattr(self, name, _load(getattr(self, name), state[name]))

    def _saved(self) -> list[str]:
        return [
            field.name
            for field in fields(cast("Any", self))
            if field.metadata.get("saved", True)
        ]  # fmt: skip


def _dump(value: Any) -> Any:
    if isinstance(value, Stateful):
        return value.state()
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, list):
        return [_dump(item) for item in value]
    if isinstance(value, dict):
        return {key: _dump(item) for key, item in value.items()}
    return value


def _load(current: T, saved: Any) -> T:
    if isinstance(current, Stateful):
        fresh = copy.copy(current)  # another part may hold the same object
        fresh.restore(saved)
        return fresh
    if isinstance(current, float):
        return cast("T", math.nan if saved is None else float(saved))
    if isinstance(current, list | dict):
        return cast("T", _numbers(saved))
    return cast("T", saved)


def _numbers(saved: Any) -> Any:
    """A copy of lists and dicts with NaN where `_dump` wrote null: they hold numbers and text."""
    if isinstance(saved, list):
        return [_numbers(item) for item in saved]
    if isinstance(saved, dict):
        return {key: _numbers(item) for key, item in saved.items()}
    return math.nan if saved is None else saved

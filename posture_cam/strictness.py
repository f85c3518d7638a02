"""Strictness: three named sets of defaults for how soon and how often to remind.

`standard` is the defaults themselves. A preset stands below everything the user set: it only
changes what would otherwise be a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

PRESETS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "gentle": {
        "strain": {"patience": 1.5},
        "quiet": {"cooldown_s": 1200.0, "max_per_hour": 3},
        "movement": {"still_s": 2400.0, "break_every_s": 3600.0},
    },
    "standard": {},
    "strict": {
        "strain": {"patience": 0.6},
        "quiet": {"cooldown_s": 300.0, "max_per_hour": 10},
        "movement": {"still_s": 1200.0, "break_every_s": 1200.0},
    },
}

PRESET_KEYS = frozenset(
    (section, key) for preset in PRESETS.values() for section in preset for key in preset[section]
)
"""All settings that a strictness may fill in."""


def with_preset(given: Any) -> Any:
    """The settings that were given, with the preset that they name filled in below them.

    Anything that is not a mapping, or names no known preset, comes back as it is: validation says
    what is wrong with it.
    """
    if not isinstance(given, Mapping):
        return given
    preset = PRESETS.get(str(given.get("strictness", "standard")), {})
    filled: dict[str, Any] = dict(given)
    for section, values in preset.items():
        own = filled.get(section, {})
        if isinstance(own, BaseModel):
            own = own.model_dump(exclude_unset=True)
        if isinstance(own, Mapping):
            filled[section] = {**values, **own}
    return filled

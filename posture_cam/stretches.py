"""A small catalogue of mid-back stretches: which there are, where they are done, which is next.

Their words (name, steps, dose, who should not) are in messages.py. Source: public guidance on
mid-back pain. They may ease strain; none of them treats anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posture_cam.messages import say


class Place(StrEnum):
    """Where a stretch is done."""

    SEATED = "seated"
    STANDING = "standing"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch. key: its name in the message catalogue ("stretch.<key>.name", ...)."""

    key: str
    place: Place


STRETCHES = (
    Stretch("seated_extension", Place.SEATED),
    Stretch("seated_rotation", Place.SEATED),
    Stretch("shoulder_blade_squeeze", Place.STANDING),
    Stretch("doorway_chest", Place.STANDING),
    Stretch("cat_cow", Place.FLOOR),
    Stretch("thread_the_needle", Place.FLOOR),
    Stretch("open_book", Place.FLOOR),
    Stretch("childs_pose", Place.FLOOR),
    Stretch("foam_roller", Place.FLOOR),
)


def stretches_at(*places: Place) -> tuple[Stretch, ...]:
    """The stretches that are done there, in the order in which they take turns."""
    return tuple(stretch for stretch in STRETCHES if stretch.place in places)


def described() -> list[dict[str, str]]:
    """The whole catalogue in words: key, name, place, steps, dose, and who should not (avoid)."""
    parts = ("name", "steps", "dose", "avoid")
    return [
        {"key": one.key, "place": one.place.value}
        | {part: say(f"stretch.{one.key}.{part}") for part in parts}
        for one in STRETCHES
    ]

"""The same person before the same camera on another day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from .appearance import Appearance
from .motion import Segment
from .person import Person
from .posture import Posture, add
from .scene import Light, Scene
from .session import Session
from .states import INNOCENT, SLOUCHES

LASTING = ("skin", "hair", "hair_style", "eyes", "beard")
"""What of an appearance is the same on another day."""
OTHERWISE = {
    "chair_left_cm": 3.0,
    "chair_forward_cm": 4.0,
    "chair_turn_deg": 5.0,
    "hip_slide_cm": 1.0,
    "hip_sink_cm": 1.5,
    "trunk_lean_deg": 2.0,
    "thoracic_flexion_deg": 2.5,
    "lateral_bend_deg": 1.2,
    "neck_flexion_deg": 2.5,
    "head_pitch_deg": 4.0,
    "head_yaw_deg": 5.0,
}
"""Standard deviations of how one sits upright from day to day (our choice)."""


@dataclass(frozen=True)
class RelitScene(Scene):
    """A scene in the light of another. light_seed: the other's seed."""

    light_seed: int = 0

    @cached_property
    def light(self) -> Light:
        return Scene(self.workplace, self.camera, self.light_seed).light


def on_another_day(session: Session, random: np.random.Generator) -> Session:
    """Other clothes, perhaps glasses or a headset, and another light; room and chair stay."""
    scene = session.scene
    light_seed = int(random.integers(2**31))
    relit = RelitScene(
        scene.workplace, scene.camera, scene.seed, scene.space_behind, light_seed=light_seed
    )
    person = replace(session.person, look=other_clothes(session.person, random))
    return replace(session, person=person, scene=relit)


def other_clothes(person: Person, random: np.random.Generator) -> Appearance:
    """Another appearance with the person's own skin, hair, eyes and beard."""
    other = Appearance.random(random, person.phenotype.gender > 0.5)
    return replace(other, **{name: getattr(person.look, name) for name in LASTING})


def sitting_otherwise(person: Person, random: np.random.Generator) -> Person:
    """The same person, whose upright posture and chair are a little different for a day."""
    numbers: dict[str, Any] = {name: float(random.normal(0, sd)) for name, sd in OTHERWISE.items()}
    return replace(person, upright=add(person.upright, Posture(**numbers)))


def some_segments(random: np.random.Generator, count: int) -> list[Segment]:
    """Of a day's work: slouches and innocent movements of five seconds, by turns."""
    kinds = (SLOUCHES, INNOCENT)
    return [
        Segment(str(random.choice(kinds[place % 2])), float(random.uniform(0.1, 1)), 5.0)
        for place in range(count)
    ]

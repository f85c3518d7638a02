"""Kinds of test clips: how their people move, and where their cameras and chairs stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import ClassVar, TypeVar

import numpy as np
from far_leans import far_lean
from moved_chairs import Chair
from other_movements import other_posture

from sample_videos import any_camera
from sample_videos.clips import SIZE, Clip
from sample_videos.motion import Motion
from sample_videos.person import Person
from sample_videos.posture import Posture
from sample_videos.scene import Scene
from sample_videos.session import Session, place_camera, random_session
from sample_videos.states import state_posture


@dataclass(frozen=True)
class TestClip(Clip):
    """A clip whose camera is aimed as carelessly as people do.

    own_sources: what shapes its pictures besides the generator. distances: of the camera from the
    head, for each view the least and the most, metres.
    """

    own_sources: ClassVar[tuple[Path, ...]] = ()
    distances: ClassVar[Mapping[str, tuple[float, float]]] = {
        "front": (0.45, 1.1),
        "oblique": (0.55, 1.5),
        "side": (1.2, 3.0),
    }

    def session(self) -> Session:
        """Person, camera and room of the clip."""
        base = random_session(self.seed, size=SIZE)
        rng = np.random.default_rng([self.seed, 11])
        camera = place_camera(
            base.person, self.azimuth_deg, self.distance, self.height, self.fov_deg, SIZE, rng
        )
        return replace(base, camera=camera, scene=Scene(base.person.workplace, camera, self.seed))


AnyClip = TypeVar("AnyClip", bound=TestClip)


@dataclass(frozen=True)
class OtherClip(TestClip):
    """A test clip whose person moves as `other_posture` says."""

    own_sources = (Path(__file__).with_name("other_movements.py"),)

    def motion(self, person: Person) -> Motion:
        """What the person does."""
        return Motion(person, self.script, self.seed, other_posture)


@dataclass(frozen=True)
class FarClip(TestClip):
    """A test clip whose person leans as `far_lean` says, the head half a metre nearer at most."""

    own_sources = (Path(__file__).with_name("far_leans.py"),)
    distances: ClassVar[Mapping[str, tuple[float, float]]] = {
        "front": (0.95, 1.6),
        "oblique": (0.95, 1.8),
        "side": (1.2, 3.0),
    }

    def motion(self, person: Person) -> Motion:
        """What the person does."""
        return Motion(person, self.script, self.seed, far_lean)


@dataclass(frozen=True)
class AnywhereClip(TestClip):
    """A test clip whose camera stands anywhere in its direction, with any lens."""

    own_sources = (Path(any_camera.__file__),)

    def session(self) -> Session:
        """Person, camera and room of the clip."""
        base = random_session(self.seed, size=SIZE)
        rng = np.random.default_rng([self.seed, 11])
        camera = any_camera.any_camera(base.person, self.azimuth_deg, rng, SIZE)
        return replace(base, camera=camera, scene=Scene(base.person.workplace, camera, self.seed))


@dataclass(frozen=True)
class MovedClip(TestClip):
    """A test clip whose chair is moved. chairs: one for each segment of the script."""

    own_sources = (Path(__file__).with_name("moved_chairs.py"),)
    chairs: tuple[Chair, ...] = ()

    def motion(self, person: Person) -> Motion:
        """What the person does."""
        chairs = iter(self.chairs)

        def maker(name: str, depth: float, rng: np.random.Generator) -> Posture:
            return next(chairs).with_person(state_posture(name, depth, rng))

        return Motion(person, self.script, self.seed, maker)


def as_kind(kind: type[AnyClip], clip: TestClip) -> AnyClip:
    """The same clip, drawn in another way."""
    return kind(**{field.name: getattr(clip, field.name) for field in fields(clip)})

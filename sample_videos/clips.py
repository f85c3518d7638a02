"""The sample clips: who sits before which camera and does what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .motion import Motion, Segment
from .person import Person
from .posture import Posture, minimum_jerk
from .scene import Scene
from .session import Session, place_camera, random_session, with_other

RATE_HZ = 15
SIZE = (640, 480)
SAMPLES = 4  # smooth edges


@dataclass(frozen=True)
class Clip:
    """A clip to render.

    seed: of the person and the room, one of `session.CLIP_SEEDS`. azimuth_deg: where the camera
    stands, 0 in front, 90 on the person's left. distance, height: metres from the head and above
    the eyes. visitor: seed of a second person who comes in behind.
    """

    name: str
    shows: str
    seed: int
    azimuth_deg: float
    distance: float
    height: float
    fov_deg: float
    script: tuple[Segment, ...]
    visitor: int | None = None

    def session(self) -> Session:
        """Person, camera and room of the clip."""
        base = random_session(self.seed, size=SIZE)
        camera = place_camera(
            base.person, self.azimuth_deg, self.distance, self.height, self.fov_deg, SIZE
        )
        space = 2.4 if self.visitor is not None else 0.0
        scene = Scene(base.person.workplace, camera, self.seed, space)
        session = replace(base, camera=camera, scene=scene)
        if self.visitor is not None:
            other = Person.random(np.random.default_rng([self.visitor, 0]))
            session = with_other(session, other)
        return session

    def motion(self, person: Person) -> Motion:
        """What the person does."""
        return Motion(person, self.script, self.seed)


def visitor_posture(time_s: float) -> Posture:
    """A second person comes in behind, stops to look at the screen for a while, and goes on."""
    stops = (
        (0.0, -260.0),
        (10.0, -260.0),
        (13.0, -62.0),
        (19.0, -62.0),
        (23.0, 300.0),
        (99.0, 300.0),
    )
    hanging = (("hanging", 1.0),)
    stand = Posture(standing=1.0, walk_forward_cm=-105.0, left_hand=hanging, right_hand=hanging)
    for (start, place), (end, following) in pairwise(stops):
        if start <= time_s < end:
            share = minimum_jerk((time_s - start) / (end - start))
            walking = abs(following - place) > 1 and 0.02 < share < 0.98
            turn = 85.0 * min(share, 1 - share, 0.15) / 0.15 if walking else 0.0
            x = (1 - share) * place + share * following
            return replace(stand, walk_left_cm=x, walk_turn_deg=turn, head_pitch_deg=6.0)
    return stand


CLIPS: tuple[Clip, ...] = (
    Clip(
        "front_low",
        "laptop camera below eye level",
        900_016,
        4.0,
        0.78,
        -0.26,
        64.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("slumped", 0.6, 5.5),
            Segment("upright", 0.2, 3.0),
            Segment("looking_down", 0.6, 3.5),
            Segment("slid_down", 0.8, 6.0),
            Segment("talking", 0.5, 3.5),
            Segment("hunched", 0.5, 5.0),
            Segment("upright", 0.2, 2.5),
        ),
    ),
    Clip(
        "front_high",
        "camera above eye level; the person leaves and comes back",
        900_022,
        -6.0,
        0.82,
        0.16,
        66.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("hunched", 0.8, 5.5),
            Segment("drinking", 0.5, 3.5),
            Segment("upright", 0.2, 1.5),
            Segment("away", 0.5, 8.5),
            Segment("upright", 0.2, 2.5),
            Segment("slid_down", 0.6, 5.0),
            Segment("turning", 0.6, 3.0),
        ),
    ),
    Clip(
        "side_left",
        "camera at the person's left side",
        900_003,
        90.0,
        1.75,
        -0.25,
        58.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("slumped", 0.7, 5.5),
            Segment("leaning_in", 0.7, 4.0),
            Segment("hunched", 0.6, 5.0),
            Segment("looking_down", 0.7, 3.5),
            Segment("slid_down", 0.9, 6.0),
            Segment("upright", 0.2, 2.5),
        ),
    ),
    Clip(
        "side_right",
        "camera at the person's right side",
        900_004,
        -86.0,
        1.7,
        -0.15,
        60.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("folded_over_phone", 0.7, 5.5),
            Segment("leaning_back", 0.7, 4.0),
            Segment("slid_down", 0.7, 5.5),
            Segment("reaching", 0.6, 3.0),
            Segment("slumped", 0.4, 5.0),
            Segment("upright", 0.2, 2.5),
        ),
    ),
    Clip(
        "oblique_left",
        "camera between front and left",
        900_005,
        38.0,
        0.95,
        -0.05,
        66.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("slid_down", 0.7, 5.5),
            Segment("reaching", 0.5, 3.0),
            Segment("slumped_left", 0.7, 5.0),
            Segment("upright", 0.2, 2.5),
            Segment("hand_on_chin", 0.5, 4.0),
            Segment("slumped", 0.7, 5.0),
            Segment("farther", 0.6, 3.0),
        ),
    ),
    Clip(
        "oblique_right",
        "camera between front and right, from above",
        900_029,
        -48.0,
        1.0,
        0.15,
        66.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("hunched", 0.6, 5.5),
            Segment("shrug", 0.6, 2.5),
            Segment("upright", 0.2, 1.5),
            Segment("away", 0.5, 8.0),
            Segment("folded_over_phone", 0.6, 5.0),
            Segment("nearer", 0.6, 3.0),
            Segment("slumped_right", 0.7, 4.5),
        ),
    ),
    Clip(
        "two_people",
        "in front; a second person comes in behind, stops and goes on",
        900_019,
        2.0,
        1.0,
        -0.05,
        64.0,
        (
            Segment("upright", 0.2, 9.0),
            Segment("slumped_right", 0.6, 5.0),
            Segment("turning", 0.6, 4.0),
            Segment("slumped", 0.8, 5.5),
            Segment("leaning_in", 0.5, 3.5),
            Segment("slid_down", 0.7, 5.0),
            Segment("upright", 0.2, 2.5),
        ),
        visitor=900_107,
    ),
)

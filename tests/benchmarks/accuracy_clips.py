"""The people on whom accuracy is measured: none of them was ever trained on.

Eight sets, all rendered from the seeds that sample_videos/session.py keeps for tests:
- CLIPS: 39 s each at 5 frames a second, the default rate of `live`; one person, one camera,
  upright first, then slouches and innocent movements by turns. Over each view every kind of slouch
  and of innocent movement comes about equally often, mild to deep.
- DRAWN_LAST: a third as many such clips, drawn when all networks and limits were settled.
- OTHERS: a sixth as many such clips, whose people move in another way (`other_movements.py`).
- MOVED: as many, 63 s each, whose chairs are turned or moved now and then (`moved_chairs.py`):
  upright there for 8 s, then a slouch and something innocent.
- FAR: as many as OTHERS, whose people lie far back or bend far over (`far_leans.py`).
- ANYWHERE: as many, whose cameras stand nearer, farther and higher, with any lens
  (`sample_videos/any_camera.py`).
- GUARDS: some clips of each kind, whose poses lie in tests/recordings for every test run.
- SESSIONS: at least 10 minutes each at 2 frames a second, at a natural pace, for what lasts: bouts,
  alerts, their delay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from accuracy_clip_kinds import AnyClip, AnywhereClip, FarClip, MovedClip, OtherClip, TestClip
from far_leans import FAR_INNOCENT, FAR_SLOUCHES
from moved_chairs import WAYS, Chair
from numpy.typing import NDArray

from sample_videos.clips import Clip
from sample_videos.motion import Segment
from sample_videos.session import TEST_SEEDS, Session
from sample_videos.states import INNOCENT, SLOUCHES

CALIBRATED_S = 8.0
"""The first seconds of every clip are upright: they make the baseline and are not scored."""
CLIP_RATE_HZ = 5
SESSION_RATE_HZ = 2
SESSION_S = 600.0

PER_VIEW = 60
"""So many people in each view: every innocent movement is then seen of about fourteen of them."""
DRAWN_LAST_PER_VIEW = 20
OTHERS_PER_VIEW = 10
MOVED_PER_VIEW = 10
FAR_PER_VIEW = 10
ANYWHERE_PER_VIEW = 10
STILL_THERE_S = 8.0
"""Who has moved the chair first sits upright there for so long."""
GUARDS_PER_VIEW = 4
"""People of each kind and view who guard against a loss of accuracy in every test run."""
IN_OTHER_PLACES = ("turning", "nearer", "farther")
"""Innocent movements that are nothing but another place; left out where the place is another."""
VIEWS = ("front", "oblique", "side")
# Metres above the eyes: below, about level, above. The desk's top limits the lowest.
HEIGHTS = ((-0.40, -0.18), (-0.15, 0.05), (0.10, 0.30))
FRONT_DEG = 25.0
"""Front cameras stand no farther aside than this, oblique ones farther."""
HEAD_M = 0.3
"""No part of a head, hair included, is farther from the eyes."""


def accuracy_clips() -> list[TestClip]:
    """The short clips, the same every time."""
    return _clips(TestClip, "", 1000, PER_VIEW)


def clips_drawn_last() -> list[TestClip]:
    """More clips like the short ones, the same every time: nothing was ever chosen on them."""
    return _clips(TestClip, "last_", 30000, DRAWN_LAST_PER_VIEW)


def other_clips() -> list[TestClip]:
    """The short clips of people who move in another way, the same every time."""
    return _clips(OtherClip, "other_", 31000, OTHERS_PER_VIEW)


def moved_clips() -> list[MovedClip]:
    """The clips of people whose chairs are moved, the same every time."""
    return _moved("moved_", 5000, MOVED_PER_VIEW)


def far_clips() -> list[TestClip]:
    """The short clips of people who lie far back or bend far over, the same every time."""
    return _clips(FarClip, "far_", 32000, FAR_PER_VIEW, FAR_SLOUCHES, FAR_INNOCENT)


def anywhere_clips() -> list[TestClip]:
    """The short clips whose cameras stand anywhere, the same every time."""
    return _clips(AnywhereClip, "anywhere_", 9000, ANYWHERE_PER_VIEW)


FURTHER: Mapping[str, Callable[[], Sequence[TestClip]]] = {
    "drawn_last": clips_drawn_last,
    "others": other_clips,
    "moved": moved_clips,
    "far": far_clips,
    "anywhere": anywhere_clips,
}
"""Kinds of people that have a section of their own on the page."""


def guard_clips() -> list[TestClip]:
    """The short clips whose poses every test run scores, of each kind, the same every time."""
    same = _clips(TestClip, "same_", 3000, GUARDS_PER_VIEW)
    others = _clips(OtherClip, "other_", 4000, GUARDS_PER_VIEW)
    far = _clips(FarClip, "far_", 8000, GUARDS_PER_VIEW, FAR_SLOUCHES, FAR_INNOCENT)
    anywhere = _clips(AnywhereClip, "anywhere_", 10000, GUARDS_PER_VIEW)
    return [*same, *others, *_moved("moved_", 6000, GUARDS_PER_VIEW), *far, *anywhere]


def _moved(prefix: str, first: int, per_view: int) -> list[MovedClip]:
    clips: list[MovedClip] = []
    for place, view in enumerate(VIEWS):
        order = np.random.default_rng([TEST_SEEDS[first], place])
        elsewhere = [state for state in INNOCENT if state not in IN_OTHER_PLACES]
        slouches, innocent = _dealt(SLOUCHES, order), _dealt(tuple(elsewhere), order)
        ways = _dealt(WAYS, order)
        for number in range(per_view):
            seed = TEST_SEEDS[first + 100 * place + number]
            rng = np.random.default_rng([seed, 12])
            script, chairs = [Segment("upright", 0.3, 9.0)], [Chair()]
            for _ in range(3):
                script.append(Segment("upright", 0.3, STILL_THERE_S))
                script.append(Segment(next(slouches), float(rng.uniform(0.1, 1.0)), 5.5))
                script.append(Segment(next(innocent), float(rng.uniform(0.1, 1.0)), 4.5))
                chairs += 3 * [Chair.moved(next(ways), rng)]
            name = f"{prefix}{view}_{number + 1:02d}"
            clip = _clip(MovedClip, name, view, seed, number, tuple(script), rng)
            clips.append(replace(clip, chairs=tuple(chairs)))
    return clips


def _clips(
    kind: type[TestClip],
    prefix: str,
    first: int,
    per_view: int,
    slouched: tuple[str, ...] = SLOUCHES,
    other: tuple[str, ...] = (*INNOCENT, "away"),
) -> list[TestClip]:
    """`per_view` people of each view; first: place of the first one's seed among TEST_SEEDS.

    slouched, other: names of the states that come by turns.
    """
    clips: list[TestClip] = []
    for place, view in enumerate(VIEWS):
        order = np.random.default_rng([TEST_SEEDS[first], place])
        slouches, innocent = _dealt(slouched, order), _dealt(other, order)
        for number in range(per_view):
            seed = TEST_SEEDS[first + 100 * place + number]
            rng = np.random.default_rng([seed, 12])
            script = [Segment("upright", 0.3, 9.0)]
            for _ in range(3):
                script.append(Segment(next(slouches), float(rng.uniform(0.1, 1.0)), 5.5))
                state = next(innocent)
                seconds = 8.5 if state == "away" else 4.5
                script.append(Segment(state, float(rng.uniform(0.1, 1.0)), seconds))
            name = f"{prefix}{view}_{number + 1:02d}"
            clips.append(_clip(kind, name, view, seed, number, tuple(script), rng))
    return clips


def long_sessions() -> list[TestClip]:
    """The long sessions, the same every time."""
    sessions = []
    for number, view in enumerate(VIEWS):
        seed = TEST_SEEDS[501 + number]
        rng = np.random.default_rng([seed, 12])
        script = [Segment("upright", 0.3, 12.0)]
        while sum(segment.seconds for segment in script) < SESSION_S:
            script += _spell(rng)
        name = f"session_{view}_{number + 1}"
        sessions.append(_clip(TestClip, name, view, seed, number, tuple(script), rng))
    return sessions


def groups_of(clip: Clip) -> dict[str, str]:
    """What a clip is grouped by: how the camera is placed, and what kind of person it shows."""
    session = clip.session()
    skeleton = session.person.upright_pose.skeleton
    eyes = 0.5 * (skeleton.place("eye.L") + skeleton.place("eye.R"))
    above = session.camera.position[1] - float(eyes[1])
    person = session.person
    front = abs(clip.azimuth_deg) <= FRONT_DEG
    worn = [name for name in ("glasses", "headset") if getattr(person.look, name) is not None]
    return {
        "camera": _among(above, (-0.15, 0.08), ("below eye level", "at eye level", "above")),
        "build": _among(person.phenotype.weight, (0.4, 0.65), ("slim", "average", "heavy")),
        "sex": "man" if person.phenotype.gender > 0.5 else "woman",
        "hair": "long" if person.look.hair_style in ("bob", "long") else "short",
        "wears": " and ".join(worn) or "neither glasses nor headset",
        "room": _room(session, eyes) if front else "side and oblique",
    }


def _room(session: Session, eyes: NDArray[np.float64]) -> str:
    """How much of the picture is left above the upright head. eyes: (3,) between them, metres."""
    skeleton, figure = session.person.upright_pose.skeleton, session.person.figure
    parts = skeleton.skinned(figure.positions, figure.bone_indices, figure.bone_weights)
    above = parts[(parts[:, 1] > eyes[1]) & (np.abs(parts - eyes).max(axis=1) < HEAD_M)]
    room = session.camera.project(above)[:, 1].min() / session.camera.height
    return _among(room, (0.0, 0.1), ("cut off, front", "little, front", "plenty, front"))


def _clip(
    kind: type[AnyClip],
    name: str,
    view: str,
    seed: int,
    number: int,
    script: tuple[Segment, ...],
    rng: np.random.Generator,
) -> AnyClip:
    side = 1.0 if number % 2 == 0 else -1.0
    azimuth = {
        "front": float(np.clip(rng.normal(0, 9), -20, 20)),
        "oblique": side * float(rng.uniform(26, 59)),
        "side": side * float(rng.uniform(66, 100)),
    }[view]
    return kind(
        name=name,
        shows=f"{view} view, person {seed}",
        seed=seed,
        azimuth_deg=azimuth,
        distance=float(rng.uniform(*kind.distances[view])),
        height=float(rng.uniform(*HEIGHTS[number % len(HEIGHTS)])),
        fov_deg=float(rng.uniform(50, 80)),
        script=script,
    )


def _spell(rng: np.random.Generator) -> list[Segment]:
    """A minute or several of sitting: good posture with movement in it, then perhaps a slouch."""
    spell: list[Segment] = []
    for _ in range(int(rng.integers(2, 5))):
        state = str(rng.choice((*INNOCENT, "upright", "upright", "upright")))
        length = rng.uniform(15, 60) if state in ("upright", "talking") else rng.uniform(4, 25)
        spell.append(Segment(state, float(rng.uniform(0.1, 1.0)), float(length)))
    if rng.random() < 0.08:
        spell.append(Segment("away", 0.5, float(rng.uniform(20, 60))))
    kind = rng.random()
    # Half of the slouches last long enough to matter, some are too short, some spells have none.
    length = rng.uniform(75, 200) if kind < 0.5 else rng.uniform(8, 35) if kind < 0.85 else 0.0
    while length > 0:
        part = min(length, float(rng.uniform(25, 90)))
        spell.append(Segment(str(rng.choice(SLOUCHES)), float(rng.uniform(0.2, 1.0)), part))
        length -= part
    return spell


def _dealt(names: tuple[str, ...], order: np.random.Generator) -> Iterator[str]:
    """All names in a random order, then all in another, so that each comes equally often."""
    while True:
        yield from (names[place] for place in order.permutation(len(names)))


def _among(value: float, edges: tuple[float, float], names: tuple[str, str, str]) -> str:
    return names[int(np.searchsorted(edges, value))]

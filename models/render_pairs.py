"""Render two people by turns before the same camera, to measure posture_cam/sitter.py honestly.

    python models/render_pairs.py DIR --pairs 60 && python models/fit_sitter.py SESSIONS --pairs DIR

Sessions of models/render_training.py show every person before a camera of their own; what tells two
of them apart may then be the camera. One file per pair holds, for `first` and `second`: landmarks,
world (N, 33, 3), looks (N, 5, 3), the colours of posture_cam/looks.py, found (N,); the first 3
pictures are upright. view_deg is the camera's direction.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from render_training import PICTURE_SIZES, detect, draw_posture, training_seeds

from posture_cam.looks import look_of
from posture_cam.pose import SCENE_EVERY_S
from posture_cam.types import REGIONS
from sample_videos.person import Person
from sample_videos.scene import Scene
from sample_videos.session import Session, random_session
from sample_videos.states import state_posture

FIRST_SEED = 700_000
"""Of training seeds that neither rendered nor simulated training people use."""
SECOND_PERSON = 50_000
"""Added to the seed of the first."""
UPRIGHT, OTHERS = 3, 9
NO_LOOK = np.full((len(REGIONS) + 1, 3), np.nan, dtype=np.float32)


def render_pair(seed: int, folder: Path) -> None:
    """Write one pair's file."""
    random = np.random.default_rng([seed, 9])
    arrays: dict[str, Any] = {}
    first, second = two_people(seed, random)
    for name, session in (("first", first), ("second", second)):
        rest = [state_posture("upright", 0.3, random) for _ in range(UPRIGHT)]
        postures = [session.person.with_change(change) for change in rest]
        postures += [draw_posture(session.person, random)[1] for _ in range(OTHERS)]
        pictures = [session.render(posture, number) for number, posture in enumerate(postures)]
        session.close()
        images = [picture.image for picture in pictures]
        poses = detect("full", images, SCENE_EVERY_S)  # colours are looked at no oftener
        arrays[f"{name}_landmarks"] = np.array([pose.landmarks for pose in poses])
        arrays[f"{name}_world"] = np.array([pose.world for pose in poses])
        looks = [look_of(pose) for pose in poses]
        arrays[f"{name}_looks"] = np.array(
            [NO_LOOK if look is None else look.colours for look in looks]
        )
        arrays[f"{name}_found"] = np.array([pose.present for pose in poses])
        if session is first:
            arrays["view_deg"] = np.array(pictures[0].truth["view_deg"])
    np.savez_compressed(folder / f"pair_{seed}.npz", **arrays)


def two_people(seed: int, random: np.random.Generator) -> tuple[Session, Session]:
    """Two random people at the same desk before the same camera."""
    size = PICTURE_SIZES[int(random.integers(len(PICTURE_SIZES)))]
    first = random_session(seed, size=size)
    person = Person.random(np.random.default_rng([seed + SECOND_PERSON, 0]))
    return first, replace(first, person=person, scene=Scene(person.workplace, first.camera, seed))


def main() -> None:
    parser = argparse.ArgumentParser(description="Render pairs of people before one camera.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=60)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    training_seeds(parser, FIRST_SEED + SECOND_PERSON, options.pairs)
    for number, seed in enumerate(training_seeds(parser, FIRST_SEED, options.pairs)):
        render_pair(seed, options.folder)
        print(f"{number + 1}/{options.pairs}", flush=True)


if __name__ == "__main__":
    main()

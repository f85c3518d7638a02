"""Render two people before the same camera, each on two days, to fit posture_cam/resemblance.py.

    python models/render_days.py DIR --pairs 300 && python models/fit_resemblance.py DIR

sample_videos/another_day.py says what differs from day to day. One file per pair holds what a
profile of each day would: looks (2, 2, 5, 3), by person and day the colours of
posture_cam/looks.py; figures (2, 2, 32, 32); view_deg, the camera's direction. Pairs of whom
somebody is hardly found are left out.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from render_pairs import SECOND_PERSON, two_people
from render_training import detect, training_seeds

from posture_cam.baseline import MIN_FRAMES, median_pose
from posture_cam.looks import look_of
from posture_cam.pose import SCENE_EVERY_S
from posture_cam.types import Pose
from sample_videos.another_day import on_another_day, sitting_otherwise
from sample_videos.session import Session
from sample_videos.states import state_posture

FIRST_SEED = 710_000
"""Of training seeds that no other people of the training use."""
PICTURES = 6
"""Of sitting upright, a second apart."""


def render_pair(seed: int, folder: Path) -> None:
    """Write one pair's file, unless somebody is hardly found."""
    random = np.random.default_rng([seed, 17])
    first, second = two_people(seed, random)
    days = [day for one in (first, second) for day in (one, on_another_day(one, random))]
    seen = [upright_pose(day, random) for day in days]
    looks = [look_of(pose) for pose in seen if pose is not None]
    colours = [look.colours for look in looks if look is not None]
    figures = [pose.figure for pose in seen if pose is not None and pose.figure is not None]
    if len(colours) < len(days) or len(figures) < len(days):
        return
    np.savez_compressed(
        folder / f"pair_{seed}.npz",
        looks=np.reshape(colours, (2, 2, *colours[0].shape)),
        figures=np.reshape(figures, (2, 2, *figures[0].shape)),
        view_deg=np.array(first.truth(first.person.upright)["view_deg"]),
    )


def upright_pose(session: Session, random: np.random.Generator) -> Pose | None:
    """What a profile would hold of somebody who sits upright on one day; None if hardly found."""
    person = sitting_otherwise(session.person, random)
    shown = replace(session, person=person)
    changes = [state_posture("upright", 0.3, random) for _ in range(PICTURES)]
    images = [
        shown.render(person.with_change(change), number).image
        for number, change in enumerate(changes)
    ]
    shown.close()
    found = [pose for pose in detect("full", images, SCENE_EVERY_S) if pose.present]
    return median_pose(found) if len(found) >= MIN_FRAMES else None


def main() -> None:
    parser = argparse.ArgumentParser(description="Render pairs of people on two days.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--first", type=int, default=FIRST_SEED)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    training_seeds(parser, options.first + SECOND_PERSON, options.pairs)
    for number, seed in enumerate(training_seeds(parser, options.first, options.pairs)):
        render_pair(seed, options.folder)
        print(f"{number + 1}/{options.pairs}", flush=True)


if __name__ == "__main__":
    main()

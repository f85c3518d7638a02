"""Training sessions without pictures: exact joints of people, projected by a camera.

    python models/simulate_training.py DIR --people 1000 --jobs 1

Rendering and detecting cost a hundred times more than projecting joints, and geometry (how a bent
back moves head and shoulders in a picture) can be learned from joints alone. Each person is seen by
several cameras. What a pose model adds is drawn when the sessions are loaded (training_data.py).
The networks are first trained on these and the rendered sessions together, then on the rendered
ones alone.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from render_training import PICTURES, UPRIGHT_PICTURES, draw_posture, label

from posture_cam.landmarks import Landmark as L
from sample_videos.camera import Camera
from sample_videos.joints import joint_places
from sample_videos.person import Person, Posed
from sample_videos.posture import Posture
from sample_videos.session import TRAINING_SEEDS, random_camera
from sample_videos.states import state_posture
from sample_videos.truth import true_angles, view_angle

Array = NDArray[np.float64]

FIRST_SEED = 400_000
"""Simulated people begin here among the training seeds; rendered ones begin at 0."""
CAMERAS = 3
VIEWS = ("front", "front", "oblique", "side")
HIPS_SEEN_FROM_DEG = 35.0


def simulate_person(number: int, folder: Path) -> None:
    """Write the sessions of one person before several cameras."""
    seed = FIRST_SEED + number
    person = Person.random(np.random.default_rng([seed, 0]))
    random = np.random.default_rng([seed, 1])
    for place in range(CAMERAS):
        view = VIEWS[int(random.integers(len(VIEWS)))]
        camera = random_camera(person, random, view, (640, 480))  # type: ignore[arg-type]
        upright = [
            ("upright", person.with_change(state_posture("upright", 0.3, random)))
            for _ in range(UPRIGHT_PICTURES)
        ]
        drawn = upright + [draw_posture(person, random) for _ in range(PICTURES)]
        write_session(person, camera, drawn, folder / f"simulated_{seed}_{place}.npz", seed)


def write_session(
    person: Person, camera: Camera, drawn: list[tuple[str, Posture]], file: Path, seed: int
) -> None:
    """Pose, project and store."""
    posed = [person.pose(posture) for _, posture in drawn]
    truths = [{**true_angles(person, p), "view_deg": view_angle(p, camera)} for p in posed]
    names = list(truths[0])
    truth = np.array([[values[name] for name in names] for values in truths])
    states = [state for state, _ in drawn]
    flexion = truth[:, names.index("spine_flexion_deg")]
    landmarks, world, visibility = seen(posed, camera)
    np.savez_compressed(
        file,
        seed=seed,
        size=np.array([camera.width, camera.height]),
        truth_names=np.array(names),
        truth=truth,
        state=np.array(states),
        slouched=np.array([label(s, f) for s, f in zip(states, flexion, strict=True)]),
        upright=np.arange(len(drawn)) < UPRIGHT_PICTURES,
        landmarks=landmarks[None].astype(np.float32),
        world=world[None].astype(np.float32),
        visibility=visibility[None].astype(np.float32),
        found=np.ones((1, len(drawn)), dtype=bool),
    )


def seen(posed: list[Posed], camera: Camera) -> tuple[Array, Array, Array]:
    """Landmarks and world landmarks (N, 33, 3) and visibility (N, 33) of a perfect pose model."""
    places = np.array([joint_places(p.skeleton) for p in posed])
    local = (places - np.array(camera.position)) @ camera.axes.T * np.array([1.0, -1.0, -1.0])
    depth = np.maximum(local[..., 2], 0.1)
    hips = local[:, [L.LEFT_HIP, L.RIGHT_HIP]].mean(axis=1, keepdims=True)
    world = local - hips
    pixels = camera.focal_px * local[..., :2] / depth[..., None]
    pixels += np.array([camera.width / 2, camera.height / 2])
    scale = camera.focal_px / depth.mean(axis=1)
    landmarks = np.concatenate([pixels, (world[..., 2] * scale[:, None])[..., None]], axis=-1)
    inside = (pixels > 0).all(axis=-1) & (pixels < [camera.width, camera.height]).all(axis=-1)
    visibility = np.where(inside, 0.95, 0.03)
    azimuth = np.array([abs(view_angle(p, camera)) for p in posed])
    for hip in (L.LEFT_HIP, L.RIGHT_HIP):
        visibility[azimuth < HIPS_SEEN_FROM_DEG, hip] = 0.03
    return landmarks, world, visibility


def main() -> None:
    parser = argparse.ArgumentParser(description="Simulate training sessions.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if FIRST_SEED + options.first + options.people > TRAINING_SEEDS.stop:
        parser.error(f"seeds from {TRAINING_SEEDS.stop} on are kept for tests")
    people = range(options.first, options.first + options.people)
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(simulate_person, number, options.folder) for number in people]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            print(f"{done}/{len(people)}", flush=True)


if __name__ == "__main__":
    main()

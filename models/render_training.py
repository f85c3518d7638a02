"""Render people with known joints and record what MediaPipe sees of them, for training.

    python models/render_training.py DIR --sessions 2000 --jobs 2

One file per session (a person, a camera, a room; see training_data.py for its arrays). Seeds are
those that sample_videos keeps for training, so that no test person is ever seen. A session has some
upright pictures and many others: every kind of slouch from mild to deep, every innocent movement,
ways half-way between, both together (slouched *and* turned, *and* moved nearer), and postures drawn
joint by joint (sample_videos/free_postures.py). With --dressed all wear MakeHuman's clothes, hair
and skins (sample_videos/dressed_session.py), which have to be there (sample_videos/README.md).
Sessions that are already there are kept, so the command can be stopped and continued.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from far_postures import far_posture  # noqa: E402

from posture_cam.pose import PoseEstimator  # noqa: E402
from posture_cam.types import FIGURE_SHAPE, Frame, Pose  # noqa: E402
from sample_videos.any_camera import any_camera  # noqa: E402
from sample_videos.dressed_session import in_other_clothes  # noqa: E402
from sample_videos.free_postures import BENT, free_posture  # noqa: E402
from sample_videos.person import Person  # noqa: E402
from sample_videos.posture import Posture, blend  # noqa: E402
from sample_videos.scene import Scene  # noqa: E402
from sample_videos.session import TRAINING_SEEDS, Session, random_session  # noqa: E402
from sample_videos.states import (  # noqa: E402
    INNOCENT,
    MINIMUM_SLOUCH_FLEXION_DEG,
    SLOUCHES,
    state_posture,
)
from sample_videos.wardrobe import NoWardrobe, wardrobe  # noqa: E402

UPRIGHT_PICTURES = 4
PICTURES = 16
"""Of each person; few, so that the same time renders more people."""
VIEW_SHARES = {"front": 0.4, "oblique": 0.35, "side": 0.25}
"""Directions of view: where people put webcams, and the front is the hardest to read."""
LITE_EVERY = 6
"""Every so many sessions one is also seen through the lite pose model, so that both are served."""
AZIMUTHS_DEG = {"front": (0.0, 20.0), "oblique": (20.0, 65.0), "side": (65.0, 100.0)}
"""Directions of view, to either side, of cameras that stand anywhere."""
PICTURE_SIZES = ((640, 480), (480, 360), (480, 270), (360, 480))
Kinds = Literal["all", "named", "far"]
OTHER_SHARES: dict[Kinds, float] = {"all": 0.3, "named": 0.0, "far": 0.5}
"""Of the pictures show no named state but a posture drawn joint by joint, or with --far one that
goes farther (far_postures.py)."""
LOOSE_SHARE = 0.6
"""Of the named states are loosened: pelvis, neck, gaze and shoulders go their own way. With
--named-only and --far none."""
SLOUCH_SHARE, COMBINED_SHARE, PARTIAL_SHARE = 0.5, 0.35, 0.25
OFTEN = ("looking_down", "leaning_in", "reaching", "hand_on_chin")
"""Innocent movements that look most like a slouch, drawn twice as often as the others."""
FROM_THE_EDGE = ("slid_down", "leaning_back")
"""Movements against the backrest. Who sat on the edge of the seat before goes back to it with them,
so that the camera sees them much smaller: the commonest real slouch."""
EDGE_SHARE, EDGE_CM = 0.5, 22.0
LOOKS = 4
"""At each picture: the window in which MediaPipe looks settles over some of them."""
LOOK_EVERY_S = 0.3
"""Time between two looks at a picture, about as on video. Six times as long moves the landmarks by
half a pixel, but the estimator then often looks for newcomers, which takes a fifth of all time."""
NOT_SLOUCHED_BELOW_DEG = 4.0
"""Between this and the least flexion of a slouch a half-way posture is labelled neither."""


NO_FIGURE = np.zeros(FIGURE_SHAPE, dtype=np.uint8)


def draw_posture(
    person: Person, random: np.random.Generator, kinds: Kinds = "all"
) -> tuple[str, Posture]:
    """A state's name and a posture of it, the person's own upright included.

    kinds: "named" states alone, neither drawn joint by joint nor loosened; "far" half of them
    those and half of them farther (far_postures.py); "all" but the latter.
    """
    other = random.random() < OTHER_SHARES[kinds]
    if other:
        state, change = far_posture(random) if kinds == "far" else free_posture(random)
    else:
        state, change = named_posture(random, loose=kinds == "all")
    posture = person.with_change(change)
    if random.random() < PARTIAL_SHARE:
        rest = person.with_change(state_posture("upright", 0.3, random))
        posture = blend(rest, posture, float(random.uniform(0.1, 0.9)))
    return state, posture


def named_posture(random: np.random.Generator, loose: bool = True) -> tuple[str, Posture]:
    """One of the named states, as a change against upright, sometimes moved and turned as well.

    loose: let pelvis, neck, gaze and shoulders go their own way now and then.
    """
    slouched = random.random() < SLOUCH_SHARE
    state = str(random.choice(SLOUCHES if slouched else (*INNOCENT, *OFTEN)))
    change = state_posture(state, float(random.random()), random)
    if state in FROM_THE_EDGE and random.random() < EDGE_SHARE:
        back = random.uniform(0, EDGE_CM)
        change = replace(change, chair_forward_cm=change.chair_forward_cm - back)
    if random.random() < COMBINED_SHARE:
        change = combined(change, random)
    if random.random() < LOOSE_SHARE and loose:
        change = loosened(change, random)
    return state, change


def loosened(change: Posture, random: np.random.Generator) -> Posture:
    """The same bend of the spine elsewhere in it, on a pelvis that went less far or farther.

    Who slumps over a desk leaves the pelvis where it was, and the trunk comes forward as it does in
    leaning in. The gaze follows the chest in part, and so does the neck. Shoulders come forward
    less, a little more, or not at all.
    """
    flexion = change.lumbar_flexion_deg + change.thoracic_flexion_deg
    low = random.uniform(0.1, 0.8)
    pelvis = change.pelvis_tilt_deg * random.uniform(0.0, 1.1)
    chest = pelvis + flexion + change.trunk_lean_deg
    followed = random.uniform(0, 1) ** 2 * chest
    rounded = max(0.0, random.uniform(-0.6, 1.2))
    return replace(
        change,
        pelvis_tilt_deg=pelvis,
        lumbar_flexion_deg=low * flexion,
        thoracic_flexion_deg=(1 - low) * flexion,
        neck_flexion_deg=change.neck_flexion_deg + random.normal(0, 5) - 0.3 * followed,
        head_pitch_deg=change.head_pitch_deg + 0.8 * followed,
        protraction_left_cm=rounded * change.protraction_left_cm,
        protraction_right_cm=rounded * change.protraction_right_cm,
        elevation_left_cm=change.elevation_left_cm + random.normal(-0.5, 1),
        elevation_right_cm=change.elevation_right_cm + random.normal(-0.5, 1),
    )


def combined(change: Posture, random: np.random.Generator) -> Posture:
    """The same with a head turn or nod, and chair and person moved a little."""
    return replace(
        change,
        head_yaw_deg=change.head_yaw_deg + random.normal(0, 14),
        head_pitch_deg=change.head_pitch_deg + random.normal(4, 9),
        head_roll_deg=change.head_roll_deg + random.normal(0, 3),
        twist_deg=change.twist_deg + random.normal(0, 5),
        lateral_bend_deg=change.lateral_bend_deg + random.normal(0, 3),
        chair_forward_cm=change.chair_forward_cm + random.normal(-3, random.uniform(3, 14)),
        chair_left_cm=change.chair_left_cm + random.normal(0, random.uniform(2, 9)),
    )


def label(state: str, flexion_deg: float) -> float:
    """1 slouched, 0 not, NaN in between."""
    bent = state in SLOUCHES or state == BENT
    if bent and flexion_deg >= MINIMUM_SLOUCH_FLEXION_DEG:
        return 1.0
    return 0.0 if not bent or flexion_deg < NOT_SLOUCHED_BELOW_DEG else float("nan")


def from_anywhere(session: Session, view: str, random: np.random.Generator) -> Session:
    """The same person and room before a camera that stands anywhere (any_camera.py)."""
    size = session.camera.width, session.camera.height
    azimuth_deg = float(random.choice([-1, 1]) * random.uniform(*AZIMUTHS_DEG[view]))
    camera = any_camera(session.person, azimuth_deg, random, size)
    scene = Scene(session.person.workplace, camera, session.seed)
    return replace(session, camera=camera, scene=scene)


def render_session(seed: int, folder: Path, kinds: Kinds, dressed: bool, anywhere: bool) -> None:
    """Write one session's file."""
    random = np.random.default_rng([seed, 77])
    size = PICTURE_SIZES[int(random.integers(len(PICTURE_SIZES)))]
    view = random.choice(list(VIEW_SHARES), p=list(VIEW_SHARES.values()))
    session = random_session(seed, view, size=size)
    if dressed:
        session = in_other_clothes(session)
    if anywhere:
        session = from_anywhere(session, view, random)
    postures = [
        ("upright", session.person.with_change(state_posture("upright", 0.3, random)))
        for _ in range(UPRIGHT_PICTURES)
    ]
    postures += [draw_posture(session.person, random, kinds) for _ in range(PICTURES)]
    pictures = [session.render(posture, number) for number, (_, posture) in enumerate(postures)]
    session.close()
    names = list(pictures[0].truth)
    truth = np.array([[picture.truth[name] for name in names] for picture in pictures])
    flexion = truth[:, names.index("spine_flexion_deg")]
    states = [state for state, _ in postures]
    arrays: dict[str, Any] = {
        "seed": seed,
        "size": np.array(size),
        "truth_names": np.array(names),
        "truth": truth,
        "state": np.array(states),
        "slouched": np.array([label(s, f) for s, f in zip(states, flexion, strict=True)]),
        "upright": np.arange(len(postures)) < UPRIGHT_PICTURES,
    }
    models = ("full", "lite") if seed % LITE_EVERY == 0 else ("full",)
    seen = [detect(model, [picture.image for picture in pictures]) for model in models]
    for field in ("landmarks", "world", "visibility"):
        arrays[field] = np.array([[getattr(pose, field) for pose in poses] for poses in seen])
    arrays["figure"] = np.array(
        [[NO_FIGURE if pose.figure is None else pose.figure for pose in poses] for poses in seen]
    )
    arrays["found"] = np.array([[pose.present for pose in poses] for poses in seen])
    partial = folder / f"session_{seed:06d}.part.npz"
    np.savez_compressed(partial, **arrays)
    partial.rename(folder / f"session_{seed:06d}.npz")


def detect(model: str, images: list[Any], look_every_s: float = LOOK_EVERY_S) -> list[Pose]:
    """The person of each picture, which is shown several times as in a still scene.

    As on video, the estimator follows the person from posture to posture, and the repetition lets
    it settle.
    """
    poses = []
    with PoseEstimator(model=model, people=1) as estimator:
        for number, image in enumerate(images):
            for look in range(LOOKS * number, LOOKS * (number + 1)):
                found = estimator.estimate(Frame(number, look * look_every_s, image))
            poses.append(found[0])
    return poses


def training_seeds(parser: argparse.ArgumentParser, first: int, count: int) -> range:
    """So many seeds from `first` on; ends the program when some of them are kept for tests."""
    if first + count > TRAINING_SEEDS.stop:
        parser.error(f"seeds from {TRAINING_SEEDS.stop} on are kept for tests")
    return range(first, first + count)


def main() -> None:
    parser = argparse.ArgumentParser(description="Render training sessions.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sessions", type=int, default=2000)
    parser.add_argument("--first", type=int, default=TRAINING_SEEDS.start)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument(
        "--dressed", action="store_true", help="all wear MakeHuman's clothes, hair and skins"
    )
    parser.add_argument(
        "--anywhere", action="store_true", help="cameras stand near, far, high, with any lens"
    )
    parser.add_argument(
        "--named-only",
        dest="kinds",
        action="store_const",
        const="named",
        default="all",
        help="all move as the people of sample_videos do",
    )
    parser.add_argument(
        "--far",
        dest="kinds",
        action="store_const",
        const="far",
        help="half of the time as those, half of it they lie far back or bend far over",
    )
    options = parser.parse_args()
    if options.dressed:
        try:
            wardrobe()
        except NoWardrobe as problem:
            parser.error(str(problem))
    options.folder.mkdir(parents=True, exist_ok=True)
    seeds = training_seeds(parser, options.first, options.sessions)
    drawn = options.folder, options.kinds, options.dressed, options.anywhere
    missing = [s for s in seeds if not (options.folder / f"session_{s:06d}.npz").exists()]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(render_session, seed, *drawn) for seed in missing]
        for done, future in enumerate(as_completed(waiting), start=1):
            future.result()
            print(f"{done}/{len(missing)}", flush=True)


if __name__ == "__main__":
    main()

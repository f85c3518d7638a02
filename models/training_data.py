"""Rendered sessions on disk -> features and targets for training.

A session is one person in front of one camera: some upright pictures, then many postures. Its file
holds, for M pose models and N pictures: landmarks, world (M, N, 33, 3), visibility (M, N, 33),
found (M, N), upright (N,), truth (N, T) with truth_names, slouched (N,) with NaN where neither,
state (N,), size (2,), seed; rendered ones figure (M, N, 32, 32), black where there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from camera_aim import Aim
from figure_variety import varied
from numpy.typing import NDArray

from posture_cam.features import UpperBody, centre_and_scale, change_features, pose_features
from posture_cam.figure import Figure, figure_channels, mean_figure
from posture_cam.mirror import MIRROR, SIDED, other_side
from posture_cam.types import FIGURE_SHAPE

Array = NDArray[np.float64]

POSE_OUTPUTS = (
    "view_sin",
    "view_cos",
    "shoulder_tilt_deg",
    "head_tilt_deg",
    "neck_inclination_deg",
    "trunk_inclination_deg",
    "trunk_lateral_deg",
    "twist_deg",
    "spine_flexion_deg",
    "upper_arm_elevation_left_deg",
    "upper_arm_elevation_right_deg",
    "slouch_logit",
)
CHANGE_OUTPUTS = (
    "shoulder_tilt_deg",
    "head_tilt_deg",
    "neck_inclination_deg",
    "trunk_inclination_deg",
    "trunk_lateral_deg",
    "twist_deg",
    "spine_flexion_deg",
    "head_pitch_deg",
    "head_forward_cm",
    "shoulder_protraction_cm",
    "shoulder_protraction_left_cm",
    "shoulder_protraction_right_cm",
    "shoulder_elevation_left_cm",
    "shoulder_elevation_right_cm",
    "upper_arm_elevation_left_deg",
    "upper_arm_elevation_right_deg",
    "slouch_logit",
)

RARE = ("shoulder_elevation_left_cm", "shoulder_elevation_right_cm")
"""Outputs that are nearly always zero."""

SWAY_SPREADS = 0.35
"""Sideways movement that is added in training, in spreads of face and shoulders (about 5 cm)."""

UPRIGHT_PICTURES = 3
"""So many upright pictures, drawn anew each time, make the baseline of a training sample."""


@dataclass
class Samples:
    """Everything that training needs, one row per (picture, pose model, mirrored or not).

    figures: (N, 3, 32, 32) as posture_cam.figure.figure_channels sees them, 0..255.
    own_figures: (N, 1, 32, 32) each picture's own, as it was rendered in all draws; black if none.
    """

    pose: Array
    change: Array
    figures: NDArray[np.uint8]
    own_figures: NDArray[np.uint8]
    rest: Array
    pose_targets: Array
    change_targets: Array
    person: NDArray[np.int64]
    view_deg: Array
    state: NDArray[np.str_]
    mirrored: NDArray[np.bool_]
    draw: NDArray[np.int64]


def outputs_scale(outputs: Sequence[str]) -> Array:
    """Unit of each output: 10 degrees, 3 cm, 1 for sine, cosine and logit."""
    units = {"deg": 10.0, "cm": 3.0}
    return np.array([units.get(name.rsplit("_", 1)[-1], 1.0) for name in outputs])


def swayed(landmarks: Array, upright: NDArray[np.bool_], random: np.random.Generator) -> Array:
    """The same with the person moved sideways in each picture but the upright ones.

    People sway on their chairs all day; it says nothing about their backs.
    """
    _, scale = centre_and_scale(landmarks)
    shift = random.normal(size=len(landmarks)) * SWAY_SPREADS * scale[:, 0]
    moved = landmarks.copy()
    moved[..., 0] += np.where(upright, 0.0, shift)[:, None]
    return moved


def known_figures(session: dict[str, NDArray[Any]], model: int) -> list[Figure | None]:
    """Figure of every picture, None where there is none."""
    if "figure" not in session:
        return [None] * len(session["found"][model])
    return [figure if figure.any() else None for figure in session["figure"][model]]


def otherwise_outlined(
    figures: Sequence[Figure | None], random: np.random.Generator
) -> list[Figure | None]:
    """The same person outlined otherwise in all pictures; see figure_variety.py."""
    others = iter(varied([figure for figure in figures if figure is not None], random))
    return [None if figure is None else next(others) for figure in figures]


def figure_bytes(
    upright: Figure | None, upright_landmarks: Array, now: Figure | None, landmarks: Array
) -> NDArray[np.uint8]:
    """`figure_channels` in 0..255, all 0 when there is no figure."""
    channels = figure_channels(upright, upright_landmarks, now, landmarks)
    if not channels.any():
        return np.zeros(channels.shape, dtype=np.uint8)
    return np.asarray(np.round((channels + 0.5) * 255), dtype=np.uint8)


def load_sessions(files: Sequence[Path], other: int = 1) -> Samples:
    """Read, mirror, draw and join sessions; one with too few upright pictures is left out.

    Each is drawn twice, the second time as number `other`; see `session_samples`.
    """
    parts: list[dict[str, Any]] = []
    for file in files:
        with np.load(file) as session:
            values = {name: session[name] for name in session.files}
        for model in range(len(values["landmarks"])):
            for mirrored, draw in product((False, True), (0, other)):
                parts.extend(session_samples(values, model, mirrored, draw))
    joined = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    return Samples(**joined)


def session_samples(
    session: dict[str, NDArray[Any]], model: int, mirrored: bool, draw: int
) -> Iterator[dict[str, NDArray[Any]]]:
    """Rows of one session as one pose model saw it, against one randomly drawn baseline.

    draw: number of the draw: each has other upright pictures and another swaying. All but 0 also
        aim the camera and outline the person differently.
    """
    found = session["found"][model]
    upright = np.flatnonzero(session["upright"] & found)
    rows = np.flatnonzero(found)
    if len(upright) < UPRIGHT_PICTURES:
        return
    width, height = (int(value) for value in session["size"])
    landmarks = session["landmarks"][model].astype(np.float64)
    world = session["world"][model].astype(np.float64)
    visibility = session["visibility"][model].astype(np.float64)
    figures = known_figures(session, model)
    names = [str(name) for name in session["truth_names"]]
    truth = {name: session["truth"][:, column] for column, name in enumerate(names)}
    if mirrored:
        landmarks, world = landmarks[:, MIRROR].copy(), world[:, MIRROR].copy()
        visibility = visibility[:, MIRROR]
        landmarks[..., 0] = width - landmarks[..., 0]
        world[..., 0] *= -1
        figures = [None if figure is None else figure[:, ::-1] for figure in figures]
    random = np.random.default_rng([int(session["seed"]), model, mirrored, draw])
    landmarks = swayed(landmarks, session["upright"], random)
    own = [np.zeros(FIGURE_SHAPE, np.uint8) if one is None else one for one in figures]
    if draw:
        figures = otherwise_outlined(figures, random)
    pick = random.choice(upright, UPRIGHT_PICTURES, replace=False)
    rest_landmarks, rest_world, rest_visibility = (
        np.median(array[pick], axis=0) for array in (landmarks, world, visibility)
    )
    cut = landmarks, rest_landmarks  # figures show the picture as it was
    aim, size = Aim.random(random) if draw else Aim(), (width, height)
    landmarks, rest_landmarks = (aim.landmarks(seen, size) for seen in cut)
    world, rest_world = aim.world(world), aim.world(rest_world)
    rest = UpperBody.of(rest_landmarks, rest_visibility)
    rest_pose, rest_change = pose_features(rest, rest_world, size), change_features(rest, rest)
    rest_figure = mean_figure([figures[row] for row in pick])
    now = UpperBody.of(landmarks[rows], visibility[rows])
    pose, moved = pose_features(now, world[rows], size), change_features(now, rest)
    repeated = np.broadcast_to(rest_pose, pose.shape)
    truth["view_sin"] = np.sin(np.radians(truth["view_deg"]))
    truth["view_cos"] = np.cos(np.radians(truth["view_deg"]))
    truth["slouch_logit"] = session["slouched"].astype(np.float64)
    if mirrored:
        truth = {name: truth[other_side(name)] for name in truth}
    signs = {name: -1.0 if mirrored and name in SIDED else 1.0 for name in truth}
    yield {
        "pose": pose.astype(np.float32),
        "change": np.concatenate([pose, repeated, moved], axis=1).astype(np.float32),
        "figures": np.stack(
            [figure_bytes(rest_figure, cut[1], figures[row], cut[0][row]) for row in rows]
        ),
        "own_figures": np.stack([own[row][None] for row in rows]),
        "rest": np.concatenate(
            [repeated, repeated, np.broadcast_to(rest_change, moved.shape)], axis=1
        ).astype(np.float32),
        "pose_targets": np.stack([signs[n] * truth[n][rows] for n in POSE_OUTPUTS], axis=1),
        "change_targets": np.stack(
            [
                truth[n][rows]
                if n == "slouch_logit"
                else signs[n] * (truth[n][rows] - truth[n][pick].mean())
                for n in CHANGE_OUTPUTS
            ],
            axis=1,
        ),
        "person": np.full(len(rows), int(session["seed"])),
        "view_deg": truth["view_deg"][rows] * (-1 if mirrored else 1),
        "state": session["state"][rows],
        "mirrored": np.full(len(rows), mirrored),
        "draw": np.full(len(rows), draw),
    }

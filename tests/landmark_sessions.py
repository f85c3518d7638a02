"""Working sessions made of real landmarks: recorded poses of labelled clips, replayed for hours.

A clip's recording (`posture-cam analyze sample_videos -o DIR --set analyze.rate_hz=0`) is cut by
its truth file into what the person does in each stretch. A session plays such stretches to and fro
for as long as it needs, so that MediaPipe's own noise, and its own confusion of postures, are in
every frame. The whole engine runs on it, from landmarks to events.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from working_sessions import RATE_HZ, Course

from posture_cam.tuning.clips import RecordedClip, find_labels
from posture_cam.types import Pose

SAMPLES = Path(__file__).parent.parent / "sample_videos"
SETTLED_S = 1.0
"""Beginning of a stretch that is left out: the person is still moving into it."""


@dataclass(frozen=True)
class Material:
    """One stretch of a clip: what the person does, their true flexion, and the recorded poses."""

    state: str
    slouched: bool
    flexion_deg: float
    poses: tuple[Pose, ...]
    rate_hz: float


@dataclass(frozen=True)
class Scene:
    """A stretch of a session. material None: nobody is there."""

    duration_s: float
    material: Material | None


def read_materials(clip: RecordedClip) -> list[Material]:
    """The stretches of a recorded clip whose truth file lies beside the video."""
    poses, labels = clip.poses, find_labels(clip)
    if labels is None:
        raise FileNotFoundError(f"no truth file beside {clip.video}")
    with labels.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    times = np.array([float(row["time_s"]) for row in rows])
    rate_hz = (len(poses) - 1) / (poses[-1].time_s - poses[0].time_s)
    parts: list[tuple[str, list[tuple[Pose, dict[str, str]]]]] = []
    for pose in poses:
        row = rows[int(np.argmin(np.abs(times - pose.time_s)))]
        if not parts or parts[-1][0] != row["state"]:
            parts.append((row["state"], []))
        if row["slouched"] and pose.present:
            parts[-1][1].append((pose, row))
    materials = []
    for state, pairs in parts:
        pairs = pairs[round(SETTLED_S * rate_hz) :]
        if len(pairs) > rate_hz:
            flexion = float(np.mean([float(row["spine_flexion_deg"]) for _, row in pairs]))
            slouched = pairs[0][1]["slouched"] == "1"
            kept = tuple(pose for pose, _ in pairs)
            materials.append(Material(state, slouched, flexion, kept, rate_hz))
    return materials


def compose(materials: list[Material], seed: int, minutes: float) -> list[Scene]:
    """Upright work, long and short slouches, innocent movement, absence; upright at first.

    Raises ValueError where no stretch is upright.
    """
    random = np.random.default_rng(seed)
    upright = [one for one in materials if one.state == "upright"]
    if not upright:
        raise ValueError("no upright stretch in which somebody was found")
    slouches = [one for one in materials if one.slouched]
    innocent = [one for one in materials if not one.slouched and one.state != "upright"]
    scenes = [Scene(60.0, upright[0])]

    def add(choices: list[Material], low_s: float, high_s: float) -> None:
        if choices:
            choice = choices[int(random.integers(len(choices)))]
            low, high = math.log(low_s), math.log(high_s)
            scenes.append(Scene(float(np.exp(random.uniform(low, high))), choice))

    while sum(scene.duration_s for scene in scenes) < minutes * 60:
        kind = random.choice(
            ["long", "short", "innocent", "upright", "away"], p=[0.3, 0.2, 0.25, 0.15, 0.1]
        )
        match str(kind):
            case "long":
                add(slouches, 90, 480)
            case "short":
                add(slouches, 4, 40)
            case "innocent":
                add(innocent, 2, 15)
            case "away":
                scenes.append(Scene(float(random.uniform(20, 200)), None))
        add(upright, 20, 150)
    return scenes


def course_of(scenes: list[Scene]) -> Course:
    """The truth of a session."""
    counts = [round(scene.duration_s * RATE_HZ) for scene in scenes]
    flexion = [scene.material.flexion_deg if scene.material else 0.0 for scene in scenes]
    here = [scene.material is not None for scene in scenes]
    still = np.zeros(sum(counts))
    return Course(np.repeat(flexion, counts), still, still, still, np.repeat(here, counts))


def poses_of(scenes: list[Scene], rate_hz: float) -> Iterator[Pose]:
    """The session seen at rate_hz."""
    ends = np.cumsum([round(scene.duration_s * RATE_HZ) for scene in scenes]) / RATE_HZ
    first = next(scene.material for scene in scenes if scene.material).poses[0]
    for index in range(int(ends[-1] * rate_hz)):
        time_s = index / rate_hz
        which = int(np.searchsorted(ends, time_s + 1e-9))
        material = scenes[which].material
        if material is None:
            yield Pose.nobody(time_s, first.width, first.height, first.brightness)
            continue
        since_s = time_s - (float(ends[which - 1]) if which else 0.0)
        last = len(material.poses) - 1
        turn = int(since_s * material.rate_hz) % (2 * last)
        yield replace(material.poses[turn if turn <= last else 2 * last - turn], time_s=time_s)

"""Judged clips for tests of figures, tables and reports: steps made by hand, no engine needed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from people import body, seen_from

from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.replay import Replay
from posture_cam.results import Facts, Identity
from posture_cam.sources import SourceInfo, SourceKind
from posture_cam.types import Angles, Assessment, Event, Pose, Step, Strain, View

UPRIGHT_DEG, SLOUCHED_DEG = 0.0, 20.0


def upright(time_s: float, load: float = 1.0, dose: float = math.nan) -> tuple[Pose, Step]:
    """A frame of sitting upright."""
    return _frame(time_s, UPRIGHT_DEG, False, Strain(load=load, dose_minute=dose))


def slouched(
    time_s: float, for_s: float = 0.0, load: float = 1.5, dose: float = math.nan
) -> tuple[Pose, Step]:
    """A frame of a bout of slouching that has lasted `for_s` so far."""
    strain = Strain(load=load, dose_minute=dose, slouched_for_s=for_s)
    return _frame(time_s, SLOUCHED_DEG, True, strain)


def unjudged(time_s: float) -> tuple[Pose, Step]:
    """A frame with the person but without a verdict."""
    return _frame(time_s, math.nan, None, Strain())


def away(time_s: float) -> tuple[Pose, Step]:
    """A frame without the person."""
    return Pose.nobody(time_s, 640, 480, 0.5), Step(time_s, Angles(), Assessment())


def clip(
    frames: Sequence[tuple[Pose, Step]],
    events: Sequence[Event] = (),
    settings: Settings | None = None,
) -> Replay:
    """A clip of these frames."""
    poses, steps = tuple(pose for pose, _ in frames), tuple(step for _, step in frames)
    baseline = Baseline(seen_from(body()), Angles(view=View.FRONT), 5.0, 50)
    return Replay(
        settings or Settings(),
        poses,
        steps,
        tuple(events),
        (baseline,) * len(steps),
        (False,) * len(steps),
        (False,) * len(steps),
        (baseline,) * len(steps),
    )


def facts(
    name: str = "desk.mp4", problem: str | None = None, settings: Settings | None = None
) -> Facts:
    """Facts about a video that never was."""
    info = SourceInfo(name, SourceKind.FILE, 640, 480, 30.0, 10.0, 300, 0, "h264")
    return Facts(
        video=Path(name),
        info=info,
        identity=Identity("video", "settings", "model", "networks"),
        settings=settings or Settings(),
        baseline_source="this clip",
        baseline=clip([upright(0.0)]).baseline,
        problem=problem,
        frames=100,
    )


def _frame(
    time_s: float, flexion_deg: float, verdict: bool | None, strain: Strain
) -> tuple[Pose, Step]:
    score = math.nan if verdict is None else float(verdict)
    angles = Angles(
        view=View.FRONT,
        view_deg=0.0,
        confidence=0.9,
        shoulder_tilt_deg=-0.001,
        spine_flexion_deg=flexion_deg,
        sd={"spine_flexion_deg": 3.0} if verdict is not None else {},
    )
    assessment = Assessment(score, verdict, 0.8, "upper back 20 degrees rounder than your upright")
    return seen_from(body(), time_s=time_s), Step(time_s, angles, assessment, strain)

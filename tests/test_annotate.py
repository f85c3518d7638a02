"""Specification of the annotated video: what its panel says of each frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from clips import clip, unjudged
from people import HEIGHT, WIDTH
from videos import numbered, write_video

from posture_cam.annotate import write_annotated
from posture_cam.overlay import draw
from posture_cam.sources import open_source


def test_an_upright_posture_is_being_found_only_while_there_is_none(tmp_path: Path) -> None:
    """As live: with a profile nothing is looked for, though a frame cannot be judged."""
    times = [0.0, 0.5, 1.0, 1.5]
    replay = clip([unjudged(time_s) for time_s in times])
    known = replay.baselines[0]
    replay = replace(
        replay, baselines=(known, None, None, known), compared_with=(known, None, None, known)
    )
    pictures = [numbered(number, WIDTH, HEIGHT) for number in range(len(times))]
    video = write_video(tmp_path / "desk.mp4", times, images=pictures)
    with open_source(str(video)) as source:
        write_annotated(tmp_path / "annotated.mp4", source, replay, lambda *_: None)
    with open_source(str(tmp_path / "annotated.mp4")) as annotated:
        shown = [frame.image for frame in annotated]

    def looks_like(calibrated: bool, number: int) -> float:
        pose, step = replay.poses[number], replay.steps[number]
        baseline = replay.baselines[number]
        wanted = draw(pictures[number], pose, step, calibrated=calibrated, baseline=baseline)
        return float(np.abs(shown[number].astype(float) - wanted).mean())

    found = [looks_like(True, number) < looks_like(False, number) for number in range(len(times))]
    assert found == [True, False, False, True]

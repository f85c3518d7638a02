"""End to end: somebody who sits before a portrait twice as large as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from commands import SAMPLES, start
from montages import before_a_portrait
from numpy.typing import NDArray
from spoilt_pictures import rewrite

from posture_cam.config import Settings
from posture_cam.landmarks import Landmark as L
from posture_cam.news import Ended, News
from posture_cam.observation import Observation
from posture_cam.recording import load_recording
from posture_cam.results import POSES
from posture_cam.types import EventKind
from posture_cam.watcher import Watcher

PORTRAIT_SHARE = 0.56
"""Of the width of the picture, on its left."""
GIVES_WAY_BEFORE_S = 32.0
"""At most 5 s until both are found, 4 until pixels are compared, and 21 of stillness."""


@pytest.fixture(scope="module")
def video(portrait: NDArray[np.uint8], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample person at half size, beside the portrait."""
    target = tmp_path_factory.mktemp("portrait") / "beside.mp4"

    rewrite(SAMPLES / "front_low.mp4", target, lambda own: before_a_portrait(own, portrait))
    return target


def test_in_a_recording_the_person_is_judged(video: Path, tmp_path: Path) -> None:
    """The portrait is larger, there as long and as near to the middle; it is not alive."""
    with start("analyze", video, "-o", tmp_path, "--set", "analyze.rate_hz=4") as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    poses = [pose for pose in load_recording(tmp_path / "beside" / POSES).poses() if pose.present]
    assert len(poses) > 100
    assert all(pose.landmarks[L.NOSE, 0] > PORTRAIT_SHARE * pose.width for pose in poses)


def test_live_the_portrait_gives_way_and_its_posture_is_forgotten(video: Path) -> None:
    """Whoever looks largest is taken at first; upright is then looked for anew."""
    news: list[News] = []
    with Watcher(str(video), Settings(), retry=False, realtime=False) as watcher:
        while not (news and isinstance(news[-1], Ended)):
            news += watcher.news(60.0)
    observed = [one for one in news if isinstance(one, Observation)]
    present = [one for one in observed if one.pose.present]
    beside = [one.pose.landmarks[L.NOSE, 0] > PORTRAIT_SHARE * one.pose.width for one in present]
    first = beside.index(True)
    assert all(beside[first:])
    assert 20 < present[first].pose.time_s < GIVES_WAY_BEFORE_S
    assert [present[place].calibrated for place in (first - 1, first, -1)] == [True, False, True]
    kinds = {event.kind for one in observed for event in one.step.events}
    assert EventKind.OTHER_PERSON not in kinds

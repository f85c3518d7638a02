"""Pictures that come too seldom to judge a posture by: said, not left to be guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import SAMPLES, run
from person_camera import shortened
from watched import everything

from posture_cam.config import Settings
from posture_cam.news import Notice
from posture_cam.picture_rate import too_seldom
from posture_cam.watcher import Watcher

LITE = Settings.model_validate({"pose": {"model": "lite"}})


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person, one picture every four seconds."""
    path = tmp_path_factory.mktemp("clips") / "slow.mp4"
    return shortened(SAMPLES / "front_low.mp4", path, 0.9, speed=1 / 60)


@pytest.mark.parametrize("apart_s", [0.03, 0.2, 1.0, 2.0])
def test_one_picture_in_two_seconds_is_enough(apart_s: float) -> None:
    """As it is for all that looks for somebody who sits still."""
    assert too_seldom([apart_s * number for number in range(9)]) is None


def test_a_single_gap_is_no_rate() -> None:
    """Nor are one or two pictures."""
    assert too_seldom([0, 0.1, 60, 60.1, 60.2]) is None
    assert too_seldom([0, 60]) is None
    assert too_seldom([]) is None


def test_a_recording_of_such_pictures_says_so(
    slow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the terminal and at the top of its report."""
    told = run(capsys, "analyze", slow, "--output", tmp_path, "--set", "pose.model=lite")
    assert told.code == 0
    assert "only every 4 s" in told.out
    assert "only every 4 s" in (tmp_path / "slow" / "report.html").read_text(encoding="utf-8")


def test_live_says_so_once(slow: Path) -> None:
    """As soon as six pictures have come."""
    with Watcher(str(slow), LITE, realtime=False) as watcher:
        news = everything(watcher)
    told = [one.sentence for one in news if isinstance(one, Notice) and not one.hint]
    assert len(told) == 1
    assert "only every 4 s" in told[0]

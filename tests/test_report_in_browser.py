"""The report in a real browser: from a telephone to a large screen nothing sticks out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest
from clips import clip, facts, slouched, upright

from posture_cam.replay import Replay
from posture_cam.report import report
from posture_cam.summary import summarise
from posture_cam.types import ANGLE_NAMES, Event, EventKind, Pose, Step

WIDTHS = (320, 360, 480, 640, 800, 1280)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LOADED_MS = 5000
LOOK = """
const found = {};
for (const frame of document.querySelectorAll('iframe')) {
  const page = frame.contentDocument.documentElement, room = page.clientWidth;
  const beyond = [...page.querySelectorAll('body *')].filter(
    element => element.getBoundingClientRect().right > room + 1);
  found[frame.width] = {
    room, whole: page.scrollWidth,
    beyond: [...new Set(beyond.map(one => one.tagName + ' ' + one.textContent.slice(0, 40)))],
    rows: page.querySelectorAll('tbody tr').length,
  };
}
document.getElementById('found').textContent = JSON.stringify(found);
"""


def with_wide_numbers(frame: tuple[Pose, Step]) -> tuple[Pose, Step]:
    """Every angle is measured, and is as long in print as any can be."""
    pose, step = frame
    sign = -1 if step.time_s % 2 else 1
    values: dict[str, Any] = {
        name: sign * (22.2 if name.endswith("_cm") else 123.4) for name in ANGLE_NAMES
    }
    angles = replace(step.angles, **values, sd=dict.fromkeys(ANGLE_NAMES, 12.3))
    return pose, replace(step, angles=angles)


def a_full_page() -> str:
    """A report with all of its parts, of a video with a long name."""
    frames = [upright(second) for second in range(100)]
    frames += [slouched(second, second - 99.5, dose=1.4) for second in range(100, 200)]
    message = "Upper back 20 degrees rounder than your upright for 1 min 40 s."
    events = [
        Event(EventKind.SLOUCH, 99.5, 199.5, 123.4, 98.7, message),
        Event(EventKind.ALERT, 99.5, 150.0, 123.4, 98.7, f"{message} Sit back against the chair."),
    ]
    replay: Replay = clip([with_wide_numbers(frame) for frame in frames], events)
    name = "a_recording_with_a_very_long_name_from_the_desk_by_the_window.mp4"
    return report(facts(name, "The file is cut off at 3:20."), replay, summarise(replay))


def seen_in_browser(page: str, folder: Path) -> dict[str, Any]:
    """By width in pixels: what room there is, how wide the page is, and what lies beyond."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"no browser is installed: {', '.join(BROWSERS)}")
    frames = "".join(
        f'<iframe width="{width}" height="900" style="border: 0" srcdoc="{escape(page)}"></iframe>'
        for width in WIDTHS
    )
    path = folder / "widths.html"
    path.write_text(
        f"<!doctype html><body>{frames}<pre id='found'></pre>"
        f"<script>onload = () => {{ {LOOK} }};</script>",
        encoding="utf-8",
    )
    shown = subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/me",
         f"--virtual-time-budget={LOADED_MS}", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"<pre id=\"found\">(.*?)</pre>", shown, re.DOTALL)
    assert found is not None, shown[-500:]
    result: dict[str, Any] = json.loads(unescape(found[1]))
    return result


def test_at_every_width_all_of_it_can_be_read(tmp_path: Path) -> None:
    """Without scrolling sideways, from the smallest telephone on."""
    seen = seen_in_browser(a_full_page(), tmp_path)
    assert list(map(int, seen)) == list(WIDTHS)
    for width, page in seen.items():
        assert page["rows"] > len(ANGLE_NAMES), width
        assert page["beyond"] == [], width
        assert page["whole"] <= page["room"], width

"""Specification of the preview: a real window on a real X server."""

from __future__ import annotations

import queue
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from desktop import Screen, comes_within, wait_until, windowed_screen
from live_runs import CLIP, ENDS_S, WHOLE_S, ended_by, finished, first_state, live, states
from numpy.typing import NDArray
from person_camera import shortened

from posture_cam.panel import BACKGROUND, ORANGE, SKY_BLUE
from posture_cam.preview import HELP_S, REMINDER_S, PassingWords, Preview
from posture_cam.preview_window import first_size, write_picture
from posture_cam.window_program import COMMAND, window_environment

PAINTED_S = 15.0
"""Some five times what a window takes to show its first picture on a busy machine."""


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the profiles nor the desktop of whoever runs the tests."""
    for name in ("DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


def test_the_window_shows_the_person_and_q_ends_it(tmp_path: Path) -> None:
    """A real window on a real X server: picture and panel are there, and the key is heard."""
    with windowed_screen(tmp_path) as desktop:
        run = _with_window(desktop.name)
        _wait_for_panel(desktop, run)
        first_state(run, "upright")
        (window,) = desktop.windows()
        desktop.do("key", "--window", window, "Left", "Up", "F5")  # none of these is a letter
        seen_s = first_state(run, "upright")["time_s"]
        while first_state(run, "upright")["time_s"] <= seen_s + 1:
            pass
        desktop.do("key", "--window", window, "q")
        code, lines, err = finished(run)
    assert (code, err) == (0, "")
    assert all((line["time_s"] or 0) < WHOLE_S for line in lines), "it was the file that ended"


def test_h_shows_the_warning_signs_and_h_again_the_measurements(tmp_path: Path) -> None:
    """One key away: the orange and blue of the measurements give way to text, and come back."""
    with windowed_screen(tmp_path) as desktop:
        run = _with_window(desktop.name)
        _wait_for_panel(desktop, run)
        first_state(run, "upright")
        wait_until(lambda: _has_budget_bar(desktop.picture()), "there is a bar")
        (window,) = desktop.windows()
        desktop.do("key", "--window", window, "h")
        wait_until(lambda: not _has_budget_bar(desktop.picture()), "text in its place")
        desktop.do("key", "--window", window, "h")
        wait_until(lambda: _has_budget_bar(desktop.picture()), "the bar is back")
        code, _, err = ended_by(run, signal.SIGTERM)
    assert (code, err) == (0, "")


@pytest.mark.parametrize("way", ["Escape", "close button"])
def test_closing_the_window_ends_it(way: str, tmp_path: Path) -> None:
    """Esc and the window's close button are as good as q."""
    with windowed_screen(tmp_path) as desktop:
        run = _with_window(desktop.name)
        _wait_for_panel(desktop, run)
        (window,) = desktop.windows()
        if way == "Escape":
            desktop.do("key", "--window", window, way)
        else:
            desktop.ask_to_close(window)
        code, lines, err = finished(run)
    assert (code, err) == (0, "")
    assert all((line["time_s"] or 0) < WHOLE_S for line in lines), "it was the file that ended"


@pytest.mark.parametrize("size", [None, (600, 260)])
def test_a_window_smaller_than_the_picture_keeps_every_thin_line(
    size: tuple[int, int] | None, tmp_path: Path
) -> None:
    """As letters need: Qt alone leaves rows out. And then q ends the window's program well."""
    ruled = np.zeros((720, 1650, 3), dtype=np.uint8)
    ruled[10::20] = 255
    with windowed_screen(tmp_path) as desktop:
        window_program = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=window_environment() | {"DISPLAY": desktop.name},
        )
        assert window_program.stdin is not None
        assert window_program.stdout is not None

        def shown() -> int:
            """How many bright rows the screen has, the border of the window among them."""
            write_picture(window_program.stdin, ruled)  # type: ignore[arg-type]
            column = desktop.picture()[:, 500].max(axis=1)
            return int((np.diff((column > 20).astype(int)) == 1).sum())

        wait_until(desktop.windows, "there is a window")
        (window,) = desktop.windows()
        if size is not None:
            wait_until(lambda: shown() > 0, "it shows the picture")
            desktop.do("windowsize", "--sync", window, str(size[0]), str(size[1]))
        wait_until(lambda: shown() >= len(ruled[10::20]), "all lines are there")
        desktop.do("key", "--window", window, "q")
        assert window_program.wait(ENDS_S) == 0


def test_without_a_display_it_goes_on_without_a_window(tmp_path: Path) -> None:
    """One sentence, then the same as --no-preview."""
    clip = shortened(CLIP, tmp_path / "clip.mp4", 4)
    code, lines, err = finished(live("--source", clip, "--json"))
    assert code == 0
    assert states(lines)[-1] == "upright"
    assert err == (
        "posture-cam: There is no display for a preview window. Monitoring goes on without a"
        " preview.\n"
    )


def test_for_a_window_that_is_gone_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A day without a display costs no more than --no-preview."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    told: queue.Queue[str] = queue.Queue()
    preview = Preview(pytest.fail, told.put, mirrored=True, min_visibility=0.5)
    assert "no display" in told.get(timeout=30)
    monkeypatch.setattr("posture_cam.preview.draw_waiting", pytest.fail)
    preview.wait(0.0, "Waiting for a picture.")
    preview.close()


@pytest.mark.parametrize(("read_s", "from_s"), [(5.0, 15.0), (None, HELP_S)])
def test_a_reminder_waits_for_the_page_of_warning_signs(
    read_s: float | None, from_s: float
) -> None:
    """It stands for its twenty seconds once the page is put away or its minute is over."""
    words = PassingWords()
    words.turn_page(0.0)
    words.remind("Sit up.", 10.0)
    assert words.page(11.0)
    if read_s is not None:
        words.turn_page(10.0 + read_s)
    seen = [
        second for second in range(11, 120) if words.reminder(second) and not words.page(second)
    ]
    assert seen[0] == pytest.approx(from_s, abs=1)
    assert len(seen) == pytest.approx(REMINDER_S, abs=1)


def test_a_display_that_goes_away_takes_only_the_window(
    tmp_path: Path,
) -> None:
    """Logging out of the desktop does not end the monitoring."""
    with windowed_screen(tmp_path) as desktop:
        run = _with_window(desktop.name)
        _wait_for_panel(desktop, run)
    assert run.stderr is not None
    assert "window was lost" in run.stderr.readline()
    assert run.poll() is None
    run.send_signal(signal.SIGTERM)
    assert run.wait(ENDS_S) == 0


def _with_window(display: str) -> subprocess.Popen[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", display)
        return live("--source", CLIP, "--json", "--preview")


def _wait_for_panel(desktop: Screen, run: subprocess.Popen[str]) -> None:
    """Return once the window shows the panel; a window that Qt left black is mapped once more."""
    wait_until(desktop.windows, "there is a window")
    if not comes_within(PAINTED_S, lambda: _panel_is_there(desktop.picture())):
        assert run.poll() is None, f"it ended: {run.communicate()}"
        desktop.show_again()
        wait_until(lambda: _panel_is_there(desktop.picture()), "the window shows the panel")


def _panel_is_there(picture: NDArray[np.uint8]) -> bool:
    """Whether a good part of the screen has the panel's own colour."""
    return int((picture == BACKGROUND).all(axis=2).sum()) > 50_000


def _has_budget_bar(picture: NDArray[np.uint8]) -> bool:
    """Whether a row of the panel is blue or orange for some length."""
    panel = (picture == BACKGROUND).all(axis=2).sum(axis=0) > 100
    coloured = [(picture[:, panel] == colour).all(axis=2) for colour in (SKY_BLUE, ORANGE)]
    return int((coloured[0] | coloured[1]).sum(axis=1).max(initial=0)) > 40


@pytest.mark.parametrize(
    ("picture", "window"),
    [((1010, 480), (1010, 480)), ((1650, 720), (1280, 559)), ((850, 1360), (425, 680))],
)
def test_a_new_window_fits_on_a_small_screen(
    picture: tuple[int, int], window: tuple[int, int]
) -> None:
    """With all of its panel: a larger picture is shown smaller until the user enlarges it."""
    assert first_size(*picture) == window

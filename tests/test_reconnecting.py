"""Specification of one session of frames across every loss of the camera or stream."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest
from desktop import wait_until
from servers import MjpegCamera, serving

from posture_cam.config import LiveSettings
from posture_cam.errors import SourceError
from posture_cam.reconnecting import Outage, ReconnectingSource, SessionClock
from posture_cam.sources import comes_back
from posture_cam.types import Frame

SETTINGS = LiveSettings(rate_hz=20, retry_s=0.1, timeout_s=5)
IMAGE = np.zeros((4, 4, 3), dtype=np.uint8)


def source(
    spec: str,
    trouble: Callable[[str], object] = pytest.fail,
    notice: Callable[[str], object] = pytest.fail,
    *,
    retry: bool = True,
) -> ReconnectingSource:
    return ReconnectingSource(
        spec, SETTINGS, retry=retry, realtime=False, trouble=trouble, notice=notice
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_stream_that_breaks_off_is_opened_again() -> None:
    """Frames go on, their times never step back, and each loss and return is told once."""
    told: list[str] = []
    with serving(MjpegCamera, pictures=8) as (host, port):
        watched = source(f"http://{host}:{port}/", told.append, told.append)
        frames = islice(watched.frames(threading.Event()), 25)
        times = [frame.time_s for frame in frames]
    assert len(times) == 25
    assert (np.diff(times) > 0).all()
    assert told[0].startswith(f"The stream http://{host}:{port}/ ")
    assert told[0].endswith("Trying again every 0.1 s.")
    assert told[1] == "There are pictures again."
    assert told[::2] == [told[0]] * len(told[::2])


def test_a_camera_whose_pictures_cannot_be_read_is_left_before_it_is_called_again() -> None:
    """Not one more connection for each attempt, which in the end nobody could have any more."""
    settings = SETTINGS.model_copy(update={"timeout_s": 1.0})
    stop, told = threading.Event(), list[str]()
    with serving(MjpegCamera, spoilt_after=10) as (host, port):
        spec = f"http://{host}:{port}/"
        watched = ReconnectingSource(
            spec, settings, retry=True, realtime=False, trouble=told.append, notice=told.append
        )
        reader = threading.Thread(target=lambda: list(watched.frames(stop)), daemon=True)
        reader.start()
        wait_until(lambda: told.count("There are pictures again.") >= 2, "a second return")
        readers = [one for one in threading.enumerate() if one.name == "picture-reader"]
        stop.set()
        reader.join(20)
    assert len(readers) <= 2
    assert "sends no picture that can be read" in told[0]


def test_a_camera_that_comes_late_is_waited_for() -> None:
    """The address refuses at first; once somebody answers there, pictures come."""
    told: list[str] = []
    port = free_port()
    watched = source(f"http://127.0.0.1:{port}/", told.append, told.append)
    first: list[Frame] = []
    stop = threading.Event()
    waiting = threading.Thread(target=lambda: first.append(next(watched.frames(stop))))
    waiting.start()
    wait_until(lambda: told, "the refusal is told")
    with serving(MjpegCamera, at_port=port):
        wait_until(lambda: first, "the first picture")
    waiting.join()
    assert "refused" in told[0]
    assert told[1:] == ["There are pictures again."]


def test_stopping_ends_the_waiting() -> None:
    """A missing camera does not keep the program."""
    stop = threading.Event()
    watched = source("/dev/video-nowhere", lambda _: stop.set())
    assert list(watched.frames(stop)) == []


@pytest.mark.parametrize("spec", ["missing.mp4", "ftp://127.0.0.1/clip.mp4"])
def test_what_will_never_come_is_an_error(spec: str) -> None:
    """A wrong file name is told at once rather than waited for."""
    with pytest.raises(SourceError):
        next(source(spec).frames(threading.Event()))


def test_without_retrying_the_first_failure_counts() -> None:
    """Calibration has a person sitting there: it does not wait for a camera."""
    with pytest.raises(SourceError, match="video-nowhere"):
        next(source("/dev/video-nowhere", retry=False).frames(threading.Event()))


@pytest.mark.parametrize(
    ("spec", "worth_waiting"),
    [
        ("0", True),
        ("/dev/video2", True),
        ("http://camera/", True),
        ("RTSP://camera/", True),
        ("talk.mp4", False),
        ("rtsp", False),
        ("C:\\clips\\talk.mp4", False),
        ("ftp://camera/", False),
    ],
)
def test_what_comes_back(spec: str, worth_waiting: bool) -> None:
    """Cameras and streams are waited for, files and impossible addresses are not."""
    assert comes_back(spec) is worth_waiting


def test_every_reason_is_told_once_an_outage() -> None:
    """A night without a camera does not fill the terminal; the next outage is told again."""
    outage = Outage(5.0)
    lost, missing = SourceError("It was lost."), SourceError("It is missing.")
    assert outage.sentence(lost) == "It was lost. Trying again every 5 s."
    assert outage.sentence(missing) != ""
    assert [outage.sentence(error) for error in (lost, missing) * 3] == [""] * 6
    assert outage.ends()
    assert not outage.ends()
    assert outage.sentence(lost) != ""


def test_the_clock_goes_on_while_the_source_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds without pictures are ten seconds, whatever the new source counts from."""
    now = 100.0
    monkeypatch.setattr("posture_cam.reconnecting.steady_clock", lambda: now)
    clock = SessionClock()
    assert np.isnan(clock.now_s)
    clock.source_opened()
    times = []
    for opened, moment, frame_s in [
        (True, 100.0, 0.0), (False, 101.0, 1.0), (True, 111.0, 0.0), (False, 112.0, 1.0)
    ]:  # fmt: skip
        now = moment
        if opened:
            clock.source_opened()
        times.append(clock.place(Frame(0, frame_s, IMAGE)).time_s)
    assert times == [0.0, 1.0, 11.0, 12.0]
    assert clock.now_s == 12.0

"""Cameras and streams as they happen: the newest picture, and a plain word when it is over."""

from __future__ import annotations

import itertools
import time

import pytest
from cameras import PacedCapture, camera
from servers import MjpegCamera, RtspCamera, SilentServer, serving
from videos import number_of

from posture_cam.address import without_password
from posture_cam.errors import SourceError
from posture_cam.sources import ask_for_camera, open_source


class TestLive:
    """Cameras and streams: the newest picture, and a plain word when it is over."""

    def test_missing_camera(self) -> None:
        """A camera that does not exist is named, and the way to find the others."""
        with pytest.raises(SourceError, match=r"camera 97 .*posture-cam doctor"):
            open_source("97")
        with pytest.raises(SourceError, match="/dev/video97"):
            open_source("/dev/video97")

    def test_file_that_is_no_camera(self) -> None:
        """A device that is no camera cannot be opened as one."""
        with pytest.raises(SourceError, match="/dev/null cannot be opened"):
            open_source("/dev/null")

    def test_newest_picture(self) -> None:
        """A slow reader gets the newest picture, so no delay builds up."""
        capture = PacedCapture()
        with camera(capture) as source:
            for _ in range(4):
                time.sleep(0.1)
                lag = capture.grabbed - 1 - next(source).index
                assert lag <= 2

    def test_pictures_not_due_are_not_converted(self) -> None:
        """Thinning out saves the conversion of the pictures that nobody asked for."""
        capture = PacedCapture()
        with camera(capture, rate_hz=10) as source:
            list(itertools.islice(source, 4))
        assert capture.retrieved < capture.grabbed / 2

    def test_lost_camera(self) -> None:
        """A camera that stops is lost, after the pictures that it gave."""
        capture = PacedCapture(pictures=5)
        source = camera(capture)
        with pytest.raises(SourceError, match="Camera 0 was lost"), source:
            for _ in source:
                pass
        assert capture.released

    def test_camera_without_picture(self) -> None:
        """A camera that opens but never delivers is probably used by another program."""
        with pytest.raises(SourceError, match="close other programs"):
            camera(PacedCapture(pictures=0))

    def test_dead_camera(self) -> None:
        """A camera that hangs is given up after the time allowed."""
        with pytest.raises(SourceError, match=r"no picture for 0\.2 s"):
            camera(PacedCapture(every_s=3), timeout_s=0.2)

    def test_driver_that_throws(self) -> None:
        """Whatever a driver throws arrives as a plain sentence."""

        class Broken(PacedCapture):
            def grab(self) -> bool:
                raise RuntimeError("USB gone")

        with pytest.raises(SourceError, match=r"Camera 0 was lost \(USB gone\)"):
            camera(Broken())

    def test_refused(self) -> None:
        """An address where nobody listens is refused in one sentence."""
        for scheme in ("http", "rtsp"):
            with pytest.raises(SourceError, match="refused"):
                open_source(f"{scheme}://127.0.0.1:9/live")

    @pytest.mark.parametrize("scheme", ["http", "rtsp"])
    def test_silent_server(self, scheme: str) -> None:
        """A server that never answers is given up after the time allowed."""
        with (
            serving(SilentServer) as (host, port),
            pytest.raises(SourceError, match=r"no answer for 0\.5 s"),
        ):
            open_source(f"{scheme}://{host}:{port}/live", timeout_s=0.5)

    @pytest.mark.parametrize("camera_type", [MjpegCamera, RtspCamera])
    def test_lost_stream(self, camera_type: type[MjpegCamera | RtspCamera]) -> None:
        """A stream that breaks off is lost, after the pictures that it gave."""
        scheme = "http" if camera_type is MjpegCamera else "rtsp"
        seen: list[int] = []
        with (
            serving(camera_type, pictures=40) as (host, port),
            pytest.raises(SourceError, match=r"The stream .* (was lost|has ended)"),
            open_source(f"{scheme}://{host}:{port}/live") as source,
        ):
            seen.extend(number_of(frame.image) for frame in source)
        assert len(seen) > 3

    def test_wants_a_password(self) -> None:
        """A locked camera asks for user name and password, and messages never repeat them."""
        with (
            serving(MjpegCamera) as (host, port),
            pytest.raises(SourceError, match="user name and password") as caught,
        ):
            open_source(f"http://me:secret@{host}:{port}/locked")
        assert "secret" not in str(caught.value)
        assert without_password("rtsp://me:secret@cam/1") == "rtsp://cam/1"
        asked = without_password("http://cam/video?channel=2&User=me&pwd=secret#1")
        assert asked == "http://cam/video?channel=2&User=&pwd=#1"
        assert without_password("notes?pwd=1.mp4") == "notes?pwd=1.mp4"
        for secret in (
            " rtsp://me:secret@cam/1",
            "http://cam/v?loginuse=admin&loginpas=secret",
            "rtsp://cam:554/user=admin_password=secret_channel=1_stream=0.sdp",
            "https://cam/v.m3u8?access_token=secret&api_key=secret",
            "http://cam/v?usr=me&pw=secret",
            "http://cam/v?token=abc/defsecret",
            "http://cam/v?api-key=secret&usr.pwd=secret&access%5Ftoken=secret",
            "http://cam/v?_signature=secret&_sid=secret&pin=secret&u=me&p=secret",
            "rtsp://cam/live;password=secret#token=secret",
            "http://cam/v?x=1?password=secret",
        ):
            assert "secret" not in without_password(secret)

    def test_an_address_of_another_kind(self) -> None:
        """It says which kinds there are, and keeps the password to itself."""
        with pytest.raises(SourceError, match="http, https, rtsp or rtsps") as caught:
            open_source("rtmp://me:secret@cam/live")
        assert "secret" not in str(caught.value)

    @pytest.mark.parametrize("url", ["http://[", "rtsp://me:secret@[::1/live"])
    def test_an_address_that_is_none(self, url: str) -> None:
        """A mistyped address cannot be opened, and is repeated without its password."""
        with pytest.raises(SourceError, match=r"cannot be opened: .*address") as caught:
            open_source(url)
        assert "secret" not in str(caught.value)

    def test_not_a_stream(self) -> None:
        """Other kinds of address are not guessed at."""
        with pytest.raises(SourceError, match="http, https, rtsp"):
            open_source("ftp://example.org/clip.mp4")


def test_where_the_system_asks_on_the_main_thread_a_camera_is_tried_there_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On macOS, and cameras only; there is no such system here, so it is pretended."""
    tried: list[str] = []
    monkeypatch.setattr("posture_cam.camera.try_camera", tried.append)
    for system in ("Linux", "Darwin"):
        monkeypatch.setattr("platform.system", lambda name=system: name)
        for spec in (" 0", "rtsp://cam/1", "talk.mp4"):
            ask_for_camera(spec)
    assert tried == ["0"]

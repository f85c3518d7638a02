"""Cameras, files and streams: one contract for all, then what is special about each."""

from __future__ import annotations

import itertools
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from servers import MjpegCamera, RtspCamera, SilentServer, serving
from videos import (
    HEIGHT,
    WIDTH,
    Image,
    cut_off,
    number_of,
    numbered,
    rotate_by_metadata,
    write_video,
)

from posture_cam.errors import SourceError
from posture_cam.live_source import LiveSource
from posture_cam.sources import (
    FrameGrid,
    Source,
    SourceKind,
    find_videos,
    open_source,
    without_password,
)

EVEN = [number / 10 for number in range(30)]
UNEVEN = [0, 0.05, 0.1, 0.5, 0.52, 0.54, 1.0, 2.0, 2.5]
FOOTAGE = Path(os.environ.get("POSTURE_FOOTAGE", "/nonexistent"))


class PacedCapture:
    """Stands in for cv2.VideoCapture, since a test machine has no camera."""

    def __init__(self, pictures: int | None = None, every_s: float = 0.01) -> None:
        self.grabbed = 0
        self.retrieved = 0
        self.released = False
        self._pictures = pictures
        self._every_s = every_s

    def grab(self) -> bool:
        time.sleep(self._every_s)
        self.grabbed += 1
        return self._pictures is None or self.grabbed <= self._pictures

    def retrieve(self) -> tuple[bool, Image]:
        self.retrieved += 1
        return True, numbered((self.grabbed - 1) % 30)

    def release(self) -> None:
        self.released = True


def camera(
    capture: PacedCapture | None = None, *, rate_hz: float = 0, timeout_s: float = 5
) -> LiveSource:
    """A camera source on a stand-in for the device."""
    from posture_cam.camera import CameraGrabber

    return LiveSource(
        CameraGrabber(capture or PacedCapture(), "0"),  # type: ignore[arg-type]
        spec="0",
        kind=SourceKind.CAMERA,
        fps=30,
        rate_hz=rate_hz,
        timeout_s=timeout_s,
    )


Opener = Callable[[float], Source]
FILES: dict[str, Callable[[Path], Path]] = {
    "mp4": lambda folder: write_video(folder / "clip.mp4", EVEN),
    "mp4-uneven": lambda folder: write_video(folder / "clip.mp4", UNEVEN),
    "mp4-late-start": lambda folder: write_video(
        folder / "clip.mp4", [1.5 + t for t in EVEN], sound_s=4
    ),
    "mp4-portrait": lambda folder: rotate_by_metadata(write_video(folder / "clip.mp4", EVEN)),
    "mp4-tall-pixels": lambda folder: write_video(
        folder / "clip.mp4", EVEN, pixel_aspect=Fraction(4, 3)
    ),
    "mkv": lambda folder: write_video(folder / "clip.mkv", EVEN),
    "mkv-without-duration": lambda folder: write_video(
        folder / "clip.mkv", EVEN, options={"live": "1"}
    ),
    "webm": lambda folder: write_video(folder / "clip.webm", EVEN, codec="libvpx"),
    "avi": lambda folder: write_video(folder / "clip.avi", EVEN, codec="mpeg4"),
    "ts": lambda folder: write_video(folder / "clip.ts", EVEN),
    "gif": lambda folder: write_video(folder / "clip.gif", EVEN, codec="gif"),
    "h264-without-times": lambda folder: write_video(folder / "clip.h264", EVEN),
}
LIVE = ("camera", "http", "rtsp")


@pytest.fixture(params=[*FILES, "file-in-realtime", *LIVE])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """Opens a source of each kind at a rate."""
    kind = request.param
    with ExitStack() as stack:
        if kind == "camera":
            yield lambda rate_hz: camera(rate_hz=rate_hz)
        elif kind in LIVE:
            handler = MjpegCamera if kind == "http" else RtspCamera
            host, port = stack.enter_context(serving(handler))
            yield lambda rate_hz: open_source(f"{kind}://{host}:{port}/live", rate_hz=rate_hz)
        else:
            realtime = kind == "file-in-realtime"
            path = FILES["mp4" if realtime else kind](tmp_path)
            yield lambda rate_hz: open_source(str(path), rate_hz=rate_hz, realtime=realtime)


class TestContract:
    """What every source keeps to."""

    def test_frames(self, opener: Opener) -> None:
        """Times and numbers only grow, and every picture is upright BGR of the announced size."""
        with opener(0) as source:
            frames = list(itertools.islice(source, 9))
        assert len(frames) == 9
        assert frames[0].time_s >= 0
        assert all(a.time_s < b.time_s for a, b in itertools.pairwise(frames))
        assert all(a.index < b.index for a, b in itertools.pairwise(frames))
        for frame in frames:
            assert frame.image.shape == (source.info.height, source.info.width, 3)
            assert frame.image.dtype == np.uint8
            assert frame.image.flags.c_contiguous

    def test_rate(self, opener: Opener) -> None:
        """At a rate, no more frames come than there are instants of the grid."""
        with opener(4) as source:
            times = [frame.time_s for frame in itertools.islice(source, 4)]
        assert len(times) == 4
        assert len(times) <= (times[-1] - times[0]) * 4 + 2

    def test_close(self, opener: Opener) -> None:
        """A closed source ends its iteration, and closing it again is no mistake."""
        source = opener(0)
        next(source)
        source.close()
        source.close()
        assert list(source) == []

    def test_facts(self, opener: Opener) -> None:
        """The facts name the source, its picture size and whether it runs for ever."""
        with opener(0) as source:
            info = source.info
        assert info.spec
        assert info.width > 0
        assert info.height > 0
        assert source.live == (info.kind is not SourceKind.FILE)
        assert source.problem is None


class TestFiles:
    """Times, pixels and ends of recorded videos."""

    def test_uneven_times(self, tmp_path: Path) -> None:
        """A variable frame rate is told by timestamps, not by counting."""
        for name in ("clip.mp4", "clip.mkv"):
            with open_source(str(write_video(tmp_path / name, UNEVEN))) as source:
                frames = [(frame.time_s, number_of(frame.image)) for frame in source]
            assert [number for _, number in frames] == list(range(len(UNEVEN)))
            assert [time_s for time_s, _ in frames] == pytest.approx(UNEVEN, abs=1e-3)

    def test_late_start(self, tmp_path: Path) -> None:
        """Pictures that start 1.5 s after the sound start at 1.5 s, and the last is not lost."""
        times = [1.5 + time_s for time_s in UNEVEN]
        with open_source(str(write_video(tmp_path / "clip.mp4", times, sound_s=3))) as source:
            assert [frame.time_s for frame in source] == pytest.approx(times, abs=1e-3)

    def test_track_that_starts_with_the_container(self, tmp_path: Path) -> None:
        """A transport stream's clock starts anywhere; the first picture is at 0."""
        with open_source(str(write_video(tmp_path / "clip.ts", EVEN))) as source:
            assert [frame.time_s for frame in source] == pytest.approx(EVEN, abs=1e-3)

    def test_joined_recordings(self, tmp_path: Path) -> None:
        """Where recordings were joined end to end, time goes on instead of stepping back."""
        one = write_video(tmp_path / "one.ts", EVEN).read_bytes()
        joined = tmp_path / "joined.ts"
        joined.write_bytes(one + one)
        with open_source(str(joined)) as source:
            times = [frame.time_s for frame in source]
        assert len(times) == 60
        assert all(0 < b - a < 0.2 for a, b in itertools.pairwise(times))

    def test_rotation(self, tmp_path: Path) -> None:
        """A telephone's upright video comes out upright: stored left edge is shown on top."""
        stored = np.full((HEIGHT, WIDTH, 3), 40, dtype=np.uint8)
        stored[:, : WIDTH // 2] = 220
        path = rotate_by_metadata(write_video(tmp_path / "clip.mp4", [0.0], images=[stored]))
        with open_source(str(path)) as source:
            image = next(source).image
        assert source.info.rotation_deg == 90
        assert image.shape == (WIDTH, HEIGHT, 3)
        assert image[: WIDTH // 2 - 2].mean() > 200 > 60 > image[WIDTH // 2 + 2 :].mean()

    def test_pixel_shape(self, tmp_path: Path) -> None:
        """Pixels stored wider than high are made square, so that angles are not distorted."""
        path = write_video(tmp_path / "clip.mp4", [0.0], pixel_aspect=Fraction(4, 3))
        with open_source(str(path)) as source:
            assert next(source).image.shape == (HEIGHT, WIDTH * 4 // 3, 3)

    def test_picks_the_right_picture(self, tmp_path: Path) -> None:
        """At a rate, picture, number and time of a frame belong together."""
        path = write_video(tmp_path / "clip.mp4", EVEN)
        with open_source(str(path), rate_hz=2) as source:
            frames = [(frame.index, number_of(frame.image), frame.time_s) for frame in source]
        assert [(index, number) for index, number, _ in frames] == [(n, n) for n in range(0, 30, 5)]
        assert [time_s for *_, time_s in frames] == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5])

    def test_name_that_looks_like_an_address(self, tmp_path: Path) -> None:
        """A clock time as a file name is a file name."""
        name = "10-20-30.mp4" if os.name == "nt" else "10:20:30.mp4"
        with open_source(str(write_video(tmp_path / name, EVEN))) as source:
            assert len(list(source)) == 30

    def test_realtime(self, tmp_path: Path) -> None:
        """Played at its own speed, a slow reader misses frames but never falls behind."""
        path = write_video(tmp_path / "clip.mp4", [number / 50 for number in range(30)])
        started = time.monotonic()
        numbers = []
        with open_source(str(path), realtime=True) as source:
            for frame in source:
                behind_s = time.monotonic() - started - frame.time_s
                numbers.append(frame.index)
                time.sleep(0.09)
        assert time.monotonic() - started >= 29 / 50
        assert 3 <= len(numbers) <= 15
        assert behind_s < 1

    def test_facts_of_the_header(self, tmp_path: Path) -> None:
        """Length, number of frames and codec are those that the header states."""
        with open_source(str(write_video(tmp_path / "clip.mp4", EVEN))) as source:
            info = source.info
        assert info.duration_s == pytest.approx(3.0, abs=0.1)
        assert (info.frame_count, info.codec, info.rotation_deg) == (30, "h264", 0)

    def test_header_without_length(self, tmp_path: Path) -> None:
        """A Matroska file whose length was never written is read to its end without complaint."""
        path = write_video(tmp_path / "clip.mkv", EVEN, options={"live": "1"})
        with open_source(str(path)) as source:
            assert len(list(source)) == 30
        assert math.isnan(source.info.duration_s)
        assert source.info.frame_count is None
        assert source.problem is None

    def test_sound_longer_than_pictures(self, tmp_path: Path) -> None:
        """A video whose sound goes on longer was not cut off."""
        with open_source(str(write_video(tmp_path / "clip.mp4", EVEN, sound_s=8))) as source:
            assert len(list(source)) == 30
        assert source.problem is None

    @pytest.mark.skipif(not FOOTAGE.is_dir(), reason="POSTURE_FOOTAGE names no folder of clips")
    def test_real_footage(self) -> None:
        """Every clip of people on camera opens, runs to its end and reports no problem."""
        for path in find_videos([FOOTAGE]):
            with open_source(str(path), rate_hz=10) as source:
                times = [frame.time_s for frame in source]
            assert len(times) > 10, path
            assert source.problem is None, path


class TestBadFiles:
    """Each failure is one plain sentence; what can be read is read."""

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("empty.mp4", b"", "is empty"),
            ("text.mp4", b"Dear diary, today I sat up straight.\n" * 50, "is not a video"),
            ("page.mp4", b"<!doctype html><html><body>404</body></html>", "is not a video"),
            ("list.mp4", b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n", "is not a video"),
            ("noise.mkv", bytes(range(256)) * 40, "is not a video"),
        ],
    )
    def test_not_a_video(self, tmp_path: Path, name: str, content: bytes, says: str) -> None:
        """Empty files, texts, web pages, playlists and noise are told from videos."""
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(SourceError, match=says) as caught:
            open_source(str(path))
        assert str(path) in str(caught.value)

    def test_missing(self, tmp_path: Path) -> None:
        """A missing file is named."""
        with pytest.raises(SourceError, match=r"nowhere\.mp4 cannot be opened \(does not exist\)"):
            open_source(str(tmp_path / "nowhere.mp4"))

    def test_folder(self, tmp_path: Path) -> None:
        """A folder is not a video."""
        with pytest.raises(SourceError, match="is a folder"):
            open_source(str(tmp_path))

    def test_no_frames(self, tmp_path: Path) -> None:
        """A video of zero length has nothing to show."""
        path = write_video(tmp_path / "clip.mp4", [], images=[], sound_s=1)
        with pytest.raises(SourceError, match="no picture"):
            open_source(str(path))

    def test_header_without_frames(self, tmp_path: Path) -> None:
        """A picture track that ends before its first picture has nothing to show either."""
        whole = write_video(tmp_path / "clip.mkv", EVEN).read_bytes()
        path = tmp_path / "short.mkv"
        path.write_bytes(whole[: whole.index(b"\x1f\x43\xb6\x75")])  # up to the first cluster
        with pytest.raises(SourceError, match=r"no picture|is not a video"):
            open_source(str(path))

    def test_sound_only(self, tmp_path: Path) -> None:
        """A piece of music is told from a video."""
        path = write_video(tmp_path / "clip.m4a", [], images=[], sound_s=1, container="mp4")
        with pytest.raises(SourceError, match="no picture"):
            open_source(str(path))

    @pytest.mark.parametrize("name", ["clip.mkv", "clip.mp4", "clip.avi"])
    def test_cut_off(self, tmp_path: Path, name: str) -> None:
        """A video that was cut off gives the frames it has, then says that it ended early."""
        codec = "mpeg4" if name.endswith("avi") else "libx264"
        noise = np.random.default_rng(1).integers(0, 255, (30, HEIGHT, WIDTH, 3), dtype=np.uint8)
        path = write_video(
            tmp_path / name, EVEN, codec=codec, images=list(noise), options=index_first(name)
        )
        with open_source(str(cut_off(path, 0.6))) as source:
            count = len(list(source))
        assert 5 <= count < 25
        assert source.problem is not None
        assert "cut off" in source.problem

    def test_cut_off_before_its_index(self, tmp_path: Path) -> None:
        """An MP4 whose index was never written cannot be read at all, and the sentence says so."""
        path = cut_off(write_video(tmp_path / "clip.mp4", EVEN), 0.7)
        with pytest.raises(SourceError, match="before its index was written"):
            open_source(str(path))

    def test_damaged_inside(self, tmp_path: Path) -> None:
        """Damage in the middle costs some frames, not the rest of the video."""
        noise = np.random.default_rng(1).integers(0, 255, (30, HEIGHT, WIDTH, 3), dtype=np.uint8)
        path = write_video(tmp_path / "clip.mp4", EVEN, images=list(noise))
        data = bytearray(path.read_bytes())
        middle = len(data) // 2
        data[middle : middle + 60] = bytes(60)
        path.write_bytes(data)
        with open_source(str(path)) as source:
            times = [frame.time_s for frame in source]
        assert times[-1] > 2.5

    def test_quiet(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        """The decoder's own complaints do not reach the terminal."""
        path = cut_off(write_video(tmp_path / "clip.mkv", EVEN), 0.6)
        with open_source(str(path)) as source:
            list(source)
        with pytest.raises(SourceError):
            open_source("97")
        assert capfd.readouterr().err == ""


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

    def test_not_a_stream(self) -> None:
        """Other kinds of address are not guessed at."""
        with pytest.raises(SourceError, match="http, https, rtsp"):
            open_source("ftp://example.org/clip.mp4")


class TestFrameGrid:
    """Which frames are picked at a rate."""

    @staticmethod
    def picked(times: list[float], rate_hz: float) -> list[float]:
        grid = FrameGrid(rate_hz)
        ends = [(a + b) / 2 for a, b in itertools.pairwise(times)] + times[-1:]
        return [time_s for time_s, end in zip(times, ends, strict=True) if grid.takes(end)]

    def test_never_drifts(self) -> None:
        """Ten hours at 29.97 frames a second give one frame for each tenth of a second."""
        times = [number * 1001 / 30000 for number in range(10 * 3600 * 30)]
        picked = self.picked(times, 10)
        assert len(picked) == pytest.approx(times[-1] * 10, abs=2)
        assert all(abs(t - round(t * 10) / 10) <= 1001 / 60000 + 1e-9 for t in picked)

    def test_uneven_camera_near_the_rate(self) -> None:
        """A camera of about ten uneven frames a second loses none of them at 10 Hz."""
        random = np.random.default_rng(3)
        times = [number / 10 + float(random.uniform(-0.03, 0.03)) for number in range(1, 200)]
        assert len(self.picked(times, 10)) >= 198

    def test_slow_camera(self) -> None:
        """Of a source slower than the rate every frame is picked."""
        assert self.picked([0, 0.3, 0.7, 2.0], 10) == [0, 0.3, 0.7, 2.0]

    def test_all(self) -> None:
        """Rate 0 takes every frame."""
        assert self.picked([0, 0.001, 0.002], 0) == [0, 0.001, 0.002]


class TestFindVideos:
    """Files, folders and wildcards."""

    def test_folder(self, tmp_path: Path) -> None:
        """A folder gives its own videos in natural order, nothing hidden, nothing deeper."""
        for name in ("clip10.mp4", "clip2.MKV", "Clip1.mov", "notes.txt", ".hidden.mp4"):
            (tmp_path / name).touch()
        (tmp_path / "deeper").mkdir()
        (tmp_path / "deeper" / "clip3.mp4").touch()
        names = [path.name for path in find_videos([tmp_path])]
        assert names == ["Clip1.mov", "clip2.MKV", "clip10.mp4"]

    def test_wildcard(self, tmp_path: Path) -> None:
        """A wildcard that the shell left alone is expanded, ** into deeper folders."""
        (tmp_path / "deeper").mkdir()
        for name in ("a.mp4", "deeper/b.mp4", "deeper/c.txt"):
            (tmp_path / name).touch()
        found = find_videos([f"{tmp_path}/**/*.mp4"])
        assert [path.name for path in found] == ["a.mp4", "b.mp4"]

    def test_each_once(self, tmp_path: Path) -> None:
        """A video named twice is taken once, and the arguments keep their order."""
        for name in ("a.mp4", "b.mp4"):
            (tmp_path / name).touch()
        found = find_videos([tmp_path / "b.mp4", tmp_path])
        assert [path.name for path in found] == ["b.mp4", "a.mp4"]

    def test_named_file(self, tmp_path: Path) -> None:
        """A file named outright is taken whatever its extension, even if it is missing."""
        odd = tmp_path / "recording.dat"
        assert find_videos([odd]) == [odd]

    def test_brackets_in_a_name(self, tmp_path: Path) -> None:
        """An existing file with brackets in its name is that file, not a wildcard."""
        path = tmp_path / "talk [final].mp4"
        path.touch()
        assert find_videos([path]) == [path]

    def test_nothing_there(self, tmp_path: Path) -> None:
        """A folder or wildcard without videos is told before any work begins."""
        with pytest.raises(SourceError, match="holds no video"):
            find_videos([tmp_path])
        with pytest.raises(SourceError, match="No file matches"):
            find_videos([f"{tmp_path}/*.mp4"])


def index_first(name: str) -> dict[str, str]:
    """Muxer options that put an MP4's index at its beginning, as for the web."""
    return {"movflags": "faststart"} if name.endswith("mp4") else {}

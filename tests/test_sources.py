"""One contract for cameras, files and streams; which frames are picked; which videos are found."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cameras import camera
from servers import MjpegCamera, RtspCamera, serving
from videos import EVEN, UNEVEN, rotate_by_metadata, write_video

from posture_cam.errors import SourceError
from posture_cam.sources import FrameGrid, Source, SourceKind, find_videos, open_source

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

    def test_other_spelling(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By way of another folder it is the same video."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "desk.mp4").touch()
        assert find_videos(["a/desk.mp4", "a/../a/desk.mp4", tmp_path / "a" / "desk.mp4"]) == [
            Path("a/desk.mp4")
        ]

    def test_annotated(self, tmp_path: Path) -> None:
        """Neither a folder nor a wildcard stands for what an analysis has written."""
        results = tmp_path / "posture-results" / "desk"
        results.mkdir(parents=True)
        for name in ("annotated.mp4", "summary.json", "mine.mp4"):
            (results / name).touch()
        (tmp_path / "annotated.mp4").touch()  # somebody's own of that name
        names = [path.parent.name for path in find_videos([f"{tmp_path}/**/annotated.mp4"])]
        assert names == [tmp_path.name]
        assert [path.name for path in find_videos([results])] == ["mine.mp4"]

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

"""Recorded videos: true times, upright square pixels, and an end that is told."""

from __future__ import annotations

import itertools
import math
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from commands import FOOTAGE, SAMPLES
from videos import (
    EVEN,
    HEIGHT,
    UNEVEN,
    WIDTH,
    cut_off,
    number_of,
    rotate_by_metadata,
    show_by_metadata,
    write_video,
)

from posture_cam.decoding import Timeline
from posture_cam.errors import SourceError
from posture_cam.sources import find_videos, open_source


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

    @pytest.mark.parametrize("right", [(1, 0), (0, 1), (-1, 0), (0, -1)])
    @pytest.mark.parametrize("hand", [1, -1])
    def test_display_matrix(self, right: tuple[int, int], hand: int, tmp_path: Path) -> None:
        """Each quarter turn, mirrored or not, is shown as the file asks for: left stays left."""
        down = (-hand * right[1], hand * right[0])
        stored = np.full((HEIGHT, WIDTH, 3), 40, dtype=np.uint8)
        stored[: HEIGHT // 2, : WIDTH // 2] = 220
        path = write_video(tmp_path / "clip.mp4", [0.0], images=[stored])
        with open_source(str(show_by_metadata(path, right, down))) as source:
            image = next(source).image
        assert image.shape[:2] == ((HEIGHT, WIDTH) if right[1] == 0 else (WIDTH, HEIGHT))
        rows, columns = np.nonzero(image.mean(axis=2) > 128)
        bright = (columns.mean() < image.shape[1] / 2, rows.mean() < image.shape[0] / 2)
        # The stored upper left corner is where steps to the right and down come from.
        assert bright == (right[0] + down[0] > 0, right[1] + down[1] > 0)

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

    def test_black_bars(self, tmp_path: Path) -> None:
        """An upright picture in a wide one is read without the bars beside it."""
        noise = np.random.default_rng(1).integers(0, 255, (30, HEIGHT, WIDTH, 3), dtype=np.uint8)
        wide = np.pad(noise, ((0, 0), (0, 0), (80, 80), (0, 0)))
        with open_source(
            str(write_video(tmp_path / "clip.mp4", EVEN, images=list(wide)))
        ) as source:
            shapes = {frame.image.shape for frame in source}
        assert shapes == {(HEIGHT, WIDTH, 3)}
        assert (source.info.width, source.info.height) == (WIDTH, HEIGHT)

    @pytest.mark.parametrize("whole_every", [5, 250])
    def test_bars_of_a_title(self, whole_every: int, tmp_path: Path) -> None:
        """What is black beside a title and filled later on is part of the picture.

        However seldom the file holds a picture that can be shown without the ones before it.
        """
        full = np.random.default_rng(1).integers(0, 255, (30, HEIGHT, WIDTH, 3), dtype=np.uint8)
        full[:6, :, :20] = full[:6, :, -20:] = 0
        path = write_video(tmp_path / "clip.mp4", EVEN, images=list(full), whole_every=whole_every)
        with open_source(str(path)) as source:
            assert next(source).image.shape == (HEIGHT, WIDTH, 3)

    def test_bars_of_a_picture_that_fades_in(self, tmp_path: Path) -> None:
        """Bars are recognised although the first pictures are black all over."""
        inner = np.random.default_rng(1).integers(0, 255, (30, HEIGHT, WIDTH, 3), dtype=np.uint8)
        inner[:6] = 0
        wide = np.pad(inner, ((0, 0), (0, 0), (80, 80), (0, 0)))
        path = write_video(tmp_path / "clip.mp4", EVEN, images=list(wide))
        with open_source(str(path)) as source:
            assert next(source).image.shape == (HEIGHT, WIDTH, 3)

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

    def test_segment_of_a_recorder(self, tmp_path: Path) -> None:
        """A Matroska piece whose clock goes on from the last one is whole, as long as it is."""
        later = [10.0 + time_s for time_s in EVEN]
        with open_source(str(write_video(tmp_path / "clip.mkv", later))) as source:
            assert [frame.time_s for frame in source] == pytest.approx(EVEN, abs=1e-3)
        assert source.info.duration_s == pytest.approx(3.0, abs=0.1)
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

    def test_no_name(self) -> None:
        """An empty name, as from an unset variable of a shell, is not the current folder."""
        with pytest.raises(SourceError, match="No source is named"):
            open_source(" ")

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

    @pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg trims it")
    def test_trimmed(self, tmp_path: Path) -> None:
        """Trimmed without coding anew, as phones do: the pictures cut away are not missing."""
        whole = SAMPLES / "front_low.mp4"
        trimmed = tmp_path / "trimmed.mp4"
        command = ["ffmpeg", "-v", "error", "-ss", "5", "-i", str(whole), "-c", "copy"]
        subprocess.run([*command, str(trimmed)], check=True)
        with open_source(str(trimmed), rate_hz=1) as source:
            frames = list(source)
        assert 30 <= len(frames) <= 39
        assert source.problem is None

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


def index_first(name: str) -> dict[str, str]:
    """Muxer options that put an MP4's index at its beginning, as for the web."""
    return {"movflags": "faststart"} if name.endswith("mp4") else {}


def placed(stamps_ms: Sequence[int]) -> list[float]:
    """Times in seconds that pictures with these timestamps get, at 20 pictures a second."""
    timeline = Timeline(Fraction(1, 1000), None, 0.05)
    pictures = [SimpleNamespace(pts=stamp, dts=None) for stamp in stamps_ms]
    return [timeline.place(picture) for picture in pictures]  # type: ignore[arg-type]


def test_a_single_wrong_timestamp_shifts_nothing_but_its_own_picture() -> None:
    """Repeated, or a little before the last one: those that follow keep their own times."""
    for stamps in ([0, 50, 50, 150, 200], [0, 50, 40, 150, 200]):
        times = placed(stamps)
        assert times[3:] == [0.15, 0.2]
        assert 0.05 < times[2] < 0.055
    twice = placed([stamp for stamp in range(0, 60_000, 50) for _ in range(2)])
    assert twice[-2] == pytest.approx(59.95)
    assert all(np.diff(twice) > 0)


@pytest.mark.parametrize(
    ("stamps", "end_s"), [([0, 950, 0, 50, 100], 1.1), ([0, 0, 0, 0, 0, 0, 0], 0.25)]
)
def test_a_clock_that_starts_again_or_stands_goes_on_at_the_rate(
    stamps: list[int], end_s: float
) -> None:
    """Joined recordings, and a file whose timestamps are all the same."""
    assert placed(stamps)[-1] == pytest.approx(end_s, abs=0.051)

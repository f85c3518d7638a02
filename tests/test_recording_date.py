"""Specification of when a source's pictures were taken."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import av
import pytest
from videos import write_video

from posture_cam.recording_date import recorded, recorded_at
from posture_cam.sources import open_source

COPIED_S = 1_700_000_000
"""14 November 2023."""


def dated(path: Path, stated: str) -> Path:
    """A short video that states a moment, in a file that was written later."""
    made = write_video(path.with_stem("undated"), [0.0, 0.1, 0.2])
    with av.open(str(made)) as source, av.open(str(path), "w") as copy:
        copy.metadata["creation_time"] = stated
        track = copy.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = track
                copy.mux(packet)
    os.utime(path, (COPIED_S, COPIED_S))
    return path


@pytest.mark.parametrize("name", ["phone.mp4", "phone.mov", "phone.mkv"])
def test_a_video_knows_when_it_was_recorded_after_it_was_copied(tmp_path: Path, name: str) -> None:
    """What it states itself comes before the date of its file."""
    video = dated(tmp_path / name, "2023-05-04T10:11:12.000000Z")
    moment = datetime(2023, 5, 4, 10, 11, 12, tzinfo=UTC)
    assert recorded(video) == (moment, "video")
    assert recorded_at(str(video)) == moment
    with open_source(str(video)) as source:
        assert source.info.recorded == "2023-05-04T10:11:12+00:00"
        assert source.info.recorded_by == "video"


@pytest.mark.parametrize("stated", ["1970-01-01T00:00:00Z", "2030-01-01T00:00:00Z"])
def test_a_clock_that_was_never_set_is_not_believed(tmp_path: Path, stated: str) -> None:
    """Nor one that says that the video was recorded after its file was written."""
    video = dated(tmp_path / "camera.mp4", stated)
    assert recorded(video) == (datetime.fromtimestamp(COPIED_S, UTC), "file")


def test_a_video_that_states_nothing_is_as_old_as_its_file(tmp_path: Path) -> None:
    """And so is a file that cannot be read as a video."""
    for file in (write_video(tmp_path / "plain.mp4", [0.0, 0.1]), tmp_path / "empty.mp4"):
        file.touch()
        os.utime(file, (COPIED_S, COPIED_S))
        assert recorded(file) == (datetime.fromtimestamp(COPIED_S, UTC), "file")


def test_a_camera_shows_the_present(tmp_path: Path) -> None:
    """A file that is not there has no time of its own either."""
    for source in ("0", "rtsp://desk.local/1", str(tmp_path / "none.mp4")):
        assert abs(recorded_at(source).timestamp() - time.time()) < 60

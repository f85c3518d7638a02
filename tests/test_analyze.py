"""`posture-cam analyze` from pictures to results, on a rendered person and on bad input."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange
from commands import SAMPLES, Finished, run, start
from videos import numbered, rotate_by_metadata, write_video

import posture_cam.pose
from posture_cam import results
from posture_cam.analyze import Job, analyze
from posture_cam.angles import measure_angles
from posture_cam.baseline import Baseline
from posture_cam.batch import Stopped
from posture_cam.config import Settings
from posture_cam.overlay import canvas_size
from posture_cam.profiles import save_profile
from posture_cam.recording import load_recording
from posture_cam.replay import run_engine
from posture_cam.result_folders import assign_folders
from posture_cam.results import identify
from posture_cam.sources import open_source
from posture_cam.tables import write_events, write_frames

FILES = {"frames.csv", "events.csv", "summary.json", "poses.npz", "report.html"}
QUICK = ("--set", "calibration.first_upright_s=1", "--set", "slouch.sustained_s=1")
"""The test clip is short: upright from 1 s, a bout from 1 s."""
CLIP_S = 9.0
RATE_HZ = 5.0
CAPSYS = pytest.CaptureFixture[str]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine seconds of a rendered person: three upright, then six slumped, to and fro."""
    path = tmp_path_factory.mktemp("clip") / "desk.mp4"
    with open_source(str(SAMPLES / "front_low.mp4"), rate_hz=RATE_HZ) as source:
        seen = [(f.time_s, f.image) for f in source if f.time_s < 15]
    slumped = [image for time_s, image in seen if 11.4 < time_s < 14.5]
    images = [image for time_s, image in seen if time_s < 3] + slumped + slumped[::-1]
    images = images[: round(CLIP_S * RATE_HZ)]
    return write_video(path, [n / RATE_HZ for n in range(len(images))], images=images)


@pytest.fixture(scope="session")
def analysed(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of results of `clip`, annotated."""
    output = tmp_path_factory.mktemp("results")
    with start("analyze", clip, "-o", output, "--annotate", *QUICK) as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    return output / "desk"


@pytest.fixture
def empty_room(tmp_path: Path) -> Path:
    """A second of grey pictures, ten a second."""
    return write_video(tmp_path / "room.mp4", [n / 10 for n in range(10)])


def document(folder: Path) -> dict[str, Any]:
    """The contents of summary.json."""
    read: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return read


def rows(folder: Path, name: str = "frames.csv") -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Results


def test_folder_holds_what_was_promised_and_nothing_else(analysed: Path) -> None:
    """Named after the video's stem; no unfinished work stays beside it."""
    assert {entry.name for entry in analysed.iterdir()} == FILES | {"annotated.mp4"}
    assert [entry.name for entry in analysed.parent.iterdir()] == ["desk"]


def test_person_is_upright_and_then_slouched(analysed: Path) -> None:
    """The verdicts of the last second of each part are those of the script."""
    verdicts = {float(row["time_s"]): row["slouched"] for row in rows(analysed)}
    assert {verdict for time_s, verdict in verdicts.items() if 2 < time_s < 2.9} == {"0"}
    assert {verdict for time_s, verdict in verdicts.items() if time_s > 5} == {"1"}


def test_replay_of_the_recorded_poses_gives_the_same_tables(analysed: Path, tmp_path: Path) -> None:
    """Bit for bit: what `tune replay` sees is what `analyze` saw."""
    recording = load_recording(analysed / "poses.npz")
    settings = Settings.model_validate(recording.provenance.settings)
    replay = run_engine(recording.poses(), settings)
    write_frames(tmp_path / "frames.csv", recording.frames, replay)
    write_events(tmp_path / "events.csv", replay.events)
    for name in ("frames.csv", "events.csv"):
        assert (tmp_path / name).read_bytes() == (analysed / name).read_bytes()


def test_summary_adds_up(analysed: Path) -> None:
    """Shares of the postures make the whole, and their times the time observed."""
    summary = document(analysed)
    postures = ("upright", "slouched", "unknown", "away")
    assert sum(summary["share"][name] for name in postures) == pytest.approx(1, abs=1e-5)
    assert sum(summary["time"][f"{name}_s"] for name in postures) == pytest.approx(CLIP_S, abs=1e-5)
    assert summary["events"]["slouch"] == len(rows(analysed, "events.csv")) == 1
    assert summary["problem"] is None


def test_annotated_video_shows_each_analysed_frame_at_its_time(analysed: Path, clip: Path) -> None:
    """Same times as the table, and room for the panel beside the picture."""
    with open_source(str(analysed / "annotated.mp4")) as annotated:
        times = [frame.time_s for frame in annotated]
        size = (annotated.info.width, annotated.info.height)
    assert times == pytest.approx([float(row["time_s"]) for row in rows(analysed)], abs=1e-3)
    with open_source(str(clip)) as original:
        assert size == canvas_size(original.info.width, original.info.height)


def test_annotated_video_says_how_its_colours_are_meant(analysed: Path, clip: Path) -> None:
    """They are marked as those of BT.709, and most of the picture is coloured as it was."""
    with av.open(str(analysed / "annotated.mp4")) as container:
        context = container.streams.video[0].codec_context
        meant = context.colorspace, context.color_primaries, context.color_trc
        assert (*meant, context.color_range) == (1, 1, 1, ColorRange.MPEG)
    with open_source(str(analysed / "annotated.mp4")) as annotated, open_source(str(clip)) as shot:
        before = next(shot).image.astype(int)
        height, width = before.shape[:2]
        top = (annotated.info.height - height) // 2
        off = next(annotated).image[top : top + height, :width] - before
    assert np.quantile(np.abs(off), 0.9) <= 4


def test_person_reads_ten_lines(clip: Path, analysed: Path, capsys: CAPSYS, tmp_path: Path) -> None:
    """Time observed, share slouched, longest bout, load, worst minutes, events, and where."""
    shutil.copytree(analysed, tmp_path / "out" / "desk")
    changed = ("--set", "slouch.recover_s=9")
    done = run(capsys, "analyze", clip, "-o", tmp_path / "out", *QUICK, *changed)
    lines = done.out.splitlines()
    assert len(lines) == 10
    assert lines[0] == "desk.mp4"
    labels = [line[2:16].strip() for line in lines[1:]]
    assert labels == [
        "Time observed", "Slouched", "Longest bout", "Upper back", "Mid-back load",
        "Worst minutes", "Events", "View", "Results",
    ]  # fmt: skip
    assert done.err == ""


def test_program_reads_one_document(empty_room: Path, capsys: CAPSYS, tmp_path: Path) -> None:
    """--json prints nothing but JSON on standard output, failures among the results."""
    done = run(capsys, "analyze", empty_room, tmp_path / "no.mp4", "-o", tmp_path / "o", "--json")
    first, second = json.loads(done.out)["results"]
    assert (first["status"], first["summary"]["frames_analysed"]) == ("done", 10)
    assert second["status"] == "failed"
    assert "does not exist" in second["problem"]
    assert done.code == 1


def test_profile_is_the_upright_posture(
    analysed: Path, clip: Path, capsys: CAPSYS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a profile there are verdicts from the first frame on; an unknown name is told."""
    monkeypatch.setattr("posture_cam.profiles.profiles_folder", lambda: tmp_path / "profiles")
    pose = next(iter(load_recording(analysed / "poses.npz").poses()))
    baseline = Baseline(pose, measure_angles(pose, 0.5), 1.0, 10)
    save_profile("desk", baseline, Settings())
    shutil.copytree(analysed, tmp_path / "out" / "desk")
    done = run(capsys, "analyze", clip, "-o", tmp_path / "out", "--profile", "desk", *QUICK)
    assert "upright taken from profile desk" in done.out
    assert rows(tmp_path / "out" / "desk")[0]["slouched"] == "0"
    without = run(capsys, "analyze", clip, "-o", tmp_path / "out", "--no-profile", *QUICK)
    assert "upright taken from this clip" in without.out
    unknown = run(capsys, "analyze", clip, "-o", tmp_path / "out", "--profile", "sofa")
    assert unknown.code == 1
    assert "There is no profile 'sofa'" in unknown.err


# Done is done, and only then


@pytest.fixture
def done_before(analysed: Path, clip: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the clip where it was and of its results: (video, output folder)."""
    shutil.copytree(analysed, tmp_path / "out" / "desk")
    return clip, tmp_path / "out"


def again(capsys: CAPSYS, video: Path, output: Path, *options: str) -> Finished:
    """Analyse once more, with the settings of the first time unless `options` change them."""
    return run(capsys, "analyze", video, "-o", output, *QUICK, *options)


def stamp(output: Path) -> int:
    """When the results were written."""
    return (output / "desk" / "summary.json").stat().st_mtime_ns


def test_what_is_done_is_skipped_and_said_so(
    done_before: tuple[Path, Path], capsys: CAPSYS
) -> None:
    """The second run touches nothing."""
    before = stamp(done_before[1])
    done = again(capsys, *done_before)
    assert "done before" in done.out
    assert (done.code, stamp(done_before[1])) == (0, before)


@pytest.mark.parametrize(
    "options", [("--overwrite",), ("--set", "slouch.enter_score=0.6"), ("--rate", "2")]
)
def test_other_settings_or_overwrite_do_it_again(
    done_before: tuple[Path, Path], capsys: CAPSYS, options: tuple[str, ...]
) -> None:
    """An old result never stands for settings that it was not made with."""
    before = stamp(done_before[1])
    done = again(capsys, *done_before, *options)
    assert "done before" not in done.out
    assert (done.code, stamp(done_before[1]) > before) == (0, True)


def test_incomplete_folder_is_not_done(done_before: tuple[Path, Path], capsys: CAPSYS) -> None:
    """A file that somebody removed comes back."""
    table = done_before[1] / "desk" / "frames.csv"
    table.unlink()
    again(capsys, *done_before)
    assert table.is_file()


def test_other_video_of_the_same_name_is_done_again(
    empty_room: Path, capsys: CAPSYS, tmp_path: Path
) -> None:
    """What counts is the content of the video, not its name or date."""
    run(capsys, "analyze", empty_room, "-o", tmp_path / "out")
    times = empty_room.stat()
    write_video(empty_room, [n / 10 for n in range(20)])
    os.utime(empty_room, ns=(times.st_atime_ns, times.st_mtime_ns))
    done = run(capsys, "analyze", empty_room, "-o", tmp_path / "out")
    assert "done before" not in done.out
    assert len(rows(tmp_path / "out" / "room")) == 20


@pytest.mark.parametrize(
    "option", ["slouch.enter_score=0.6", "pose.min_visibility=0.6", "analyze.person=1"]
)
def test_changed_verdict_needs_no_second_look_at_the_pictures(
    done_before: tuple[Path, Path], capsys: CAPSYS, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    """Settings that only judge reuse the recorded poses; the results are those of a new run."""
    video, output = done_before
    new = again(capsys, video, output.parent / "new", "--set", option)
    monkeypatch.setattr(posture_cam.pose, "PoseEstimator", None)
    reused = again(capsys, video, output, "--set", option)
    assert (new.code, reused.code) == (0, 0)
    for name in sorted(FILES):
        first, second = output / "desk" / name, output.parent / "new" / "desk" / name
        assert first.read_bytes() == second.read_bytes()


def test_files_of_your_own_stay(done_before: tuple[Path, Path], capsys: CAPSYS) -> None:
    """Labels made by hand beside the results survive a new analysis; an old copy does not."""
    folder = done_before[1] / "desk"
    (folder / "labels.csv").write_text("start_s,end_s,label\n", encoding="utf-8")
    again(capsys, *done_before, "--overwrite")
    assert (folder / "labels.csv").is_file()
    assert not (folder / "annotated.mp4").exists()


@pytest.fixture
def desks(empty_room: Path, tmp_path: Path) -> list[Path]:
    """day1/desk.mp4 and day2/desk.mp4."""
    videos = []
    for day in ("day1", "day2"):
        (tmp_path / day).mkdir()
        videos.append(Path(shutil.copy(empty_room, tmp_path / day / "desk.mp4")))
    return videos


def test_videos_of_one_name_never_share_a_folder(
    desks: list[Path], capsys: CAPSYS, tmp_path: Path
) -> None:
    """Both get a folder each, and find it again in any order."""
    output = tmp_path / "out"
    run(capsys, "analyze", *desks, "-o", output)
    owners = {entry.name: document(entry)["video"]["path"] for entry in output.iterdir()}
    assert owners == {"desk": str(desks[0]), "desk-2": str(desks[1])}
    done = run(capsys, "analyze", *reversed(desks), "-o", output)
    assert done.out.count("done before, results are in") == 2


def test_the_last_line_says_what_became_of_several_videos(
    desks: list[Path], capsys: CAPSYS, tmp_path: Path
) -> None:
    """After a night's work nobody scrolls for the one that failed; one video needs no such line."""
    first = run(capsys, "analyze", desks[0], "-o", tmp_path / "out")
    assert "videos:" not in first.out
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    done = run(capsys, "analyze", *desks, broken, "-o", tmp_path / "out")
    last = done.out.splitlines()[-1]
    assert last == "3 videos: 1 analysed, 1 done before, 1 failed (broken.mp4)"
    assert done.code == 1
    quiet = run(capsys, "analyze", *desks, broken, "-o", tmp_path / "out", "-q")
    assert quiet.out == ""


def test_two_runs_at_once_never_replace_each_others_results(
    desks: list[Path], capsys: CAPSYS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While day2/desk.mp4 is analysed, another run puts the results of day1/desk.mp4 there."""
    output = tmp_path / "out"
    finishes = results.write_document

    def after_the_other_run(folder: Path, *rest: Any) -> dict[str, Any]:
        if not (output / "desk").exists():
            monkeypatch.setattr("posture_cam.analyze.write_document", finishes)
            run(capsys, "analyze", desks[0], "-o", output)
        return finishes(folder, *rest)

    monkeypatch.setattr("posture_cam.analyze.write_document", after_the_other_run)
    told = run(capsys, "analyze", desks[1], "-o", output, "--json")
    owners = {entry.name: document(entry)["video"]["path"] for entry in output.iterdir()}
    assert owners == {"desk": str(desks[0]), "desk-2": str(desks[1])}
    assert json.loads(told.out)["results"][0]["folder"] == str(output / "desk-2")


def test_stops_while_the_engine_runs(done_before: tuple[Path, Path]) -> None:
    """Judging recorded landmarks anew heeds a stop, and is told like all other work."""
    video, output = done_before
    settings = Settings.model_validate({"slouch": {"enter_score": 0.7}})
    job = Job(video, output / "desk", settings)
    identity = identify(video, settings, None)
    told: list[float] = []
    analyze(job, identity, lambda time_s, _: told.append(time_s))
    assert told == sorted(told)
    assert len(set(told)) > 10

    def stop(_time_s: float, _length_s: float) -> None:
        raise Stopped

    before = (output / "desk" / "summary.json").read_bytes()
    with pytest.raises(Stopped):
        analyze(replace(job, settings=Settings()), identity, stop)
    assert (output / "desk" / "summary.json").read_bytes() == before
    assert [entry.name for entry in output.iterdir()] == ["desk"]


def test_results_hold_no_password(empty_room: Path, tmp_path: Path) -> None:
    """The camera of `live` is a setting like any other, and its password is nobody's business."""
    source = "rtsp://me:secret@192.168.1.5/s?user=me&pwd=secret"
    arguments = ("analyze", empty_room, "-o", tmp_path / "out", "--set", f"live.source={source}")
    with start(*arguments, "--set", "slouch.enter_score=0.7") as process:
        out, err = process.communicate()
    assert process.returncode == 0, err
    folder = tmp_path / "out" / "room"
    assert "secret" not in out + err + (folder / "report.html").read_text("utf-8")
    assert "secret" not in json.dumps(document(folder))
    assert "secret" not in json.dumps(load_recording(folder / "poses.npz").provenance.settings)
    assert "slouch.enter_score = 0.7" in (folder / "report.html").read_text("utf-8")


def test_program_reads_plain_ascii(tmp_path: Path) -> None:
    """JSON is read alike whatever the encoding of the pipe, as on Windows."""
    missing = tmp_path / "é😀.mp4"
    with start("analyze", missing, "-o", tmp_path / "out", "--json") as process:
        out, _ = process.communicate()
    assert out.isascii()
    assert json.loads(out)["results"][0]["path"] == str(missing)


def test_folder_of_your_own_is_never_replaced(
    empty_room: Path, capsys: CAPSYS, tmp_path: Path
) -> None:
    """A folder that happens to have the video's name keeps its contents."""
    letters = tmp_path / "out" / "room"
    letters.mkdir(parents=True)
    (letters / "letter.txt").write_text("dear", encoding="utf-8")
    run(capsys, "analyze", empty_room, "-o", tmp_path / "out")
    assert [entry.name for entry in letters.iterdir()] == ["letter.txt"]
    assert (tmp_path / "out" / "room-2" / "summary.json").is_file()


# Several at once, and stopping


def test_two_jobs_give_what_one_gives(clip: Path, empty_room: Path, tmp_path: Path) -> None:
    """Every file is the same, byte for byte."""
    for jobs in ("1", "2"):
        arguments = ("analyze", clip, empty_room, "-o", tmp_path / jobs, "--jobs", jobs, *QUICK)
        with start(*arguments) as process:
            assert process.wait() == 0
    for name in ("desk", "room"):
        for file in sorted(FILES):
            one, two = tmp_path / "1" / name / file, tmp_path / "2" / name / file
            assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_with_one_sentence_and_no_half_folder(jobs: str, tmp_path: Path) -> None:
    """Whatever was unfinished leaves nothing behind, in whichever process it was."""
    videos = [shutil.copy(SAMPLES / "front_low.mp4", tmp_path / f"{n}.mp4") for n in range(3)]
    output = tmp_path / "out"
    arguments = ("analyze", *videos, "-o", output, "--every-frame", "--jobs", jobs)
    with start(*arguments) as process:
        wait_for_work(output, process)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Stopped." in err
    assert "Traceback" not in out + err
    assert list(output.iterdir()) == []


def wait_for_work(output: Path, process: subprocess.Popen[str]) -> None:
    """Until a folder of unfinished results exists."""
    while not list(output.glob(".*.partial")):
        assert process.poll() is None
        time.sleep(0.05)


# Bad input


def bad_file(folder: Path, kind: str) -> Path:
    """A file that is no video."""
    path = folder / f"{kind}.mp4"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("This is a letter, not a video.\n" * 50, encoding="utf-8")
    elif kind == "frameless":
        write_video(path, [])
    elif kind == "cut_off_before_its_index":
        whole = write_video(folder / "whole.mp4", [n / 10 for n in range(10)]).read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("missing", "does not exist"),
        ("empty", "is empty"),
        ("text", "is not a video"),
        ("frameless", "frameless.mp4"),
        ("cut_off_before_its_index", "was cut off before its index"),
    ],
)
def test_bad_file_is_told_in_a_sentence_and_the_rest_goes_on(
    kind: str, words: str, empty_room: Path, capsys: CAPSYS, tmp_path: Path
) -> None:
    """Exit code 1 at the end, no folder for the bad one, results for the good one."""
    output = tmp_path / "out"
    done = run(capsys, "analyze", bad_file(tmp_path, kind), empty_room, "-o", output)
    assert done.code == 1
    assert words in done.err
    assert len(done.err.splitlines()) == 1
    assert [entry.name for entry in output.iterdir()] == ["room"]


def test_truncated_video_is_analysed_as_far_as_it_goes(capsys: CAPSYS, tmp_path: Path) -> None:
    """And the table's reader is told that it is not whole."""
    video = write_video(tmp_path / "cut.mkv", [n / 10 for n in range(30)], sound_s=3)
    video.write_bytes(video.read_bytes()[: video.stat().st_size // 2])
    done = run(capsys, "analyze", video, "-o", tmp_path / "out")
    assert done.code == 0
    assert "cut off" in done.out.splitlines()[0]
    assert "cut off" in document(tmp_path / "out" / "cut")["problem"]
    assert 0 < len(rows(tmp_path / "out" / "cut")) < 30


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_video_that_lies_on_its_side_is_not_judged_and_says_so(
    clip: Path, quarters: int, capsys: CAPSYS, tmp_path: Path
) -> None:
    """Of a phone that was turned, without a note in the file; a slump there would be missed."""
    with open_source(str(clip)) as source:
        images = [np.ascontiguousarray(np.rot90(frame.image, quarters)) for frame in source][:20]
    video = write_video(tmp_path / "turned.mp4", [n / RATE_HZ for n in range(20)], images=images)
    done = run(capsys, "analyze", video, "-o", tmp_path / "out", *QUICK)
    assert "on its side" in done.out.splitlines()[0]
    assert "on its side" in document(tmp_path / "out" / "turned")["problem"]
    assert "on its side" in (tmp_path / "out" / "turned" / "report.html").read_text()
    assert {row["slouched"] for row in rows(tmp_path / "out" / "turned")} == {""}


def test_video_without_people_is_away_all_along(
    empty_room: Path, capsys: CAPSYS, tmp_path: Path
) -> None:
    """No verdict, no angle, no number that could be mistaken for good posture."""
    done = run(capsys, "analyze", empty_room, "-o", tmp_path / "out")
    assert "could not be judged" in done.out
    summary = document(tmp_path / "out" / "room")
    assert summary["share"]["away"] == 1
    assert summary["share"]["slouched_of_judged"] is None
    for row in rows(tmp_path / "out" / "room"):
        assert row["slouched"] == row["slouch_score"] == row["spine_flexion_deg"] == ""


def test_single_picture_is_analysed(capsys: CAPSYS, tmp_path: Path) -> None:
    """A video of zero length has a frame, and no time."""
    video = write_video(tmp_path / "one.mp4", [0.0])
    assert run(capsys, "analyze", video, "-o", tmp_path / "out").code == 0
    assert len(rows(tmp_path / "out" / "one")) == 1


def test_header_without_count_and_duration_is_no_hindrance(capsys: CAPSYS, tmp_path: Path) -> None:
    """A file that was written as a stream, as browsers record."""
    times = [n / 10 for n in range(10)]
    video = write_video(tmp_path / "live.mkv", times, options={"live": "1"})
    assert run(capsys, "analyze", video, "-o", tmp_path / "out").code == 0
    found = document(tmp_path / "out" / "live")["video"]
    assert found["frame_count"] is None
    assert [float(row["time_s"]) for row in rows(tmp_path / "out" / "live")] == times


def test_times_are_the_frames_own(capsys: CAPSYS, tmp_path: Path) -> None:
    """With a variable frame rate, frame number / rate would be wrong."""
    times = [0.0, 0.1, 0.2, 0.5, 0.9, 1.0, 1.7]
    video = write_video(tmp_path / "uneven.mp4", times)
    run(capsys, "analyze", video, "-o", tmp_path / "out", "--every-frame")
    found = [float(row["time_s"]) for row in rows(tmp_path / "out" / "uneven")]
    assert found == pytest.approx(times)


def test_rate_thins_out_by_time(capsys: CAPSYS, tmp_path: Path) -> None:
    """Ten pictures a second at --rate 5 are every second one, numbered as in the video."""
    video = write_video(tmp_path / "fast.mp4", [n / 10 for n in range(20)])
    run(capsys, "analyze", video, "-o", tmp_path / "out", "--rate", "5")
    numbers = [int(row["frame"]) for row in rows(tmp_path / "out" / "fast")]
    assert {later - earlier for earlier, later in pairwise(numbers)} == {2}


def test_rotated_video_is_upright(capsys: CAPSYS, tmp_path: Path) -> None:
    """A telephone's turn is applied and told; annotating it works too."""
    images = [numbered(n, 128, 64) for n in range(5)]
    video = write_video(tmp_path / "phone.mp4", [n / 10 for n in range(5)], images=images)
    rotate_by_metadata(video)
    assert run(capsys, "analyze", video, "-o", tmp_path / "out", "--annotate").code == 0
    found = document(tmp_path / "out" / "phone")["video"]
    assert (found["width"], found["height"], found["rotation_deg"]) == (64, 128, 90)


def test_output_in_place_of_a_file_is_refused(empty_room: Path, capsys: CAPSYS) -> None:
    """One sentence that names the option."""
    for output in (empty_room, empty_room / "below"):
        done = run(capsys, "analyze", empty_room, "-o", output)
        assert done.code == 1
        assert "choose another folder with -o" in done.err


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 kB, smaller than any results."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", place], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a small disk needs root on Linux")
    yield place
    subprocess.run(["umount", place], check=True)


def test_full_disk_is_told_and_leaves_nothing(small_disk: Path, clip: Path, capsys: CAPSYS) -> None:
    """No half folder takes the last room."""
    done = run(capsys, "analyze", clip, "-o", small_disk, *QUICK)
    assert done.code == 1
    assert "No space left on device" in done.err
    assert str(small_disk) in done.err
    assert clip.name in done.err
    assert list(small_disk.iterdir()) == []


def test_wrong_settings_are_told_together(empty_room: Path, capsys: CAPSYS) -> None:
    """Unknown names and values out of range, all in one message, before any work."""
    wrong = ("--set", "slouch.entr_score=0.6", "--set", "analyze.rate_hz=-1")
    done = run(capsys, "analyze", empty_room, *wrong)
    assert done.code == 1
    assert "slouch.entr_score" in done.err
    assert "analyze.rate_hz" in done.err


def test_damaged_model_is_told(empty_room: Path, capsys: CAPSYS, tmp_path: Path) -> None:
    """One sentence, no traceback of MediaPipe's."""
    model = tmp_path / "broken.task"
    model.write_bytes(np.random.default_rng(0).bytes(1000))
    options = ("-o", tmp_path / "out", "--set", f"pose.model={model}")
    done = run(capsys, "analyze", empty_room, *options)
    assert done.code == 1
    assert "broken.task" in done.err
    assert "Traceback" not in done.err
    assert list((tmp_path / "out").iterdir()) == []


def test_folder_without_videos_is_told(empty_room: Path, capsys: CAPSYS, tmp_path: Path) -> None:
    """And the videos that were named beside it are analysed."""
    (tmp_path / "notes").mkdir()
    done = run(capsys, "analyze", tmp_path / "notes", empty_room, "-o", tmp_path / "out")
    assert done.code == 1
    assert "holds no video" in done.err
    assert (tmp_path / "out" / "room" / "summary.json").is_file()


def test_contradictory_options_are_wrong_usage(empty_room: Path, capsys: CAPSYS) -> None:
    """Exit code 2, as for every mistake in the command itself."""
    assert run(capsys, "analyze", empty_room, "--rate", "5", "--every-frame").code == 2
    assert run(capsys, "analyze", empty_room, "--profile", "me", "--no-profile").code == 2
    slow = run(capsys, "analyze", empty_room, "--rate", "0.5")
    assert (slow.code, "0.5 is not in the range 1" in slow.err) == (2, True)
    assert run(capsys, "analyze").code == 2


def test_folder_with_a_summary_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """Another program's summary.json is no reason to fail, and its folder is not taken."""
    other = tmp_path / "out" / "desk" / "summary.json"
    other.parent.mkdir(parents=True)
    other.write_text('{"video": "desk.mp4"}')
    (found,) = assign_folders([tmp_path / "desk.mp4"], tmp_path / "out")
    assert found == tmp_path / "out" / "desk-2"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are text elsewhere")
def test_file_name_that_is_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As from an old disk: analysed, reported and found again like any other."""
    name = os.fsdecode(b"f\xfcr.mp4")
    shutil.copy(SAMPLES / "front_high.mp4", tmp_path / name)
    arguments = ("analyze", tmp_path, "-o", tmp_path / "out", "--rate", "1", "--json")
    for status in ("done", "skipped"):
        done = run(capsys, *arguments)
        assert done.code == 0, done.err
        (entry,) = json.loads(done.out)["results"]
        assert (entry["status"], entry["path"]) == (status, str(tmp_path / name))

"""`posture-cam tune evaluate` and `tune replay` on recordings, as a user calls them."""

from __future__ import annotations

import csv
import json
import math
import shutil
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from commands import run
from people import bend, body, seen_from
from rich.console import Console

from posture_cam.config import Settings, SlouchSettings
from posture_cam.errors import CalibrationError, RecordingError
from posture_cam.pose_recorder import PoseRecorder
from posture_cam.provenance import Provenance
from posture_cam.replay import run_engine
from posture_cam.sources import SourceInfo, SourceKind
from posture_cam.tables import write_events, write_frames
from posture_cam.tuning import evaluate as evaluate_module
from posture_cam.tuning.clips import RecordedClip, find_clips
from posture_cam.tuning.evaluate import evaluate
from posture_cam.tuning.evaluation_tables import evaluation_tables
from posture_cam.tuning.replay import compare
from posture_cam.tuning.replay_tables import replay_tables

RECORDED = Settings(slouch=SlouchSettings(sustained_s=5, recover_s=2))
CAPSYS = pytest.CaptureFixture[str]
SECONDS, RATE_HZ = 40, 5


def slouched(time_s: float) -> bool:
    """The script of the recorded person: slouched from 12 to 26 s."""
    return 12 <= time_s < 26


def record(folder: Path, video: Path) -> None:
    """A folder of results as `analyze` leaves it, of a stick person who slouches for 14 s."""
    folder.mkdir()
    source = SourceInfo(str(video), SourceKind.FILE, 640, 480)
    with PoseRecorder() as recorder:
        for number in range(SECONDS * RATE_HZ):
            time_s = number / RATE_HZ
            joints = body()
            if slouched(time_s):
                joints = bend(bend(joints, -0.4, 12), -0.1, 25)
            drop = 25.0 if slouched(time_s) else 0.0
            recorder.append(number, [seen_from(joints, time_s=time_s, shift=(0, drop))], 0)
        settings = RECORDED.model_dump(mode="json")
        provenance = Provenance(source, versions={"posture_cam": "0.1.0"}, settings=settings)
        recording = recorder.save(folder / "poses.npz", provenance)
    replay = run_engine(recording.poses(), RECORDED)
    write_events(folder / "events.csv", replay.events)
    write_frames(folder / "frames.csv", recording.frames, replay)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of a video that is gone; its labels are still where it was."""
    videos = tmp_path_factory.mktemp("videos")
    folder = tmp_path_factory.mktemp("results") / "desk"
    record(folder, videos / "desk.mp4")
    rows = [[n / RATE_HZ, int(slouched(n / RATE_HZ))] for n in range(SECONDS * RATE_HZ)]
    with (videos / "desk.truth.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["time_s", "slouched"], *rows])
    return folder


@pytest.fixture
def results(original: Path, tmp_path: Path) -> Path:
    """A copy of the results that a test may change."""
    shutil.copytree(original, tmp_path / "out" / "desk")
    return tmp_path / "out"


def document(capsys: CAPSYS, *arguments: str | Path) -> dict[str, Any]:
    """What a command prints as JSON."""
    finished = run(capsys, "tune", *arguments, "--json")
    assert finished.code == 0, finished.err
    read: dict[str, Any] = json.loads(finished.out)
    return read


def test_replay_with_the_recorded_settings_is_identical_to_the_run(
    capsys: CAPSYS, results: Path
) -> None:
    """Without options nothing changes: the very events and frames of the run, and it says so."""
    (clip,) = document(capsys, "replay", results)["clips"]
    assert clip["with_recorded_settings"] == "identical"
    assert clip["before"] == clip["after"]
    assert clip["before"]["events"]["slouch"] == 1
    assert "identical to the run" in run(capsys, "tune", "replay", results).out


def test_replay_notices_that_the_run_was_another(capsys: CAPSYS, results: Path) -> None:
    """If a run's tables are not what its settings give, the reader is told."""
    events = results / "desk" / "events.csv"
    events.write_text(events.read_text().splitlines()[0] + "\n")
    (clip,) = document(capsys, "replay", results)["clips"]
    assert clip["with_recorded_settings"] == "other events"


def test_replay_shows_what_a_changed_setting_would_have_done(capsys: CAPSYS, results: Path) -> None:
    """A bout of 14 s is no bout any more when 30 s are asked for."""
    found = document(capsys, "replay", results, "--set", "slouch.sustained_s=30")
    assert found["changed_settings"] == {"slouch.sustained_s": {"recorded": 5.0, "used": 30.0}}
    (clip,) = found["clips"]
    assert clip["before"]["events"].get("slouch") == 1
    assert "slouch" not in clip["after"]["events"]
    (bout,) = clip["bouts"]
    assert bout["after"] is None
    printed = run(capsys, "tune", "replay", results, "--set", "slouch.sustained_s=30").out
    assert "1 -> 0" in printed
    assert "gone" in printed


@pytest.mark.parametrize("present", ["300", "-7"])
def test_replay_does_not_take_on_the_users_present_settings(
    capsys: CAPSYS, results: Path, monkeypatch: pytest.MonkeyPatch, present: str
) -> None:
    """The run's own settings are the starting point, not today's environment, right or wrong."""
    monkeypatch.setenv("POSTURE_CAM_SLOUCH__SUSTAINED_S", present)
    found = document(capsys, "replay", results)
    assert found["changed_settings"] == {}
    assert found["clips"][0]["with_recorded_settings"] == "identical"


def test_replay_takes_changes_from_a_config_file(
    capsys: CAPSYS, results: Path, tmp_path: Path
) -> None:
    """--config lies on top of the recorded settings, --set on top of that."""
    file = tmp_path / "mine.toml"
    file.write_text("[slouch]\nsustained_s = 30\nrecover_s = 4\n")
    found = document(
        capsys, "replay", results, "--config", file, "--set", "slouch.sustained_s=20"
    )  # fmt: skip
    used = {name: change["used"] for name, change in found["changed_settings"].items()}
    assert used == {"slouch.sustained_s": 20.0, "slouch.recover_s": 4.0}


@pytest.mark.parametrize("name", ["pose.model=lite", "analyze.rate_hz=3", "pose.people=1"])
def test_what_shaped_the_landmarks_cannot_be_changed_afterwards(
    capsys: CAPSYS, results: Path, name: str
) -> None:
    """One sentence instead of a replay that would not show what the setting does."""
    finished = run(capsys, "tune", "replay", results, "--set", name)
    assert finished.code == 1
    assert "cannot be changed in a replay" in finished.err


def test_evaluate_finds_labels_beside_the_source_video(capsys: CAPSYS, results: Path) -> None:
    """The recording knows its video; the truth lies there, even if the video is gone."""
    figures = document(capsys, "evaluate", results)["all"]
    assert figures["frames"] == SECONDS * RATE_HZ
    assert figures["auc"] > 0.95
    assert figures["events"] == {
        "matched": 1, "found": 1, "true": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0,
    }  # fmt: skip


def test_unfinished_and_former_results_are_no_clips(capsys: CAPSYS, results: Path) -> None:
    """What a run that was killed left behind is not scored a second time."""
    for name in (".desk.ab12cd34.partial", ".desk.previous"):
        shutil.copytree(results / "desk", results / name)
    assert [clip["clip"] for clip in document(capsys, "replay", results)["clips"]] == ["desk"]


def test_evaluate_reads_intervals_from_a_folder_of_labels(
    capsys: CAPSYS, results: Path, tmp_path: Path
) -> None:
    """Hand-made labels: only what they cover is judged."""
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "desk.csv").write_text(
        "start_s,end_s,label\n6,11,upright\n14,25,slouched\n28,30,looking_down\n"
    )
    figures = document(capsys, "evaluate", results, "--labels", labels)["all"]
    assert figures["frames"] == (5 + 11 + 2) * RATE_HZ
    assert set(figures["states"]) == {"upright", "looking_down", "slouched"}


def test_evaluate_calibrates_on_the_first_seconds(capsys: CAPSYS, results: Path) -> None:
    """--calibrate makes the baseline of them and leaves them out of the figures."""
    found = document(capsys, "evaluate", results, "--calibrate", "8")
    assert found["all"]["frames"] == (SECONDS - 8) * RATE_HZ
    assert found["all"]["coverage"] == 1.0


def test_evaluate_refuses_a_calibration_that_suits_no_clip(capsys: CAPSYS, results: Path) -> None:
    """Too short a one is told with what to do."""
    finished = run(capsys, "tune", "evaluate", results, "--calibrate", "0.1")
    assert finished.code == 1
    assert "name other --calibrate seconds" in finished.err


def test_a_clip_that_cannot_be_calibrated_leaves_the_others_scored(
    capsys: CAPSYS, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, for people and for programs."""
    shutil.copytree(results / "desk", results / "sofa")
    whole = RecordedClip.replay_calibrated

    def refused(clip: RecordedClip, *given: Any, **more: Any) -> Any:
        if clip.name == "desk":
            raise CalibrationError("You moved too much.")
        return whole(clip, *given, **more)

    monkeypatch.setattr(RecordedClip, "replay_calibrated", refused)
    finished = run(capsys, "tune", "evaluate", results, "--calibrate", "8", "--json")
    assert finished.code == 0
    assert json.loads(finished.out)["without_baseline"] == ["desk"]


def test_evaluate_uses_changed_settings_and_derives_the_true_bouts_by_them(
    capsys: CAPSYS, results: Path
) -> None:
    """With 30 s asked for, neither the monitor nor the labels know a bout of 14 s."""
    found = document(capsys, "evaluate", results, "--set", "slouch.sustained_s=30")
    assert found["changed_settings"]["slouch.sustained_s"]["used"] == 30
    assert found["all"]["events"]["true"] == found["all"]["events"]["found"] == 0


def test_evaluate_prints_tables_for_people(capsys: CAPSYS, results: Path) -> None:
    """Clips, views and what was said in each labelled state, with unknown figures as a dash."""
    printed = run(capsys, "tune", "evaluate", results / "desk").out
    for word in ("desk", "front", "AUC", "bout F1", "false alerts / h"):
        assert word in printed
    assert "nan" not in printed.lower()


@pytest.mark.parametrize("command", ["evaluate", "replay"])
def test_a_clip_keeps_the_brackets_of_its_name(capsys: CAPSYS, results: Path, command: str) -> None:
    """In the tables brackets are no markup."""
    (results / "desk").rename(results / "desk [bold]")
    assert "desk [bold]" in run(capsys, "tune", command, results).out


def test_json_knows_no_nan(capsys: CAPSYS, results: Path) -> None:
    """Unknown is null, so every JSON reader understands it."""
    out = run(capsys, "tune", "evaluate", results, "--json").out
    json.loads(out, parse_constant=lambda name: pytest.fail(name))
    assert json.loads(out)["all"]["alerts"]["median_delay_s"] is None or math.isfinite(
        json.loads(out)["all"]["alerts"]["median_delay_s"]
    )


@pytest.mark.parametrize("name", ["unlabelled", "frames", "events"])
def test_clips_without_labels_are_named_and_left_out(
    capsys: CAPSYS, results: Path, tmp_path: Path, name: str
) -> None:
    """One labelled clip among two: it is scored, the other is told about, whatever its name.

    The run's own frames.csv and events.csv are no labels of a video called so.
    """
    record(results / name, tmp_path / f"{name}.mp4")
    finished = run(capsys, "tune", "evaluate", results)
    assert finished.code == 0
    assert finished.err == f"Without labels, not scored: {name}.\n"
    assert [clip["name"] for clip in document(capsys, "evaluate", results)["clips"]] == ["desk"]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda out: (out / "desk" / "poses.npz").unlink(), "has no recorded poses"),
        (lambda out: (out / "desk" / "poses.npz").write_bytes(b"PK\x03\x04junk"), "damaged"),
    ],
    ids=["missing", "damaged"],
)
def test_recordings_that_cannot_be_used_are_told_plainly(
    capsys: CAPSYS, results: Path, spoil: Any, complaint: str
) -> None:
    """Exit code 1 and one sentence."""
    spoil(results)
    finished = run(capsys, "tune", "replay", results)
    assert finished.code == 1
    assert complaint in finished.err
    assert finished.err.count("\n") == 1


def test_a_damaged_profile_is_told_as_such(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The recording is at fault, no calibration that was asked for."""
    [clip] = find_clips([results])
    broken = replace(clip.recording.provenance, baseline={"seconds": "many"})
    recording = replace(clip.recording, provenance=broken)
    monkeypatch.setattr(
        evaluate_module, "find_clips", lambda _: [replace(clip, recording=recording)]
    )
    with pytest.raises(RecordingError, match=r"profile recorded in .* is damaged"):
        evaluate([results])


def test_labels_nowhere_is_an_error_that_says_where_to_put_them(
    capsys: CAPSYS, results: Path, tmp_path: Path
) -> None:
    """An empty folder of labels scores nothing."""
    empty = tmp_path / "labels"
    empty.mkdir()
    finished = run(capsys, "tune", "evaluate", results, "--labels", empty)
    assert finished.code == 1
    assert "has labels" in finished.err


def test_one_label_file_serves_one_clip_only(capsys: CAPSYS, results: Path, tmp_path: Path) -> None:
    """The same labels for two clips would be a mistake."""
    shutil.copytree(results / "desk", results / "again")
    file = tmp_path / "labels.csv"
    file.write_text("start_s,end_s,label\n0,40,upright\n")
    finished = run(capsys, "tune", "evaluate", results, "--labels", file)
    assert finished.code == 1
    assert "One label file cannot serve 2 clips" in finished.err


def test_a_wrong_path_is_wrong_usage(capsys: CAPSYS, tmp_path: Path) -> None:
    """Exit code 2, as for any wrong argument."""
    assert run(capsys, "tune", "evaluate", tmp_path / "absent").code == 2


def test_no_figure_is_cut_in_a_terminal_of_eighty_columns(results: Path) -> None:
    """Names may be broken into lines; numbers and headings are shown whole."""
    [clip] = evaluate([results]).clips
    views = {"desk": "front", "a_clip_with_quite_a_long_name": "oblique", "aside": "side"}
    told = StringIO()
    console = Console(file=told, width=80)
    clips = [replace(clip, name=name, view=view) for name, view in views.items()]
    console.print(evaluation_tables(clips))
    console.print(replay_tables(*compare([results], assignments=("slouch.enter_score=0.6",))))
    assert "…" not in told.getvalue()
    assert "precision" in told.getvalue()


def test_a_recording_named_twice_counts_once(capsys: CAPSYS, results: Path) -> None:
    """By its file, its folder and the folder that holds it, too."""
    once = document(capsys, "evaluate", results)
    places = (results, results / "desk", results / "desk" / "poses.npz")
    assert document(capsys, "evaluate", *places) == once


def test_videos_of_one_name_have_labels_of_their_own(
    capsys: CAPSYS, results: Path, tmp_path: Path
) -> None:
    """Named after their folders of results; a file that would do for both is refused."""
    (tmp_path / "day2").mkdir()
    record(results / "desk-2", tmp_path / "day2" / "desk.mp4")
    labels = tmp_path / "labels"
    labels.mkdir()
    upright = "start_s,end_s,label\n0,12,upright\n26,40,upright\n"
    (labels / "desk.csv").write_text(upright)
    refused = run(capsys, "tune", "evaluate", results, "--labels", labels)
    assert refused.code == 1
    assert "two videos of one name" in refused.err
    (labels / "desk-2.csv").write_text(upright + "12,26,slouched\n")
    found = document(capsys, "evaluate", results, "--labels", labels)["clips"]
    assert [clip["frames"] for clip in found] == [26 * RATE_HZ, 40 * RATE_HZ]


@pytest.mark.parametrize(
    ("labels", "options", "told"),
    [
        ("1000,2000,slouched", (), "without_labels"),
        ("0,7,upright", ("--calibrate", "8"), "without_labels"),
        ("0,2,slouched\n2,40,upright", ("--calibrate", "8"), "without_baseline"),
    ],
    ids=["of another video", "all in the calibration", "the calibration a slouch"],
)
def test_a_clip_with_nothing_to_score_is_named(
    capsys: CAPSYS, results: Path, labels: str, options: tuple[str, ...], told: str
) -> None:
    """Beside one that is scored; it is no success with dashes for figures."""
    shutil.copytree(results / "desk", results / "other")
    recording = results / "other" / "poses.npz"
    recording.rename(results / "other" / "other.npz")
    folder = results.parent / "labels"
    folder.mkdir()
    (folder / "desk.csv").write_text("start_s,end_s,label\n0,12,upright\n12,26,slouched\n")
    (folder / "other.csv").write_text(f"start_s,end_s,label\n{labels}\n")
    places = (results / "desk", results / "other" / "other.npz")
    found = document(capsys, "evaluate", *places, "--labels", folder, *options)
    assert found[told] == ["other"]
    assert [clip["name"] for clip in found["clips"]] == ["desk"]


def test_labels_are_read_before_anything_is_replayed(
    capsys: CAPSYS, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake in the last of many costs no minutes."""
    folder = results.parent / "labels"
    folder.mkdir()
    (folder / "desk.csv").write_text("start_s,end_s,label\n0,x,upright\n")
    monkeypatch.setattr(RecordedClip, "replay", lambda *_: pytest.fail("replayed"))
    assert "line 2" in run(capsys, "tune", "evaluate", results, "--labels", folder).err


def test_alerts_that_move_are_shown(capsys: CAPSYS, results: Path) -> None:
    """With the holding times of somebody impatient a reminder comes, and evaluate counts it."""
    impatient = ("--set", "strain.patience=0.1", "--set", "quiet.settle_in_s=0")
    assert "Alerts in desk" in run(capsys, "tune", "replay", results, *impatient).out
    told = run(capsys, "tune", "evaluate", results, *impatient).out
    assert "bouts with an alert" in told
    assert "1 of 1" in told


def test_another_profile_is_refused(capsys: CAPSYS, results: Path) -> None:
    """It was chosen when the video was analysed."""
    refused = run(capsys, "tune", "replay", results, "--set", "profile=ana")
    assert refused.code == 1
    assert "profile cannot be changed" in refused.err

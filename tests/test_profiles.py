"""Calibration profiles: stored whole, read back exactly, missing or damaged ones told plainly."""

from __future__ import annotations

import json
import logging
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from people import body, seen_from

from posture_cam.baseline import Baseline, make_baseline
from posture_cam.config import PoseSettings, Settings
from posture_cam.errors import CalibrationError
from posture_cam.profiles import (
    check_folder,
    list_profiles,
    load_profile,
    load_profiles,
    profiles_folder,
    read_profile,
    save_profile,
)


@pytest.fixture
def baseline() -> Baseline:
    """Two seconds of sitting still."""
    return make_baseline([seen_from(body(), time_s=n / 10) for n in range(20)], Settings())


def test_round_trip(tmp_path: Path, baseline: Baseline) -> None:
    """A stored posture comes back to the last bit, with camera, model and date."""
    save_profile("me", baseline, Settings(), camera="0", folder=tmp_path)
    profile = read_profile("me", Settings(), tmp_path)
    for name in ("landmarks", "world", "visibility", "presence"):
        stored, given = getattr(profile.baseline.pose, name), getattr(baseline.pose, name)
        assert np.array_equal(stored, given)
        assert stored.dtype == given.dtype
    assert repr(profile.baseline.angles) == repr(baseline.angles)
    assert (profile.name, profile.camera, profile.model) == ("me", "0", "full")
    assert profile.created.endswith("+00:00")


def test_calibrating_again(tmp_path: Path, baseline: Baseline) -> None:
    """A new calibration takes the place of the older one; nothing else is left in the folder."""
    save_profile("me", baseline, Settings(), camera="0", folder=tmp_path)
    path = save_profile("me", baseline, Settings(), camera="1", folder=tmp_path)
    assert read_profile("me", Settings(), tmp_path).camera == "1"
    assert list(tmp_path.iterdir()) == [path]


def test_list(tmp_path: Path, baseline: Baseline) -> None:
    """Profiles are listed by name, and an empty or missing folder has none."""
    assert list_profiles(tmp_path / "nowhere") == []
    for name in ("office", "Anna at home", "zoë"):
        save_profile(name, baseline, Settings(), folder=tmp_path)
    (tmp_path / ".half.json").touch()
    assert list_profiles(tmp_path) == ["Anna at home", "office", "zoë"]


def test_missing(tmp_path: Path, baseline: Baseline) -> None:
    """A missing profile says how to make it, and which there are."""
    with pytest.raises(
        CalibrationError, match=r"no profile 'me'; run `posture-cam calibrate --pro"
    ):
        load_profile("me", Settings(), tmp_path)
    save_profile("office", baseline, Settings(), folder=tmp_path)
    with pytest.raises(CalibrationError, match=r"there are: office.*--profile \"at home\""):
        load_profile("at home", Settings(), tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../me",
        "a/b",
        "a\\b",
        ".hidden",
        "me ",
        "me.",
        "x" * 65,
        "a\nb",
        "con",
        "Com1.x",
        "\u0301acute",
        "\N{GRINNING FACE}",
        "\N{CJK UNIFIED IDEOGRAPH-20000}" * 60,
    ],
)
def test_bad_name(tmp_path: Path, baseline: Baseline, name: str) -> None:
    """A name that could leave the folder, or that some system cannot store, is refused."""
    with pytest.raises(CalibrationError, match="name"):
        save_profile(name, baseline, Settings(), folder=tmp_path / "profiles")
    with pytest.raises(CalibrationError, match="name"):
        load_profile(name, Settings(), tmp_path / "profiles")
    assert not (tmp_path / "profiles").exists()


@pytest.mark.parametrize("name", ["zoe\u0308", "\u0939\u093f\u0928\u094d\u0926\u0940", "Ana 2"])
def test_names_of_every_script(tmp_path: Path, baseline: Baseline, name: str) -> None:
    """Marks on letters belong to them, however they are written."""
    save_profile(name, baseline, Settings(), folder=tmp_path)
    composed = unicodedata.normalize("NFC", name)
    assert list_profiles(tmp_path) == [composed]
    assert load_profile(composed, Settings(), tmp_path).baseline.frames == baseline.frames


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", "null", '{"format": "posture_cam profile"}', "[" * 100_000],
)
def test_damaged(tmp_path: Path, content: str) -> None:
    """A damaged or foreign file says to calibrate again."""
    (tmp_path / "me.json").write_text(content)
    with pytest.raises(CalibrationError, match=r"damaged.*posture-cam calibrate --profile me"):
        load_profile("me", Settings(), tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("landmarks", [[1, 2, 3]]),
        ("landmarks", "x"),
        ("landmarks", [[0.0] * 3] * 33),
        ("landmarks", [[1e30] * 3] * 33),
        ("width", None),
        ("width", 0),
        ("height", -480),
        ("format_version", 99),
        ("taken", "yesterday"),
        ("taken", 7),
    ],
)
def test_damaged_inside(tmp_path: Path, baseline: Baseline, key: str, value: object) -> None:
    """So does a file with a wrong value anywhere inside."""
    path = save_profile("me", baseline, Settings(), folder=tmp_path)
    document = json.loads(path.read_text())
    (document if key in document else document["baseline"])[key] = value
    path.write_text(json.dumps(document))
    with pytest.raises(CalibrationError, match="posture-cam calibrate --profile me"):
        load_profile("me", Settings(), tmp_path)


def test_folder_that_cannot_be_written(tmp_path: Path, baseline: Baseline) -> None:
    """A place that cannot hold profiles is one plain sentence."""
    (tmp_path / "profiles").touch()
    with pytest.raises(CalibrationError, match="cannot be written"):
        save_profile("me", baseline, Settings(), folder=tmp_path / "profiles")
    with pytest.raises(CalibrationError, match="cannot be written"):
        check_folder("me", tmp_path / "profiles")
    check_folder("me", tmp_path / "new" / "profiles")
    assert list((tmp_path / "new" / "profiles").iterdir()) == []


@pytest.mark.parametrize(
    ("hours", "of_another_day"), [(0, False), (-11, False), (13, True), (-13, True)]
)
def test_beyond_twelve_hours_it_is_of_another_day(
    tmp_path: Path, baseline: Baseline, hours: float, of_another_day: bool
) -> None:
    """From when its pictures were taken, either way; the posture is the same."""
    taken = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    save_profile("me", baseline, Settings(), taken=taken, folder=tmp_path)
    profile = load_profile("me", Settings(), tmp_path)
    then = profile.baseline_at(taken + timedelta(hours=hours), Settings())
    assert then.of_another_day is of_another_day
    assert then.age_s == 0.0
    live = profile.baseline_at(taken + timedelta(hours=hours), Settings(), live=True)
    assert live.age_s == hours * 3600
    assert then.pose is profile.baseline.pose


def test_a_profile_may_hold_for_good(tmp_path: Path, baseline: Baseline) -> None:
    """A setting says how long, for those who move neither chair nor camera."""
    save_profile("me", baseline, Settings(), folder=tmp_path)
    for_years = Settings.model_validate({"calibration": {"holds_h": 87600}})
    next_year = datetime.now(UTC) + timedelta(days=365)
    profile = load_profile("me", Settings(), tmp_path)
    assert not profile.baseline_at(next_year, for_years).of_another_day
    assert profile.baseline_at(next_year, Settings()).of_another_day


def test_profiles_of_earlier_versions_were_taken_when_they_were_made(
    tmp_path: Path, baseline: Baseline
) -> None:
    """They say no more."""
    path = save_profile("me", baseline, Settings(), folder=tmp_path)
    document = json.loads(path.read_text())
    del document["taken"], document["baseline"]["of_another_day"]
    document["created"] = "2026-03-02T09:30:00+00:00"
    path.write_text(json.dumps(document))
    assert load_profile("me", Settings(), tmp_path).taken == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_other_model(tmp_path: Path, baseline: Baseline, caplog: pytest.LogCaptureFixture) -> None:
    """A posture learned with another pose model can be used, with a warning."""
    save_profile("me", baseline, Settings(), folder=tmp_path)
    with caplog.at_level(logging.WARNING):
        load_profile("me", Settings(), tmp_path)
        assert not caplog.messages
        load_profile("me", Settings(pose=PoseSettings(model="lite")), tmp_path)
    assert "made with the pose model full and lite is used now" in caplog.text


def test_the_users_own_profile_of_another_model_is_left_out_with_a_word(
    tmp_path: Path, baseline: Baseline, caplog: pytest.LogCaptureFixture
) -> None:
    """Only that one: others are chosen by themselves or not, and nobody asked for them."""
    for name in ("default", "other"):
        save_profile(name, baseline, Settings(), folder=tmp_path)
    lite = Settings(pose=PoseSettings(model="lite"))
    with caplog.at_level(logging.WARNING):
        assert load_profiles(lite, tmp_path) == ()
    assert [message for message in caplog.messages if "full" in message] == caplog.messages
    assert len(caplog.messages) == 1
    assert "'default'" in caplog.text


def test_own_folder() -> None:
    """Profiles live in the user's data folder for this program, on every system."""
    assert profiles_folder().parts[-2:] == ("posture_cam", "profiles")

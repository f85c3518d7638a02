"""The pose models: found by name, checked by SHA-256, and a plain sentence when they are not."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from posture_cam import models
from posture_cam.cli.models import models as command
from posture_cam.config import Settings
from posture_cam.errors import ModelError


@pytest.fixture
def copied_models(tmp_path: Path) -> Path:
    """A folder of one's own with the manifest and the bundled models, free to be damaged."""
    for model in models.known_models():
        if model.bundled:
            shutil.copy(models.models_folder() / model.file, tmp_path)
    shutil.copy(models.models_folder() / "manifest.json", tmp_path)
    return tmp_path


def damage(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_lite_and_full_travel_with_the_package_and_are_whole() -> None:
    """Both bundled models are there with the size and the SHA-256 of the manifest."""
    bundled = {model.name: model for model in models.known_models() if model.bundled}
    assert set(bundled) == {"lite", "full"}
    for model in bundled.values():
        data = models.find_model(model.name).read_bytes()
        assert len(data) == model.size
        assert hashlib.sha256(data).hexdigest() == model.sha256
        assert models.check_model(model) == "ok"


def test_the_default_model_is_one_that_is_bundled() -> None:
    """Nobody has to build or fetch a model before the first run."""
    assert Settings().pose.model in {model.name for model in models.known_models() if model.bundled}


def test_every_model_states_its_licence_and_source() -> None:
    """The manifest says for each file where it comes from and under which licence."""
    for model in models.known_models():
        assert model.licence == "Apache-2.0"
        assert "@mediapipe/pose" in model.source


def test_one_flipped_bit_is_found(copied_models: Path) -> None:
    """A damaged model is refused, and the message says what to do."""
    damage(copied_models / "pose_landmarker_lite.task")
    lite = next(model for model in models.known_models(copied_models) if model.name == "lite")
    assert models.check_model(lite, copied_models) == "damaged"
    with pytest.raises(ModelError, match=r"'lite' .* is damaged; reinstall .* models/build\.py"):
        models.read_model("lite", copied_models)


def test_a_missing_model_says_how_to_get_it_back(copied_models: Path) -> None:
    """A bundled model that is gone asks for a new installation or a build."""
    (copied_models / "pose_landmarker_full.task").unlink()
    with pytest.raises(ModelError, match=r"'full' is missing .* reinstall .* models/build\.py"):
        models.find_model("full", copied_models)


def test_a_model_that_is_not_bundled_says_how_to_build_it(copied_models: Path) -> None:
    """Asking for heavy without having built it names the command that builds it."""
    with pytest.raises(ModelError, match=r"run 'python models/build\.py heavy'"):
        models.find_model("heavy", copied_models)


def test_an_unknown_name_lists_the_known_ones() -> None:
    """A misspelt model name is answered with the names that exist."""
    with pytest.raises(ModelError, match="no pose model 'ful'; choose one of lite, full, heavy"):
        models.find_model("ful")


def test_the_path_of_ones_own_task_file_is_taken_as_it_is(tmp_path: Path) -> None:
    """A .task file that is not in the manifest is read without a check."""
    own = tmp_path / "own.task"
    own.write_bytes(b"whatever")
    assert models.find_model(str(own)) == own
    assert models.read_model(str(own)) == b"whatever"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"models": [{"name": "lite"}]}'])
def test_a_broken_manifest_is_one_sentence(copied_models: Path, content: str) -> None:
    """An unreadable list of models is told as such, not as a traceback."""
    (copied_models / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"list of pose models .* cannot be read .* reinstall"):
        models.known_models(copied_models)


def test_a_missing_manifest_is_one_sentence(tmp_path: Path) -> None:
    """So is a list of models that is not there at all."""
    with pytest.raises(ModelError, match=r"list of pose models is missing .* reinstall"):
        models.known_models(tmp_path)


def test_the_command_lists_every_model() -> None:
    """`posture-cam models` names each model and the one in use, and succeeds."""
    result = CliRunner().invoke(command, ["--set", "pose.model=lite"])
    assert result.exit_code == 0
    assert "lite (in use)" in result.output
    for model in models.known_models():
        assert model.file in result.output


def test_the_command_speaks_json() -> None:
    """`--json` prints the same list for programs, with sizes in bytes."""
    result = CliRunner().invoke(command, ["--json"])
    rows = {row["name"]: row for row in json.loads(result.stdout)["models"]}
    assert rows["full"]["state"] == "ok"
    assert rows["full"]["bytes"] == Path(rows["full"]["file"]).stat().st_size
    assert rows["full"]["in_use"] is True


def test_the_command_fails_when_a_model_is_damaged(
    copied_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged or missing bundled model is shown in the list and ends in an error."""
    damage(copied_models / "pose_landmarker_full.task")
    (copied_models / "pose_landmarker_lite.task").unlink()
    monkeypatch.setattr(models, "models_folder", lambda: copied_models)
    result = CliRunner().invoke(command, ["--json"])
    states = {row["name"]: row["state"] for row in json.loads(result.stdout)["models"]}
    assert states == {"lite": "missing", "full": "damaged", "heavy": "missing"}
    assert isinstance(result.exception, ModelError)
    assert "'lite' is missing and 'full' is damaged; reinstall" in str(result.exception)

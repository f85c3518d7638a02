"""Settings: one list of them, four places to change them, and every mistake told at once."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from posture_cam.cli import main, posture_cam
from posture_cam.config import Settings, SlouchSettings
from posture_cam.config_docs import explain_settings, render_toml, toml_value, write_config
from posture_cam.config_file import (
    default_config_path,
    find_layers,
    load_settings,
    merge_layers,
    setting_changes,
    walk_settings,
)
from posture_cam.errors import ConfigError


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the config of whoever runs it."""
    monkeypatch.setattr(
        "posture_cam.config_file.platformdirs.user_config_dir",
        lambda name, appauthor: str(tmp_path / "home" / name),
    )


def toml(tmp_path: Path, text: str) -> Path:
    """A config file."""
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(posture_cam, arguments)


class TestLayers:
    """default < file < environment < --set"""

    def test_defaults(self) -> None:
        """Without any file the defaults are in force."""
        assert load_settings(environment={}) == Settings()

    def test_order(self, tmp_path: Path) -> None:
        """Each place is stronger than the one before, setting by setting."""
        path = toml(tmp_path, "[slouch]\nsustained_s = 11\nrecover_s = 22\nenter_score = 0.6\n")
        environment = {
            "POSTURE_CAM_SLOUCH__RECOVER_S": "33",
            "POSTURE_CAM_SLOUCH__ENTER_SCORE": "0.7",
        }
        slouch = load_settings(path, ["slouch.enter_score=0.8"], environment).slouch
        assert (slouch.sustained_s, slouch.recover_s, slouch.enter_score) == (11, 33, 0.8)
        assert slouch.leave_score == SlouchSettings().leave_score

    def test_own_file(self) -> None:
        """The user's own file is read without being named; a missing one is no failure."""
        default_config_path().parent.mkdir(parents=True)
        default_config_path().write_text('profile = "office"\n')
        assert load_settings(environment={}).profile == "office"

    def test_other_variables(self) -> None:
        """Variables of other programs are not ours."""
        environment = {"POSTURECAM_X": "1", "PATH": "/", "_POSTURE_CAM_X": "1"}
        assert load_settings(environment=environment) == Settings()

    @pytest.mark.parametrize("text", ["7", "true", "007", "a = b", '"7"', "two words", "1\nx = 2"])
    def test_texts_stay_texts(self, text: str) -> None:
        """A profile may be named like a number."""
        settings = load_settings(None, [f"profile={text}"], {})
        assert settings.profile == text.strip('"')

    def test_values(self) -> None:
        """Numbers, switches and words are understood as TOML writes them."""
        settings = load_settings(
            None, ["live.rate_hz=2", "live.preview = false", "strictness=gentle"], {}
        )
        assert (settings.live.rate_hz, settings.live.preview) == (2.0, False)
        assert settings.strictness == "gentle"

    def test_byte_order_mark(self, tmp_path: Path) -> None:
        """A file saved by Windows Notepad is read."""
        path = tmp_path / "config.toml"
        path.write_text('profile = "zoë"\n', encoding="utf-8-sig")
        assert load_settings(path, environment={}).profile == "zoë"

    def test_preset_below_what_was_set(self, tmp_path: Path) -> None:
        """A preset changes defaults only, wherever it and the other settings stand."""
        path = toml(tmp_path, "[quiet]\nmax_per_hour = 1\n")
        settings = load_settings(path, ["strictness=strict"], {})
        assert settings.quiet.max_per_hour == 1
        assert settings.quiet.cooldown_s < Settings().quiet.cooldown_s

    def test_recorded(self) -> None:
        """A replay starts from the recorded settings and changes only what is asked for."""
        recorded = load_settings(None, ["slouch.sustained_s=5", "profile=me"], {})
        default_config_path().parent.mkdir(parents=True)
        default_config_path().write_text("[slouch]\nrecover_s = 99\n")
        changed = load_settings(None, ["slouch.recover_s=7"], recorded=recorded)
        assert (changed.slouch.sustained_s, changed.slouch.recover_s) == (5, 7)
        assert changed.profile == "me"


class TestProblems:
    """Every problem in one message, with its place and its remedy."""

    def test_all_at_once(self, tmp_path: Path) -> None:
        """Mistakes from all places are told together, each with where it stands."""
        path = toml(tmp_path, "[slouch]\nsustaned_s = 30\n[live]\nrate_hz = 900\n")
        with pytest.raises(ConfigError) as caught:
            load_settings(path, ["analyze.rate_hz=fast"], {"POSTURE_CAM_POSE__PEOPLE": "0"})
        message = str(caught.value)
        unknown = f"slouch.sustaned_s is unknown (from {path}) (did you mean slouch.sustained_s?)"
        assert unknown in message
        assert f"live.rate_hz = 900 (from {path}) must be less than or equal to 60 Hz" in message
        assert "pose.people = 0 (from POSTURE_CAM_POSE__PEOPLE) must be greater" in message
        assert "analyze.rate_hz = 'fast' must be a valid number" in message
        assert "unable to parse" not in message
        assert "posture-cam config show" in message

    @pytest.mark.parametrize(
        ("assignment", "says"),
        [
            ("nonsense=1", "nonsense is unknown"),
            ("slouch.x.y=1", "slouch.x.y is unknown"),
            ("slouch=1", "slouch is a section.*slouch.enter_score"),
            ("slouch.sustained_s=true", "slouch.sustained_s"),
            ("pose.people=true", "true is not a number"),
            ("strictness=brutal", "strictness = 'brutal' must be 'gentle', 'standard' or 'strict'"),
            ("pose.people=1.5", "pose.people = 1.5 must be a valid integer"),
            ("slouch.sustained_s=nan", "slouch.sustained_s = nan must be a finite number"),
            ("slouch.sustained_s=inf", "slouch.sustained_s = inf must be a finite number"),
            ("slouch.sustained_s", "--set slouch.sustained_s: write it as section.key=value"),
            ("quiet.hours=25:00-3", "quiet.hours: '25:00-3' is not a span of time"),
            ("=1", "a setting without a name is unknown"),
            ("movement.away_s=3", "movement.away_s = 3 must be greater than or equal to 5 s"),
            ("analyze.rate_hz=0.1", "analyze.rate_hz: 0.1 is too slow; give at least 1 Hz, or 0"),
        ],
    )
    def test_each(self, assignment: str, says: str) -> None:
        """Unknown names, wrong kinds and values out of bounds are each told in plain words."""
        with pytest.raises(ConfigError, match=says):
            load_settings(None, [assignment], {})

    def test_unknown_variable(self) -> None:
        """A misspelt variable is a mistake, not silence."""
        with pytest.raises(
            ConfigError, match=r"slouch\.sustain is unknown \(from POSTURE_CAM_SLOU"
        ):
            load_settings(environment={"POSTURE_CAM_SLOUCH__SUSTAIN": "1"})

    def test_missing_file(self, tmp_path: Path) -> None:
        """A file that was asked for must exist."""
        with pytest.raises(ConfigError, match=r"cannot be read .*config init"):
            load_settings(tmp_path / "nowhere.toml", environment={})

    @pytest.mark.parametrize("content", [b"[slouch", b"x = ", b"\xff\xfe\x00"])
    def test_broken_file(self, tmp_path: Path, content: bytes) -> None:
        """A file that is not TOML is named."""
        path = tmp_path / "config.toml"
        path.write_bytes(content)
        with pytest.raises(ConfigError, match="is not valid TOML"):
            load_settings(path, environment={})

    def test_on_the_command_line(self, capsys: pytest.CaptureFixture[str]) -> None:
        """The command line tells it in one line and exits with 1."""
        with pytest.raises(SystemExit) as caught:
            main(["config", "show", "--set", "slouch.sustained_s=-1"])
        assert caught.value.code == 1
        error = capsys.readouterr().err
        assert error.startswith(
            "posture-cam: These settings cannot be used: slouch.sustained_s = -1"
        )
        assert error.count("\n") == 1

    @pytest.mark.parametrize(
        "command",
        [
            ("analyze", "clip.mp4", "--rate"),
            ("calibrate", "--seconds"),
            ("live", "--duration"),
            ("tune", "evaluate", "results", "--calibrate"),
            ("tune", "evaluate", "results", "--tolerance"),
        ],
    )
    def test_nan_is_no_number(self, command: tuple[str, ...]) -> None:
        """What passes every comparison with a bound is refused before any work."""
        result = run(*command, "nan")
        assert (result.exit_code, "nan is not a number" in result.output) == (2, True)


class TestDocumentation:
    """Every setting is explained, and the explanation is a config file."""

    @pytest.mark.parametrize("name", [name for name, _ in walk_settings()])
    def test_help(self, name: str) -> None:
        """Every setting says what it does; numbers have both bounds, seconds and degrees a unit."""
        setting = {setting.name: setting for setting in explain_settings()}[name]
        assert setting.help.endswith(".")
        if isinstance(setting.default, int | float) and not isinstance(setting.default, bool):
            assert setting.smallest is not None
            assert setting.largest is not None
            assert setting.smallest <= setting.default <= setting.largest
        for ending, unit in (("_s", "s"), ("_deg", "deg"), ("_hz", "Hz")):
            assert not name.endswith(ending) or setting.unit == unit

    def test_reads_back(self, tmp_path: Path) -> None:
        """What `config show` prints is a config file that gives the very same settings."""
        layers = find_layers(
            None, ["strictness=strict", 'profile=a "b" \\ ü', "slouch.sustained_s=12.5"], {}
        )
        path = toml(tmp_path, render_toml(explain_settings(layers)))
        assert load_settings(path, environment={}) == merge_layers(layers)

    def test_template_changes_nothing(self, tmp_path: Path) -> None:
        """The file that `config init` writes leaves every default to the program."""
        path = tmp_path / "config.toml"
        write_config(path)
        assert (
            tomllib.loads(path.read_text(encoding="utf-8")).items()
            <= {section: {} for section in Settings.model_fields}.items()
        )
        assert load_settings(path, environment={}) == Settings()

    def test_template_of_a_strictness_leaves_it_free(self, tmp_path: Path) -> None:
        """Whoever edits the strictness later gets all of the other one."""
        path = tmp_path / "config.toml"
        write_config(path, find_layers(None, ["strictness=strict"], {}))
        text = path.read_text(encoding="utf-8")
        assert load_settings(path, environment={}) == Settings(strictness="strict")
        path.write_text(text.replace('strictness = "strict"', 'strictness = "gentle"'), "utf-8")
        assert load_settings(path, environment={}) == Settings(strictness="gentle")

    def test_template_without_its_marks(self, tmp_path: Path) -> None:
        """With every mark before a value removed, the template is the default configuration."""
        write_config(tmp_path / "config.toml")
        names = {name.rpartition(".")[2] for name, _ in walk_settings()}
        lines = [
            line.removeprefix("# ") if line.removeprefix("# ").split(" = ")[0] in names else line
            for line in (tmp_path / "config.toml").read_text(encoding="utf-8").splitlines()
        ]
        assert load_settings(toml(tmp_path, "\n".join(lines)), environment={}) == Settings()

    def test_origins(self, tmp_path: Path) -> None:
        """Each value says where it comes from."""
        path = toml(tmp_path, "[slouch]\nsustained_s = 30\nrecover_s = 5\n")
        layers = find_layers(
            path,
            ["slouch.leave_score=0.3", "strictness=strict"],
            {"POSTURE_CAM_SLOUCH__RECOVER_S": "6"},
        )
        origins = {setting.name: setting.origin for setting in explain_settings(layers)}
        assert origins["slouch.sustained_s"] == str(path)
        assert origins["slouch.recover_s"] == "POSTURE_CAM_SLOUCH__RECOVER_S"
        assert origins["slouch.leave_score"] == "--set"
        assert origins["quiet.cooldown_s"] == 'strictness = "strict"'
        assert origins["slouch.enter_score"] == "default"

    @pytest.mark.parametrize(
        "value", ["", "a\nb", 'q"\\', "\x00\x7f", True, 3, 0.1, 1e-7, ["x", 2]]
    )
    def test_values(self, value: object) -> None:
        """Any value written as TOML reads back the same."""
        assert tomllib.loads(f"v = {toml_value(value)}")["v"] == value


class TestCommand:
    """posture-cam config"""

    def test_show(self) -> None:
        """All settings are printed as TOML, with their bounds and origins."""
        result = run("config", "show", "--set", "slouch.sustained_s=90")
        assert result.exit_code == 0
        assert tomllib.loads(result.output)["slouch"]["sustained_s"] == 90
        assert "1 to 3600 s; default 60.0; set by --set" in result.output

    def test_show_some(self) -> None:
        """A section or a single setting can be picked; one that does not exist is wrong usage."""
        result = run("config", "show", "slouch.sustained_s", "live")
        assert set(tomllib.loads(result.output)) == {"slouch", "live"}
        assert run("config", "show", "slouched").exit_code == 2

    def test_show_json(self) -> None:
        """Programs get the same as JSON."""
        settings = json.loads(run("config", "show", "--json").output)["settings"]
        assert [setting["name"] for setting in settings] == [name for name, _ in walk_settings()]

    def test_path(self, tmp_path: Path) -> None:
        """The place of the file is printed, even while what stands there is broken."""
        default_config_path().parent.mkdir(parents=True)
        default_config_path().write_text("broken [")
        assert run("config", "path").output.strip() == str(default_config_path())
        answer = json.loads(run("config", "path", "--json", "--config", f"{tmp_path}/x").output)
        assert answer == {"path": f"{tmp_path}/x", "exists": False}

    def test_init(self) -> None:
        """A new file is written where the settings are looked for, folders and all."""
        result = run("config", "init", "--set", "slouch.sustained_s=45")
        assert result.exit_code == 0
        assert str(default_config_path()) in result.output
        assert load_settings(environment={}).slouch == SlouchSettings(sustained_s=45)

    def test_init_never_overwrites(self, tmp_path: Path) -> None:
        """An existing file is left alone without --force, and kept beside the new one with it."""
        path = toml(tmp_path, 'profile = "mine"\n')
        result = run("config", "init", "--config", str(path))
        assert isinstance(result.exception, ConfigError)
        assert path.read_text() == 'profile = "mine"\n'
        assert run("config", "init", "--config", str(path), "--force").exit_code == 0
        assert path.with_name("config.toml.old").read_text() == 'profile = "mine"\n'
        assert load_settings(path, environment={}) == Settings()

    def test_init_cannot_write(self, tmp_path: Path) -> None:
        """A place that cannot hold the file is one plain sentence."""
        (tmp_path / "file").touch()
        result = run("config", "init", "--config", str(tmp_path / "file" / "config.toml"))
        assert isinstance(result.exception, ConfigError)
        assert "cannot be written" in str(result.exception)


def test_settings_that_differ_are_named_with_both_values() -> None:
    """Only what differs is listed, under the name that --set uses."""
    after = Settings(slouch=SlouchSettings(enter_score=0.6, sustained_s=30))
    assert setting_changes(Settings(), after) == {
        "slouch.enter_score": (Settings().slouch.enter_score, 0.6),
        "slouch.sustained_s": (Settings().slouch.sustained_s, 30),
    }
    assert setting_changes(after, after) == {}

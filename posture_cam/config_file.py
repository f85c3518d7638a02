"""Where settings come from: defaults < TOML file < environment < command line.

Environment: POSTURE_CAM_SLOUCH__SUSTAINED_S=90 sets slouch.sustained_s (two underscores separate
section and key). Command line: --set slouch.sustained_s=90.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from posture_cam.config import Settings
from posture_cam.errors import ConfigError
from posture_cam.setting import Section
from posture_cam.strictness import PRESET_KEYS

ENVIRONMENT_PREFIX = "POSTURE_CAM_"


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings from one place. origin: that place in words. values: sections as nested tables."""

    origin: str
    values: Mapping[str, Any]

    def __contains__(self, dotted: str) -> bool:
        """Whether this layer gives the setting "section.key"."""
        section, _, key = dotted.partition(".")
        table = self.values.get(section)
        return section in self.values and (not key or (isinstance(table, Mapping) and key in table))


def default_config_path() -> Path:
    """The user's own config file, whether or not it exists."""
    return Path(platformdirs.user_config_dir("posture_cam", appauthor=False)) / "config.toml"


def load_settings(
    file: Path | None = None,
    assignments: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
    *,
    recorded: Settings | None = None,
) -> Settings:
    """Merge all layers into settings.

    file: a TOML file that must exist; None means the user's own file if there is one.
    assignments: "section.key=value" strings, the later win.
    environment: defaults to the process's own.
    recorded: the settings of an earlier run to start from, in place of the defaults, the user's
        own file and the environment: only what is asked for here changes.
    Raises ConfigError naming every problem at once.
    """
    if recorded is None:
        return merge_layers(find_layers(file, assignments, environment))
    asked = [] if file is None else [read_file(file)]
    asked += read_assignments(assignments)
    values = recorded.model_dump()
    if any("strictness" in layer.values for layer in asked):
        _take_preset_out(values)
    return merge_layers([Layer("the recording", values), *asked])


def _take_preset_out(settings: dict[str, Any]) -> None:
    """Leave out what is as the strictness of these settings makes it: another one fills it in."""
    made = Settings(strictness=settings["strictness"]).model_dump()
    for section, key in PRESET_KEYS:
        if settings[section][key] == made[section][key]:
            del settings[section][key]


def find_layers(
    file: Path | None = None,
    assignments: Iterable[str] = (),
    environment: Mapping[str, str] | None = None,
) -> list[Layer]:
    """All places that give settings, the stronger ones later; parameters as in `load_settings`.

    Raises ConfigError when a file or an assignment cannot be read.
    """
    path = file or default_config_path()
    found = [read_file(path)] if file is not None or path.is_file() else []
    found += read_environment(os.environ if environment is None else environment)
    return [*found, *read_assignments(assignments)]


def merge_layers(layers: Iterable[Layer]) -> Settings:
    """Settings from all layers. Raises ConfigError naming every problem and where it stands."""
    layers = list(layers)
    merged: dict[str, Any] = {}
    for layer in layers:
        _merge(merged, layer.values)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        problems = [_describe(problem, layers) for problem in error.errors()]
    raise _refusal(problems)


def walk_settings() -> Iterator[tuple[str, FieldInfo]]:
    """Every setting as ("section.key", its field), in the order of the documentation."""
    for name, info in Settings.model_fields.items():
        if isinstance(info.default, Section):
            for key, inner in type(info.default).model_fields.items():
                yield f"{name}.{key}", inner
        else:
            yield name, info


def by_name(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as `Settings.model_dump` gives them, by "section.key"."""
    named: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            named |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            named[name] = value
    return named


def setting_changes(
    before: Settings, after: Settings, *, without: Collection[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """Every setting that differs, as "section.key": (before, after). without: sections left out."""
    old, new = (
        by_name(settings.model_dump(mode="json", exclude=set(without)))
        for settings in (before, after)
    )
    return {name: (old.get(name), value) for name, value in new.items() if old.get(name) != value}


def read_file(path: Path) -> Layer:
    """The settings of a TOML file. Raises ConfigError."""
    try:
        return Layer(str(path), tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise ConfigError(
            f"The config file {path} cannot be read ({error.strerror}); check the path, or create"
            " one with `posture-cam config init`."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The config file {path} is not valid TOML ({error}); correct that line."
        ) from error


def read_environment(variables: Mapping[str, str]) -> list[Layer]:
    """One layer for each variable that begins with POSTURE_CAM_, known or not."""
    layers = []
    for name, text in sorted(variables.items()):
        if name.startswith(ENVIRONMENT_PREFIX):
            dotted = name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
            layers.append(Layer(name, _nested(dotted, _parse_value(dotted, text))))
    return layers


def read_assignments(assignments: Iterable[str]) -> list[Layer]:
    """One layer for each "section.key=value". Raises ConfigError naming all that are not."""
    layers, problems = [], []
    for assignment in assignments:
        dotted, equals, text = (part.strip() for part in assignment.partition("="))
        if equals:
            layers.append(Layer("--set", _nested(dotted, _parse_value(dotted, text))))
        else:
            problems.append(f"--set {assignment}: write it as section.key=value")
    if problems:
        raise _refusal(problems)
    return layers


def _nested(dotted: str, value: Any) -> dict[str, Any]:
    section, dot, key = dotted.partition(".")
    return {section: {key: value}} if dot else {section: value}


def _merge(into: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _parse_value(dotted: str, text: str) -> Any:
    """A TOML value where it is one (numbers, true, lists), else the text itself.

    A setting that is a text stays one: --set profile=2 is the profile named "2".
    """
    try:
        parsed = tomllib.loads(f"value = {text}")
    except tomllib.TOMLDecodeError:
        return text
    info = dict(walk_settings()).get(dotted)
    is_text = info is not None and info.annotation is str
    if len(parsed) != 1 or (is_text and not isinstance(parsed["value"], str)):
        return text
    return parsed["value"]


def _refusal(problems: Iterable[str]) -> ConfigError:
    return ConfigError(
        "These settings cannot be used: " + "; ".join(problems)
        + ". `posture-cam config show` lists every setting with its bounds."
    )  # fmt: skip


def _describe(problem: Any, layers: Iterable[Layer]) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    origins = [layer.origin for layer in layers if name in layer]
    where = f" (from {origins[-1]})" if origins and origins[-1] != "--set" else ""
    known = dict(walk_settings())
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, known, n=1)
        return f"{name or 'a setting without a name'} is unknown{where}" + (
            f" (did you mean {close[0]}?)" if close else ""
        )
    if problem["type"] in ("model_type", "dict_type"):
        first = next((dotted for dotted in known if dotted.startswith(f"{name}.")), name)
        return f"{name} is a section and has no value of its own{where}, set for example {first}"
    if problem["type"] == "value_error":  # our own words, which repeat the value
        return f"{name}{where}: {problem['msg'].removeprefix('Value error, ')}"
    message, *_ = problem["msg"].replace("Input should be", "must be").split(", unable")
    extra = known[name].json_schema_extra if name in known else None
    unit = extra.get("unit", "") if isinstance(extra, dict) else ""
    bound = f" {unit}".rstrip() if problem["type"].endswith("_than_equal") else ""
    return f"{name} = {problem['input']!r}{where} {message}{bound}"

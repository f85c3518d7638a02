"""Where settings come from: defaults < TOML file < environment < command line.

Environment: POSTURE_CAM_SLOUCH__SUSTAINED_S=90 sets slouch.sustained_s (two underscores separate
section and key). Command line: --set slouch.sustained_s=90.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from posture_cam.config import Section, Settings
from posture_cam.errors import ConfigError

ENVIRONMENT_PREFIX = "POSTURE_CAM_"


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
    problems: list[str] = []
    layers: dict[str, Any] = recorded.model_dump() if recorded else {}
    path = file or default_config_path()
    if file is not None or (recorded is None and path.is_file()):
        _merge(layers, _read_toml(path))
    own = {} if recorded else os.environ
    variables = own if environment is None else environment
    for name, text in sorted(variables.items()):
        if name.startswith(ENVIRONMENT_PREFIX):
            dotted = name.removeprefix(ENVIRONMENT_PREFIX).lower().replace("__", ".")
            _merge(layers, _nested(dotted, _parse_value(text)))
    for assignment in assignments:
        dotted, equals, text = assignment.partition("=")
        if not equals:
            problems.append(f"--set {assignment}: write it as section.key=value")
            continue
        _merge(layers, _nested(dotted.strip(), _parse_value(text.strip())))
    try:
        settings = Settings.model_validate(layers)
    except ValidationError as error:
        problems += [_describe(problem) for problem in error.errors()]
    if problems:
        raise ConfigError(
            "These settings cannot be used: " + "; ".join(problems)
            + ". `posture-cam config show` lists every setting with its bounds."
        )  # fmt: skip
    return settings


def walk_settings() -> Iterator[tuple[str, FieldInfo]]:
    """Every setting as ("section.key", its field), in the order of the documentation."""
    for name, info in Settings.model_fields.items():
        if isinstance(info.default, Section):
            for key, inner in type(info.default).model_fields.items():
                yield f"{name}.{key}", inner
        else:
            yield name, info


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"The config file {path} cannot be read ({error.strerror}); check the path, or create"
            " one with `posture-cam config init`."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The config file {path} is not valid TOML ({error}); correct that line."
        ) from error


def _nested(dotted: str, value: Any) -> dict[str, Any]:
    section, dot, key = dotted.partition(".")
    return {section: {key: value}} if dot else {section: value}


def _merge(into: dict[str, Any], layer: Mapping[str, Any]) -> None:
    for key, value in layer.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _parse_value(text: str) -> Any:
    """A TOML value where it is one (numbers, true, lists), else the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _describe(problem: Any) -> str:
    name = ".".join(str(part) for part in problem["loc"])
    known = {dotted for dotted, _ in walk_settings()}
    if problem["type"] == "extra_forbidden":
        close = difflib.get_close_matches(name, known, n=1)
        return f"{name} is unknown" + (f" (did you mean {close[0]}?)" if close else "")
    message = problem["msg"].replace("Input should be", "must be")
    return f"{name} = {problem['input']!r} {message}"

"""Every setting explained, as a TOML file that `load_settings` reads back."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from posture_cam.atomic import atomic_file
from posture_cam.config import Settings
from posture_cam.config_file import Layer, merge_layers, walk_settings
from posture_cam.errors import ConfigError

WIDTH = 96
PRESET = "strictness = "
"""Beginning of the origin of what a strictness makes; it stays the strictness's to change."""

HEADER = """\
Settings of posture_cam. A line without its leading # changes a default.
Stronger than this file are variables (POSTURE_CAM_SLOUCH__SUSTAINED_S=90), and stronger than those
the command line (--set slouch.sustained_s=90). `posture-cam config show` tells what is in force.
"""


@dataclass(frozen=True, slots=True)
class Explained:
    """One setting with all that there is to know about it.

    name: "section.key". origin: where the value comes from, "default" if nobody set it.
    smallest, largest: inclusive bounds in `unit`; choices: the words allowed, empty for any.
    source: where the default comes from, "" if it is a matter of taste.
    """

    name: str
    value: Any
    default: Any
    origin: str
    help: str
    unit: str = ""
    smallest: float | None = None
    largest: float | None = None
    choices: tuple[str, ...] = ()
    source: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def explain_settings(layers: Iterable[Layer] = ()) -> list[Explained]:
    """All settings as these layers make them. Raises ConfigError like `load_settings`."""
    layers = list(layers)
    settings = merge_layers(layers)
    return [
        _explain(name, info, _value(settings, name), _origin(name, layers, settings))
        for name, info in walk_settings()
    ]


def render_toml(explained: Iterable[Explained], *, template: bool = False) -> str:
    """A config file with every setting under its explanation.

    template: write defaults as comments, so that the file changes nothing until it is edited, and
        later versions of the program may bring better ones.
    """
    lines, section = [], ""
    if template:
        lines += [f"# {line}" for line in HEADER.splitlines()]
    for setting in explained:
        table, dot, key = setting.name.rpartition(".")
        if dot and table != section:
            lines += ["", f"[{table}]"]
            section = table
        lines += ["", *_comment(setting, with_origin=not template)]
        inactive = template and (setting.origin == "default" or setting.origin.startswith(PRESET))
        lines.append(f"{'# ' if inactive else ''}{key} = {toml_value(setting.value)}")
    return "\n".join(lines).strip("\n") + "\n"


def write_config(path: Path, layers: Iterable[Layer] = (), *, force: bool = False) -> Path | None:
    """Write a config file with every setting explained and every default as a comment.

    layers: settings that the file shall change.
    force: replace an older file, which is kept beside it under the name that is returned.
    Raises ConfigError when there is one already, it cannot be written, or a layer is wrong.
    """
    kept = None
    text = render_toml(explain_settings(layers), template=True)
    try:
        if path.exists():
            if not force:
                raise ConfigError(
                    f"{path} exists already and was left as it is; edit it, or replace it with"
                    " --force."
                )
            kept = path.with_name(f"{path.name}.old")
            with atomic_file(kept) as copy:
                copy.write(path.read_bytes())
        with atomic_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise ConfigError(
            f"The config file {path} cannot be written ({error.strerror}); name another with"
            " --config."
        ) from error
    return kept


def toml_value(value: Any) -> str:
    """A value as TOML writes it. Its basic strings are those of JSON, but for DEL."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _explain(name: str, info: FieldInfo, value: Any, origin: str) -> Explained:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    bounds = {type(limit): limit for limit in info.metadata}
    smallest, largest = bounds.get(Ge), bounds.get(Le)
    words = get_args(info.annotation)
    return Explained(
        name=name,
        value=value,
        default=info.default,
        origin=origin,
        help=info.description or "",
        unit=str(extra.get("unit", "")),
        smallest=None if smallest is None else smallest.ge,
        largest=None if largest is None else largest.le,
        choices=tuple(word for word in words if isinstance(word, str)),
        source=str(extra.get("source", "")),
    )


def _comment(setting: Explained, *, with_origin: bool) -> list[str]:
    facts = []
    if setting.choices:
        facts.append("one of " + ", ".join(setting.choices))
    if setting.smallest is not None and setting.largest is not None:
        facts.append(f"{setting.smallest:g} to {setting.largest:g} {setting.unit}".rstrip())
    elif setting.unit:
        facts.append(setting.unit)
    if with_origin:
        facts.append(f"default {toml_value(setting.default)}")
    if with_origin and setting.origin != "default":
        facts.append(f"set by {setting.origin}")
    paragraphs = [setting.help]
    paragraphs += ["; ".join(facts)] if facts else []
    paragraphs += [f"Source: {setting.source}"] if setting.source else []
    return [
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(
            paragraph, WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False
        )
    ]


def _value(settings: Settings, name: str) -> Any:
    value: Any = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _origin(name: str, layers: Sequence[Layer], settings: Settings) -> str:
    given = [layer.origin for layer in layers if name in layer]
    if given:
        return given[-1]
    changed = _value(settings, name) != dict(walk_settings())[name].default
    return f"{PRESET}{toml_value(settings.strictness)}" if changed else "default"

"""The pose models that come with the package: where they are and whether they are whole.

An installed package carries them in `posture_cam/models_data`; in a clone they are in `models/`
beside the package. Nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal
from zipfile import BadZipFile

import numpy as np

from posture_cam.errors import ModelError
from posture_cam.posture_networks import PostureNetworks

State = Literal["ok", "missing", "damaged"]

_PACKAGE = Path(__file__).resolve().parent
POSTURE_NETWORKS = "posture_net.npz"
_REMEDY = "reinstall posture_cam, or run 'python models/build.py' in a clone of it."


@dataclass(frozen=True, slots=True)
class Model:
    """One entry of manifest.json. `size` is in bytes; `bundled`: it travels with the package."""

    name: str
    file: str
    sha256: str
    size: int
    version: str
    source: str
    licence: str
    bundled: bool


def models_folder() -> Path:
    """The folder that holds manifest.json and the model files."""
    installed = _PACKAGE / "models_data"
    return installed if installed.is_dir() else _PACKAGE.parent / "models"


def known_models(folder: Path | None = None) -> tuple[Model, ...]:
    """Every model of the manifest, whether or not its file is here.

    Raises ModelError when the manifest is missing or cannot be read.
    """
    path = (folder or models_folder()) / "manifest.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["models"]
        return tuple(
            Model(
                name=entry["name"],
                file=entry["file"],
                sha256=entry["sha256"],
                size=entry["bytes"],
                version=entry["version"],
                source=entry["source"],
                licence=entry["licence"],
                bundled=entry["committed"],
            )
            for entry in entries
        )
    except FileNotFoundError:
        raise ModelError(f"The list of pose models is missing at {path}; {_REMEDY}") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"The list of pose models at {path} cannot be read ({error}); {_REMEDY}"
        ) from error


def check_model(model: Model, folder: Path | None = None) -> State:
    """Compare a model's file with the SHA-256 of the manifest (about 10 ms for 10 MB)."""
    try:
        data = ((folder or models_folder()) / model.file).read_bytes()
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "damaged"
    return "ok" if hashlib.sha256(data).hexdigest() == model.sha256 else "damaged"


def find_model(name: str, folder: Path | None = None) -> Path:
    """Path of a model, given its name in the manifest or the path of any .task file.

    Raises ModelError when there is no such model or its file is not there.
    """
    place = folder or models_folder()
    models = {model.name: model for model in known_models(place)}
    if name in models:
        path = place / models[name].file
        if not path.is_file():
            raise ModelError(_missing(models[name], place))
        return path
    path = Path(name).expanduser()
    if path.is_file():
        return path
    names = ", ".join(models)
    raise ModelError(
        f"There is no pose model '{name}'; choose one of {names}, or the path of a .task file."
    )


def read_model(name: str, folder: Path | None = None) -> bytes:
    """Contents of a model; those of the manifest are checked by SHA-256 first.

    A .task file of the user's own is not in the manifest and is read as it is.
    Raises ModelError when it is unknown, missing, damaged or unreadable.
    """
    path = find_model(name, folder)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The pose model {path} cannot be read ({error.strerror}); check its permissions."
        ) from error
    expected = {model.name: model.sha256 for model in known_models(folder)}.get(name)
    if expected is not None and hashlib.sha256(data).hexdigest() != expected:
        raise ModelError(f"The pose model '{name}' at {path} is damaged; {_REMEDY}")
    return data


@lru_cache(maxsize=1)
def load_networks() -> PostureNetworks:
    """The trained networks that read angles from landmarks.

    Raises ModelError when their file is missing or damaged.
    """
    path = models_folder() / POSTURE_NETWORKS
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return PostureNetworks.from_arrays(arrays)
    except FileNotFoundError:
        raise ModelError(f"The posture networks are missing at {path}; {_REMEDY}") from None
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ModelError(f"The posture networks at {path} are damaged; {_REMEDY}") from error


def _missing(model: Model, folder: Path) -> str:
    if model.bundled:
        return f"The pose model '{model.name}' is missing from {folder}; {_REMEDY}"
    return (
        f"The pose model '{model.name}' does not come with the package; run"
        f" 'python models/build.py {model.name}' in a clone of it, or choose lite or full."
    )

"""Calibration profiles on disk: one JSON file for each person and camera.

They live in the user's own data folder (`posture-cam doctor` shows it). A profile holds landmarks
and silhouette of one upright posture, the colours of hair and face, and a small grey picture of the
place behind, with the person blanked.
"""

from __future__ import annotations

import json
import logging
import re
import tempfile
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs

from posture_cam import __version__
from posture_cam.atomic import UNREADABLE_NAMES, atomic_file
from posture_cam.baseline import Baseline
from posture_cam.config import Settings
from posture_cam.errors import CalibrationError
from posture_cam.profile_choice import Candidate

log = logging.getLogger(__name__)

FORMAT = "posture_cam profile"
FORMAT_VERSION = 1
LONGEST_NAME = 64
LONGEST_FILE = 200
"""Bytes of a name; file systems hold 255 with what is added to it."""

# Names of devices on Windows, whatever their extension.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Profile:
    """A stored calibration.

    created: when, ISO 8601 in UTC. taken: when its pictures were; profiles of earlier versions say
    only the former. camera: the source it was made with. model: the pose model.
    """

    name: str
    created: str
    taken: datetime
    camera: str
    model: str
    baseline: Baseline

    def baseline_at(self, moment: datetime, settings: Settings, *, live: bool = False) -> Baseline:
        """The upright posture, for pictures of that moment.

        live: more are to come, for which it grows older.
        """
        age_s = (moment - self.taken).total_seconds()
        then = replace(self.baseline, age_s=age_s).aged(0.0, settings.calibration.holds_s)
        return then if live else replace(then, age_s=0.0)


def profiles_folder() -> Path:
    """Where profiles are kept, whether or not there are any."""
    return Path(platformdirs.user_data_dir("posture_cam", appauthor=False)) / "profiles"


def save_profile(
    name: str,
    baseline: Baseline,
    settings: Settings,
    *,
    camera: str = "",
    taken: datetime | None = None,
    folder: Path | None = None,
) -> Path:
    """Store a calibration, in place of an older one of the same name; the file's path.

    taken: when its pictures were taken, None for now.
    Raises CalibrationError when the name cannot be a file's or the folder cannot be written.
    """
    path = profile_path(name, folder)
    now = datetime.now(UTC)
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "posture_cam": __version__,
        "name": name,
        "created": now.isoformat(timespec="seconds"),
        "taken": (taken or now).isoformat(timespec="seconds"),
        "camera": camera,
        "model": settings.pose.model,
        "baseline": baseline.to_dict(),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        with atomic_file(path) as file:
            file.write(text.encode(errors=UNREADABLE_NAMES))
    except OSError as error:
        raise _not_written(path, error) from error
    return path


def check_folder(name: str, folder: Path | None = None) -> None:
    """Raise CalibrationError, as `save_profile` would, before anybody has to sit still."""
    path = profile_path(name, folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path.parent).close()
    except OSError as error:
        raise _not_written(path, error) from error


def _not_written(path: Path, error: OSError) -> CalibrationError:
    return CalibrationError(
        f"The profile cannot be written to {path} ({error.strerror}); check that the folder can be"
        " written and has free space."
    )


def load_profile(name: str, settings: Settings, folder: Path | None = None) -> Profile:
    """A profile that is to be used; another pose model than its own is warned of.

    Raises CalibrationError when there is no such profile or it cannot be used.
    """
    profile = read_profile(name, settings, folder)
    if profile.model != settings.pose.model:
        log.warning(
            "The profile '%s' was made with the pose model %s and %s is used now; calibrate again"
            " for the best results.",
            name, profile.model, settings.pose.model,
        )  # fmt: skip
    return profile


def read_profile(name: str, settings: Settings, folder: Path | None = None) -> Profile:
    """A profile with all that is known about it. Raises CalibrationError as `load_profile` does."""
    path = profile_path(name, folder)
    again = f"run `posture-cam calibrate --profile {_quoted(name)}`"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        others = ", ".join(list_profiles(folder))
        known = f" (there are: {others})" if others else ""
        raise CalibrationError(f"There is no profile '{name}'{known}; {again}.") from error
    except OSError as error:
        raise CalibrationError(
            f"The profile {path} cannot be read ({error.strerror}); check its permissions, or"
            f" {again}."
        ) from error
    except (ValueError, RecursionError) as error:
        raise CalibrationError(f"The profile {path} is damaged; {again}.") from error
    try:
        return _parse(document, name, settings)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CalibrationError(
            f"The profile {path} is damaged or of another version of posture_cam; {again}."
        ) from error


def load_profiles(settings: Settings, folder: Path | None = None) -> tuple[Profile, ...]:
    """All stored profiles of the pose model in use; those that cannot be read are left out."""
    profiles = []
    for name in list_profiles(folder):
        try:
            profile = read_profile(name, settings, folder)
        except CalibrationError as error:
            log.warning("%s", error)
            continue
        if profile.model == settings.pose.model:
            profiles.append(profile)
        elif name == settings.profile:
            log.warning(
                "The profile '%s' was made with the pose model %s, and %s is used now: name it with"
                " --profile, or calibrate again.",
                name, profile.model, settings.pose.model,
            )  # fmt: skip
    return tuple(profiles)


def candidates_at(
    moment: datetime, profiles: Iterable[Profile], settings: Settings, *, live: bool = False
) -> tuple[Candidate, ...]:
    """Profiles to choose from for pictures of a moment. live: as in `Profile.baseline_at`."""
    return tuple(
        Candidate(one.name, one.baseline_at(moment, settings, live=live)) for one in profiles
    )


def list_profiles(folder: Path | None = None) -> list[str]:
    """The names of all stored profiles, sorted."""
    paths = (folder or profiles_folder()).glob("*.json")
    return sorted((path.stem for path in paths if not path.name.startswith(".")), key=str.casefold)


def profile_path(name: str, folder: Path | None = None) -> Path:
    """The file of a profile of this name. Raises CalibrationError when nothing can be named so."""
    name = unicodedata.normalize("NFC", name)
    # Marks, as on letters of Indian scripts, are no letters by themselves.
    letters = "".join("a" if unicodedata.category(one)[0] == "M" else one for one in name[1:])
    fits = re.fullmatch(r"\w([\w .@+-]*\w)?", name[:1] + letters)
    if not fits or len(name) > LONGEST_NAME or len(name.encode()) > LONGEST_FILE:
        raise CalibrationError(
            f"'{name}' cannot name a profile; use up to {LONGEST_NAME} letters, digits, spaces or"
            " . - _ + @, beginning and ending with a letter or digit."
        )
    if _RESERVED.match(name):
        raise CalibrationError(f"'{name}' is a device's name on Windows; choose another name.")
    return (folder or profiles_folder()) / f"{name}.json"


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name


def _parse(document: Any, name: str, settings: Settings) -> Profile:
    if document["format"] != FORMAT or document["format_version"] != FORMAT_VERSION:
        raise ValueError("format")
    try:
        baseline = Baseline.from_dict(document["baseline"], settings.pose.min_visibility)
    except CalibrationError as error:
        raise ValueError("baseline") from error
    created = str(document["created"])
    taken = datetime.fromisoformat(document.get("taken", created))
    return Profile(
        name=name,
        created=created,
        taken=taken if taken.tzinfo else taken.replace(tzinfo=UTC),
        camera=str(document["camera"]),
        model=str(document["model"]),
        baseline=baseline,
    )

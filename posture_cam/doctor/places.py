"""Where the program writes: can it, and is there room?"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from posture_cam.doctor.check import Check, Verdict

SCARCE_BYTES = 1_000_000_000
"""Ten hours of video at the default rate take about 400 MB of landmarks, twice while written."""
EXHAUSTED_BYTES = 50_000_000


def check_folders(output: Path) -> Iterator[Check]:
    """Whether configuration, profiles, the day, results and temporary files can be written."""
    from posture_cam.config_file import default_config_path
    from posture_cam.day import state_folder
    from posture_cam.profiles import profiles_folder

    folders = (
        ("configuration", default_config_path().parent, Verdict.WARNING),
        ("profiles", profiles_folder(), Verdict.FAILURE),
        ("the day so far", state_folder(), Verdict.WARNING),
        ("results", output, Verdict.WARNING),
        ("temporary files", Path(tempfile.gettempdir()), Verdict.FAILURE),
    )
    for purpose, folder, otherwise in folders:
        yield check_folder(purpose, folder, otherwise)


def check_folder(purpose: str, folder: Path, otherwise: Verdict) -> Check:
    """Write a file for a moment, in the nearest folder that exists."""
    name = f"folder for {purpose}"
    folder = folder.absolute()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(b"x")
    except OSError as error:
        found = f"{folder} cannot be written ({error.strerror} at {existing})"
        remedy = f"Make {existing} a folder that you may write to."
        if purpose == "results":
            remedy = "Name another place by `posture-cam analyze -o DIR`."
        return Check(name, otherwise, found, remedy)
    return Check(name, Verdict.OK, str(folder))


def check_disk(output: Path, scarce: int = SCARCE_BYTES, exhausted: int = EXHAUSTED_BYTES) -> Check:
    """Room for results, bytes."""
    output = output.absolute()
    existing = next(place for place in (output, *output.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    found = f"{free / 1e9:.1f} GB free at {existing}"
    if free >= scarce:
        return Check("disk space", Verdict.OK, found)
    verdict = Verdict.WARNING if free >= exhausted else Verdict.FAILURE
    return Check("disk space", verdict, found, "Make room, or name another place by -o DIR.")

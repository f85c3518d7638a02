"""Checks of this installation, each with what was found and what to do about it.

for check in run_checks(settings, output=Path("posture-results")):
    print(check.verdict, check.name, check.found, check.remedy)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from posture_cam.config import Settings
from posture_cam.doctor import desktop, install, places
from posture_cam.doctor.check import Check, Verdict

__all__ = ["Check", "Verdict", "run_checks"]


def run_checks(settings: Settings, output: Path) -> Iterator[Check]:
    """Every check, as soon as it is done; the whole takes a few seconds.

    output: where results shall go. No check leaves anything behind, and one that goes wrong by
    itself is a failure among the others.
    """
    parts: tuple[tuple[str, Callable[[], Iterable[Check]]], ...] = (
        ("Python", lambda: [install.check_python()]),
        ("packages", install.check_packages),
        ("OpenCV", lambda: [install.check_opencv()]),
        ("system libraries", install.check_libraries),
        ("pose models", install.check_models),
        ("pose estimation", lambda: [install.check_pose(settings)]),
        ("network guard", lambda: [install.check_network_guard()]),
        ("cameras", lambda: desktop.check_cameras(settings)),
        ("preview window", lambda: [desktop.check_window(settings)]),
        ("notifications", lambda: [desktop.check_notifications(settings)]),
        ("sound", lambda: [desktop.check_sound(settings)]),
        ("folders", lambda: places.check_folders(output)),
        ("disk space", lambda: [places.check_disk(output)]),
    )
    for name, part in parts:
        try:
            yield from part()
        except Exception as error:  # a broken installation breaks in ways that nobody foresaw
            yield Check(
                name,
                Verdict.FAILURE,
                f"this cannot be checked: {type(error).__name__}: {error}",
                "Reinstall posture_cam in a new virtual environment.",
            )

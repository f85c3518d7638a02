"""How the program of the preview's window is started, and whether there is a screen for it."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from posture_cam.network_guard import original_environment

COMMAND = (sys.executable, "-P", "-m", "posture_cam.preview_window")
"""With -P, Python does not look into the current folder, where anything may lie."""


def window_environment() -> dict[str, str]:
    """The user's own environment, in which this very package is found."""
    environment = original_environment()
    package = str(Path(__file__).parent.parent)
    paths = [package, *filter(None, [environment.get("PYTHONPATH")])]
    return environment | {"PYTHONPATH": os.pathsep.join(paths)}


def no_screen() -> bool:
    """Whether this is a Linux without a display."""
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return platform.system() == "Linux" and not has_display

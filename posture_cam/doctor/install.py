"""Is the program itself whole: Python, packages, system libraries, models, the network guard."""

from __future__ import annotations

import ctypes
import importlib.metadata
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from posture_cam.config import Settings
from posture_cam.doctor.check import Check, Verdict
from posture_cam.errors import PostureCamError

OLDEST_PYTHON = (3, 11)
PIP = f'"{sys.executable}" -m pip'

OPENCV_NAMES = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)

MEDIAPIPE_LIBRARIES = ("libEGL.so.1", "libGLESv2.so.2")
WINDOW_LIBRARIES = (
    "libGL.so.1", "libX11.so.6", "libxcb.so.1", "libXext.so.6", "libSM.so.6", "libICE.so.6",
)  # fmt: skip

# Package names by distribution family, in the order of FAMILIES.
FAMILIES = ("debian", "fedora", "arch", "suse")
PACKAGES_OF_LIBRARIES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd", "Mesa-libEGL1"),
    "libGLESv2.so.2": ("libgles2", "libglvnd-gles", "libglvnd", "Mesa-libGLESv2-2"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd", "Mesa-libGL1"),
    "libX11.so.6": ("libx11-6", "libX11", "libx11", "libX11-6"),
    "libxcb.so.1": ("libxcb1", "libxcb", "libxcb", "libxcb1"),
    "libXext.so.6": ("libxext6", "libXext", "libxext", "libXext6"),
    "libSM.so.6": ("libsm6", "libSM", "libsm", "libSM6"),
    "libICE.so.6": ("libice6", "libICE", "libice", "libICE6"),
}
INSTALLERS = {
    "debian": "sudo apt install",
    "fedora": "sudo dnf install",
    "arch": "sudo pacman -S",
    "suse": "sudo zypper install",
}


def check_python() -> Check:
    """The interpreter."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info < OLDEST_PYTHON:
        return Check("Python", Verdict.FAILURE, found, "Use Python 3.11 or newer.")
    return Check("Python", Verdict.OK, found)


def check_packages(distribution: str = "posture_cam") -> Iterator[Check]:
    """Whether all that this program requires is installed, in the versions that it requires."""
    try:
        requirements = [
            Requirement(text) for text in importlib.metadata.requires(distribution) or ()
        ]
    except importlib.metadata.PackageNotFoundError:
        yield Check(
            "packages",
            Verdict.WARNING,
            f"{distribution} is run from its folder without being installed",
            f"Run {PIP} install -e . in that folder.",
        )
        return
    versions = []
    for requirement in requirements:
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        remedy = f'Run {PIP} install "{requirement}".'
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            yield Check("packages", Verdict.FAILURE, f"{requirement.name} is missing", remedy)
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            found = f"{requirement.name} {version} is not {requirement.specifier}"
            yield Check("packages", Verdict.FAILURE, found, remedy)
            continue
        versions.append(f"{requirement.name} {version}")
    if versions:
        yield Check("packages", Verdict.OK, ", ".join(versions))


def check_opencv() -> Check:
    """Both distributions that provide cv2 must be of one version, and cv2 must be that version."""
    versions = {}
    for name in OPENCV_NAMES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    found = ", ".join(f"{name} {version}" for name, version in versions.items()) or "not installed"
    newest = max(versions.values(), key=Version, default="")
    pinned = " ".join(f'"{name}=={newest}"' for name in OPENCV_NAMES[:2])
    remedy = f"Run {PIP} install --force-reinstall --no-deps {pinned}."
    headless = " ".join(name for name in versions if name.endswith("headless"))
    if headless:
        remedy = (
            f"Run {PIP} uninstall -y {headless}, then {PIP} install --force-reinstall {pinned}."
        )
    try:
        import cv2
    except ImportError as error:
        remedy = f"{remedy} If a library is missing, see 'system libraries'."
        return Check("OpenCV", Verdict.FAILURE, f"{found}; cv2 does not load: {error}", remedy)
    if len(set(versions.values())) > 1 or not newest.startswith(cv2.__version__):
        found = f"{found}; cv2 itself is {cv2.__version__}"
        return Check("OpenCV", Verdict.FAILURE, f"{found}: versions differ", remedy)
    if headless:
        return Check("OpenCV", Verdict.WARNING, f"{found}: no preview window with these", remedy)
    return Check("OpenCV", Verdict.OK, found)


def check_libraries(
    mediapipe: Sequence[str] = MEDIAPIPE_LIBRARIES, window: Sequence[str] = WINDOW_LIBRARIES
) -> Iterator[Check]:
    """System libraries that no Python package brings; only Linux is without them at times.

    mediapipe: those that it does not load without. window: those of OpenCV's preview window.
    """
    if platform.system() != "Linux":
        return
    groups = (
        (mediapipe, "MediaPipe", Verdict.FAILURE),
        (window, "OpenCV's preview window", Verdict.WARNING),
    )
    for needed, user, otherwise in groups:
        missing = [name for name in needed if not _loads(name)]
        if missing:
            found = f"missing for {user}: {', '.join(missing)}"
            yield Check("system libraries", otherwise, found, how_to_install(missing))
        else:
            yield Check("system libraries", Verdict.OK, f"all that {user} needs")


def check_models(folder: Path | None = None) -> Iterator[Check]:
    """Whether the pose models that come with the package are there and unchanged."""
    from posture_cam.models import check_model, known_models, models_folder

    try:
        models = known_models(folder)
    except PostureCamError as error:
        yield Check("pose models", Verdict.FAILURE, str(error), _reinstall())
        return
    whole = []
    for model in models:
        state = check_model(model, folder)
        if state == "damaged" or (state == "missing" and model.bundled):
            found = f"{model.name} is {state} ({(folder or models_folder()) / model.file})"
            yield Check("pose models", Verdict.FAILURE, found, _reinstall())
        elif state == "ok":
            whole.append(model.name)
    if whole:
        found = f"{', '.join(whole)} in {folder or models_folder()}"
        yield Check("pose models", Verdict.OK, found)


def check_pose(settings: Settings) -> Check:
    """Whether MediaPipe loads and runs with the model that is set."""
    import numpy as np

    from posture_cam.types import Frame

    name, model = "pose estimation", settings.pose.model
    try:
        from posture_cam.pose import PoseEstimator

        with PoseEstimator(model, settings.pose.people) as estimator:
            picture = np.full((480, 640, 3), 128, dtype=np.uint8)
            costs_s = []
            for number in range(5):
                started = time.perf_counter()
                estimator.estimate(Frame(number, number / 10, picture))
                costs_s.append(time.perf_counter() - started)
    except (PostureCamError, ImportError, OSError) as error:
        remedy = "See the other failures here; they say what is missing."
        return Check(name, Verdict.FAILURE, str(error), remedy)
    return Check(name, Verdict.OK, f"{model}: {min(costs_s) * 1000:.0f} ms for an empty picture")


def check_network_guard() -> Check:
    """Whether MediaPipe's usage reports are kept on this machine; after MediaPipe was loaded."""
    from posture_cam import network_guard

    if network_guard.is_enabled():
        return Check("network guard", Verdict.OK, "MediaPipe's usage reports stay on this machine")
    return Check(
        "network guard",
        Verdict.FAILURE,
        "MediaPipe could report its use over the network",
        "Something in this environment undoes the guard; unset https_proxy and no_proxy.",
    )


def how_to_install(libraries: Sequence[str], os_release: Path = Path("/etc/os-release")) -> str:
    """The command that installs system libraries on this distribution."""
    family = _distribution_family(os_release)
    if family not in FAMILIES or not set(libraries) <= set(PACKAGES_OF_LIBRARIES):
        return f"Install the packages of your system that contain {', '.join(libraries)}."
    column = FAMILIES.index(family)
    packages = dict.fromkeys(PACKAGES_OF_LIBRARIES[library][column] for library in libraries)
    return f"Run {INSTALLERS[family]} {' '.join(packages)}."


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _distribution_family(os_release: Path) -> str:
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    names = [facts.get(key, "").strip("\"'").lower() for key in ("ID", "ID_LIKE")]
    aliases = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora", "opensuse": "suse"}
    for name in " ".join(names).split():
        name = aliases.get(name, name)
        if name in INSTALLERS:
            return name
    return ""


def _reinstall() -> str:
    return (
        f"Run {PIP} install --force-reinstall --no-deps posture_cam, or"
        " `python models/build.py` in a clone."
    )

"""The doctor finds what is really broken, says what to do, and leaves nothing behind."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from posture_cam import network_guard
from posture_cam.cli import posture_cam
from posture_cam.config import AlertSettings, LiveSettings, PoseSettings, Settings
from posture_cam.doctor import Check, Verdict, desktop, install, places, run_checks
from posture_cam.errors import PostureCamError
from posture_cam.models import models_folder

ON_LINUX = sys.platform == "linux"


def verdicts(checks: Iterator[Check]) -> list[Verdict]:
    """The verdicts alone."""
    return [check.verdict for check in checks]


def distribution(folder: Path, name: str, version: str, *requires: str) -> None:
    """Lay down the metadata of an installed distribution, as pip does."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    lines = [f"Requires-Dist: {requirement}" for requirement in requires]
    text = "\n".join(["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *lines])
    (info / "METADATA").write_text(text + "\n")


class TestInstall:
    """Python, packages, libraries, models, guard"""

    def test_python(self) -> None:
        """The Python that runs the tests is new enough."""
        assert install.check_python().verdict is Verdict.OK

    def test_packages(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A missing package and one of a wrong version each get the command that mends them."""
        needs = "click>=99", "no-such-package", "numpy", 'x; extra == "y"'
        distribution(tmp_path, "tool", "1.0", *needs)
        monkeypatch.syspath_prepend(str(tmp_path))
        too_old, missing, rest = install.check_packages("tool")
        assert too_old.verdict is missing.verdict is Verdict.FAILURE
        assert f"click {importlib.metadata.version('click')} is not >=99" in too_old.found
        assert 'pip install "click>=99"' in too_old.remedy
        assert missing.found == "no-such-package is missing"
        assert rest.found == f"numpy {importlib.metadata.version('numpy')}"

    def test_not_installed(self) -> None:
        """A program run from its folder is told how to install it."""
        (check,) = install.check_packages("no-such-program")
        assert check.verdict is Verdict.WARNING
        assert "pip install -e ." in check.remedy

    def test_opencv(self) -> None:
        """The OpenCV of this environment is of one version."""
        assert install.check_opencv().verdict is Verdict.OK

    def test_two_versions_of_opencv(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two distributions of different versions overwrite each other's cv2: both are named."""
        distribution(tmp_path, "opencv-contrib-python", "99.1.0.1")
        monkeypatch.syspath_prepend(str(tmp_path))
        check = install.check_opencv()
        assert check.verdict is Verdict.FAILURE
        assert "opencv-contrib-python 99.1.0.1" in check.found
        assert '"opencv-python==99.1.0.1" "opencv-contrib-python==99.1.0.1"' in check.remedy

    def test_headless_opencv(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A headless OpenCV beside ours takes the preview window away."""
        ours = importlib.metadata.version("opencv-python")
        distribution(tmp_path, "opencv-python-headless", ours)
        monkeypatch.syspath_prepend(str(tmp_path))
        check = install.check_opencv()
        assert check.verdict is Verdict.WARNING
        assert "uninstall -y opencv-python-headless" in check.remedy

    @pytest.mark.skipif(not ON_LINUX, reason="only Linux lacks libraries at times")
    def test_libraries(self) -> None:
        """A library that MediaPipe needs is a failure, one of the window a warning."""
        assert verdicts(install.check_libraries(["libc.so.6"], ["libm.so.6"])) == [Verdict.OK] * 2
        found = list(install.check_libraries(["libnowhere.so.1"], ["libc.so.6", "libno.so.2"]))
        assert [check.verdict for check in found] == [Verdict.FAILURE, Verdict.WARNING]
        assert "libnowhere.so.1" in found[0].found
        assert "libc.so.6" not in found[1].found

    @pytest.mark.parametrize(
        ("os_release", "command"),
        [
            ("ID=debian\n", "sudo apt install libegl1 libgles2"),
            ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "sudo apt install libegl1 libgles2"),
            ("ID=fedora\n", "sudo dnf install libglvnd-egl libglvnd-gles"),
            ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "sudo dnf install libglvnd-egl"),
            ("ID=manjaro\nID_LIKE=arch\n", "sudo pacman -S libglvnd."),
            ("ID=opensuse-leap\nID_LIKE='suse opensuse'\n", "sudo zypper install Mesa-libEGL1"),
            ("ID=nixos\n", "contain libEGL.so.1, libGLESv2.so.2"),
            ("", "contain libEGL.so.1, libGLESv2.so.2"),
        ],
    )
    def test_package_of_a_library(self, tmp_path: Path, os_release: str, command: str) -> None:
        """Each family of distributions gets its own command."""
        path = tmp_path / "os-release"
        path.write_text(os_release)
        assert command in install.how_to_install(install.MEDIAPIPE_LIBRARIES, path)

    def test_every_library_has_a_package(self) -> None:
        """Every library that is looked for has a package in every family."""
        for library in (*install.MEDIAPIPE_LIBRARIES, *install.WINDOW_LIBRARIES):
            assert len(install.PACKAGES_OF_LIBRARIES[library]) == len(install.FAMILIES)

    def test_models(self, tmp_path: Path) -> None:
        """A damaged model and a missing one are named; whole ones are told apart from them."""
        assert verdicts(install.check_models()) == [Verdict.OK]
        for name in ("manifest.json", "pose_landmarker_lite.task"):
            shutil.copy(models_folder() / name, tmp_path)
        damaged = bytearray((tmp_path / "pose_landmarker_lite.task").read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (tmp_path / "pose_landmarker_lite.task").write_bytes(damaged)
        found = list(install.check_models(tmp_path))
        assert {check.verdict for check in found} == {Verdict.FAILURE}
        assert sorted(check.found.split(" (")[0] for check in found) == [
            "full is missing",
            "lite is damaged",
        ]
        (missing,) = install.check_models(tmp_path / "nowhere")
        assert missing.verdict is Verdict.FAILURE

    def test_pose_and_guard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """MediaPipe loads and runs here, behind the guard; a guard undone since is found."""
        assert install.check_pose(Settings(pose=PoseSettings(model="lite"))).verdict is Verdict.OK
        assert install.check_network_guard().verdict is Verdict.OK
        monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
        assert install.check_network_guard().verdict is Verdict.FAILURE
        monkeypatch.undo()
        network_guard.enable()

    def test_damaged_model_file(self, tmp_path: Path) -> None:
        """A model file of one's own that is damaged fails where it is used."""
        path = tmp_path / "own.task"
        path.write_bytes(b"not a model")
        check = install.check_pose(Settings(pose=PoseSettings(model=str(path))))
        assert check.verdict is Verdict.FAILURE
        assert "own.task" in check.found


@contextmanager
def display() -> Iterator[str]:
    """A real X server without a screen."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class TestDesktop:
    """Cameras, window, notifications, sound"""

    @pytest.mark.skipif(not ON_LINUX or Path("/dev/video0").exists(), reason="there is a camera")
    def test_no_camera(self) -> None:
        """Without any camera, files and streams still work: a warning."""
        (check,) = desktop.check_cameras(Settings())
        assert check.verdict is Verdict.WARNING
        assert "no camera was found" in check.found

    def test_camera_that_does_not_open(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A camera that is listed and does not open fails if it is the one to use."""
        cameras = [("97", "Webcam"), ("98", "Other")]
        monkeypatch.setattr("posture_cam.camera.list_cameras", lambda: cameras)
        settings = Settings(live=LiveSettings(source="97"))
        assert verdicts(desktop.check_cameras(settings)) == [Verdict.FAILURE, Verdict.WARNING]

    @pytest.mark.skipif(Path("/dev/video0").exists(), reason="there is a camera 0")
    def test_cameras_of_other_numbers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The one that is used unless another is set is not among them: `live` would not start."""
        cameras = [("97", "One"), ("98", "Two")]
        monkeypatch.setattr("posture_cam.camera.list_cameras", lambda: cameras)
        assert verdicts(desktop.check_cameras(Settings())) == [
            Verdict.WARNING,
            Verdict.WARNING,
            Verdict.FAILURE,
        ]

    @pytest.mark.parametrize("source", ["98", "/dev/video98", " /dev/video98 "])
    @pytest.mark.parametrize("listed", [[], [("97", "Webcam")], [("97", "One"), ("98", "Two")]])
    def test_camera_that_is_set(
        self, source: str, listed: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However it is written, and whether it is listed or not, it has to work."""
        monkeypatch.setattr("posture_cam.camera.list_cameras", lambda: listed)
        checks = list(desktop.check_cameras(Settings(live=LiveSettings(source=source))))
        failed = [check.found for check in checks if check.verdict is Verdict.FAILURE]
        assert any("98 (" in found for found in failed)

    @pytest.mark.skipif(not shutil.which("Xvfb"), reason="Xvfb is not installed")
    def test_window(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a real display a window can be opened; on one that is not there it cannot."""
        with display() as name:
            monkeypatch.setenv("DISPLAY", name)
            assert desktop.check_window(Settings()).verdict is Verdict.OK
        gone = desktop.check_window(Settings())
        assert gone.verdict is Verdict.WARNING
        assert name in gone.found

    @pytest.mark.skipif(not ON_LINUX, reason="other systems always have a display")
    def test_no_display(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a display there is no window, which matters only to those who want one."""
        for name in ("DISPLAY", "WAYLAND_DISPLAY"):
            monkeypatch.delenv(name, raising=False)
        assert desktop.check_window(Settings()).verdict is Verdict.WARNING
        unwanted = Settings(live=LiveSettings(preview=False))
        assert desktop.check_window(unwanted).verdict is Verdict.OK

    @pytest.mark.skipif(not ON_LINUX, reason="D-Bus is Linux's")
    def test_no_notification_service(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Where no service answers, that is one line and not a traceback."""
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
        check = desktop.check_notifications(Settings())
        assert check.verdict is Verdict.WARNING
        assert "\n" not in check.found
        assert "alert.notify" in check.remedy
        assert "Traceback" not in capfd.readouterr().err

    @pytest.mark.skipif(
        not (shutil.which("dbus-run-session") and shutil.which("dunst") and shutil.which("Xvfb")),
        reason="dbus, dunst or Xvfb are not installed",
    )
    def test_notification_service(self) -> None:
        """A real notification service is found."""
        script = (
            "from posture_cam.config import Settings\n"
            "from posture_cam.doctor import desktop\n"
            "print(desktop.check_notifications(Settings()).verdict)\n"
        )
        shell = f'dunst & sleep 1; "{sys.executable}" -c "$0"; kill %1'
        with display() as name:
            answer = subprocess.run(
                ["dbus-run-session", "--", "bash", "-c", shell, script],
                env=os.environ | {"DISPLAY": name},
                capture_output=True,
                text=True,
                check=False,
            )
        assert answer.stdout.strip() == "ok", answer.stderr

    @pytest.mark.skipif(os.name == "nt", reason="Windows plays sounds by itself")
    def test_no_sound(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Without any player, sound is a warning for those who want it."""
        monkeypatch.setenv("PATH", str(tmp_path))
        assert desktop.check_sound(Settings()).verdict is Verdict.WARNING
        unwanted = Settings(alert=AlertSettings(sound=False))
        assert desktop.check_sound(unwanted).verdict is Verdict.OK


class TestPlaces:
    """Folders and disk"""

    def test_writable(self, tmp_path: Path) -> None:
        """A folder that can be made is fine, and is not made by looking."""
        check = places.check_folder("results", tmp_path / "a" / "b", Verdict.FAILURE)
        assert check.verdict is Verdict.OK
        assert list(tmp_path.iterdir()) == []

    def test_file_in_its_place(self, tmp_path: Path) -> None:
        """A file where a folder should be is found."""
        (tmp_path / "a").touch()
        check = places.check_folder("profiles", tmp_path / "a" / "b", Verdict.FAILURE)
        assert check.verdict is Verdict.FAILURE
        assert str(tmp_path / "a") in check.remedy

    @pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
    def test_read_only(self, tmp_path: Path) -> None:
        """A read-only folder is found."""
        tmp_path.chmod(0o500)
        check = places.check_folder("results", tmp_path / "a", Verdict.WARNING)
        tmp_path.chmod(0o700)
        assert check.verdict is Verdict.WARNING

    def test_disk(self, tmp_path: Path) -> None:
        """Little room is a warning, hardly any a failure."""
        much, little = 10**18, 0
        assert places.check_disk(tmp_path, little, little).verdict is Verdict.OK
        assert places.check_disk(tmp_path, much, little).verdict is Verdict.WARNING
        assert places.check_disk(tmp_path, much, much).verdict is Verdict.FAILURE


class TestCommand:
    """posture-cam doctor"""

    @pytest.fixture(autouse=True)
    def few_checks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The findings of the command do not depend on the machine that runs the tests."""
        found = [
            Check("Python", Verdict.OK, "3.11"),
            Check("cameras", Verdict.WARNING, "no camera was found", "Connect one."),
        ]
        monkeypatch.setattr("posture_cam.doctor.run_checks", lambda *_: iter(found))

    def test_all_in_order(self, tmp_path: Path) -> None:
        """Warnings alone leave the exit code at 0; each finding is one line, then its remedy."""
        config = tmp_path / "config.toml"
        config.touch()
        result = CliRunner().invoke(posture_cam, ["doctor", "--config", str(config)])
        assert result.exit_code == 0
        assert result.output.splitlines() == [
            "ok: configuration: all settings can be used",
            "ok: Python: 3.11",
            "warning: cameras: no camera was found",
            "    Connect one.",
        ]

    def test_broken_configuration(self, tmp_path: Path) -> None:
        """A config file that cannot be read does not keep the doctor from the rest."""
        path = tmp_path / "config.toml"
        path.write_text("[slouch]\nnonsense = 1\n")
        result = CliRunner().invoke(posture_cam, ["doctor", "--json", "--config", str(path)])
        assert isinstance(result.exception, PostureCamError)
        document = json.loads(result.output)
        assert document["ok"] is False
        by_name = {check["name"]: check for check in document["checks"]}
        assert "slouch.nonsense is unknown" in by_name["configuration"]["found"]
        assert by_name["Python"]["verdict"] == "ok"

    def test_default_output(self) -> None:
        """The folder for results that is looked at is the one that `analyze` writes to."""
        from posture_cam.cli.analyze import DEFAULT_OUTPUT
        from posture_cam.cli.doctor import doctor

        assert {p.default for p in doctor.params if p.name == "output"} == {DEFAULT_OUTPUT}


def test_whole_run(tmp_path: Path) -> None:
    """Every part reports at least once, failures come with a remedy, and nothing is left behind."""
    checks = list(run_checks(Settings(), tmp_path / "results"))
    assert {
        "Python",
        "OpenCV",
        "pose models",
        "pose estimation",
        "network guard",
        "disk space",
    } <= {check.name for check in checks}
    assert all(check.remedy for check in checks if check.verdict is not Verdict.OK)
    assert list(tmp_path.iterdir()) == []


def test_a_check_that_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that goes wrong itself is a failure among the others, not the end of them."""

    def broken() -> Check:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(install, "check_opencv", broken)
    checks = {check.name: check for check in run_checks(Settings(), tmp_path)}
    assert checks["OpenCV"].verdict is Verdict.FAILURE
    assert "ZeroDivisionError: unforeseen" in checks["OpenCV"].found
    assert "disk space" in checks

"""Nothing leaves the machine: MediaPipe's usage reports end at a port that never answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import pytest

from posture_cam import network_guard

DEAD_END = "http://127.0.0.1:12345"

ONE_ESTIMATE = """
import numpy as np
from posture_cam.pose import PoseEstimator
from posture_cam.types import Frame
with PoseEstimator("lite") as estimator:
    estimator.estimate(Frame(0, 0.0, np.zeros((240, 320, 3), np.uint8)))
"""
WITHOUT_GUARD = "from posture_cam import network_guard\nnetwork_guard.enable = lambda: None\n"
DEAD_END_THAT_LISTENS = (
    "import os\nfrom posture_cam import network_guard\n"
    "network_guard._closed_port = lambda: int(os.environ['LISTENER_PORT'])\n"
)

EXEMPTIONS = [
    {"no_proxy": "*"},
    {"NO_PROXY": "*"},
    {"no_proxy": "localhost,.googleapis.com"},
    {"no_proxy": "com", "NO_PROXY": "play.googleapis.com:443"},
]

reports_usage = pytest.mark.skipif(
    int(version("mediapipe").split(".")[0]) < 1, reason="MediaPipe reports its use from 1.0 on"
)


class Listener:
    """A server on a loopback port that notes the first bytes of every connection."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._something = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                self.heard.append(connection.recv(4096))
                self._something.set()

    def request(self) -> list[bytes]:
        """The first two words of the first thing heard, waiting for it if need be."""
        assert self._something.wait(timeout=30), "nothing was heard"
        return self.heard[0].split()[:2]

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


def environment(**changes: str) -> dict[str, str]:
    """This environment without any proxy variable, plus changes."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    kept.pop("ORIGINAL_PROXIES_OF_POSTURE_CAM", None)
    return {**kept, **changes}


def proxies(port: int) -> dict[str, str]:
    address = f"http://127.0.0.1:{port}"
    return dict.fromkeys(("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy"), address)


def run_python(code: str, env: Mapping[str, str], *prefix: str) -> str:
    """Run a script in a fresh Python and return its standard output."""
    command = [*prefix, sys.executable, "-c", code]
    finished = subprocess.run(
        command, env=dict(env), cwd=Path(__file__).parents[1], capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@reports_usage
def test_without_the_guard_the_report_is_seen(listener: Listener) -> None:
    """The listener can see reports: with the guard off, MediaPipe asks it for a way to Google."""
    run_python(WITHOUT_GUARD + ONE_ESTIMATE, environment(**proxies(listener.port)))
    assert listener.request() == [b"CONNECT", b"play.googleapis.com:443"]


def test_with_the_guard_nothing_is_seen(listener: Listener) -> None:
    """The same run with the guard on never reaches the proxy that the user has set."""
    run_python(ONE_ESTIMATE, environment(**proxies(listener.port)))
    assert listener.heard == []


@reports_usage
@pytest.mark.parametrize("exemption", EXEMPTIONS, ids=str)
def test_no_proxy_does_not_exempt_the_report(listener: Listener, exemption: dict[str, str]) -> None:
    """Whatever no_proxy says, the report goes to the dead end (which listens, for this test)."""
    env = environment(LISTENER_PORT=str(listener.port), **exemption)
    run_python(DEAD_END_THAT_LISTENS + ONE_ESTIMATE, env)
    assert listener.request() == [b"CONNECT", b"play.googleapis.com:443"]


def can_trace() -> bool:
    strace = shutil.which("strace")
    if strace is None:
        return False
    return subprocess.run([strace, "-o", os.devnull, "true"], check=False).returncode == 0


@reports_usage
@pytest.mark.skipif(not can_trace(), reason="strace is not available")
@pytest.mark.parametrize("exemption", [{}, {"no_proxy": "*"}], ids=str)
def test_the_kernel_sees_no_connection_outside(tmp_path: Path, exemption: dict[str, str]) -> None:
    """Traced by the kernel, a run connects to loopback only and asks no name server."""
    trace = tmp_path / "trace"
    strace = ("strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o")
    run_python(ONE_ESTIMATE, environment(**exemption), *strace, str(trace))
    calls = trace.read_text(encoding="utf-8", errors="replace")
    addresses = re.findall(r'inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"', calls)
    assert "127.0.0.1" in addresses, "the refused report itself should be in the trace"
    assert [a for a in addresses if not a.startswith("127.") and a != "::1"] == []


@pytest.mark.parametrize(
    ("given", "guarded"),
    [
        ({}, {}),
        ({"https_proxy": "http://proxy:3128"}, {}),
        ({"http_proxy": "http://proxy:3128"}, {"http_proxy": "http://proxy:3128"}),
        (
            {"http_proxy": "http://proxy:3128", "no_proxy": "192.168.1.20, camera.lan"},
            {"http_proxy": "http://proxy:3128", "no_proxy": "192.168.1.20,camera.lan"},
        ),
        ({"http_proxy": "http://proxy:3128", "no_proxy": "*"}, {}),
        (
            {"http_proxy": "http://proxy:3128", "NO_PROXY": "*"},
            {"http_proxy": "http://proxy:3128"},
        ),
        ({"no_proxy": "localhost,::1,10.0.0.0/8"}, {"no_proxy": "localhost,::1,10.0.0.0/8"}),
        ({"no_proxy": "GoogleAPIs.com."}, {}),
        ({"no_proxy": "*.googleapis.com lan"}, {"no_proxy": "lan"}),
        ({"no_proxy": "www.google.com:443,notgoogle.com"}, {"no_proxy": "notgoogle.com"}),
        ({"NO_PROXY": "com,googleapis.com.evil"}, {"NO_PROXY": "googleapis.com.evil"}),
        ({"no_proxy": ""}, {}),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="names of variables have no case on Windows")
def test_only_what_concerns_google_is_changed(
    given: dict[str, str], guarded: dict[str, str]
) -> None:
    """https goes to the dead end; http_proxy and no_proxy keep what a network camera needs."""
    expected = {"PATH": "/bin", "https_proxy": DEAD_END, "HTTPS_PROXY": DEAD_END, **guarded}
    assert network_guard.guarded_environment({"PATH": "/bin", **given}, DEAD_END) == expected


def test_children_get_the_users_own_environment() -> None:
    """`original_environment` undoes the guard, also in a process whose parent was guarded."""
    code = (
        "import json, os, subprocess, sys\n"
        "from posture_cam import network_guard\n"
        "network_guard.enable(); network_guard.enable()\n"
        "assert network_guard.is_enabled()\n"
        "if 'nested' not in sys.argv:\n"
        "    nested = [sys.executable, '-c', sys.orig_argv[2], 'nested']\n"
        "    sys.exit(subprocess.run(nested).returncode)\n"
        "print(json.dumps(network_guard.original_environment()))\n"
    )
    given = environment(
        http_proxy="http://a:1", https_proxy="http://b:2", no_proxy="*", NO_PROXY="google.com"
    )
    returned = json.loads(run_python(code, given))
    assert {name: returned.get(name) for name in given} == given
    assert "ORIGINAL_PROXIES_OF_POSTURE_CAM" not in returned


def test_the_guards_own_note_is_not_taken_for_a_setting() -> None:
    """A guarded parent's child reads its settings without tripping over the guard."""
    code = (
        "import subprocess, sys\nfrom posture_cam import network_guard\nnetwork_guard.enable()\n"
        "read = 'from posture_cam.config_file import load_settings; load_settings(None, ())'\n"
        "sys.exit(subprocess.run([sys.executable, '-c', read]).returncode)\n"
    )
    run_python(code, environment())


def test_a_changed_environment_is_noticed() -> None:
    """`is_enabled` says no when somebody has put another proxy in place since."""
    code = (
        "import os\nfrom posture_cam import network_guard\n"
        "print(network_guard.is_enabled())\nnetwork_guard.enable()\n"
        "print(network_guard.is_enabled())\nos.environ['https_proxy'] = 'http://proxy:3128'\n"
        "print(network_guard.is_enabled())\n"
    )
    assert run_python(code, environment()).split() == ["False", "True", "False"]


def test_the_dead_end_is_closed() -> None:
    """A connection to the guard's port is refused, and no one else can open that port."""
    port = network_guard._closed_port()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with socket.socket() as other, pytest.raises(OSError, match=r"in use|permitted"):
        other.bind(("127.0.0.1", port))


OPEN_STREAM = """
import os, sys
from posture_cam import network_guard
network_guard.enable()
import cv2
cv2.VideoCapture(os.environ["STREAM"], cv2.CAP_FFMPEG)
"""


def test_a_camera_that_no_proxy_exempts_is_still_reached_directly(listener: Listener) -> None:
    """With no_proxy=* and an http_proxy, OpenCV opens a network camera without the proxy."""
    stream = f"http://127.0.0.1:{listener.port}/stream"
    dead = {"http_proxy": "http://127.0.0.1:9", "no_proxy": "*", "STREAM": stream}
    run_python(OPEN_STREAM, environment(**dead))
    assert listener.request() == [b"GET", b"/stream"]


def test_a_camera_behind_the_users_proxy_is_still_reached(listener: Listener) -> None:
    """With an http_proxy, OpenCV goes on asking that proxy for a network camera."""
    proxy = {"http_proxy": f"http://127.0.0.1:{listener.port}", "no_proxy": "google.com"}
    run_python(OPEN_STREAM, environment(STREAM="http://camera.invalid:8081/stream", **proxy))
    assert listener.request() == [b"GET", b"http://camera.invalid:8081/stream"]

"""Keep MediaPipe's usage reports from leaving this machine.

MediaPipe 1.x reports its use to a Google server over https: once a minute, and when a task is
closed. It has no option against this, but its HTTP client (libcurl) asks the environment which
proxy to use. `enable` names a proxy that never answers: a port of this machine that this process
holds and does not listen on. Every report then ends there, before any name is looked up.

What else in this process is touched:

- A network camera read by OpenCV (FFmpeg) asks `http_proxy` and `no_proxy`, never `https_proxy`.
  `http_proxy` stays as it was. Entries of `no_proxy` stay too, but for those that would exempt a
  Google host. `no_proxy=*` means "no proxy for anything", so it goes together with `http_proxy`,
  which for FFmpeg is the same thing.
- Other https requests of this process that obey the proxy variables fail. posture_cam makes none.
- Child processes (a browser, a sound player, ffmpeg) should get `original_environment()`.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Mapping

REPORT_DOMAINS = ("googleapis.com", "google.com")
"""Domains that MediaPipe may report to; reports of 1.2 go to play.googleapis.com."""

# On Windows the names of variables have no case, and os.environ lists them in capitals.
_WINDOWS = os.name == "nt"
_HTTPS_PROXY = ("HTTPS_PROXY",) if _WINDOWS else ("https_proxy", "HTTPS_PROXY")
_NO_PROXY = ("NO_PROXY",) if _WINDOWS else ("no_proxy", "NO_PROXY")
_HTTP_PROXY = "HTTP_PROXY" if _WINDOWS else "http_proxy"
_TOUCHED = (*_HTTPS_PROXY, *_NO_PROXY, _HTTP_PROXY)
_SAVED = "ORIGINAL_PROXIES_OF_POSTURE_CAM"

_held_port: socket.socket | None = None


def enable() -> None:
    """Send MediaPipe's reports nowhere, from now on and for the rest of this process.

    To be called before MediaPipe is loaded. Calling it again repairs what has been changed since.
    A worker process that inherits a guarded environment calls it for a port of its own.
    """
    original = original_environment()
    guarded = guarded_environment(original, f"http://127.0.0.1:{_closed_port()}")
    os.environ[_SAVED] = json.dumps({name: original.get(name) for name in _TOUCHED})
    _apply({name: guarded.get(name) for name in _TOUCHED})


def is_enabled() -> bool:
    """Whether this process's environment keeps reports here at this moment."""
    if _held_port is None:
        return False
    expected = guarded_environment(original_environment(), f"http://127.0.0.1:{_closed_port()}")
    return all(os.environ.get(name) == expected.get(name) for name in _TOUCHED)


def original_environment() -> dict[str, str]:
    """The environment as the user gave it; pass it as `env` to a child process."""
    environment = dict(os.environ)
    saved = environment.pop(_SAVED, None)
    if saved is not None:
        for name, value in json.loads(saved).items():
            environment.pop(name, None)
            if value is not None:
                environment[name] = value
    return environment


def guarded_environment(environment: Mapping[str, str], dead_end: str) -> dict[str, str]:
    """A copy in which https goes to the proxy `dead_end` and no Google host is exempt from it."""
    guarded = dict(environment)
    for name in _HTTPS_PROXY:
        guarded[name] = dead_end
    if "*" in _entries(environment.get(_NO_PROXY[0], "")):
        guarded.pop(_HTTP_PROXY, None)
    for name in _NO_PROXY:
        kept = [entry for entry in _entries(environment.get(name, "")) if not _exempts(entry)]
        guarded.pop(name, None)
        if kept:
            guarded[name] = ",".join(kept)
    return guarded


def _entries(no_proxy: str) -> list[str]:
    return [entry for entry in re.split(r"[,\s]+", no_proxy) if entry]


def _exempts(entry: str) -> bool:
    """Whether an entry of no_proxy covers a host of a report domain, or all hosts."""
    name = entry.split(":")[0] if entry.count(":") == 1 else entry  # "::1" has no port to drop
    host = name.lower().lstrip("*.").rstrip(".")
    return not host or any(
        f".{host}".endswith(f".{domain}") or f".{domain}".endswith(f".{host}")
        for domain in REPORT_DOMAINS
    )


def _apply(changes: Mapping[str, str | None]) -> None:
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _closed_port() -> int:
    """A loopback port that is bound but not listened on: nobody else can answer there."""
    global _held_port
    if _held_port is None:
        _held_port = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        _held_port.bind(("127.0.0.1", 0))
    return int(_held_port.getsockname()[1])

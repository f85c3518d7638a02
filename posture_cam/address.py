"""Network addresses of cameras, which may hold a password."""

from __future__ import annotations

import re

SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*"
"""What may stand before the :// of an address (RFC 3986)."""
_WORD = r"[\w.%\[\]-]*"
SECRETS = (
    rf"(?:{_WORD}(?:user|usr|login|pass?|pwd?|token|key|auth|secret|session|cred|sid|sig|pin|psk)"
    rf"{_WORD}|[up])"
)
"""Names under which cameras expect a user, a password or a token."""


def without_password(spec: str) -> str:
    """An address as it may be shown and stored: user, password and token left out.

    Anything else, such as a camera's number or a file, stays as it is.
    """
    address = spec.strip()
    if not re.match(rf"{SCHEME}://", address):
        return spec
    address = re.sub(rf"^({SCHEME}://)[^/?#]*@", r"\1", address)
    path, asked, query = address.partition("?")
    path = re.sub(rf"(?i)([/;#]{SECRETS}=)[^/;#]*", r"\1", path)
    query = re.sub(rf"(?i)((?:^|[?&;#]){SECRETS}=)[^?&;#]*", r"\1", query)
    return path + asked + query

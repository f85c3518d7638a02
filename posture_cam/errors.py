"""The failures that a user can meet. Each message is one sentence that says what to do."""

from __future__ import annotations


class PostureCamError(Exception):
    """Base of every failure that is told in one plain sentence, without a traceback."""


class SourceError(PostureCamError):
    """A camera, video or stream cannot be opened or read."""


class ModelError(PostureCamError):
    """A pose model is missing, damaged or unknown."""


class ConfigError(PostureCamError):
    """Settings are unknown, unreadable or out of range; the message names all of them."""


class CalibrationError(PostureCamError):
    """A baseline cannot be made from what was seen, or a profile cannot be used."""


class RecordingError(PostureCamError):
    """Recorded poses, labels or results cannot be read or written."""


class AlertError(PostureCamError):
    """A way of alerting (notification, sound) does not work here."""

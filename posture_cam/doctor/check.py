"""One finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """warning: something is missing that not everybody needs. failure: it must be put right."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, what was found, and, unless all is well, what to do."""

    name: str
    verdict: Verdict
    found: str
    remedy: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain values for JSON."""
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "found": self.found,
            "remedy": self.remedy,
        }

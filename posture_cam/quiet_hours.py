"""Times of day without reminders."""

from __future__ import annotations

import re

DAY_S = 24 * 3600.0
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def parse_quiet_hours(text: str) -> tuple[tuple[float, float], ...]:
    """Spans of the day as (from, to) in seconds after midnight; to <= from runs past midnight.

    text: spans as "22:00-07:00", separated by commas; empty for none.
    Raises ValueError with a sentence that shows how to write one.
    """
    spans = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _SPAN.fullmatch(part)
        numbers = [int(number) for number in match.groups()] if match else []
        minutes = [60 * numbers[place] + numbers[place + 1] for place in range(0, len(numbers), 2)]
        if not match or max(minutes) > 24 * 60 or max(numbers[1::2]) > 59:
            raise ValueError(f"'{part}' is not a span of time; write it as 22:00-07:00")
        spans.append((minutes[0] * 60.0, minutes[1] * 60.0))
    return tuple(spans)


def quiet_until(spans: tuple[tuple[float, float], ...], time_of_day_s: float) -> float:
    """End of the quiet time that covers this time of day (may be tomorrow's), else that time."""
    now = time_of_day_s % DAY_S
    day = time_of_day_s - now
    for start, stop in spans:
        length = (stop - start) % DAY_S or DAY_S
        since = (now - start) % DAY_S
        if since < length:
            return day + now + length - since
    return time_of_day_s

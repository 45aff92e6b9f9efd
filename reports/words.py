"""Words that people write about a report: remarks, answers, reasons, notes."""

import unicodedata

from reports.errors import TextNeeded

LONGEST = 4000


def required(text: str) -> str:
    """The text, trimmed and in Unicode normal form C. Raises TextNeeded when nothing is left, or far too much."""
    trimmed = optional(text)
    if not trimmed:
        raise TextNeeded(LONGEST)
    return trimmed


def optional(text: str) -> str:
    """The same, where no words are needed. Raises TextNeeded when there are far too many."""
    trimmed = unicodedata.normalize("NFC", text).strip()
    if len(trimmed) > LONGEST or "\x00" in trimmed:
        raise TextNeeded(LONGEST)
    return trimmed

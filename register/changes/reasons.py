"""Words with which people say why: of a return, an override, an abandonment."""

import unicodedata

from register.changes.errors import ReasonNeeded
from register.documents import is_kept

LONGEST = 4_000


def required(text: object) -> str:
    """The text, trimmed and in Unicode normal form C. Raises ReasonNeeded when nothing is left, or far too much."""
    trimmed = unicodedata.normalize("NFC", text).strip() if isinstance(text, str) else ""
    if not trimmed or len(trimmed) > LONGEST or not is_kept(trimmed):
        raise ReasonNeeded(LONGEST)
    return trimmed

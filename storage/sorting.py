"""Sorting by the 42-letter Kazakh alphabet, which covers Russian too.

The key is computed here and stored in a `sort_key` column: databases without ICU put Қ and Ә after Я, and no two databases agree.
"""

import unicodedata

ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_RANK = {letter: f"{0x100 + rank:03x}" for rank, letter in enumerate(ALPHABET)}
MAX_LENGTH = 400


def sort_key(text: str) -> str:
    """A string of ASCII that sorts as `text` does in a Kazakh dictionary: spaces, digits, Latin letters, then the 42 letters in order.

    Case is ignored. At most `MAX_LENGTH` characters long.
    """
    folded = unicodedata.normalize("NFC", text).casefold()
    key = "".join(_RANK.get(sign) or _other(sign) for sign in folded)
    return key[:MAX_LENGTH]


def _other(sign: str) -> str:
    if sign.isspace():
        return "000"
    if sign.isdigit():
        return f"{0x010 + (unicodedata.digit(sign, 0)):03x}"
    if "a" <= sign <= "z":
        return f"{0x080 + ord(sign) - ord('a'):03x}"
    return "005"

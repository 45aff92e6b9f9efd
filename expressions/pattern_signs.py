"""Which signs a class of a regular expression accepts."""

import unicodedata
from collections.abc import Callable

Accepts = Callable[[str], bool]

_SINGLE = {"n": "\n", "r": "\r", "t": "\t"} | {sign: sign for sign in "\\|.?*+(){}-[]^$ "}
_CATEGORIES = {"L", "M", "N", "P", "Z", "S", "C"}
_BLOCKS = {
    "IsBasicLatin": ("\u0000", "\u007f"),
    "IsLatin-1Supplement": ("\u0080", "\u00ff"),
    "IsGreek": ("\u0370", "\u03ff"),
    "IsCyrillic": ("\u0400", "\u04ff"),
    "IsCyrillicSupplement": ("\u0500", "\u052f"),
    "IsArabic": ("\u0600", "\u06ff"),
}
_NAME_STARTS = "_:"
_NAME_MARKS = "-.\u00b7"


def ranged(low: str, high: str) -> Accepts:
    """The signs from one to another."""
    return lambda sign: low <= sign <= high


def either_case(accepts: Accepts) -> Accepts:
    """The same in small and capital letters."""
    return lambda sign: accepts(sign) or accepts(sign.lower()) or accepts(sign.upper())


def _negated(accepts: Accepts) -> Accepts:
    return lambda sign: not accepts(sign)


def _is_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "PZC"


def _is_name_start(sign: str) -> bool:
    return sign.isalpha() or sign in _NAME_STARTS


def _is_name_part(sign: str) -> bool:
    return _is_name_start(sign) or sign in _NAME_MARKS or unicodedata.category(sign)[0] in "NM"


_ESCAPES: dict[str, Accepts] = {
    "d": lambda sign: unicodedata.category(sign) == "Nd",
    "s": lambda sign: sign in " \t\n\r",
    "w": _is_word,
    "i": _is_name_start,
    "c": _is_name_part,
}


def class_of_escape(sign: str, name: str = "") -> Accepts | None:
    """What `\\d`, `\\p{name}` or an escaped sign accepts; None when there is no such escape."""
    if sign in _SINGLE:
        return ranged(_SINGLE[sign], _SINGLE[sign])
    accepts = _property(name) if sign in {"p", "P"} else _ESCAPES.get(sign.lower())
    if accepts is None:
        return None
    return _negated(accepts) if sign.isupper() else accepts


def _property(name: str) -> Accepts | None:
    if name in _BLOCKS:
        return ranged(*_BLOCKS[name])
    if name[:1] not in _CATEGORIES or len(name) > 2:
        return None
    return lambda sign: unicodedata.category(sign).startswith(name)

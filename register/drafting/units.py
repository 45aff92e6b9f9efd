"""Units of measure as forms write them, evened out: how each is called, and how exactly it is told."""

import re
from dataclasses import dataclass, replace
from typing import Final

from register.drafting.captions import Caption, english, languages
from register.names import Names


@dataclass(frozen=True)
class Unit:
    """A unit: its names, and the decimal places that figures in it have; None for whole numbers."""

    names: Names
    decimals: int | None


_KNOWN: Final = (
    (r"(млрд|миллиард)\.?\s*(тенге|теңге|тг)", Unit(Names("млрд теңге", "млрд тенге", "billion tenge"), 3)),
    (r"(млн|миллион)\.?\s*(тенге|теңге|тг)", Unit(Names("млн теңге", "млн тенге", "million tenge"), 1)),
    (r"(тыс|мың|тысяч)\w*\.?\s*(тенге|теңге|тг)", Unit(Names("мың теңге", "тыс. тенге", "thousand tenge"), 1)),
    (r"тенге|теңге|тг", Unit(Names("теңге", "тенге", "tenge"), 2)),
    (r"%|процент\w*|пайыз\w*", Unit(Names("пайыз", "процент", "percent"), 1)),
    (r"(тыс|мың)\w*\.?\s*(человек|чел|адам)", Unit(Names("мың адам", "тыс. человек", "thousand persons"), 1)),
    (r"человек|чел|адам|лиц", Unit(Names("адам", "человек", "persons"), None)),
    (r"(тыс|мың)\w*\.?\s*(голов|гол|бас)", Unit(Names("мың бас", "тыс. голов", "thousand head"), 1)),
    (r"голов|гол|бас", Unit(Names("бас", "голов", "head"), None)),
    (r"(тыс|мың)\w*\.?\s*(гектар\w*|га)", Unit(Names("мың гектар", "тыс. гектаров", "thousand hectares"), 1)),
    (r"гектар\w*|га", Unit(Names("гектар", "гектаров", "hectares"), 1)),
    (r"(ц|центнер\w*)\s*/\s*га", Unit(Names("ц/га", "ц/га", "centners per hectare"), 1)),
    (r"(тыс|мың)\w*\.?\s*(тонн\w*|т)", Unit(Names("мың тонна", "тыс. тонн", "thousand tonnes"), 1)),
    (r"тонн\w*|т", Unit(Names("тонна", "тонн", "tonnes"), 1)),
    (r"центнер\w*|ц", Unit(Names("центнер", "центнеров", "centners"), 1)),
    (r"(кв\.?\s*м\w*|шаршы\s*метр|м²|м2)", Unit(Names("шаршы метр", "кв. м", "square metres"), 1)),
    (r"(куб\.?\s*м\w*|текше\s*метр|м³|м3)", Unit(Names("текше метр", "куб. м", "cubic metres"), 1)),
    (r"километр\w*|км|шақырым", Unit(Names("километр", "километров", "kilometres"), 1)),
    (r"единиц\w*|ед|бірлік", Unit(Names("бірлік", "единиц", "units"), None)),
    (r"штук\w*|шт|дана", Unit(Names("дана", "штук", "pieces"), None)),
    (r"семей|отбасы", Unit(Names("отбасы", "семей", "families"), None)),
    (r"мест|орын", Unit(Names("орын", "мест", "places"), None)),
    (r"случа\w*|жағдай", Unit(Names("жағдай", "случаев", "cases"), None)),
    (r"дней|день|күн", Unit(Names("күн", "дней", "days"), None)),
    (r"час\w*|сағат", Unit(Names("сағат", "часов", "hours"), 1)),
)
_PATTERNS: Final = tuple((re.compile(rf"(?:{pattern})\.?", re.IGNORECASE), unit) for pattern, unit in _KNOWN)
_AT_END: Final = re.compile(r"\s*(?:,\s*([^,()]{1,40})|\(\s*(?:в\s+)?([^()]{1,40})\)|(%))\s*$")
_SAID: Final = re.compile(r"^[(\s]*(?:единица измерения|ед\.?\s*изм\.?|өлшем бірлігі|в)?[\s:–-]*(.*?)[)\s]*$", re.IGNORECASE)
UNTOLD: Final = Unit(Names("бірлік", "единиц", "units"), None)


def read(text: str) -> Unit | None:
    """The unit that a text names and nothing else, in one language or in both; None when it names none that is known."""
    found = [_known(part) for part in (text, *languages(text)) if part.strip()]
    return next((unit for unit in found if unit is not None), None)


def taken_off(caption: Caption) -> tuple[Caption, Unit | None]:
    """A caption without the unit that it ends with, and the unit."""
    kk, first = _split(caption.kk)
    ru, second = _split(caption.ru)
    unit = second or first
    if unit is None:
        return caption, None
    return replace(caption, kk=kk if first else caption.kk, ru=ru if second else caption.ru), unit


def of_its_own(text: str) -> Unit:
    """A unit that is not known here, as the form writes it."""
    rest, en = english(text)
    kk, ru = (part.strip(" ()") for part in languages(rest))
    return Unit(Names(kk or ru or "—", ru or kk or "—", en), 1)


def _split(text: str) -> tuple[str, Unit | None]:
    found = _AT_END.search(text)
    unit = _known(next(filter(None, found.groups()))) if found else None
    if found is None or unit is None or not text[: found.start()].strip():
        return text, None
    return text[: found.start()].strip(), unit


def _known(text: str) -> Unit | None:
    said = _SAID.match(text.strip())
    meant = (said[1] if said else text).strip(" .;:")
    return next((unit for pattern, unit in _PATTERNS if pattern.fullmatch(meant)), None)

"""What captions of official forms say: in which language, of which unit, as a part of what; and the codes that are made of them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from register.documents import CODE, LONGEST_NAME, RESERVED
from register.duplicates.words import word_set
from register.names import Names

_NUMBER_OF_ACT: Final = re.compile(r"\d+[-/]\w+")
_KAZAKH: Final = frozenset("әғқңөұүіһӘҒҚҢӨҰҮІҺ")
_RUSSIAN: Final = frozenset("ёщцэъЁЩЦЭЪ")
#: Kazakh words of forms that have no letter of their own.
_KAZAKH_WORDS: Final = word_set("""
    саны адам есеп аудан ауданы нысан нысаны атауы жоба аты жол коды жалпы орны орын ай айы жасы бала ер ауыл кала бас дана егер малы мал
    ауданда облыс облысы жылы жыл басшы жоспар сауым сома сомасы
""")
#: Words of which one is enough.
_KAZAKH_SURELY: Final = word_set("бойынша туралы барлыгы жане")
#: How plurals end that no Russian word has.
_PLURAL: Final = re.compile(r"(лар|лер|дар|тар)(ы|дын|га|мен)?$")
_CYRILLIC: Final = re.compile(r"[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]")
#: Words in small Latin letters and nothing else: no unit, no abbreviation, no address of a site.
_ENGLISH: Final = re.compile(r"(?=.*\b[A-Za-z]?[a-z]{3})[A-Za-z][A-Za-z ,()'’%-]*")
_SPACES: Final = re.compile(r"[ \t\u00a0\u2009\u202f]+")
_NUMBERED: Final = re.compile(r"^\s*((?:\d{1,3}\.)*\d{1,3})(?:[.)]\s*|\s+)(?=\D)")
#: What a caption begins with when it is a part of the one above: of all of it, of some of it.
_OF_ALL: Final = re.compile(r"^[-–—•\s]*(в том числе|в т\.?\s?ч\.?|оның ішінде|соның ішінде)\b[\s:,–-]*", re.IGNORECASE)
_OF_SOME: Final = re.compile(r"^[-–—•\s]*(из них|из общего числа|олардан|олардың ішінде|одан)\b[\s:,–-]*", re.IGNORECASE)
_TOTAL: Final = re.compile(r"^(всего|итого|барлығы|жиыны|жиынтығы|жалпы|общее количество)$", re.IGNORECASE)
_LATIN: Final = dict(zip("абвгдезийклмнопрстуфыәғқңөұүһі", "abvgdeziyklmnoprstufyagqnouuhi", strict=True)) | {
    "ё": "e",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ъ": "",
    "ь": "",
    "э": "e",
    "ю": "yu",
    "я": "ya",
}


@dataclass(frozen=True)
class Caption:
    """A caption in the languages it has; one that it lacks is empty. `including` is `all` or `some` when it is a part of the one above."""

    kk: str
    ru: str
    number: str = ""
    including: str = ""
    en: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is left of it."""
        return not (self.kk or self.ru)

    @property
    def lacking(self) -> str:
        """The language that it is not told in, "" for none."""
        return "" if self.kk and self.ru else "ru" if self.kk else "kk"

    @property
    def is_total(self) -> bool:
        """Whether it only says that this is the whole."""
        return any(_TOTAL.match(said.strip(" :.,")) for said in (self.kk, self.ru) if said)

    @property
    def names(self) -> Names:
        """Kazakh and Russian, of which one that is lacking repeats the other, and English where the form has it."""
        kk, ru = (self.kk or self.ru or "—")[:LONGEST_NAME], (self.ru or self.kk or "—")[:LONGEST_NAME]
        return Names(kk, ru, self.en[:LONGEST_NAME])


def read(text: str) -> Caption:
    """A caption out of a cell: numbering and "including" taken off, the languages told apart."""
    number, rest = numbered(text)
    rest, en = english(rest)
    kk, ru = languages(rest)
    including = ""
    for kind, pattern in (("all", _OF_ALL), ("some", _OF_SOME)):
        if any(pattern.match(said) for said in (kk, ru)):
            including = kind
            kk, ru = (pattern.sub("", said) for said in (kk, ru))
    return Caption(_clean(kk), _clean(ru), number, including, _clean(en))


def numbered(text: str) -> tuple[str, str]:
    """The number that a caption begins with ("1.1"), and the rest."""
    found = _NUMBERED.match(text)
    return (found[1], text[found.end() :]) if found else ("", text)


def english(text: str) -> tuple[str, str]:
    """A text without what it says in English beside another language, on lines of its own or behind a slash; and that."""
    for separator, joint in (("\n", "\n"), ("/", " / "), ("|", " | ")):
        parts = [part for part in text.split(separator) if part.strip()]
        found = [part for part in parts if _ENGLISH.fullmatch(part.strip())]
        if found and any(_CYRILLIC.search(part) for part in parts):
            return joint.join(part.strip() for part in parts if part not in found), " ".join(part.strip() for part in found)
    return text, ""


def languages(text: str) -> tuple[str, str]:
    """What a text says in Kazakh and in Russian: on lines of their own or beside a slash; one of the two may be empty."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and len({_language_of_line(line) for line in lines}) > 1:
        return _lines_in("kk", lines), _lines_in("ru", lines)
    whole = " ".join(lines)
    for found in re.finditer(r"\s*[/|]\s*|\s+[–—-]\s+", whole):
        first, second = whole[: found.start()], whole[found.end() :]
        if _differ(first, second):
            return (first, second) if language_of(first) == "kk" else (second, first)
    return (whole, "") if language_of(whole) == "kk" else ("", whole)


def language_of(text: str) -> str:
    """The language of a text: "kk" by its letters or words, "ru" for other Cyrillic, "" for none. A number ("№ 214-Ө") tells nothing."""
    text = _NUMBER_OF_ACT.sub("", text)
    if any(sign in _KAZAKH for sign in text):
        return "kk"
    if not _CYRILLIC.search(text):
        return ""
    if any(sign in _RUSSIAN for sign in text):
        return "ru"
    found = re.findall(r"\w+", text.casefold())
    kazakh = sum(word in _KAZAKH_WORDS or _PLURAL.search(word) is not None for word in found)
    return "kk" if found and (kazakh * 2 >= len(found) or not _KAZAKH_SURELY.isdisjoint(found)) else "ru"


def in_context(parent: Caption, child: Caption) -> Caption:
    """What a part is called where it stands alone."""

    def joined(whole: str, part: str) -> str:
        return f"{whole.rstrip(' :,')}: {part}" if whole and part else part or whole

    en = joined(parent.en, child.en) if child.en and (parent.en or parent.empty) else ""
    return replace(child, kk=joined(parent.kk, child.kk or child.ru), ru=joined(parent.ru, child.ru or child.kk), en=en)


def code_of(text: str, taken: set[str], otherwise: str) -> str:
    """A code for addresses out of a caption, different from those that are taken."""
    latin = "".join(_LATIN.get(sign, sign) for sign in unicodedata.normalize("NFKC", text).casefold())
    slug = re.sub(r"[^a-z0-9]+", "_", latin.replace("-", " ")).strip("_")
    slug = re.sub(r"^[\d_]+", "", slug)[:30].rstrip("_")
    slug = slug if slug and CODE.fullmatch(slug) and slug not in RESERVED else otherwise
    code, number = slug, 1
    while code in taken:
        number += 1
        code = f"{slug[:34]}_{number}"
    taken.add(code)
    return code


def plain(texts: Iterable[str]) -> str:
    """Texts joined and made comparable."""
    return re.sub(r"\W+", " ", " ".join(texts).casefold()).strip()


def _differ(first: str, second: str) -> bool:
    return {language_of(first), language_of(second)} == {"kk", "ru"} and min(len(first.strip()), len(second.strip())) > 1


def _language_of_line(line: str) -> str:
    return language_of(line) or "ru"


def _lines_in(language: str, lines: Sequence[str]) -> str:
    return " ".join(line for line in lines if _language_of_line(line) == language)


def _clean(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip(" \n/|;:–—").strip()

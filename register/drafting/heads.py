"""The head of a form: its name and index, how often, who, by when, to whom, by which act; in Kazakh, in Russian or in both."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeAlias

from register.drafting import captions, units
from register.drafting.captions import Caption
from register.drafting.draft import Place
from register.drafting.units import Unit

_MONTHS: Final = (
    ("қаңтар", "январ"),
    ("ақпан", "феврал"),
    ("наурыз", "март"),
    ("сәуір", "апрел"),
    ("мамыр", "ма[йя]"),
    ("маусым", "июн"),
    ("шілде", "июл"),
    ("тамыз", "август"),
    ("қыркүйек", "сентябр"),
    ("қазан", "октябр"),
    ("қараша", "ноябр"),
    ("желтоқсан", "декабр"),
)
_INDEX: Final = re.compile(r"\b(?:индекс\w*|шифр)\b", re.IGNORECASE)
#: An index as offices give them: `1-ТТ`, `29-сх`, `3-ПР (жылдық)`.
_INDEXED: Final = re.compile(r"(?<!\w)(\d{1,3}(?:-\w{1,12}){1,2}|\w{1,6}-\d{1,3})(?!\w)")
_NUMBERED_FORM: Final = re.compile(r"^(?:нысан|форма)\b[^:\d]*(?:№|:)?\s*(?=\d{1,3}-)", re.IGNORECASE)
_PERIODS: Final = (
    ("decade", r"декад|онкүнді"),
    ("nine_months", r"9 месяцев|9 ай|тоғыз ай"),
    ("half_year", r"полугод|жартыжыл|жарты жыл"),
    ("cumulative_month", r"(ежемесячн|ай сайын).*(нараста|өспелі)"),
    ("cumulative_quarter", r"(ежекварт|тоқсан).*(нараста|өспелі)"),
    ("month", r"ежемесяч|месячн|ай сайын|айлық|месяц\b"),
    ("quarter", r"ежекварт|квартал|тоқсан"),
    ("year", r"ежегод|годов|жыл сайын|жылдық|год\b"),
    ("day", r"ежедневн|күн сайын"),
    ("one_off", r"единовремен|разов|бір рет"),
)
_LEVELS: Final = (
    ("rural", r"сельск\w+ округ|ауылдық округ|сельск\w+ акимат|ауыл\w* әкім|аким\w* (сел|пос[её]лк|сельск)"),
    ("district", r"район|аудан|городов областн|город\w* областного|облыстық маңызы"),
    ("oblast", r"област|облыс|республиканского значения|республикалық маңызы|управлени|басқарма"),
    ("state", r"министерств|министрлік|комитет|орталық мемлекеттік|центральн\w+ государств"),
)
_LABELS: Final = {
    "periodicity": r"периодичност\w*|кезеңділі\w*|мерзімділі\w*",
    "circle": r"круг\s+лиц[^:]*|тұлғалар\s+тобы[^:]*|представляют|кім\s+ұсынады|ақпаратты ұсынатын[^:]*",
    "due": r"срок\w*\s+представлени\w*[^:]*|ұсыну\s+мерзімі[^:]*|тапсыру мерзімі[^:]*",
    "addressee": r"куда\s+представляется[^:]*|қайда\s+ұсынылады[^:]*|представляется|ұсынылады|кому",
    "period": r"отч[её]тный\s+период|есепті\s+кезең",
}
_NEXT_LABEL: Final = re.compile(rf"[.;]\s+(?=(?:{'|'.join(_LABELS.values())})\s*:)", re.IGNORECASE)
_ACT: Final = re.compile(
    r"(?:от\s+)?[«\"]?(\d{1,2})[»\"]?\s+(\w+)\s+(\d{4})\s*(?:года|г\.?)?\s*№\s*([\w\d/-]+)|"
    r"(\d{4})\s*жыл\w*\s+[«\"]?(\d{1,2})[»\"]?[\s-]+(\w+)\s*№\s*([\w\d/-]+)|"
    r"(\d{1,2})\.(\d{2})\.(\d{4})\s*(?:г\.?|ж\.?)?\s*№\s*([\w\d/-]+)|"
    r"№\s*([\w\d/-]+)\s+(?:от\s+)?(\d{1,2})\.(\d{2})\.(\d{4})"
)
_NO_TITLE: Final = re.compile(
    r"^(нысан|форма|приложение|қосымша|утвержд|бекітіл|к приказу|бұйры|өкім|распоряж|предназнач|әкімшілік|административ|таблица|кест|"
    r"индекс|бсн|бин|біз|раздел|бөлім|жинайды|собирает|к форме|лист\b|парақ|тізбе|\d)",
    re.IGNORECASE,
)
_GENERIC: Final = re.compile(r"^(есеп|отч[её]т|сведения|мәлімет(тер)?|ақпарат|информация|мәліметі)\W*$", re.IGNORECASE)

#: A text of the head and where it stands.
Line: TypeAlias = tuple[Place, str]


@dataclass(frozen=True)
class Said:
    """A fact of the head and the cell that says it."""

    value: str
    place: Place


@dataclass
class Head:
    """What is said above the tables. A fact that nobody says is not there."""

    facts: dict[str, Said] = field(default_factory=dict)
    titles: list[Said] = field(default_factory=list)
    unit: Unit | None = None
    acts: list[tuple[str, date, Place]] = field(default_factory=list)
    level: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> Caption:
        """The name of the form, of the first text in each language."""
        return joined(self.titles)


def read(cells: Sequence[Line]) -> Head:
    """The head that some texts are, in reading order."""
    head = Head()
    rest: list[Said] = []
    lines, number = _lines(cells), 0
    while number < len(lines):
        line, below = lines[number], lines[number + 1] if number + 1 < len(lines) else None
        taken = _take_label(head, line, below) or _take_act(head, line) or _take_index(head, line, below) or _take_unit(head, line)
        if not taken:
            rest.append(Said(line[1], line[0]))
        number += taken or 1
    head.titles = [said for said in rest if len(said.value) > 3 and not _NO_TITLE.match(said.value.strip('«»"( '))]
    return head


def joined(told: Iterable[Said]) -> Caption:
    """One caption of several texts: the first of each language; a bare "report" is told with what follows."""
    found = {"kk": "", "ru": "", "en": ""}
    for said in told:
        rest, en = captions.english(said.value)
        for language, text in zip(found, (*captions.languages(rest), en), strict=True):
            text = text.strip()
            if text and (not found[language] or _GENERIC.match(found[language])):
                found[language] = f"{found[language]} {text}".strip()
    return Caption(found["kk"], found["ru"], en=found["en"])


def periodicity(text: str) -> str | None:
    """The periodicity that a text names."""
    return next((name for name, pattern in _PERIODS if re.search(pattern, text, re.IGNORECASE)), None)


def levels(text: str) -> list[str]:
    """The levels of bodies that a text names."""
    return [level for level, pattern in _LEVELS if re.search(pattern, text, re.IGNORECASE)]


def due(text: str) -> dict[str, object] | None:
    """The due rule that a text lays down: a working day after the period, or a day of a following month."""
    working = re.search(r"(\d{1,2})\s*[-–]?\s*(?:\w{0,3})?\s*(?:рабоч|жұмыс)", text, re.IGNORECASE)
    if working and 1 <= int(working[1]) <= 60:
        return {"working_day": int(working[1])}
    for month, words in enumerate(_MONTHS, 1):
        named = re.search(rf"(\d{{1,2}})\s*[-–]?\s*\w{{0,3}}?\s*(?:{words[1]})\w*|(?:{words[0]})\w*\s+(\d{{1,2}})", text, re.IGNORECASE)
        named = named or re.search(rf"(\d{{1,2}})\s*[-–]?\s*\w{{0,3}}?\s*{words[0]}", text, re.IGNORECASE)
        if named and 1 <= int(next(filter(None, named.groups()))) <= 31:
            return {"day": int(next(filter(None, named.groups()))), "months": month, "shift": "next"}
    day = re.search(r"(\d{1,2})\s*[-–]?\s*(?:го|е|ші|шы|сі|сы|на|не|сына|сіне)?\s*(?:числ|күн)", text, re.IGNORECASE) or re.search(
        r"(?:до|не позднее|дейін)\s*(\d{1,2})\b", text, re.IGNORECASE
    )
    return {"day": int(day[1]), "shift": "next"} if day and 1 <= int(day[1]) <= 31 else None


def _lines(cells: Sequence[Line]) -> list[Line]:
    """Texts of cells; a cell in which the languages do not stand side by side is told line by line."""
    found: list[Line] = []
    for place, text in ((place, part) for place, whole in cells for part in _NEXT_LABEL.split(whole)):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        found += (
            [(place, line) for line in lines] if len(lines) > 1 and any(":" in line for line in lines) else [(place, " \n".join(lines))]
        )
    return found


def _take_label(head: Head, line: Line, below: Line | None) -> int:
    """Take a fact that stands behind its label or below it; gives how many lines that took, as all of these do."""
    place, text = line
    for name, pattern in _LABELS.items():
        label = re.match(rf"^(?:{pattern})(?:\s*/\s*(?:{pattern}))?\s*([:–-]|$)\s*", text, re.IGNORECASE)
        if label is None:
            continue
        value, taken = text[label.end() :].strip(), 1
        if not value and below is not None and below[0].row - place.row <= 1:
            place, value = below
            taken = 2
        if value:
            before = head.facts.get(name)
            head.facts[name] = Said(f"{before.value} / {value}", before.place) if before else Said(value, place)
        return taken
    return 0


def _take_act(head: Head, line: Line) -> int:
    place, text = line
    found = _ACT.search(text)
    made = _act(found) if found is not None else None
    if made is None:
        return 0
    head.acts.append((*made, place))
    head.facts.setdefault("act", Said(text, place))
    return 1


def _act(found: re.Match[str]) -> tuple[str, date] | None:
    parts = found.groups()
    readings: tuple[tuple[Sequence[str | None], Callable[[], tuple[str, int, int, int]]], ...] = (
        (parts[0:4], lambda: (str(parts[3]), int(parts[2] or 0), _month(parts[1]), int(parts[0] or 0))),
        (parts[4:8], lambda: (str(parts[7]), int(parts[4] or 0), _month(parts[6]), int(parts[5] or 0))),
        (parts[8:12], lambda: (str(parts[11]), int(parts[10] or 0), int(parts[9] or 0), int(parts[8] or 0))),
        (parts[12:16], lambda: (str(parts[12]), int(parts[15] or 0), int(parts[14] or 0), int(parts[13] or 0))),
    )
    for given, made in readings:
        if all(given):
            number, year, month, day = made()
            try:
                return number[:100], date(year, month, day)
            except ValueError:
                return None
    return None


def _month(word: str | None) -> int:
    for number, (kazakh, russian) in enumerate(_MONTHS, 1):
        if re.match(rf"{kazakh}|{russian}", word or "", re.IGNORECASE):
            return number
    return 0


def _take_index(head: Head, line: Line, below: Line | None) -> int:
    place, text = line
    if not (_INDEX.search(text) or _NUMBERED_FORM.match(text)):
        return 0
    found, taken = _INDEXED.search(text), 1
    if found is None and below is not None:
        place, found, taken = below[0], _INDEXED.search(below[1]), 2
    if found is None:
        return 0
    head.facts.setdefault("index", Said(found[1], place))
    return taken


def _take_unit(head: Head, line: Line) -> int:
    place, text = line
    unit = units.read(text) if len(text) < 60 else None
    if unit is None:
        return 0
    head.unit = head.unit or unit
    head.facts.setdefault("unit", Said(text, place))
    return 1

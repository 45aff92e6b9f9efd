"""Units of measure: which are the same thing, and in which ways two names exclude each other."""

from functools import lru_cache
from typing import Final

from register.duplicates.words import words

#: Stems of units by what they measure. The first that is found in a unit's words decides.
_DIMENSIONS: Final = {
    "money": ("тенге", "тг", "теңге"),
    "share": ("процент", "пайыз", "доля", "улес", "коэффициент", "промилле"),
    "area": ("гектар", "га", "квадратн", "шаршы"),
    "length": ("километр", "км", "шакырым", "метр", "пог"),
    "mass": ("тонн", "центнер", "килограмм", "кг"),
    "volume": ("кубическ", "куб", "текше", "литр"),
    "time": ("час", "сагат", "минут", "день", "кун"),
    "energy": ("квт", "гкал", "мвт"),
    "persons": ("человек", "адам", "лиц", "семь", "отбасы", "персон"),
    "head": ("голов", "бас"),
    "pieces": ("единиц", "бирлик", "штук", "дана", "случа", "жагдай", "объект", "нысан", "мест", "орын"),
}
#: Words of which a name has one at most: two names with different ones of a set measure different things.
_OPPOSITES: Final = (
    ("мужчин", "женщин"),
    ("ерлер", "еркек"),
    ("мальчик", "девоч"),
    ("городск", "сельск"),
    ("кала", "ауыл"),
    ("прибы", "выбы"),
    ("келген", "кеткен"),
    ("родив", "умер"),
    ("туган", "кайтыс", "олген"),
    ("принят", "уволен", "отказан"),
    ("жумыска алын", "жумыстан шыг"),
    ("план", "факт", "исполнен", "освоен"),
    ("жоспар", "накты", "игерил"),
    ("начал", "законч", "заверш"),
    ("басталган", "аякталган"),
    ("создан", "сокращ", "ликвидир"),
    ("ашыл", "жабыл"),
    ("открыт", "закрыт"),
    ("государств", "частн"),
    ("мемлекет", "жеке"),
    ("текущ", "капитальн"),
    ("агымдагы", "курдели"),
    ("временн", "постоян"),
    ("уакытша", "турак"),
    ("импорт", "экспорт"),
    ("дошкольн", "школьн"),
    ("доход", "расход"),
    ("кирис", "шыгыс"),
    ("построен", "отремонтир"),
    ("салын", "жонде"),
    ("начальн", "средн", "высш"),
    ("поступи", "рассмотр", "удовлетвор"),
    ("тускен", "карал", "канагаттандыр"),
)
#: All of them begin with so many letters, and have two words at most.
_START: Final = 4
_BY_START: Final[dict[str, list[tuple[int, str]]]] = {}
for _number, _stems in enumerate(_OPPOSITES):
    for _stem in _stems:
        _BY_START.setdefault(_stem[:_START], []).append((_number, _stem))


@lru_cache(maxsize=4_096)
def dimension(unit: str) -> str | None:
    """What a unit measures; None when it is not known here."""
    found = list(words(unit.replace("%", " процент ")))
    for name, stems in _DIMENSIONS.items():
        if any(word == stem or (len(stem) > 3 and word.startswith(stem)) for word in found for stem in stems):
            return name
    return None


def opposed(first: str, second: str) -> tuple[str, str] | None:
    """Two words, one of each name, that exclude each other; None when there are none."""
    mine, theirs = _sides(first), _sides(second)
    for number in mine.keys() & theirs.keys():
        if not mine[number] & theirs[number]:
            return min(mine[number]), min(theirs[number])
    return None


@lru_cache(maxsize=65_536)
def numbers(name: str) -> frozenset[str]:
    """The numbers of a name: ages, shares, years are different when they differ."""
    return frozenset(word for word in words(name) if word[0].isdigit())


@lru_cache(maxsize=65_536)
def _sides(name: str) -> dict[int, frozenset[str]]:
    """The words of a name that stand in a set of opposites, by the number of the set."""
    found: dict[int, frozenset[str]] = {}
    said = list(words(name))
    for place, word in enumerate(said):
        for number, stem in _BY_START.get(word[:_START], ()):
            if " ".join(said[place : place + 2]).startswith(stem):
                found[number] = found.get(number, frozenset()) | {stem}
    return found

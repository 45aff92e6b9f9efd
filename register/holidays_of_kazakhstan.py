"""The calendar as the law has it: public holidays, days off moved from week-ends, working days that stand in for them.

Seeded by the package `holidays`: exact for past years; the year to come lacks moved days until they are decreed, and Kurban Ait is an
estimate. Acts correct it (`register.calendar`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

from register.names import Names

_SATURDAY = 5
_REMARK = re.compile(r" \((estimated|observed|estimated, observed|observed, estimated|substituted from [^)]*)\)")

#: English name of the package → ours.
NAMES: Mapping[str, Names] = {
    "New Year's Day": Names("Жаңа жыл", "Новый год", "New Year"),
    "Orthodox Christmas": Names("Православиелік Рождество", "Православное Рождество", "Orthodox Christmas"),
    "International Women's Day": Names("Халықаралық әйелдер күні", "Международный женский день", "International Women's Day"),
    "Nowruz Holiday": Names("Наурыз мейрамы", "Наурыз мейрамы", "Nauryz"),
    "Kazakhstan's People Solidarity Holiday": Names(
        "Қазақстан халқының бірлігі мерекесі", "Праздник единства народа Казахстана", "Day of Unity of the People of Kazakhstan"
    ),
    "Defender of the Fatherland Day": Names("Отан қорғаушы күні", "День защитника Отечества", "Defender of the Fatherland Day"),
    "Victory Day": Names("Жеңіс күні", "День Победы", "Victory Day"),
    "Capital Day": Names("Астана күні", "День столицы", "Capital Day"),
    "Constitution Day": Names("Конституция күні", "День Конституции", "Constitution Day"),
    "Republic Day": Names("Республика күні", "День Республики", "Republic Day"),
    "Independence Day": Names("Тәуелсіздік күні", "День Независимости", "Independence Day"),
    "Eid al-Adha": Names("Құрбан айт", "Курбан айт", "Kurban Ait"),
    "Day off": Names("Көшірілген демалыс күні", "Перенесённый выходной день", "Moved day off"),
}
MOVED_WORKING_DAY = Names("Көшірілген жұмыс күні", "Перенесённый рабочий день", "Moved working day")


@dataclass(frozen=True)
class LegalDay:
    """A day that is not what its day of the week says."""

    working: bool
    names: Names
    estimated: bool = False


def is_weekday(day: date) -> bool:
    """Whether a day is one of Monday to Friday."""
    return day.weekday() < _SATURDAY


@cache
def days_of(year: int) -> Mapping[date, LegalDay]:
    """Holidays and moved days of a year."""
    seed = holidays.country_holidays("KZ", years=year)
    found = {day: LegalDay(False, _names(name), "estimated" in name) for day, name in sorted(seed.items())}
    moved = getattr(seed, "weekend_workdays", ())
    return found | {day: LegalDay(True, MOVED_WORKING_DAY) for day in moved if day.year == year}


def _names(name: str) -> Names:
    known = [NAMES.get(_REMARK.sub("", part)) or Names(part, part, part) for part in name.split("; ")]
    return Names("; ".join(each.kk for each in known), "; ".join(each.ru for each in known), "; ".join(each.en for each in known))

"""The labelled pairs.

How they were made: `indicators.tsv` holds eighty indicators such as districts report (names in both languages, the unit), written by hand.
`same.tsv` says one of them again as another body would write it: other endings, another order, abbreviations, letters that a Russian
keyboard lacks, typing errors. `different.tsv` names pairs of the eighty that are alike and not the same, mostly of one subject;
`changed.tsv` changes one word that matters (another qualifier, unit, number, opposite, object). No pair was taken out or reworded after
the matching had seen it. Lines with an odd number serve for tuning, those with an even one for measuring.
"""

from dataclasses import dataclass
from pathlib import Path

from register.duplicates.matching import Asked
from register.names import Names

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pair:
    """What is asked, the code of what is held, and whether that is the same."""

    asked: Asked
    held: str
    same: bool
    number: int

    @property
    def is_measured(self) -> bool:
        return self.number % 2 == 0


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines()]


def _asked(code: str, ru: str, kk: str, unit: str) -> Asked:
    return Asked(code, Names(kk, ru, ru), Names(unit, unit, unit))


HELD = {row[0]: _asked(*row) for row in _rows("indicators.tsv")}


def pairs() -> list[Pair]:
    """All labelled pairs."""
    same = [Pair(_asked("", *row[2:5]), row[0], True, number) for number, row in enumerate(_rows("same.tsv"), 1)]
    others = [
        Pair(_asked("", HELD[row[0]].names.ru, HELD[row[0]].names.kk, HELD[row[0]].unit.ru), row[1], False, number)
        for number, row in enumerate(_rows("different.tsv"), 1)
    ]
    changed = [Pair(_asked("", *row[2:5]), row[5], False, number) for number, row in enumerate(_rows("changed.tsv"), 1)]
    return same + others + changed

"""How long reports of a kind are kept: whole years or for ever, by an item of the list of documents with periods (Order 263 of 29.09.2017).

Years are counted as the rules of archives do: from 1 January of the year after the one in which a report was finished. A version of a kind
that says nothing leaves its reports without a period, and what has none is never purged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from register.documents import Document

_MEMBERS = ("years", "permanent", "item")
#: What is kept longer than a life is kept for ever.
MOST_YEARS = 100


@dataclass(frozen=True)
class Retention:
    """A retention period: `years`, or for ever where that is None. `item` is the item of the list that lays it down."""

    years: int | None
    item: str

    @property
    def permanent(self) -> bool:
        """Whether reports are kept for ever."""
        return self.years is None

    def over_on(self, finished_in: int) -> date | None:
        """The first day on which a report that was finished in a year need not be kept; None when it is kept for ever."""
        return None if self.years is None else date(finished_in + 1 + self.years, 1, 1)


def read(document: Document) -> Retention | None:
    """The period that the member `retention` describes, None where there is none; keeps a fault for each thing that cannot be meant."""
    if document.value is None:
        return None
    document.only(_MEMBERS)
    permanent = document.boolean("permanent", default=False)
    if permanent == (document.at("years").value is not None):
        document.fault("retention_one_of")
    item = document.text("item", longest=100)
    return Retention(None if permanent else document.integer("years", 1, least=1, most=MOST_YEARS), item)


def longest(periods: Iterable[Retention | None]) -> Retention | None:
    """The longest of some periods, the first of equal ones; those that say nothing don't count."""
    said = [period for period in periods if period is not None]
    return max(said, key=lambda period: MOST_YEARS + 1 if period.years is None else period.years) if said else None


@dataclass(frozen=True)
class Term:
    """The period that holds for reports of one version of a kind, and the version that lays it down; both None where none does.

    A report is kept for the longest period that its own version or a later one that is in force says. So a new version never shortens
    what is kept already, and one that is the first to say something speaks for the reports of those before it, too.
    """

    retention: Retention | None = None
    version: int | None = None


def terms(said: Iterable[tuple[str, int, Retention | None]]) -> dict[tuple[str, int], Term]:
    """What holds for each version, by code and number; `said` are the versions that have begun, each kind's in order."""
    of_kinds: dict[str, list[tuple[int, Retention | None]]] = {}
    for code, version, period in said:
        of_kinds.setdefault(code, []).append((version, period))
    found: dict[tuple[str, int], Term] = {}
    for code, versions in of_kinds.items():
        holds = Term()
        for version, period in reversed(versions):
            if period is not None and longest([period, holds.retention]) is period:
                holds = Term(period, version)
            found[code, version] = holds
    return found


def stored(value: Mapping[str, Any] | None) -> Retention | None:
    """The period of a document that was read before."""
    return read(Document(value))

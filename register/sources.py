"""What a check compares a report with: the period before, the same period of the year before, the body's own history, other reports.

In an expression the name of a source stands before an address: `previous.`, `last_year.`, `history.` (a list: the figures of the same cell
in accepted reports of up to twelve periods before, the latest first), or a name that the kind gives to another kind of report in `others`.
What is not there makes the check silent, or is itself told where the check says so.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Protocol

from expressions import Known
from register.documents import CODE, RESERVED, Document
from register.mentions import PREVIOUS, Mention

LAST_YEAR: Final = "last_year"
HISTORY: Final = "history"
OWN: Final = (PREVIOUS, LAST_YEAR, HISTORY)
#: So many figures a history needs to say anything, and has at most.
SHORTEST_HISTORY, LONGEST_HISTORY = 3, 12


class Source(Protocol):
    """Gives what expressions see of a report, or of several."""

    def can_say(self, mention: Mention) -> bool:
        """Whether what is mentioned is there."""
        ...

    def seen(self, mention: Mention) -> Any:
        """What an expression sees of it."""
        ...


class Past:
    """The figures of cells in accepted reports of before, by address, the latest first."""

    def __init__(self, figures: Mapping[str, Sequence[Decimal]]) -> None:
        self._figures = figures

    def can_say(self, mention: Mention) -> bool:
        """Whether there are enough of them."""
        return len(self._figures.get(str(mention.address), ())) >= SHORTEST_HISTORY

    def seen(self, mention: Mention) -> Known:
        """The list of them."""
        return Known(self._figures.get(str(mention.address), ())[:LONGEST_HISTORY])


def read_others(document: Document, sections: set[str]) -> dict[str, str]:
    """The names that a kind gives to other kinds of report, with their codes; faults are kept in the document."""
    found: dict[str, str] = {}
    for name, held in document.members("others"):
        if not CODE.fullmatch(name) or name in RESERVED or name in sections or name in OWN:
            held.fault("document_code")
        found[name] = document.at("others").text(name, longest=30)
    return found

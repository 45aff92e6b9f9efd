"""The desk of a methodologist: drafts of kinds of report, sent through the door."""

from copy import deepcopy
from typing import Any

from tests.country import Country, Person
from tests.register.factories import names

#: A kind with one cell of the indicator that comes with it.
DOCUMENT: dict[str, Any] = {
    "format": 1,
    "code": "NEW-01",
    "version": 1,
    "names": names("Бос орындар"),
    "legal_basis": {"names": names("Order"), "number": "7", "date": "2026-01-10"},
    "places": {"office": {"names": names("office")}},
    "addressee": "office",
    "periodicity": "quarter",
    "valid_from": "2026-11-01",
    "reporting": [{"level": "district", "kind": "akimat"}],
    "due": {"district": {"working_day": 3}},
    "signature": "none",
    "minutes": 30,
    "report_class": "open",
    "sections": [
        {"code": "jobs", "names": names("jobs"), "fields": [{"code": "vacant", "names": names("vacant"), "indicator": "NEW.VACANT"}]}
    ],
}
INDICATOR: dict[str, Any] = {
    "code": "NEW.VACANT",
    "names": {"kk": "Мектеп кітапханаларының саны", "ru": "Количество школьных библиотек", "en": "School libraries"},
    "definition": names("definition"),
    "unit": {"kk": "бірлік", "ru": "единиц", "en": "units"},
    "value_type": "integer",
    "owner": "Ministry",
}


class Desk:
    """A methodologist with the country around them."""

    def __init__(self, country: Country, author: Person) -> None:
        self.country = country
        self.author = author
        self.owner = country.tree.ministry
        self.side = country.tree.department

    def draft(self, **changes: Any) -> dict[str, Any]:
        """A draft as it is sent."""
        parties = {"owner_id": str(self.owner.id), "agreeing": [str(self.side.id)], "reason": "Бұрын сұралмаған"}
        return {"document": deepcopy(DOCUMENT) | changes, "indicators": [deepcopy(INDICATOR)], **parties}

    def drafts(self, **changes: Any) -> dict[str, Any]:
        """A draft that was kept."""
        made: dict[str, Any] = self.author.posts("/register/changes", self.draft(**changes))
        return made

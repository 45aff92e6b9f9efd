"""What a kind says besides its contents, taken from the head of a form; what nobody says is guessed and doubted."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from register.drafting import captions, heads
from register.drafting.draft import Notes, Place
from register.drafting.heads import Head, Said
from register.drafting.leaves import Leaf
from register.names import Names
from register.reading import FORMAT, LEVELS

_RESTRICTED: Final = re.compile(r"\bдсп\b|қбпү|для служебного пользования|қызмет бабында", re.IGNORECASE)
_PERSONAL: Final = re.compile(r"жсн|иин\b|фамили|аты-жөні|персональн|дербес дерек", re.IGNORECASE)
#: The doubt about captions that a language lacks.
LACKING: Final = {"kk": "draft_kazakh_lacking", "ru": "draft_russian_lacking"}
_AKIMAT: Final = re.compile(r"әкім|аким", re.IGNORECASE)
#: Minutes for a form without cells, and for each of its cells.
_MINUTES: Final = (30, 1)
_DIGITS: Final = re.compile(r"[^A-Z0-9]+")


class Outline:
    """Makes the outline of one form; what is read and guessed goes into the notes."""

    def __init__(self, head: Head, notes: Notes) -> None:
        self._head = head
        self._notes = notes
        self.owner = "—"

    def document(self, code: str, valid_from: date) -> dict[str, Any]:
        """The document without its contents."""
        addressee = self._addressee()
        self.owner = addressee.ru
        levels = self._levels()
        return {
            "format": FORMAT,
            "code": code or self._code(),
            "version": 1,
            "names": self._names().as_dict(),
            "legal_basis": self._act(valid_from),
            "places": {"addressee": {"names": addressee.as_dict()}},
            "addressee": "addressee",
            "periodicity": self._periodicity(),
            "valid_from": valid_from.isoformat(),
            "reporting": [{"level": level} | ({"kind": "akimat"} if level != "state" and self._of_akimats() else {}) for level in levels],
            "due": {level: self._due() for level in levels},
            "signature": "head",
            "minutes": _MINUTES[0],
            "report_class": "open",
        }

    def minutes(self, cells: int) -> int:
        """Declared minutes: a guess by the number of cells."""
        found = min(_MINUTES[0] + _MINUTES[1] * cells, 10_000)
        self._notes.doubt("draft_minutes_guessed", pointer="/minutes", minutes=found)
        return found

    def signature(self, leaves: Sequence[Leaf]) -> str:
        """Who signs, by the words below the tables."""
        signed = [said for leaf in leaves for said in leaf.signatures]
        if not signed:
            self._notes.doubt("draft_signature_guessed", pointer="/signature")
            return "head"
        found = "akim" if any(_AKIMAT.search(said.value) for said in signed) else "head"
        self._notes.propose("signature", "/signature", signed[0].place, found, confidence=0.8)
        return found

    def doubts(self, leaves: Sequence[Leaf]) -> None:
        """Doubt what a document has no place for, and what is told of people."""
        notes = [said.place for leaf in leaves for said in leaf.notes]
        if notes:
            self._notes.doubt("draft_notes_left_out", notes)
        texts = [said for leaf in leaves for part in leaf.above for said in part]
        marked = [said.place for said in texts if _RESTRICTED.search(said.value)]
        if marked:
            self._notes.doubt("draft_class_restricted", marked, pointer="/report_class")
        people = [
            leaf.grid.place(table.head_end, column)
            for leaf in leaves
            for table in leaf.tables
            for column in table.columns
            if _PERSONAL.search(leaf.grid.text(table.head_end, column))
        ]
        if people:
            self._notes.doubt("draft_class_personal", people, pointer="/report_class")
        self._notes.doubt("draft_english_lacking")

    def _names(self) -> Names:
        title = self._head.title
        if title.empty:
            self._notes.doubt("draft_title_missing", pointer="/names")
            return Names("Атауы жоқ нысан", "Форма без названия", "A form without a name")
        place = self._head.titles[0].place
        self._notes.propose("names", "/names", place, title.ru or title.kk)
        if title.lacking:
            self._notes.doubt(LACKING[title.lacking], [place])
        return title.names

    def _code(self) -> str:
        said = self._head.facts.get("index")
        latin = captions.code_of(f"i{said.value}", set(), "")[1:].upper() if said else ""
        code = _DIGITS.sub("-", latin).strip("-")[:30]
        if said is None or len(code) < 2:
            self._notes.doubt("draft_code_missing", [said.place] if said else [], pointer="/code")
            return "NEW-FORM"
        self._notes.propose("code", "/code", said.place, code, confidence=0.8)
        return code

    def _act(self, valid_from: date) -> dict[str, Any]:
        if self._head.acts:
            number, day, place = self._head.acts[0]
            kk, ru = (re.sub(r"\s+", " ", told).strip()[:400] for told in captions.languages(self._head.facts["act"].value))
            names = Names(kk or ru, ru or kk)
            self._notes.propose("legal_basis", "/legal_basis", place, f"№ {number}, {day.isoformat()}")
            return {"names": names.as_dict(), "number": number, "date": day.isoformat()}
        self._notes.doubt("draft_act_missing", pointer="/legal_basis")
        return {
            "names": Names("Актісі көрсетілмеген", "Акт не указан", "No act named").as_dict(),
            "number": "—",
            "date": valid_from.isoformat(),
        }

    def _addressee(self) -> Names:
        said = self._head.facts.get("addressee")
        if said is None:
            self._notes.doubt("draft_addressee_missing", pointer="/addressee")
            return Names("Адресат көрсетілмеген", "Адресат не указан", "No addressee named")
        self._notes.propose("addressee", "/addressee", said.place, said.value, confidence=0.8)
        self._notes.doubt("draft_addressee_unbound", [said.place], pointer="/places/addressee", name=said.value[:200])
        return captions.read(said.value).names

    def _periodicity(self) -> str:
        said = self._head.facts.get("periodicity")
        found = heads.periodicity(said.value) if said else None
        if said and found:
            self._notes.propose("periodicity", "/periodicity", said.place, found, confidence=0.95)
            return found
        for title in self._head.titles:
            found = heads.periodicity(title.value)
            if found:
                self._notes.propose("periodicity", "/periodicity", title.place, found, confidence=0.6)
                return found
        self._notes.doubt("draft_periodicity_missing", _places(said), pointer="/periodicity")
        return "quarter"

    def _levels(self) -> list[str]:
        said = self._head.facts.get("circle")
        found = heads.levels(said.value) if said else []
        if said and found:
            self._notes.propose("reporting", "/reporting", said.place, said.value[:300], confidence=0.6)
            self._notes.doubt("draft_circle_read", [said.place], pointer="/reporting", levels=", ".join(found))
            return [level for level in reversed(LEVELS) if level in found]
        self._notes.doubt("draft_circle_missing", _places(said), pointer="/reporting")
        return ["district"]

    def _of_akimats(self) -> bool:
        said = self._head.facts.get("circle")
        return said is None or _AKIMAT.search(said.value) is not None

    def _due(self) -> dict[str, Any]:
        said = self._head.facts.get("due")
        found = heads.due(said.value) if said else None
        if said is None or found is None:
            self._notes.doubt("draft_due_missing", _places(said), pointer="/due")
            return {"working_day": 5}
        if not any(held.part == "due" for held in self._notes.proposals):
            self._notes.propose("due", "/due", said.place, said.value[:300], confidence=0.85)
        return dict(found)


def _places(said: Said | None) -> Iterable[Place]:
    return [said.place] if said else []

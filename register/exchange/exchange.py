"""Export and import as the rest of the product sees them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from organisations import permissions
from organisations.actors import Actor
from organisations.errors import NotPermitted
from organisations.permissions import EVERYWHERE, Permission
from refusals import Fault, Refusal
from register import reading, shelf
from register.documents import LONGEST_ACT_NUMBER, Document
from register.errors import ActNeeded, IndicatorsInvalid, KindInvalid
from register.exchange import package as packages
from register.exchange import sheets, workbooks
from register.exchange.errors import RegisterFileRefused
from register.exchange.package import Package
from storage import journal
from storage.clock import Clock
from storage.database import session

if TYPE_CHECKING:
    from register.register import Register

MOST_FAULTS = 500


@dataclass
class Taken:
    """What an import changed, or would: how many are `new`, `changed`, `unchanged`; and the faults, for which nothing is taken."""

    dry_run: bool
    indicators: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: Sequence[Fault] = ()


class Exchange:
    """Carries the Register out and in. Needs an application context, importing a transaction. `by=None` is the console."""

    def __init__(self, register: "Register", clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def export(self, form: str) -> bytes:
        """All indicators and all versions of all kinds, as `xlsx` or `json`. Raises SheetTooNarrow."""
        held = self.package()
        return sheets.written(held) if form == "xlsx" else packages.write(held)

    def package(self) -> Package:
        """The same as documents."""
        held = Package()
        held.indicators = shelf.indicator_documents()
        held.kinds = [
            {"document": row.document, "act_number": row.act_number, "act_date": row.act_date.isoformat()} for row in shelf.all_versions()
        ]
        return held

    def take(self, data: bytes, *, dry_run: bool = False, by: Actor | None = None) -> Taken:
        """Import a file, all of it or nothing; a dry run only says what would come of it.

        Kinds that are not in the Register yet are for whoever may load it, in a dry run too. Raises RegisterFileRefused with the faults by
        place (in a dry run they are answered), RegisterFileUnreadable, NotPermitted and what workbooks are refused for.
        """
        if by is not None:
            permissions.require(by, Permission.REGISTER_EDIT, EVERYWHERE)
        package = workbooks.read(data) if data.startswith((b"PK", b"\xd0\xcf")) else packages.read(data)
        taken = Taken(dry_run)
        with session.begin_nested() as attempt:
            faults = [*package.faults, *map(package.placed, self._take(package, taken, by))][:MOST_FAULTS]
            if faults or dry_run:
                attempt.rollback()
        self._register.forget()
        if faults and not dry_run:
            raise RegisterFileRefused(faults)
        taken.faults = faults
        if not dry_run:
            self._tell(taken, by)
        return taken

    def _take(self, package: Package, taken: Taken, by: Actor | None) -> list[Fault]:
        faults = self._take_indicators(package.indicators, taken, by)
        for place, held in _by_version(package.kinds):
            faults += self._take_kind(held, f"/kinds/{place}", taken, by)
        return faults

    def _take_indicators(self, documents: list[Any], taken: Taken, by: Actor | None) -> list[Fault]:
        try:
            read = shelf.read_indicators(documents)
        except IndicatorsInvalid as invalid:
            return [replace(fault, pointer=f"/indicators{fault.pointer}") for fault in invalid.faults]
        known = {document["code"]: document for document in shelf.indicator_documents()}
        faults: list[Fault] = []
        for place, (each, document) in enumerate(zip(read, documents, strict=True)):
            if _told(known.get(each.code)) == _told(document):
                taken.indicators["unchanged"] += 1
                continue
            try:
                self._register.import_indicators([document], by)
                taken.indicators["changed" if each.code in known else "new"] += 1
            except Refusal as refusal:
                faults.append(Fault(f"/indicators/{place}", refusal.code, refusal.fields))
        return faults

    def _take_kind(self, held: Any, pointer: str, taken: Taken, by: Actor | None) -> list[Fault]:
        document = held.get("document") if isinstance(held, dict) else None
        if not isinstance(document, dict):
            return [Fault(f"{pointer}/document", "document_object")]
        code = str(document.get("code"))
        rows = shelf.versions(code) if reading.is_code(code) else []
        if any(row.version == document.get("version") and _told(row.document) == _told(document) for row in rows):
            taken.kinds["unchanged"] += 1
            return []
        act = Document(held, pointer)
        number, day = act.text("act_number", "", longest=LONGEST_ACT_NUMBER) if held.get("act_number") else "", act.day("act_date")
        if act.faults:
            return act.faults
        try:
            with session.begin_nested():
                self._register.import_kind(document, act_number=number, act_date=day, by=by)
        except KindInvalid as invalid:
            return [replace(fault, pointer=f"{pointer}/document{fault.pointer}") for fault in invalid.faults]
        except NotPermitted:
            raise
        except Refusal as refusal:
            return [Fault(f"{pointer}/act_number" if isinstance(refusal, ActNeeded) else pointer, refusal.code, refusal.fields)]
        taken.kinds["new"] += 1
        return []

    def _tell(self, taken: Taken, by: Actor | None) -> None:
        journal.record(
            "register:imported",
            at=self._clock.now(),
            subject=("register", "register"),
            actor=by.by if by else None,
            indicators=dict(taken.indicators),
            kinds=dict(taken.kinds),
        )


def _by_version(kinds: list[Any]) -> list[tuple[int, Any]]:
    """Kinds with their places in the file, in the order in which their versions follow one another."""

    def order(held: tuple[int, Any]) -> tuple[str, int]:
        document = held[1].get("document") if isinstance(held[1], dict) else None
        version = document.get("version") if isinstance(document, dict) else None
        return (str(document.get("code")) if isinstance(document, dict) else "", version if isinstance(version, int) else 0)

    return sorted(enumerate(kinds), key=order)


def _told(document: Any) -> Any:
    """A document without what says nothing: empty lists and objects, members that are null."""
    if isinstance(document, dict):
        return {name: told for name, value in document.items() if (told := _told(value)) not in (None, [], {})}
    return [_told(value) for value in document] if isinstance(document, list) else document

"""An act of destruction on paper: who draws it up and approves it, what it destroys by kind and year, and each report by its key."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import texts
from documents import pdf_files, word_files
from documents.printed import Column, Line, Printed, Table
from organisations.actors import Actor
from organisations.organisations import Organisations
from register.errors import KindNotFound
from register.register import Register
from reports.archive.destruction import Destruction, DestructionAct
from reports.models import Report
from storage.clock import Clock
from storage.pages import MAX_LIMIT, Key

#: Reports that the list of an act names; what is beyond is said, and read in Esep.
MOST_NAMED = 2_000


class Printing:
    """Prints acts of destruction, as far as the actor may know of what is on them."""

    def __init__(self, *, clock: Clock, register: Register, organisations: Organisations, destruction: Destruction) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._destruction = destruction

    def as_word_file(self, actor: Actor, act_id: UUID, language: str) -> bytes:
        """An act on paper, as DOCX. Raises DestructionActNotFound."""
        return word_files.write(self._printed(actor, act_id, language))

    def as_pdf_file(self, actor: Actor, act_id: UUID, language: str) -> bytes:
        """An act on paper, as PDF. Raises DestructionActNotFound."""
        return pdf_files.write(self._printed(actor, act_id, language))

    def _printed(self, actor: Actor, act_id: UUID, language: str) -> Printed:
        act = self._destruction.get(actor, act_id)
        people = self._organisations.users.many([one for one in (act.drafted_by, act.approved_by) if one])
        names = {user_id: user.name(language) for user_id, user in people.items()}
        days = {moment: self._register.calendar.day_of(moment) for moment in (act.drafted_at, act.approved_at) if moment}
        sheet = _Sheet(language, act, self._organisations.bodies.get(act.body_id).name(language), names, days)
        named = list(self._named(actor, act_id))
        rows = [self._row(number, report, language) for number, report in enumerate(named, 1)]
        kinds = [self._kind(str(line["kind"]), language) for line in act.lines]
        return Printed(
            sheet.say("destruction_printed_title"), language, self._clock.now(), [*sheet.head(), *sheet.table(kinds), *sheet.list(rows)]
        )

    def _named(self, actor: Actor, act_id: UUID) -> Iterator[Report]:
        after: Key | None = None
        for _ in range(MOST_NAMED // MAX_LIMIT):
            page = self._destruction.reports(actor, act_id, limit=MAX_LIMIT, after=after)
            yield from page.items
            after = page.next
            if after is None:
                return

    def _row(self, number: int, report: Report, language: str) -> tuple[str, ...]:
        ended = "" if report.ended_at is None else _day(self._register.calendar.day_of(report.ended_at))
        stage = texts.say(f"stage_{report.stage}", {}, language)
        return (str(number), report.business_key, report.period, stage, ended)

    def _kind(self, code: str, language: str) -> str:
        """The name of a kind in its newest version."""
        try:
            return self._register.kind_version(code, self._register.versions(code)[0].version).names.say(language)
        except KindNotFound:
            return code


@dataclass(frozen=True)
class _Sheet:
    language: str
    act: DestructionAct
    body: str
    people: dict[str, str]
    days: dict[datetime, date]

    def say(self, code: str, **fields: object) -> str:
        return texts.say(code, fields, self.language)

    def head(self) -> Iterable[Line]:
        act = self.act
        yield Line(self.body, "right", bold=True)
        if act.approved_by is not None and act.approved_at is not None:
            who, on = self.people.get(act.approved_by, ""), _day(self.days[act.approved_at])
            yield Line(self.say("destruction_printed_approved", who=who, date=on), "right")
        else:
            yield Line(self.say("destruction_printed_draft"), "right")
        yield Line("")
        yield Line(self.say("destruction_printed_title"), "center", bold=True, size=14)
        yield Line(self.say("destruction_printed_number", number=act.number, date=_day(act.dated)), "center")
        yield Line("")

    def table(self, kinds: list[str]) -> Iterable[Line | Table]:
        rows = [
            (str(line["kind"]), kind, str(line["finished_in"]), str(line["years"]), str(line["item"]), str(line["reports"]))
            for line, kind in zip(self.act.lines, kinds, strict=True)
        ]
        yield self._table((("kind", 12), ("name", 50), ("year", 12), ("years", 12), ("item", 16), ("reports", 12)), rows)
        yield Line(self.say("destruction_printed_total", reports=sum(int(line["reports"]) for line in self.act.lines)), bold=True)
        yield Line(
            self.say("destruction_printed_drafted", who=self.people.get(self.act.drafted_by, ""), date=_day(self.days[self.act.drafted_at]))
        )
        yield Line("")

    def list(self, rows: list[tuple[str, ...]]) -> Iterable[Line | Table]:
        yield Line(self.say("destruction_printed_list"), bold=True, size=12)
        yield self._table((("number", 8), ("key", 60), ("period", 16), ("stage", 24), ("ended", 20)), rows)
        left = self.act.waiting + self.act.purged - len(rows)
        if left > 0:
            yield Line(self.say("destruction_printed_more", count=left))

    def _table(self, columns: Iterable[tuple[str, int]], rows: Iterable[tuple[str, ...]]) -> Table:
        return Table(tuple(Column(self.say(f"destruction_column_{name}"), share) for name, share in columns), tuple(rows))


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"

"""Full-text search in Kazakh and Russian: over what people wrote in and about reports, names of kinds and indicators, and business keys.

Words are reduced to stems as the duplicates gate does it. Those of texts, notes and remarks stand in `report_words`, with the least that a
person must see of a report to read them there. They are written in the transaction of the content itself: a search by somebody who may no
longer, or not yet, read a text must not find it by its words. Reports of restricted kinds have no words and are not found.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa

from organisations.actors import Actor
from organisations.tables import BodyRow
from register import periods
from register import shelf as register_shelf
from register.cells import ValueType
from register.duplicates import words
from register.errors import PeriodInvalid
from register.kinds import Kind
from register.register import Register
from reports import canonical, lines, shelf
from reports.lifecycle import Stage
from reports.models import Remark, RemarkMessage, Report, ReportWord, Revision
from reports.permits import Side
from reports.shelf import PERSONAL, RESTRICTED, View
from storage import database
from storage.database import session

LONGEST = 40
#: Letters that a mistyped word must begin with like the one that is meant.
_SURE = 3
#: Reports that few have: a word that is kept more often is looked for report by report.
_FEW = 5_000
#: Words that a question names at most.
_MOST_WORDS = 100
#: Words that one statement takes away.
_AT_ONCE = 500
_TABLE = cast(sa.Table, ReportWord.__table__)


class Search:
    """What a text means as a condition on reports; whether the words that are kept are those of the contents."""

    def __init__(self, *, register: Register, kind_of: Callable[[Report], Kind]) -> None:
        self._register = register
        self._kind_of = kind_of

    def condition(self, actor: Actor, text: str) -> sa.ColumnElement[bool]:
        """Whether a report has every word of a text, where the actor may read it; a text without words finds nothing."""
        reader = _Reader(actor)
        parts = [found for part in text.replace(":", " ").split() if (found := self._part(part, reader)) is not None]
        return sa.and_(Report.report_class != RESTRICTED, *parts) if parts else sa.false()

    def rebuild(self) -> int:
        """Write the words of every report anew where they are not those of its contents; gives of how many."""
        return sum(keep(report, self._kind_of(report)) for report in _all())

    def stale(self) -> Iterator[UUID]:
        """The reports whose words are not those of their contents."""
        for report in _all():
            if _kept(report.id) != _wanted(report, self._kind_of(report)):
                yield report.id

    def _part(self, part: str, reader: "_Reader") -> sa.ColumnElement[bool] | None:
        found = [self._has(word, stems, reader) for word, stems in words.sought(part)]
        either = [*_of_key(part), *([sa.and_(*found)] if found else [])]
        return sa.or_(*either) if either else None

    def _has(self, word: str, stems: frozenset[str], reader: "_Reader") -> sa.ColumnElement[bool]:
        sought, kinds = _is(word, stems), self._register.words.having(word, stems)
        if not kinds and not reader.reads(sought):
            near = reader.readable(_near(stems)) | self._register.words.near(stems)
            sought, kinds = ReportWord.word.in_(near), self._register.words.having("", near)
        return sa.or_(shelf.of_versions(kinds), reader.written(sought)) if kinds else reader.written(sought)


class _Reader:
    """Which words an actor may read. No others may tell in what is found, not even by whether typing errors are forgiven.

    Of words that few reports have, a database is told to begin with these, whatever it thinks of how the words are spread; of frequent ones
    it looks into the reports that it comes to.
    """

    def __init__(self, actor: Actor) -> None:
        self._known = sa.and_(shelf.known_to(actor), Report.report_class != RESTRICTED)
        members = shelf.member_bodies(actor)
        theirs = [(Report.body_id.in_(members), View.DRAFT), (Report.receiver_id.in_(members), View.SUBMITTED)]
        self._audiences: list[tuple[sa.ColumnElement[bool], View]] = [(sa.true(), View.STAGE), *(theirs if members else [])]

    def written(self, sought: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """Whether a word is written in a report where it may be read."""
        has = _among_few if _is_rare(sought) else _in_each
        return sa.or_(*(sa.and_(whose, has(sought, view.value)) for whose, view in self._audiences))

    def reads(self, sought: sa.ColumnElement[bool]) -> bool:
        """Whether a word is written anywhere where it may be read."""
        return session.scalar(sa.select(Report.id).where(self._known, self.written(sought)).limit(1)) is not None

    def readable(self, known: Collection[str]) -> frozenset[str]:
        """Those of some words that may be read."""
        return frozenset(word for word in known if self.reads(ReportWord.word == word))


def _is_rare(sought: sa.ColumnElement[bool]) -> bool:
    some = sa.select(ReportWord.word).where(sought).limit(_FEW + 1).subquery()
    return (session.scalar(sa.select(sa.func.count()).select_from(some)) or 0) <= _FEW


def _among_few(sought: sa.ColumnElement[bool], least: int) -> sa.ColumnElement[bool]:
    """Whether a report is one of those that have a word; they are found once, before any report is looked at."""
    having = sa.select(ReportWord.report_id).where(sought, ReportWord.audience <= least)
    return Report.id == sa.any_(sa.func.array(having.scalar_subquery())) if database.is_postgresql() else Report.id.in_(having)


def _in_each(sought: sa.ColumnElement[bool], least: int) -> sa.ColumnElement[bool]:
    """The same, asked of each report for itself."""
    return sa.exists().where(ReportWord.report_id == Report.id, sought, ReportWord.audience <= least).correlate(Report)


def keep(report: Report, kind: Kind) -> bool:
    """Keep the words of a report as its contents now stand, in the present transaction; gives whether any changed."""
    wanted, kept = _wanted(report, kind), _kept(report.id)
    gone = [word for word, audience in kept.items() if wanted.get(word) != audience]
    new = [word for word, audience in wanted.items() if kept.get(word) != audience]
    for first in range(0, len(gone), _AT_ONCE):
        some = gone[first : first + _AT_ONCE]
        session.connection().execute(sa.delete(_TABLE).where(_TABLE.c.report_id == report.id, _TABLE.c.word.in_(some)))
    if new:
        session.execute(sa.insert(_TABLE), [{"word": word, "report_id": report.id, "audience": wanted[word]} for word in new])
    return bool(gone or new)


def has_words(kind: Kind, address: str) -> bool:
    """Whether what stands in a cell is searched."""
    cell = kind.cells.get(address)
    return cell is not None and cell.value_type is ValueType.TEXT


def _kept(report_id: UUID) -> dict[str, int]:
    session.flush()
    rows = session.execute(sa.select(ReportWord.word, ReportWord.audience).where(ReportWord.report_id == report_id))
    return {row.word: row.audience for row in rows}


def _wanted(report: Report, kind: Kind) -> dict[str, int]:
    """The stems of what is written, each with the widest audience that it has."""
    wanted: dict[str, int] = {}
    if report.report_class == RESTRICTED:
        return wanted
    for audience, text in _texts(report, kind):
        for _, stems in words.sought(text):
            for stem in stems:
                word = stem[:LONGEST]
                wanted[word] = min(wanted.get(word, audience), audience)
    return wanted


def _texts(report: Report, kind: Kind) -> Iterator[tuple[int, str]]:
    if kind.sections_with_texts:
        draft = lines.cells(report.id, kind.sections_with_texts)
        yield from ((View.DRAFT.value, text) for text in _of_cells(kind, draft))
    yield from ((View.DRAFT.value, note) for note in report.notes.values())
    submitted = sa.select(Revision).where(Revision.report_id == report.id, Revision.submitted_at.is_not(None))
    latest = sa.select(sa.func.max(Revision.number)).where(Revision.report_id == report.id, Revision.submitted_at.is_not(None))
    number = Revision.number == (report.revision if report.stage is Stage.ACCEPTED else latest.scalar_subquery())
    for revision in session.scalars(submitted.where(sa.or_(number, Revision.number == report.accepted_revision))):
        content = canonical.from_bytes(revision.content)
        known = revision.number == report.accepted_revision and report.report_class != PERSONAL
        audience = View.STAGE.value if known else View.SUBMITTED.value
        yield from ((audience, text) for text in (*_of_cells(kind, content.cells), *content.notes.values()))
    said = sa.select(Remark.side, RemarkMessage.text).join(RemarkMessage, RemarkMessage.remark_id == Remark.id)
    for row in session.execute(said.where(Remark.report_id == report.id)):
        yield (View.SUBMITTED if row.side == Side.RECEIVER else View.DRAFT).value, row.text


def _of_cells(kind: Kind, cells: Mapping[str, Any]) -> Iterator[str]:
    for address, value in cells.items():
        if has_words(kind, address) and isinstance(value, str):
            yield value


def _is(word: str, stems: frozenset[str]) -> sa.ColumnElement[bool]:
    """Whether a kept word is one of the stems, or goes on from what was typed.

    What words there are is asked first, so that a database knows how many it looks for; of very many it is told the beginning.
    """
    same = {stem[:LONGEST] for stem in stems}
    if len(word) < words.SHORTEST_BEGINNING:
        return ReportWord.word.in_(sorted(same))
    known = _kept_words(word[:LONGEST])
    if len(known) > _MOST_WORDS:
        return sa.or_(ReportWord.word.in_(sorted(same)), _begins(word[:LONGEST]))
    return ReportWord.word.in_(sorted({*same, *known}))


def _begins(beginning: str) -> sa.ColumnElement[bool]:
    return sa.and_(ReportWord.word >= beginning, ReportWord.word < beginning[:-1] + chr(ord(beginning[-1]) + 1))


def _near(stems: frozenset[str]) -> frozenset[str]:
    """The words that are kept from which some stems may differ by typing errors after their first letters."""
    long = [stem for stem in stems if len(stem) > _SURE and stem.isalpha()]
    known = {word for beginning in {stem[:_SURE] for stem in long} for word in _kept_words(beginning, None)}
    return frozenset(word for word in known if any(words.is_near(stem, word) for stem in long))


def _kept_words(beginning: str, most: int | None = _MOST_WORDS + 1) -> Sequence[str]:
    """The kept words that begin so, each once: each is found by the index behind the one before, however often it is kept."""
    first = sa.select(sa.func.min(ReportWord.word).label("word")).where(_begins(beginning)).cte("known", recursive=True)
    following = sa.select(sa.func.min(ReportWord.word)).where(_begins(beginning), ReportWord.word > first.c.word).scalar_subquery()
    known = first.union_all(sa.select(following).where(first.c.word.is_not(None)))
    return session.scalars(sa.select(known.c.word).where(known.c.word.is_not(None)).limit(most)).all()


def _of_key(part: str) -> Iterator[sa.ColumnElement[bool]]:
    """What a part of a business key says: the body by BIN or KATO code, the period, the kind."""
    number = part.removeprefix("BIN-").removeprefix("KATO-")
    if number.isascii() and number.isdigit() and len(number) in (9, 12):
        column = BodyRow.kato if len(number) == 9 else BodyRow.bin
        yield Report.body_id.in_(sa.select(BodyRow.id).where(column == number))
    try:
        yield Report.period == periods.parse(part).text
    except PeriodInvalid:
        if register_shelf.is_known(part.upper()):
            yield Report.kind_code == part.upper()


def _all() -> Iterator[Report]:
    last: UUID | None = None
    while True:
        query = sa.select(Report).order_by(Report.id).limit(500)
        some = session.scalars(query if last is None else query.where(Report.id > last)).all()
        yield from some
        if not some:
            return
        last = some[-1].id

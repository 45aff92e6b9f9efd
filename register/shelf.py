"""Kinds and indicators as they are kept: rows of documents, and what may become one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from refusals import Fault
from register import indicators
from register.documents import Document
from register.errors import (
    IndicatorFixed,
    IndicatorNotFound,
    IndicatorsInvalid,
    KindInForce,
    KindInvalid,
    KindNotFound,
    KindVersionOutOfOrder,
)
from register.indicators import Indicator
from register.kinds import Kind
from register.models import IndicatorEditionRow, IndicatorRow, KindRow
from storage.database import session

#: Rows that one query asks for by their codes.
_AT_ONCE = 500
#: Indicators, and versions of kinds, that are taken in at once.
MOST_AT_ONCE = 50_000


#: The code of a kind and the number of its version.
Version: TypeAlias = tuple[str, int]


class Imported(NamedTuple):
    """A version of a kind and when it was put in force."""

    code: str
    version: int
    at: datetime


class Span(NamedTuple):
    """A version of a kind and the days it is in force; `last` is None while no end is known."""

    code: str
    version: int
    first: date
    last: date | None


@dataclass(frozen=True)
class Validity:
    """A version of a kind and the days it is in force; `last` is None while no end is known. The act put it in force."""

    code: str
    version: int
    first: date
    last: date | None
    act_number: str
    act_date: date


def in_force(on: date) -> list[Version]:
    """Code and version of the kinds that are in force on a day, by code."""
    query = sa.select(KindRow.code, KindRow.version).where(KindRow.valid_from <= on, _not_ended(on)).order_by(KindRow.code)
    return [(row.code, row.version) for row in session.execute(query)]


def imported(on: date) -> list[Imported]:
    """The versions that are in force on a day, each with when it was put there: what was made of one holds as long as this does."""
    query = sa.select(KindRow.code, KindRow.version, KindRow.imported_at).where(KindRow.valid_from <= on, _not_ended(on))
    return [Imported(*row) for row in session.execute(query)]


def documents_of(versions: Iterable[Version]) -> dict[Version, dict[str, Any]]:
    """The documents of some versions; those that are not there are left out."""
    wanted = sorted(set(versions))
    found: dict[Version, dict[str, Any]] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        query = sa.select(KindRow.code, KindRow.version, KindRow.document)
        query = query.where(sa.tuple_(KindRow.code, KindRow.version).in_(wanted[first : first + _AT_ONCE]))
        found |= {(code, number): document for code, number, document in session.execute(query)}
    return found


def spans(first: date, last: date) -> list[Span]:
    """The versions that are in force on any of some days, by code and number."""
    query = sa.select(KindRow.code, KindRow.version, KindRow.valid_from, KindRow.valid_to)
    found = session.execute(query.where(KindRow.valid_from <= last, _not_ended(first)).order_by(KindRow.code, KindRow.version))
    return [Span(*row) for row in found]


def retentions(on: date, code: str | None = None) -> list[tuple[str, int, Any]]:
    """Code, version and the member `retention` of the document, of versions that have begun by a day, in order; of one kind or all."""
    said = KindRow.document["retention"]
    query = sa.select(KindRow.code, KindRow.version, said).where(KindRow.valid_from <= on).order_by(KindRow.code, KindRow.version)
    found = session.execute(query if code is None else query.where(KindRow.code == code))
    return [(row[0], row[1], row[2]) for row in found]


def version_in_force(code: str, on: date) -> int:
    """The version of a kind that is in force on a day. Raises KindNotFound."""
    number = session.scalar(sa.select(KindRow.version).where(KindRow.code == code, KindRow.valid_from <= on, _not_ended(on)))
    if number is None:
        raise KindNotFound(code)
    return number


def version(code: str, number: int) -> KindRow:
    """One version of a kind. Raises KindNotFound."""
    row = session.scalar(sa.select(KindRow).where(KindRow.code == code, KindRow.version == number))
    if row is None:
        raise KindNotFound(code)
    return row


def versions(code: str) -> list[KindRow]:
    """All versions of a kind, the newest first."""
    return list(session.scalars(sa.select(KindRow).where(KindRow.code == code).order_by(KindRow.version.desc())))


def all_versions() -> list[KindRow]:
    """All versions of all kinds, in order."""
    return list(session.scalars(sa.select(KindRow).order_by(KindRow.code, KindRow.version)))


def is_known(code: str) -> bool:
    """Whether there is or ever was a kind of this code."""
    return bool(session.scalar(sa.select(sa.exists().where(KindRow.code == code))))


def is_restricted(code: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """Whether a kind of this code is or was restricted, for a condition."""
    return sa.exists().where(KindRow.code == code, KindRow.document["report_class"].as_string() == "restricted")


def validities() -> list[Validity]:
    """When each version of each kind is in force, in order; documents are not read."""
    columns = (KindRow.code, KindRow.version, KindRow.valid_from, KindRow.valid_to, KindRow.act_number, KindRow.act_date)
    return [Validity(*row) for row in session.execute(sa.select(*columns).order_by(KindRow.code, KindRow.version))]


def validity(row: KindRow) -> Validity:
    """When a version is in force."""
    return Validity(row.code, row.version, row.valid_from, row.valid_to, row.act_number, row.act_date)


def add_kind(document: Mapping[str, Any], kind: Kind, *, act: tuple[str, date], at: datetime, by: str | None) -> KindRow | None:
    """Keep a new version; None when this very version is kept already. Raises KindInForce, KindVersionOutOfOrder."""
    known = versions(kind.code)
    same = next((row for row in known if row.version == kind.version), None)
    if same is not None:
        if same.document != document:
            raise KindInForce(kind.code, kind.version)
        return None
    _require_next(kind, known[0] if known else None)
    if known and known[0].valid_to is None:
        known[0].valid_to = kind.valid_from - timedelta(days=1)
    row = KindRow(
        code=kind.code,
        version=kind.version,
        document=dict(document),
        valid_from=kind.valid_from,
        act_number=act[0],
        act_date=act[1],
        imported_at=at,
        imported_by=by,
    )
    session.add(row)
    _flush(KindVersionOutOfOrder(kind.code, kind.version, kind.version + 1))
    return row


def end_kind(code: str, last: date) -> int:
    """Let the last version of a kind end with a day; gives its number. Raises KindNotFound."""
    known = versions(code)
    if not known:
        raise KindNotFound(code)
    known[0].valid_to = last
    session.flush()
    return known[0].version


def all_indicators() -> dict[str, Indicator]:
    """Every indicator by code, in order."""
    rows = session.scalars(sa.select(IndicatorRow).order_by(IndicatorRow.code))
    return {row.code: indicators.read(Document(row.document)) for row in rows}


def indicators_of(codes: Iterable[str]) -> dict[str, Indicator]:
    """Those of some indicators that there are, by code, in order of the codes."""
    wanted = sorted({code for code in codes if code.isprintable()})  # what no database keeps there is not
    found: dict[str, Indicator] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        query = sa.select(IndicatorRow.code, IndicatorRow.document).where(IndicatorRow.code.in_(wanted[first : first + _AT_ONCE]))
        found |= {row.code: indicators.read(Document(row.document)) for row in session.execute(query.order_by(IndicatorRow.code))}
    return found


def indicators_named(document: Any) -> set[str]:
    """The codes of indicators that the document of a kind names, wherever it does and however wrong it is."""
    found: set[str] = set()
    left = [document]
    while left:
        held = left.pop()
        if isinstance(held, dict):
            code = held.get("indicator")
            if isinstance(code, str) and 0 < len(code) <= indicators.LONGEST_CODE:
                found.add(code)
            left.extend(held.values())
        elif isinstance(held, list):
            left.extend(held)
    return found


def changes_of_indicators() -> dict[str, datetime]:
    """When each indicator changed last, by code."""
    return {row.code: row.changed_at for row in session.execute(sa.select(IndicatorRow.code, IndicatorRow.changed_at))}


def indicator_documents() -> list[dict[str, Any]]:
    """The documents of all indicators, by code."""
    return list(session.scalars(sa.select(IndicatorRow.document).order_by(IndicatorRow.code)))


def state_of_indicators() -> tuple[int, datetime | None]:
    """How many indicators there are and when one changed last: what was made of them holds as long as this does."""
    count, changed = session.execute(sa.select(sa.func.count(), sa.func.max(IndicatorRow.changed_at)).select_from(IndicatorRow)).one()
    return count, changed


def state_of_kinds() -> tuple[int, datetime | None]:
    """The same of the versions of kinds."""
    count, changed = session.execute(sa.select(sa.func.count(), sa.func.max(KindRow.imported_at)).select_from(KindRow)).one()
    return count, changed


def indicator(code: str) -> Indicator:
    """One indicator. Raises IndicatorNotFound."""
    row = session.get(IndicatorRow, code)
    if row is None:
        raise IndicatorNotFound(code)
    return indicators.read(Document(row.document))


def editions(code: str) -> list[IndicatorEditionRow]:
    """The states that an indicator had, the oldest first."""
    query = sa.select(IndicatorEditionRow).where(IndicatorEditionRow.code == code)
    return list(session.scalars(query.order_by(IndicatorEditionRow.number)))


def read_indicators(documents: Sequence[Mapping[str, Any]]) -> list[Indicator]:
    """The indicators of a list of documents. Raises IndicatorsInvalid with all faults."""
    faults: list[Fault] = []
    if not isinstance(documents, list) or len(documents) > MOST_AT_ONCE:
        raise IndicatorsInvalid([Fault("", "document_list", {"least": 1, "most": MOST_AT_ONCE})])
    read = [indicators.read(Document(document, f"/{number}", faults)) for number, document in enumerate(documents)]
    codes = [each.code for each in read]
    faults += [Fault("", "code_taken", {"code": code}) for code, count in sorted(Counter(codes).items()) if code and count > 1]
    if faults:
        raise IndicatorsInvalid(faults)
    return read


def keep_indicator(new: Indicator, document: Mapping[str, Any], *, at: datetime, by: str | None) -> bool:
    """Keep an indicator; tells whether anything changed. Raises IndicatorFixed when its measure would change."""
    row = session.get(IndicatorRow, new.code)
    if row is None:
        session.add(IndicatorRow(code=new.code, document=dict(document), changed_at=at, changed_by=by))
        session.add(IndicatorEditionRow(code=new.code, number=1, document=dict(document), changed_at=at, changed_by=by))
        _flush(IndicatorFixed(new.code))
        return True
    if row.document == document:
        return False
    old = indicators.read(Document(row.document))
    _require_same_measure(old, new)
    row.document, row.changed_at, row.changed_by = dict(document), at, by
    number = 1 + (session.scalar(sa.select(sa.func.max(IndicatorEditionRow.number)).where(IndicatorEditionRow.code == new.code)) or 0)
    session.add(IndicatorEditionRow(code=new.code, number=number, document=dict(document), changed_at=at, changed_by=by))
    _flush(IndicatorFixed(new.code))
    return True


def _require_same_measure(old: Indicator, new: Indicator) -> None:
    lost = any(not set(held.members) <= set(getattr(new.breakdowns.get(name), "members", ())) for name, held in old.breakdowns.items())
    if lost or (old.unit, old.value_type, old.decimals) != (new.unit, new.value_type, new.decimals):
        raise IndicatorFixed(new.code)


def _require_next(kind: Kind, last: KindRow | None) -> None:
    expected = last.version + 1 if last else 1
    if kind.version != expected:
        raise KindVersionOutOfOrder(kind.code, kind.version, expected)
    after = max(last.valid_from, last.valid_to or last.valid_from) if last is not None else None
    if after is not None and kind.valid_from <= after:
        raise KindInvalid(kind.code, [Fault("/valid_from", "version_not_later", {"after": after.isoformat()})])


def _not_ended(on: date) -> sa.ColumnElement[bool]:
    return sa.or_(KindRow.valid_to.is_(None), KindRow.valid_to >= on)


def _flush(otherwise: Exception) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise otherwise from error

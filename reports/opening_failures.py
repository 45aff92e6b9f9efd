"""What keeps reports from being opened: told by body or for the whole of a kind and period, and tried again later.

A refusal of ours is tried again every hour, because what it names may have been mended. What nobody foresaw is tried a few times, with
growing pauses, and then only when its kind changes in the Register or somebody asks for it.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from engine.errors import StepFailed, in_words
from refusals import Refusal
from reports.errors import OpeningFailed
from reports.opening_tables import OpeningRefusalRow, OpeningRow
from storage import journal
from storage.database import session
from storage.identifiers import new_id

#: How long a refused opening waits for the next try; a change of its kind in the Register doesn't let it wait.
RETRY = timedelta(hours=1)
#: Tries of what failed in a way that nobody foresaw: the last of them fifteen hours after the first.
MAX_TRIES = 5
_UNFORESEEN = (OpeningFailed.code, StepFailed.code)


@dataclass(frozen=True)
class Noted:
    """A kind, in one version, that could not be planned for a period (empty: it can't be told for which), and when that is tried again."""

    code: str
    version: int
    period: str
    failed_at: datetime
    retry_at: datetime | None


log = structlog.get_logger(__name__)


@contextmanager
def foreseeing(known: Refusal | None = None, **about: object) -> Iterator[None]:
    """Turn what nobody foresaw into an OpeningFailed; it is logged by its places, unless the same is `known`.

    When the database itself does not answer, no kind and no body is at fault, and nothing could be noted: that goes on as it is.
    """
    try:
        yield
    except (Refusal, OperationalError, InterfaceError):
        raise
    except Exception as failure:  # the border: one kind or body must not keep the others from their reports
        told = OpeningFailed(in_words(failure))
        is_known = known is not None and (known.code, known.fields) == (told.code, told.fields)
        if not is_known and not isinstance(failure, IntegrityError):  # that one says that somebody else was quicker
            log.error("opening_failed", exc_info=failure, **about)
        raise told from failure


def refuse(opening: OpeningRow, body_id: UUID, refusal: Refusal, now: datetime, changed_at: datetime) -> None:
    """Keep why a body was not given its report; the journal tells each reason once. Tries begin anew when the kind has changed."""
    row = session.get(OpeningRefusalRow, (opening.id, body_id)) or OpeningRefusalRow(opening_id=opening.id, body_id=body_id, tries=0)
    is_news = row.tries == 0 or row.code != refusal.code
    row.tries = 1 if is_news or row.refused_at < changed_at else row.tries + 1
    row.code, row.fields, row.refused_at = refusal.code, _plain(refusal.fields), now
    row.retry_at = now + _pause(refusal.code, row.tries)
    session.add(row)
    if is_news:
        about = {"kind": opening.kind_code, "period": opening.period, "code": refusal.code}
        journal.record("report:opening_refused", at=now, subject=("report_opening", opening.id), body_id=body_id, **about)
    session.flush()


def refused(opening_id: UUID, body_ids: Collection[UUID]) -> set[UUID]:
    """Which of some bodies were refused when that was tried last."""
    row = OpeningRefusalRow
    return set(session.scalars(sa.select(row.body_id).where(row.opening_id == opening_id, row.body_id.in_(body_ids))))


def settle(opening_id: UUID, body_ids: Collection[UUID]) -> None:
    """Forget that some bodies were refused."""
    row = OpeningRefusalRow
    session.execute(sa.delete(row).where(row.opening_id == opening_id, row.body_id.in_(body_ids)))


def waiting(opening_id: UUID, now: datetime, changed_at: datetime) -> set[UUID]:
    """Bodies that were refused and are not tried now, as their kind has not changed since."""
    row = OpeningRefusalRow
    is_waiting = sa.or_(row.retry_at > now, sa.and_(row.code.in_(_UNFORESEEN), row.tries >= MAX_TRIES))
    return set(session.scalars(sa.select(row.body_id).where(row.opening_id == opening_id, row.refused_at >= changed_at, is_waiting)))


def next_try(code: str, tries: int, retry_at: datetime | None) -> datetime | None:
    """When it is tried again by itself; None for never."""
    return None if code in _UNFORESEEN and tries >= MAX_TRIES else retry_at


def note(code: str, version: int, period: str, refusal: Refusal, now: datetime) -> None:
    """Keep why a kind, in one version, could not be planned for a period."""
    row = _of(code, period)
    if row is None:
        row = OpeningRow(id=new_id(), kind_code=code, kind_version=version, period=period, planned_at=now, opened=0, passed_over=0, tries=0)
        session.add(row)
    versions = sorted({version, *(row.failure["versions"] if row.failure else ())})
    row.failure = {"code": refusal.code, "fields": _plain(refusal.fields), "versions": versions}
    row.tries, row.failed_at, row.retry_at = row.tries + 1, now, now + _pause(refusal.code, row.tries + 1)
    session.flush()


def mended(code: str, version: int, period: str) -> None:
    """Forget why a kind, in one version, could not be planned for a period."""
    row = _of(code, period)
    left = [] if row is None or row.failure is None else [one for one in row.failure["versions"] if one != version]
    if row is not None and left:
        row.failure = {**(row.failure or {}), "versions": left}
    elif row is not None and not period:
        session.delete(row)
    elif row is not None:
        row.failure, row.tries, row.failed_at, row.retry_at = None, 0, None, None
    session.flush()


def noted() -> list[Noted]:
    """What could not be planned when that was tried last."""
    row = OpeningRow
    found = session.execute(sa.select(row.kind_code, row.period, row.failure, row.tries, row.failed_at, row.retry_at).where(row.tries > 0))
    return [
        Noted(code, version, period, failed_at, next_try(failure["code"], tries, retry_at))
        for code, period, failure, tries, failed_at, retry_at in found
        for version in failure["versions"]
    ]


def _of(code: str, period: str) -> OpeningRow | None:
    query = sa.select(OpeningRow).where(OpeningRow.kind_code == code, OpeningRow.period == period)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _pause(code: str, tries: int) -> timedelta:
    return RETRY * 2 ** (min(tries, MAX_TRIES) - 1) if code in _UNFORESEEN else RETRY


def _plain(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value)[:500] for name, value in fields.items()}

"""The sealer: chains the journal's entries by hash, per body, shortly after they were written.

Entries are inserted without waiting for anybody; the sealer comes every few seconds and gives each new entry of a body its number in
the body's chain and the hash SHA-256(previous hash ‖ canonical entry). Whoever alters, removes or inserts an entry later breaks the
chain from there on. One sealer works at a time (an advisory lock on PostgreSQL, the writer lock on SQLite).
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage import database
from storage.clock import Clock
from storage.columns import Moment, to_json
from storage.database import Base, session
from storage.identifiers import earlier
from storage.journal import JournalEntry
from storage.transaction import transaction

#: The chain of entries that belong to no body.
COMMON_CHAIN = "common"
GENESIS = "0" * 64
#: What is done with entries that have just been sealed: little, and in the sealer's transaction.
Hearing = Callable[[Sequence[JournalEntry]], None]
LOOK_BACK = timedelta(hours=1)
_ADVISORY_LOCK = 0x4553455001


class JournalSeal(Base):
    """The place of an entry in the chain of its body."""

    __tablename__ = "journal_seals"

    entry_id: Mapped[UUID] = mapped_column(sa.Uuid(), primary_key=True)
    chain: Mapped[str] = mapped_column(sa.String(36))
    number: Mapped[int] = mapped_column(sa.BigInteger())
    hash: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (sa.UniqueConstraint("chain", "number"),)


class JournalHead(Base):
    """The last link of a chain."""

    __tablename__ = "journal_heads"

    chain: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger())
    hash: Mapped[str] = mapped_column(sa.String(64))


@dataclass(frozen=True)
class BrokenSeal:
    """Where a chain does not hold: the chain, the number and what is wrong ("altered", "missing", "unknown")."""

    chain: str
    number: int
    reason: str


def seal(clock: Clock, *, limit: int = 1000, everything: bool = False, heard: Hearing | None = None) -> int:
    """Seal entries that have no seal yet, oldest first, in one transaction of its own; returns how many. Called outside any transaction.

    An entry is sealed once, so whoever is `heard` in that transaction hears of each entry once, however often a step was tried.
    Looks back `LOOK_BACK` before the newest seal, which is longer than any step takes; with `everything` at the whole journal, as a worker
    does when it starts.
    """
    with transaction():
        if database.is_postgresql():
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        entries = _unsealed(limit, None if everything else _newest_sealed())
        heads = _heads({_chain_of(entry) for entry in entries})
        for entry in entries:
            head = heads[_chain_of(entry)]
            head.number += 1
            head.hash = link(head.hash, entry)
            session.add(JournalSeal(entry_id=entry.id, chain=head.chain, number=head.number, hash=head.hash, sealed_at=clock.now()))
        if heard is not None:
            heard(entries)
    return len(entries)


def heads() -> dict[str, tuple[int, str]]:
    """The number and hash of the last link of each chain: export them daily, and nobody can rewrite the past unseen."""
    return {head.chain: (head.number, head.hash) for head in session.scalars(sa.select(JournalHead).order_by(JournalHead.chain))}


def check() -> Iterator[BrokenSeal]:
    """Walk every chain from its first link and tell where it does not hold. Reads the whole journal, a thousand rows at a time."""
    query = (
        sa.select(JournalSeal, JournalEntry)
        .outerjoin(JournalEntry, JournalEntry.id == JournalSeal.entry_id)
        .order_by(JournalSeal.chain, JournalSeal.number)
        .execution_options(yield_per=1000)
    )
    session.rollback()
    session.connection(execution_options=database.snapshot())
    reached: dict[str, tuple[int, str]] = {}
    for seal_row, entry in session.execute(query):
        number, previous = reached.get(seal_row.chain, (0, GENESIS))
        if seal_row.number != number + 1 or entry is None:
            yield BrokenSeal(seal_row.chain, number + 1, "missing")
        elif link(previous, entry) != seal_row.hash or _chain_of(entry) != seal_row.chain:
            yield BrokenSeal(seal_row.chain, seal_row.number, "altered")
        reached[seal_row.chain] = (seal_row.number, seal_row.hash)
    for chain, head in heads().items():
        if reached.get(chain, (0, GENESIS)) != head:
            yield BrokenSeal(chain, head[0], "missing")


def link(previous: str, entry: JournalEntry) -> str:
    """The hash of an entry behind the hash `previous`, hexadecimal."""
    return hashlib.sha256(previous.encode() + _canonical(entry)).hexdigest()


def _canonical(entry: JournalEntry) -> bytes:
    parts = {
        "id": str(entry.id),
        "at": entry.at.isoformat(timespec="microseconds"),
        "event": entry.event,
        "actor": entry.actor,
        "on_behalf_of": entry.on_behalf_of,
        "body_id": str(entry.body_id) if entry.body_id else None,
        "subject": [entry.subject_type, entry.subject_id],
        "details": orjson.loads(to_json(entry.details)),
    }
    return orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)


def _chain_of(entry: JournalEntry) -> str:
    return str(entry.body_id) if entry.body_id else COMMON_CHAIN


def _newest_sealed() -> UUID | None:
    return session.scalar(sa.select(JournalSeal.entry_id).order_by(JournalSeal.entry_id.desc()).limit(1))


def _unsealed(limit: int, newest_sealed: UUID | None) -> list[JournalEntry]:
    query = (
        sa.select(JournalEntry)
        .outerjoin(JournalSeal, JournalSeal.entry_id == JournalEntry.id)
        .where(JournalSeal.entry_id.is_(None))
        .order_by(JournalEntry.id)
        .limit(limit)
    )
    if newest_sealed is not None:
        query = query.where(JournalEntry.id > earlier(newest_sealed, LOOK_BACK))
    return list(session.scalars(query))


def _heads(chains: set[str]) -> dict[str, JournalHead]:
    found = {head.chain: head for head in session.scalars(sa.select(JournalHead).where(JournalHead.chain.in_(chains)))}
    for chain in chains - found.keys():
        found[chain] = JournalHead(chain=chain, number=0, hash=GENESIS)
        session.add(found[chain])
    return found

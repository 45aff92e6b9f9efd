"""The journal's chain: whoever alters, removes or reorders the past is seen."""

import sqlalchemy as sa

from storage import journal, sealer
from storage.database import session
from storage.identifiers import new_id
from storage.journal import JournalEntry
from storage.transaction import transaction

BODY = new_id()


def write_and_seal(clock, count=3):
    with transaction():
        for number in range(count):
            journal.record("report:opened", at=clock.now(), subject=("report", number), body_id=BODY, number=number)
    sealer.seal(clock)


def broken():
    session.rollback()
    return [(seal.number, seal.reason) for seal in sealer.check()]


def test_every_entry_is_sealed_once_and_in_order(database, clock):
    write_and_seal(clock)
    write_and_seal(clock)

    assert sealer.seal(clock) == 0
    assert sealer.heads()[str(BODY)][0] == 6
    assert broken() == []


def test_an_altered_entry_is_seen(database, clock):
    write_and_seal(clock)

    with transaction():
        session.execute(sa.update(JournalEntry).where(JournalEntry.subject_id == "1").values(actor="somebody else"))

    assert broken() == [(2, "altered")]


def test_a_removed_entry_is_seen(database, clock):
    write_and_seal(clock)

    with transaction():
        session.execute(sa.delete(JournalEntry).where(JournalEntry.subject_id == "1"))

    assert (2, "missing") in broken()


def test_removing_the_last_entry_with_its_seal_is_seen_by_the_chains_head(database, clock):
    write_and_seal(clock)

    with transaction():
        last = sa.select(JournalEntry.id).where(JournalEntry.subject_id == "2")
        session.execute(sa.delete(sealer.JournalSeal).where(sealer.JournalSeal.entry_id.in_(last)))
        session.execute(sa.delete(JournalEntry).where(JournalEntry.subject_id == "2"))

    assert broken() == [(3, "missing")]


def test_entries_that_came_long_ago_without_a_seal_are_found_when_asked_for_everything(database, clock):
    old = new_id()
    with transaction():
        session.add(
            JournalEntry(id=type(old)(int=old.int - (10**9 << 80)), at=clock.now(), event="x", subject_type="x", subject_id="1", details={})
        )
        journal.record("x", at=clock.now(), subject=("x", 2))
    with transaction():
        newest = session.scalar(sa.select(JournalEntry.id).order_by(JournalEntry.id.desc()).limit(1))
        session.add(sealer.JournalSeal(entry_id=newest, chain="elsewhere", number=1, hash="0" * 64, sealed_at=clock.now()))

    assert sealer.seal(clock) == 0
    assert sealer.seal(clock, everything=True) == 1

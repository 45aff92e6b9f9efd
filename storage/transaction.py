"""One step, one transaction, one commit: opened at the edge (a request, a job, a command of the CLI), never inside a rule."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Engine

from refusals import Refusal, Throttled
from storage import database

WRITER_PATIENCE_SECONDS = 30
_OPEN = "esep_transaction_open"
_writers: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_registering = threading.Lock()


class DatabaseBusy(Throttled):
    """Writers were queueing for longer than anyone should wait."""


@contextmanager
def transaction() -> Iterator[None]:
    """Run a block as one writing transaction of the present session: commit at its end, roll back on any exception.

    Reads that the session made before are ended first, so the block sees the present state. Transactions do not nest: a rule that opens
    one inside another is a programming error (RuntimeError). A `Refusal` with an `aftermath` gets it run after the rollback, in a
    transaction of its own, and is raised on. Raises DatabaseBusy when the embedded database's writer lock is not had in time.
    """
    current = database.session()
    if current.info.get(_OPEN):
        raise RuntimeError("a transaction inside a transaction")
    current.rollback()
    try:
        with _writer_turn():
            current.info[_OPEN] = True
            try:
                current.connection(execution_options=database.writing())
                yield
                current.commit()
            except BaseException:
                current.rollback()
                raise
            finally:
                current.info.pop(_OPEN, None)
    except Refusal as refusal:
        if refusal.aftermath is not None:
            aftermath, refusal.aftermath = refusal.aftermath, None
            with transaction():
                aftermath()
        raise


def in_transaction() -> bool:
    """Whether the present session is inside `transaction()`."""
    return bool(database.session().info.get(_OPEN))


@contextmanager
def _writer_turn() -> Iterator[None]:
    """Queue the writers of one process over SQLite, which would otherwise sleep and poll; PostgreSQL locks rows instead."""
    if database.is_postgresql():
        yield
        return
    with _registering:
        lock = _writers.setdefault(database.engine(), threading.Lock())
    if not lock.acquire(timeout=WRITER_PATIENCE_SECONDS):
        raise DatabaseBusy(retry_after=5)
    try:
        yield
    finally:
        lock.release()

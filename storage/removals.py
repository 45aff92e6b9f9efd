"""The one lock between who keeps and who removes for good: what is being removed can't be held meanwhile, and the other way round.

A hold stops all removals until it is committed; removals go on side by side. Whoever takes it takes it first in the transaction, before any
row. Over SQLite the only writer is alone anyway.
"""

import sqlalchemy as sa

from storage import database

_ADVISORY_LOCK = 0x4553455002


def stop() -> None:
    """Wait for removals that are under way and let no other begin before the present transaction ends."""
    if database.is_postgresql():
        database.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


def join() -> None:
    """Remove in the present transaction: after every hold that is being placed, beside other removals."""
    if database.is_postgresql():
        database.session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_ADVISORY_LOCK)))

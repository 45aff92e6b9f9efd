"""What two people add at the same moment is refused by the database: here that becomes the refusal it is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from refusals import Refusal
from storage.database import session


@contextmanager
def flushed(table: str, **taken: Refusal) -> Iterator[None]:
    """Flush after the block; a violated unique constraint whose name holds `table` and a column becomes that column's refusal."""
    yield
    try:
        session.flush()
    except IntegrityError as error:
        constraint = str(error.orig).splitlines()[0]  # further lines quote the values that were sent
        for column, refusal in taken.items():
            if re.search(rf"\b(uq_)?{table}[._]{column}", constraint):
                raise refusal from error
        raise

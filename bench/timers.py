"""10,000 timers due at once, four workers, one of them killed with SIGKILL midway: each fires exactly once.

PostgreSQL; every timer has an effect that is told in the journal, in the step's own transaction. Set COUNT for another number.
"""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from tests import postgresql
from tests.faults.conftest import prepared
from tests.installation import Installation, eventually, kill

COUNT = int(os.environ.get("COUNT", "10000"))
WORKERS = 4
PATIENCE_SECONDS = 1800
FIRED = "SELECT count(*) FROM journal_entries WHERE event = 'drill:noted'"
DISTINCT = "SELECT count(DISTINCT subject_id) FROM journal_entries WHERE event = 'drill:noted'"
BY = "SELECT count(DISTINCT details->>'process') FROM journal_entries WHERE event = 'drill:noted'"
LEFT = "SELECT count(*) FROM timers"
COMPLETED = "SELECT count(*) FROM process_instances WHERE state = 'completed'"


def main() -> int:
    """Measure and print; 1 when a timer fired twice or never."""
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        asks = stack.enter_context(sa.create_engine(url, isolation_level="AUTOCOMMIT").connect())
        drill = prepared(Installation(folder / "var", url), folder)
        for part in range(COUNT // 1000 + 1):
            drill.must("start", "timed", min(1000, COUNT - part * 1000))
        workers = [stack.enter_context(drill.runs("worker")) for _ in range(WORKERS)]
        begun = time.monotonic()
        eventually(lambda: number(asks, BY) == WORKERS and number(asks, FIRED) >= COUNT // 4, "at work", seconds=PATIENCE_SECONDS)
        kill(workers[0])
        before = number(asks, FIRED)
        eventually(lambda: number(asks, LEFT) == 0, "every timer fired", seconds=PATIENCE_SECONDS)
        took = time.monotonic() - begun
        return report(before, took, [number(asks, query) for query in (FIRED, DISTINCT, COMPLETED)])


def number(asks: sa.Connection, query: str) -> int:
    """The number that a query gives."""
    return int(asks.execute(sa.text(query)).scalar_one())


def report(before: int, took: float, counts: list[int]) -> int:
    """Print the table."""
    exactly_once = counts == [COUNT, COUNT, COUNT]
    print("| timers | effects | different ones | instances completed | fired when one of four workers was killed | timers/s |")
    print("|---|---|---|---|---|---|")
    print(f"| {COUNT} | {counts[0]} | {counts[1]} | {counts[2]} | {before} | {COUNT / took:.0f} |")
    print(f"each fired exactly once: {'yes' if exactly_once else 'NO'}")
    return 0 if exactly_once else 1


if __name__ == "__main__":
    sys.exit(main())

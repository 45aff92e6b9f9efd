"""100,000 finished reports of eleven years on PostgreSQL: the table of what is due, an act of destruction, and the purge of what is on it.

The reports of the body whose act it is have a revision and two hundred words each, and no process. The purge is measured by processor time
of this process, for the machine may be busy. Nothing may be left of what is purged. COUNT sets another number.
"""

import os
import sys
import time
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask import Flask

import app  # noqa: F401 - knows every table of every room
from reports.lifecycle import Stage
from reports.models import Report, ReportWord, Revision
from storage import database, schema
from storage.clock import SetClock
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction
from tests import postgresql
from tests.reports.archive.repository import Repository

COUNT = int(os.environ.get("COUNT", "100000"))
MOST_MILLISECONDS = 40
KINDS = ("TST-YEAR", "TST-THREE", "TST-EVER", "TST-01")
WORDS = 200


def main() -> int:
    """Measure and print; 1 when something is left, or the figure is missed."""
    with postgresql.server() as url:
        bare = Flask("bench-purging")
        database.bind(bare, url)
        with bare.app_context():
            schema.upgrade()
            return measure(Repository(SetClock(datetime(2026, 10, 1, 4, tzinfo=UTC))))


def measure(archive: Repository) -> int:
    """The figures over one office."""
    fill(archive)
    archive.passes()
    begun = time.monotonic()
    lines = archive.lines("admin")
    print(f"{'table of what is due':32}{time.monotonic() - begun:8.2f} s   {sum(line.reports for line in lines)} reports")
    begun = time.monotonic()
    act = archive.approves(archive.drafts())
    print(f"{'act drafted and approved':32}{time.monotonic() - begun:8.2f} s   {act.waiting} reports")
    begun, spent = time.monotonic(), time.process_time()
    purged = archive.purges()
    each = 1000 * (time.process_time() - spent) / purged
    print(
        f"{'purge':32}{time.monotonic() - begun:8.2f} s   {purged} reports, {each:.1f} ms of processor each (at most {MOST_MILLISECONDS})"
    )
    faults = list(archive.archive.purging.faults())
    print(f"{'left behind':32}{len(faults):8}")
    return int(bool(faults) or purged != act.waiting or each > MOST_MILLISECONDS)


def fill(archive: Repository) -> None:
    """Finished reports of a thousand to a body; those of the one whose act is drafted have contents."""
    bodies = [archive.body.id, *(new_id() for _ in range(COUNT // 1000))]
    rows = [report(number, bodies[number % len(bodies)]) for number in range(COUNT)]
    whole = [row["id"] for row in rows if row["body_id"] == archive.body.id]
    revision = {"number": 1, "content": b"x" * 5_000, "sha256": "0" * 64, "frozen_by": "a", "frozen_at": datetime(2020, 1, 1, tzinfo=UTC)}
    with transaction():
        for first in range(0, COUNT, 5_000):
            session.execute(sa.insert(Report), rows[first : first + 5_000])
        session.execute(sa.insert(Revision), [revision | {"report_id": one} for one in whole])
        for one in whole:
            session.execute(sa.insert(ReportWord), [{"word": f"w{n}", "report_id": one, "audience": 1} for n in range(WORDS)])
    with database.engine().connect() as connection:
        connection.execute(sa.text("ANALYZE"))


def report(number: int, body_id: object) -> dict[str, object]:
    """One accepted report."""
    year = 2015 + number % 11
    end = datetime(year, 7, 1, tzinfo=UTC)
    return {
        "id": new_id(),
        "business_key": f"K{number}",
        "kind_code": KINDS[number % len(KINDS)],
        "kind_version": 1,
        "body_id": body_id,
        "body_level": "district",
        "period": f"{year}-{number}",
        "period_last": date(year, 12, 31),
        "stage": Stage.ACCEPTED,
        "revision": 1,
        "report_class": "open",
        "editors": [],
        "notes": {},
        "due_at": end,
        "opened_at": end,
        "ended_at": end,
    }


if __name__ == "__main__":
    sys.exit(main())

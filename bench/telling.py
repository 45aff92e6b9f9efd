"""The news of 2,500 reports opened at once, told over PostgreSQL: at most 3 ms of a processor for each report, nobody left out.

Each body has three people who distribute, so that 7,500 are told of a task of their group. Measured is the telling, a hundred entries of
the journal in one transaction; the opening and the sealing are not. COUNT sets another number of reports.
"""

import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

import app
import config
from bench import opening
from notifications.tables import NotificationRow
from organisations.roles import Role
from organisations.tables import BodyRow
from storage import outbox, sealer
from storage.database import session
from storage.transaction import transaction
from tests import postgresql
from tests.installation import Installation

COUNT = int(os.environ.get("COUNT", "2500"))
HEADS = 3
MOST_MS = 3.0


def main() -> int:
    """Measure and print; 1 when somebody was not told or told twice, or the figure is missed."""
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        installation = Installation(folder / "var", url)
        opening.COUNT = opening.BODIES = COUNT
        opening.prepare(installation)
        esep = app.build(config.load(installation.environment))
        with esep.http.app_context():
            hire(esep)
            while esep.reports.openings.open_share():
                pass
            while sealer.seal(esep.clock, heard=esep.notifications.hear):
                pass
            items, spent, took = tell(esep)
            told = session.scalar(sa.select(sa.func.count()).select_from(NotificationRow)) or 0
    return report(items, told, spent, took)


def hire(esep: app.Esep) -> None:
    """Three people in the role of a head for each body."""
    with transaction():
        bodies = session.scalars(sa.select(BodyRow.id).where(BodyRow.name_kk.startswith("Аудан"))).all()
        for number, body_id in enumerate(bodies):
            for each in range(HEADS):
                head = esep.organisations.users.create(f"head-{number}-{each}", name_kk="Басшы")
                esep.organisations.memberships.grant(head.id, Role.HEAD, body_id)


def tell(esep: app.Esep) -> tuple[int, float, float]:
    """Deliver everything that was heard; gives the items, seconds of the processor, seconds of the clock."""
    items, used, begun = 0, time.process_time(), time.monotonic()
    while done := outbox.deliver_due(esep.outbox_handlers, esep.clock):
        items += done
    return items, time.process_time() - used, time.monotonic() - begun


def report(items: int, told: int, spent: float, took: float) -> int:
    """Print the table."""
    each = spent * 1e3 / COUNT
    whole, quick = told == COUNT * HEADS, each <= MOST_MS
    print("| reports | items of the outbox | people told | processor ms a report | seconds |")
    print("|---|---|---|---|---|")
    print(f"| {COUNT} | {items} | {told} | {each:.2f} | {took:.1f} |")
    print(
        f"each told once: {'yes' if whole else 'NO'}; at most {MOST_MS:.0f} ms: {'yes' if quick else 'NO'}; load {os.getloadavg()[0]:.1f}"
    )
    return 0 if whole and quick else 1


if __name__ == "__main__":
    sys.exit(main())

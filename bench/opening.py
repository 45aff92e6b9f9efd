"""100,000 reports opened by two workers over PostgreSQL, both killed with SIGKILL midway and started anew: at least 400 reports a second.

2,500 bodies, 40 kinds of report with the contents of EMP-01; each report with its process in one transaction. From the start of the first
workers to the last report, the kill and the second start included. None may be lost or doubled. COUNT and WORKERS set other numbers.
"""

import json
import os
import resource
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from datetime import date
from pathlib import Path

import sqlalchemy as sa

import app
import config
from organisations.bodies import BodyKind, Level
from register.register import DEFINITIONS
from storage import schema
from storage.transaction import transaction
from tests import postgresql
from tests.installation import Installation, eventually, kill
from tests.organisations.factories import make_body

COUNT = int(os.environ.get("COUNT", "100000"))
WORKERS = int(os.environ.get("WORKERS", "2"))
BODIES = min(2_500, COUNT)
FLOOR = 400
PATIENCE_SECONDS = 3_600
OPENED = "SELECT coalesce(sum(opened), 0) FROM report_openings"
LEFT = "SELECT count(*) FROM report_opening_shares"
#: What must be there once for every report.
ONCE = {
    "reports": "SELECT count(*) FROM reports",
    "different ones": "SELECT count(DISTINCT (kind_code, body_id, period)) FROM reports",
    "with sections": "SELECT count(DISTINCT report_id) FROM report_sections",
    "instances": "SELECT count(*) FROM process_instances",
    "instances of reports": "SELECT count(*) FROM process_instances JOIN reports USING (business_key)",
    "told as opened": "SELECT count(*) FROM journal_entries WHERE event = 'report:opened'",
    "with one open task": "SELECT count(DISTINCT instance_id) FROM user_tasks",
    "open tasks": "SELECT count(*) FROM user_tasks",
}


def main() -> int:
    """Measure and print; 1 when a report was lost or doubled, or the figure is missed."""
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        asks = stack.enter_context(sa.create_engine(url, isolation_level="AUTOCOMMIT").connect())
        installation = Installation(folder / "var", url)
        planned_in = prepare(installation)
        begun, load, spent, of_database = time.monotonic(), os.getloadavg(), processor_time(), database_time(asks)
        workers = [stack.enter_context(installation.runs("worker")) for _ in range(WORKERS)]
        eventually(lambda: number(asks, OPENED) >= COUNT * 2 // 5, "at work", seconds=PATIENCE_SECONDS)
        for worker in workers:
            kill(worker)
        before = number(asks, OPENED)
        workers = [stack.enter_context(installation.runs("worker")) for _ in range(WORKERS)]
        eventually(lambda: number(asks, LEFT) == 0, "everything opened", seconds=PATIENCE_SECONDS)
        took = time.monotonic() - begun
        for worker in workers:
            kill(worker)
        spent, of_database = (processor_time() - spent) * 1e3 / COUNT, (database_time(asks) - of_database) * 1e3 / COUNT
        told = f"workers {spent:.2f} ms a report, their starts included, PostgreSQL {of_database:.2f} ms"
        print(f"processor time: {told}; {os.cpu_count()} cores")
        return report(before, took, planned_in, {name: number(asks, query) for name, query in ONCE.items()}, load)


def prepare(installation: Installation) -> float:
    """Bodies, kinds, the process, and the plan; gives how many seconds the planning took."""
    esep = app.build(config.load(installation.environment))
    with esep.http.app_context():
        schema.upgrade()
        document = json.loads((DEFINITIONS / "EMP-01.json").read_text("utf-8"))
        with transaction():
            ministry = make_body("Министрлік", level=Level.STATE, kind=BodyKind.MINISTRY)
            oblast = make_body("Облыс", level=Level.OBLAST)
            for number_ in range(BODIES):
                make_body(f"Аудан {number_}", parent=oblast)
            esep.register.import_indicators(json.loads((DEFINITIONS / "indicators.json").read_text("utf-8")))
            document |= {"reporting": [{"level": "district", "kind": "akimat"}]}
            document["places"]["labour_ministry"]["body"] = ministry.code
            for number_ in range(COUNT // BODIES):
                esep.register.import_kind(document | {"code": f"B-{number_:03}"}, act_number="1", act_date=date(2020, 1, 1))
        app.deploy_shipped(esep)
        begun = time.monotonic()
        planned = esep.reports.openings.plan()
        if planned != COUNT // BODIES * BODIES:
            raise RuntimeError(f"{planned} reports planned")
        return time.monotonic() - begun


def processor_time() -> float:
    """Seconds that the ended workers have had of a processor: what a report costs, however busy the machine is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def database_time(asks: sa.Connection) -> float:
    """The same of all processes of the server, those that have ended included (Linux only)."""
    server = parent_of(number(asks, "SELECT pg_backend_pid()"))
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            facts = facts_of(int(folder.name))
            own, ended = int(facts[11]) + int(facts[12]), int(facts[13]) + int(facts[14])
            ticks += own + ended if int(folder.name) == server else own if int(facts[1]) == server else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def parent_of(process: int) -> int:
    """The process that started one."""
    return int(facts_of(process)[1])


def facts_of(process: int) -> list[str]:
    """What `proc(5)` says of a process, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def number(asks: sa.Connection, query: str) -> int:
    """The number that a query gives."""
    return int(asks.execute(sa.text(query)).scalar_one())


def report(before: int, took: float, planned_in: float, counts: dict[str, int], load: tuple[float, float, float]) -> int:
    """Print the table."""
    expected = COUNT // BODIES * BODIES
    exact, rate = set(counts.values()) == {expected}, expected / took
    print(f"| {' | '.join(counts)} | opened when the workers were killed | workers | reports/s |")
    print(f"|{'---|' * (len(counts) + 3)}")
    print(f"| {' | '.join(map(str, counts.values()))} | {before} | {WORKERS} | {rate:.0f} |")
    print(f"planned in {planned_in:.1f} s, opened in {took:.0f} s; load average before {load[0]:.1f}, after {os.getloadavg()[0]:.1f}")
    print(f"each opened exactly once: {'yes' if exact else 'NO'}; at least {FLOOR} a second: {'yes' if rate >= FLOOR else 'NO'}")
    return 0 if exact and rate >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())

"""Saving and checking a draft of 500 × 40 cells over HTTP: 95 of 100 saves take at most 150 ms.

PostgreSQL, one server process, one client. The draft is full: 20,000 cells in one table, a total of every row and of every column, 540
checks. Each save changes the 39 cells of one row, its total and the totals of the columns are wrong or right afterwards as the checks
find them, and they come with the answer. SAVES sets another number of saves.
"""

import base64
import http.client
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import app
import config
from organisations.bodies import BodyKind, Level
from organisations.roles import Role
from storage import schema
from storage.transaction import transaction
from tests import postgresql
from tests.installation import Installation
from tests.organisations.factories import make_body, make_user
from tests.register.factories import indicators
from tests.register.large_kind import COLUMNS, TABLE, column_code, filled, large_document, row_code

SAVES = int(os.environ.get("SAVES", "200"))
LIMIT_MILLISECONDS = 150
PASSWORD = "bench-password-1"
LOGIN = "Basic " + base64.b64encode(f"bench:{PASSWORD}".encode()).decode()


def main() -> int:
    """Measure and print; 1 when the figure is missed."""
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.server())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        installation = Installation(folder / "var", url)
        report_id = prepare(installation)
        stack.enter_context(installation.serves())
        client = Client(installation.port, f"/api/v1/reports/{report_id}/content")
        first = client.save(filled())
        took = [client.save(row(number)) for number in range(SAVES)]
        read = client.read()
    print(f"filling 20,000 cells in one save: {first * 1e3:.0f} ms; reading them: {read * 1e3:.0f} ms")
    p50, p95 = statistics.median(took) * 1e3, statistics.quantiles(took, n=20)[-1] * 1e3
    print(f"saving and checking 39 cells, {SAVES} times: p50 {p50:.0f} ms, p95 {p95:.0f} ms (at most {LIMIT_MILLISECONDS} ms)")
    print(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, memory {memory()} MB")
    return 0 if p95 <= LIMIT_MILLISECONDS else 1


def row(number: int) -> dict[str, str]:
    """Other figures for one row, sums left as they were."""
    code = row_code(number % 499)
    return {f"{TABLE}.{code}.{column_code(column)}": str((number + column) % 9) for column in range(COLUMNS - 1)}


def memory() -> int:
    """The most memory that an ended process of ours had."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


class Client:
    """One connection that is kept; remembers the ETag, as a page does."""

    def __init__(self, port: int, path: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._path = path
        self._etag = ""
        self.read()

    def read(self) -> float:
        """How long it takes to read the whole content."""
        return self._ask("GET", None)

    def save(self, values: dict[str, str]) -> float:
        """How long it takes to save cells; the answer tells what the checks found."""
        return self._ask("PATCH", {"values": values})

    def _ask(self, method: str, body: dict[str, Any] | None) -> float:
        headers = {"Content-Type": "application/json", "Authorization": LOGIN, "If-Match": self._etag}
        begun = time.perf_counter()
        self._connection.request(method, self._path, None if body is None else json.dumps(body), headers)
        answer = self._connection.getresponse()
        text = answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200:
            raise RuntimeError(f"{method}: {answer.status} {text[:500]!r}")
        self._etag = str(answer.headers["ETag"])
        return took


def prepare(installation: Installation) -> str:
    """A body with an executor, the kind, its report in preparation."""
    esep = app.build(config.load(installation.environment))
    with esep.http.app_context():
        schema.upgrade()
        app.deploy_shipped(esep)
        with transaction():
            akimat = make_body("Аудан", level=Level.DISTRICT, kind=BodyKind.AKIMAT)
            make_user(Role.EXECUTOR, akimat, login="bench", password=PASSWORD)
            head = make_user(Role.HEAD, akimat)
            esep.register.import_indicators(indicators())
            esep.register.import_kind(large_document(), act_number="1", act_date=date(2020, 1, 1))
            esep.reports.distribution.set_rule(head, akimat.id)
            report = esep.reports.opening.open("X-01", akimat.id, "2026-09")
            return str(report.id)


if __name__ == "__main__":
    sys.exit(main())

"""Memory of one server process under load: at most 250 MB, and flat (docs/performance.md).

Sixteen people sign in at once, then comes the load of `complete` (start, three tasks listed and completed, eight clients), on PostgreSQL
and on the embedded database, where the process also ticks. Flat: the last quarter of the time has at most 10 % more than the second;
meanwhile SQLite fills its page caches, 2 MB a connection and at most 32 MB in all.
"""

import base64
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import app
import config
from bench.complete import esep_instance, load, prepare, wait_for
from storage.transaction import transaction
from tests import postgresql

PORT = 8193
LIMIT_MB = 250
GROWTH = 1.1
ROUNDS = 2
PEOPLE = [f"person{number}" for number in range(16)]
PASSWORD = "bench-password-1"
ESEP = Path(sys.executable).with_name("esep")


@dataclass
class Course:
    """The resident memory of a process, in MB, five times a second."""

    megabytes: list[float] = field(default_factory=list)
    instances: float = 0.0

    @property
    def told(self) -> tuple[float, float, float, float]:
        """At rest, after five seconds, at the end, and the most."""
        return self.megabytes[0], self.megabytes[25], self.megabytes[-1], max(self.megabytes)

    @property
    def growth(self) -> float:
        """The last quarter over the second."""
        quarter = len(self.megabytes) // 4
        return statistics.mean(self.megabytes[-quarter:]) / statistics.mean(self.megabytes[quarter : 2 * quarter])

    @property
    def holds(self) -> bool:
        """Whether the figures hold."""
        return max(self.megabytes) <= LIMIT_MB and self.growth <= GROWTH


def main() -> int:
    """Measure and print; 1 when a figure is missed."""
    with tempfile.TemporaryDirectory() as folder, postgresql.server() as url:
        embedded = {"ESEP_DATABASE_URL": f"sqlite:///{folder}/esep.db"}
        courses = {"PostgreSQL": measured({"ESEP_DATABASE_URL": url}, folder), "embedded": measured(embedded, folder)}
    print("| memory | at rest | after 5 s | at the end | most | growth | instances/s |\n|---|---|---|---|---|---|---|")
    for name, course in courses.items():
        rest, soon, end, most = (f"{each:.0f} MB" for each in course.told)
        print(f"| {name} | {rest} | {soon} | {end} | {most} | {course.growth:.3f} | {course.instances:.1f} |")
    print(f"at most {LIMIT_MB} MB, growth at most {GROWTH}")
    return 0 if all(course.holds for course in courses.values()) else 1


def measured(database: dict[str, str], folder: str) -> Course:
    """Serve one database under load, and watch."""
    settings = {**database, "ESEP_DATA_DIR": folder, "ESEP_SECRET_KEY": "bench", "ESEP_LOG_LEVEL": "warning"}
    prepare(settings)
    add_people(settings)
    course = Course()
    with server(settings) as process_id, watched(process_id, course):
        time.sleep(0.5)
        with ThreadPoolExecutor(len(PEOPLE)) as pool:
            list(pool.map(sign_in, PEOPLE))
        course.instances = statistics.mean(load(PORT, esep_instance, []) for _ in range(ROUNDS))
    return course


def add_people(settings: dict[str, str]) -> None:
    """Somebody for every thread of the server."""
    esep = app.build(config.load(settings))
    with esep.http.app_context(), transaction():
        for login in PEOPLE:
            esep.organisations.users.create(login, name_kk=login, password=PASSWORD)


def sign_in(login: str) -> None:
    """One request with login and password."""
    credential = base64.b64encode(f"{login}:{PASSWORD}".encode()).decode()
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    connection.request("GET", "/api/v1/me", headers={"Authorization": f"Basic {credential}"})
    status = connection.getresponse().status
    connection.close()
    if status != 200:
        raise RuntimeError(f"{login}: {status}")


@contextmanager
def server(settings: dict[str, str]) -> Iterator[int]:
    """One server; gives the id of its only worker process."""
    master = subprocess.Popen([ESEP, "serve", "--port", str(PORT)], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        wait_for(PORT)
        time.sleep(2)
        yield int(Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()[0])
    finally:
        master.terminate()
        master.wait(30)


@contextmanager
def watched(process_id: int, course: Course) -> Iterator[None]:
    """Read the memory of a process until the end of the block."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.2):
            pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
            course.megabytes.append(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


if __name__ == "__main__":
    sys.exit(main())

"""Full instances a second over HTTP (start, three user tasks completed, history written) beside the bare endpoint, in the same minutes.

PostgreSQL, one server process each, one load generator. The figure is the ratio of the two: at least 0.5 (docs/performance.md). Then one
client alone, over one connection, one request after another: completing a task takes 10 ms at most, half of the time. Set
ESEP_DATABASE_URL to measure on a server of your own, which must be empty.
"""

import base64
import http.client
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import app
import config
from organisations.bodies import BodyKind, Level
from organisations.roles import Role
from storage import schema
from storage.transaction import transaction
from tests import postgresql

CLIENTS = 8
SECONDS = 10
ROUNDS = 3
FLOOR = 0.5
ALONE = 200
LIMIT_MILLISECONDS = 10
MODEL = Path(__file__).parent / "three_tasks.bpmn"
PORTS = {"esep": 8191, "bare": 8192}
LOGIN = "Basic " + base64.b64encode(b"bench:bench-password-1").decode()


def main() -> int:
    """Measure and print; 1 when the figure is missed."""
    with ExitStack() as stack:
        url = os.environ.get("ESEP_DATABASE_URL") or stack.enter_context(postgresql.server())
        settings = {"ESEP_DATABASE_URL": url, "ESEP_SECRET_KEY": "bench", "ESEP_LOG_LEVEL": "warning"}
        prepare(settings)
        stack.enter_context(process(["esep", "serve", "--port", str(PORTS["esep"])], settings))
        gunicorn = ["gunicorn", "-k", "gthread", "--threads", "16", "-b", f"127.0.0.1:{PORTS['bare']}", "--no-control-socket"]
        stack.enter_context(process([*gunicorn, "bench.bare:create()"], settings))
        for port in PORTS.values():
            wait_for(port)
        rates: dict[str, list[float]] = {"esep": [], "bare": []}
        latencies: list[float] = []
        for _ in range(ROUNDS):
            rates["bare"].append(load(PORTS["bare"], bare_instance, []))
            rates["esep"].append(load(PORTS["esep"], esep_instance, latencies))
        alone: list[float] = []
        one_client(PORTS["esep"], esep_instance, alone)
    return report(rates, latencies, alone)


def report(rates: dict[str, list[float]], latencies: list[float], alone: list[float]) -> int:
    """Print the table."""
    esep, bare = statistics.median(rates["esep"]), statistics.median(rates["bare"])
    ratio, single = esep / bare, statistics.median(alone) * 1e3
    print("| complete | instances/s | rounds |\n|---|---|---|")
    print(f"| esep | {esep:.1f} | {' '.join(f'{rate:.1f}' for rate in rates['esep'])} |")
    print(f"| bare | {bare:.1f} | {' '.join(f'{rate:.1f}' for rate in rates['bare'])} |")
    print(f"ratio {ratio:.2f} (at least {FLOOR})")
    print(f"completing one task, {CLIENTS} clients: {spread(latencies)}")
    print(f"completing one task, 1 client, {len(alone)} times: {spread(alone)} (p50 at most {LIMIT_MILLISECONDS} ms)")
    return 0 if ratio >= FLOOR and single <= LIMIT_MILLISECONDS else 1


def spread(latencies: list[float]) -> str:
    """The usual time and a long one."""
    return f"p50 {statistics.median(latencies) * 1e3:.1f} ms, p95 {statistics.quantiles(latencies, n=20)[-1] * 1e3:.1f} ms"


def prepare(settings: dict[str, str]) -> None:
    """The schema, a user who may do everything needed, and the process."""
    esep = app.build(config.load(settings))
    with esep.http.app_context():
        schema.upgrade()
        with transaction():
            names = {"name_kk": "Өлшем", "name_ru": "Замер"}
            body = esep.organisations.bodies.create(bin="061211600012", level=Level.STATE, kind=BodyKind.MINISTRY, **names)
            user = esep.organisations.users.create("bench", name_kk="Bench", password="bench-password-1")
            for role in (Role.ADMINISTRATOR, Role.EXECUTOR):
                esep.organisations.memberships.grant(user.id, role, body.id)
            esep.engine.definitions.deploy("bench", {MODEL.name: MODEL.read_bytes()}, by=None)


@contextmanager
def process(command: list[str], settings: dict[str, str]) -> Iterator[None]:
    """A program of this environment, ended after the block."""
    program = Path(sys.executable).with_name(command[0])
    running = subprocess.Popen([program, *command[1:]], env={**os.environ, **settings}, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        running.terminate()
        running.wait(30)


def wait_for(port: int) -> None:
    """Until the server listens."""
    for _ in range(300):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nothing listens on {port}")


Post = Callable[[str, dict[str, object] | None], dict[str, object]]


@contextmanager
def connected(port: int) -> Iterator[Post]:
    """Posting over one connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(path: str, body: dict[str, object] | None) -> dict[str, object]:
        connection.request("POST", path, json.dumps(body or {}), {"Content-Type": "application/json", "Authorization": LOGIN})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {text[:500]!r}")
        return json.loads(text) if text else {}

    yield post
    connection.close()


def one_client(port: int, instance: Callable[[Post, list[float]], None], latencies: list[float]) -> None:
    """Full instances one after another, until `ALONE` tasks are completed."""
    with connected(port) as post:
        while len(latencies) < ALONE:
            instance(post, latencies)


def load(port: int, instance: Callable[[Post, list[float]], None], latencies: list[float]) -> float:
    """Full instances a second that `CLIENTS` clients get done in `SECONDS`."""
    counts = [0] * CLIENTS
    end = time.monotonic() + SECONDS

    def client(number: int) -> None:
        with connected(port) as post:
            while time.monotonic() < end:
                instance(post, latencies)
                counts[number] += 1

    started = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return sum(counts) / (time.monotonic() - started)


def bare_instance(post: Post, _latencies: list[float]) -> None:
    """One instance at the bare endpoint, with the same requests."""
    instance = post("/start", None)["id"]
    for _ in range(3):
        task = post(f"/task/{instance}", None)
        post(f"/complete/{task['id']}", None)


def esep_instance(post: Post, latencies: list[float]) -> None:
    """One instance through the engine's door: start, then three times list and complete, as a client does."""
    started = post("/engine-rest/process-definition/key/three_tasks/start", {"businessKey": "bench"})
    for number in range(3):
        (task,) = post("/engine-rest/task", {"processInstanceId": started["id"]})  # type: ignore[misc]
        before = time.perf_counter()
        post(f"/engine-rest/task/{task['id']}/complete", {"variables": {"round": {"value": number, "type": "Integer"}}})
        latencies.append(time.perf_counter() - before)


if __name__ == "__main__":
    sys.exit(main())

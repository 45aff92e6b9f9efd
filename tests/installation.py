"""An installation as an administrator has it: a data directory, a database, settings; `esep` is run from outside."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests import forked

ROOT = Path(__file__).parents[1]
ESEP = str(Path(sys.executable).parent / "esep")
KATO = ROOT / "organisations" / "data" / "kato-abai.csv"
PASSWORD = "a good long password"
#: KATO of Abai oblast, whose akimat comes with the file.
OBLAST = "100000000"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    error: str


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Installation:
    """Settings of its own. `module` is what is run: `cli`, which is `esep`, or a variant of it."""

    data_dir: Path
    database_url: str = ""
    module: str = "cli"
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=lambda: free_port())

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("ESEP_")}
        own = {"ESEP_DATA_DIR": str(self.data_dir), "ESEP_PORT": str(self.port)}
        if self.database_url:
            own |= {"ESEP_DATABASE_URL": self.database_url, "ESEP_SECRET_KEY": "a secret of the tests"}
        return plain | own | self.settings

    def esep(self, *words: object, stdin: str = "", cwd: Path | None = None, **settings: str) -> Done:
        """Run a command to its end, in a process forked from one that has imported everything already."""
        return Done(*forked.run(self.module, [str(word) for word in words], self.environment | settings, stdin, cwd))

    def must(self, *words: object, stdin: str = "") -> str:
        """What a command says that must succeed."""
        done = self.esep(*words, stdin=stdin)
        assert done.code == 0, f"{words}: {done}"
        return done.out

    @contextmanager
    def runs(self, *words: str, log: Path | None = None, **settings: str) -> Iterator[subprocess.Popen[str]]:
        """A command that goes on, in a process group of its own; killed at the end if it still lives."""
        program = [ESEP] if self.module == "cli" else [sys.executable, "-m", self.module]
        with (log or self.data_dir.parent / "log").open("a") as errors:
            process = subprocess.Popen(
                [*program, *words],
                env=self.environment | settings,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill(process)

    @contextmanager
    def serves(self, log: Path | None = None, **settings: str) -> Iterator[subprocess.Popen[str]]:
        """A server that is ready."""
        with self.runs("serve", log=log, **settings) as process:
            eventually(lambda: self.is_ready(), f"ready; ended: {process.poll()}", seconds=30)
            yield process

    def is_ready(self) -> bool:
        try:
            return self.asks("GET", "/health/ready").status == 200
        except OSError:
            return False

    def asks(self, method: str, path: str, body: Any = None, *, login: str = "", password: str = PASSWORD, **headers: str) -> Answer:
        """A request; header names with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if login:
            given["Authorization"] = "Basic " + b64encode(f"{login}:{password}".encode()).decode()
        if body is not None:
            given["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), given)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()

    def copied(self, folder: Path) -> "Installation":
        """The same installation on the embedded database, once more, in a folder that is not there yet."""
        shutil.copytree(self.data_dir, folder)
        return Installation(folder, module=self.module, settings=dict(self.settings))


def kill(process: subprocess.Popen[str]) -> None:
    """End a process and all that it started, without a chance to tidy up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def eventually(holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def new_database(server_url: str, name: str, template: str = "template1") -> str:
    """The URL of a new database on a PostgreSQL server."""
    server = sa.create_engine(server_url, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}"'))
            connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        return server.url.set(database=name).render_as_string(hide_password=False)
    finally:
        server.dispose()

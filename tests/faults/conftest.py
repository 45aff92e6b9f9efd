"""Installations for drills, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.drill import AWAITING, CHAINED, HELD, TIMED
from tests.installation import KATO, OBLAST, PASSWORD, Installation, new_database


@pytest.fixture(scope="session")
def drilled(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest):
    """A function from backend to the address of an installation with bodies, a person and the processes of the drills, to be copied."""
    made: dict[str, Installation] = {}

    def template(backend: str) -> Installation:
        if backend not in made:
            folder = tmp_path_factory.mktemp(f"drill-{backend}")
            url = new_database(request.getfixturevalue("postgresql_server"), "drill") if backend == "postgresql" else ""
            made[backend] = prepared(Installation(folder / "var", url), folder)
        return made[backend]

    return template


def prepared(installation: Installation, folder: Path) -> Installation:
    installation.must("db", "upgrade")
    installation.must("organisations", "import", KATO)
    for login, role in (("admin", "administrator"), ("ann", "executor")):
        words = ("users", "create", login, "--role", role, "--body", OBLAST, "--password-stdin")
        installation.must(*words, stdin=PASSWORD)
    files = {"held.bpmn": HELD, "timed.bpmn": TIMED, "chained.bpmn": CHAINED, "awaiting.bpmn": AWAITING}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    drill = variant(installation, installation.data_dir, folder)
    drill.must("deploy", *(folder / name for name in files))
    return drill


def variant(installation: Installation, data_dir: Path, folder: Path) -> Installation:
    """The same installation run as a drill."""
    settings = {"DRILL": str(folder), "ESEP_TICK_SECONDS": "0.1"}
    return Installation(data_dir, installation.database_url, "tests.faults.drill", settings)


@pytest.fixture(params=["sqlite", "postgresql"])
def drill(request: pytest.FixtureRequest, drilled, tmp_path: Path) -> Installation:
    """An installation of a drill's own, on both databases in turn."""
    return copied(drilled(request.param), tmp_path, request)


@pytest.fixture
def drill_on_postgresql(request: pytest.FixtureRequest, drilled, tmp_path: Path) -> Installation:
    """The same where only the server database will do."""
    return copied(drilled("postgresql"), tmp_path, request)


def copied(template: Installation, folder: Path, request: pytest.FixtureRequest) -> Installation:
    if not template.database_url:
        copy = template.copied(folder / "var")
        return variant(copy, copy.data_dir, folder)
    name = f"drill_{abs(hash(folder.name))}"
    url = new_database(request.getfixturevalue("postgresql_server"), name, "drill")
    return variant(Installation(folder / "var", url), folder / "var", folder)


@pytest.fixture
def installation(drilled, tmp_path: Path) -> Installation:
    """One on the embedded database, run as `esep` itself."""
    return Installation(drilled("sqlite").copied(tmp_path / "var").data_dir)


@pytest.fixture
def rows(request: pytest.FixtureRequest) -> Iterator[object]:
    """A function that asks the database of an installation, past the product; gives the first column of every row."""
    engines: dict[str, sa.Engine] = {}

    def ask(installation: Installation, query: str) -> list[object]:
        url = installation.database_url or f"sqlite:///{installation.data_dir / 'esep.db'}"
        engine = engines.setdefault(url, sa.create_engine(url, poolclass=sa.NullPool))
        with engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.text(query))]

    yield ask
    for engine in engines.values():
        engine.dispose()

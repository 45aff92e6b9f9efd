"""Databases for every test that wants one: each such test runs on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

import app  # noqa: F401 - knows every table of every room
from storage import database as storage_database
from storage import schema
from storage.clock import SetClock
from tests import postgresql

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a server that lives as long as the test run."""
    with postgresql.server() as url:
        yield url


@pytest.fixture(scope="session")
def database_urls(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest):
    """A function from backend to the URL of an empty database of this run, made on first use."""
    made: dict[str, str] = {}

    def url(backend: str) -> str:
        if backend not in made:
            if backend == "sqlite":
                made[backend] = f"sqlite:///{tmp_path_factory.mktemp('database')}/test.db"
            else:
                made[backend] = request.getfixturevalue("postgresql_server")
        return made[backend]

    return url


@pytest.fixture(scope="session")
def bound_applications(database_urls):
    """A function from backend to a bare Flask application whose database has the whole schema, made by the migrations."""
    made: dict[str, Flask] = {}

    def application(backend: str) -> Flask:
        if backend not in made:
            bare = Flask(f"test-{backend}")
            storage_database.bind(bare, database_urls(backend))
            with bare.app_context():
                schema.upgrade()
            made[backend] = bare
        return made[backend]

    yield application
    for bare in made.values():
        with bare.app_context():
            storage_database.engine().dispose()


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, bound_applications) -> Iterator[str]:
    """Both databases in turn, empty, inside an application context; gives the backend's name."""
    with bound_applications(request.param).app_context():
        yield request.param
        storage_database.session.rollback()
        empty_all_tables()
        storage_database.session.remove()


def empty_all_tables() -> None:
    """Delete every row of every table of the present database."""
    with storage_database.engine().begin() as connection:
        for table in reversed(storage_database.Base.metadata.sorted_tables):
            connection.execute(sa.delete(table))


@pytest.fixture
def clock() -> SetClock:
    """A clock that stands at the morning of 1 October 2026 in Almaty."""
    return SetClock(datetime(2026, 10, 1, 4, 0, tzinfo=UTC))

"""The built product on each database, and a ticker over it that is told to tick."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import app as composition
from app import Esep
from config import Config
from storage import database as storage_database
from storage.clock import SetClock
from worker import Ticker


@pytest.fixture
def delivered() -> list[str]:
    """What the outbox's topic "letter" has brought."""
    return []


@pytest.fixture
def esep(database: str, database_urls, clock: SetClock, delivered: list[str], tmp_path: Path) -> Iterator[Esep]:
    """The product at the clock's moment."""
    config = Config(database_url=database_urls(database), secret_key="a secret of the tests", data_dir=tmp_path / "var", backup_keep=3)
    built = composition.build(config, clock)
    built = replace(built, outbox_handlers={**built.outbox_handlers, "letter": lambda delivery: delivered.append(delivery.payload["to"])})
    with built.http.app_context():
        yield built
        storage_database.session.remove()
        storage_database.engine().dispose()


@pytest.fixture
def processes(tmp_path: Path) -> Path:
    """A folder to drop diagrams into."""
    folder = tmp_path / "processes"
    folder.mkdir()
    return folder


@pytest.fixture
def ticker(esep: Esep, processes: Path) -> Ticker:
    """A ticker that has not started."""
    return Ticker(esep, processes)

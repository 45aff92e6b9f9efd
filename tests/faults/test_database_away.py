"""PostgreSQL goes away and comes back: requests fail meanwhile and work again, nobody restarts anything."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from storage.database import TRUSTED_SECONDS
from tests.installation import Installation, eventually


@contextmanager
def server_of(installation: Installation) -> Iterator[sa.Connection]:
    """A connection beside the product's own database."""
    url = sa.make_url(installation.database_url).set(database="postgres")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def end_connections(server: sa.Connection, installation: Installation) -> None:
    """What a restart of the database does to those who are connected."""
    name = sa.make_url(installation.database_url).database
    server.execute(sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name})


def let_nobody_in(server: sa.Connection, installation: Installation, *, nobody: bool) -> None:
    name = sa.make_url(installation.database_url).database
    server.execute(sa.text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {"false" if nobody else "true"}'))


@pytest.mark.faults
def test_the_next_request_after_a_restart_of_the_database_works_and_readiness_tells_of_the_time_between(drill_on_postgresql, rows):
    drill = drill_on_postgresql
    with drill.serves(), drill.runs("worker"), server_of(drill) as server:
        assert drill.asks("GET", "/api/v1/tasks", login="ann").status == 200
        assert drill.asks("GET", "/api/v1/tasks", login="ann").status == 200

        let_nobody_in(server, drill, nobody=True)
        end_connections(server, drill)
        eventually(lambda: not drill.is_ready(), "not ready")
        answer = drill.asks("GET", "/health/ready")
        assert (answer.status, answer.json["ill"]) == (503, ["database", "schema"])
        assert drill.asks("GET", "/health/live").status == 200

        let_nobody_in(server, drill, nobody=False)
        assert drill.asks("GET", "/health/ready").status == 200
        assert drill.asks("GET", "/api/v1/tasks", login="ann").status == 200

        drill.must("start", "timed", 1)
        eventually(lambda: rows(drill, "SELECT count(*) FROM timers") == [0], "a worker that ticks on")


@pytest.mark.faults
def test_connections_that_were_cut_while_idle_are_replaced_unseen(drill_on_postgresql):
    drill = drill_on_postgresql
    with drill.serves(), server_of(drill) as server:
        for _ in range(4):
            assert drill.asks("GET", "/api/v1/tasks", login="ann").status == 200
        time.sleep(TRUSTED_SECONDS + 0.1)

        end_connections(server, drill)

        assert drill.asks("GET", "/api/v1/tasks", login="ann").status == 200

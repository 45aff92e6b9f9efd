"""Databases of a test's own, for what changes the schema itself."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from storage import database as storage_database
from storage.database import session


@pytest.fixture
def new_databases(tmp_path, request):
    """A function from backend to an application context with an empty database of its own."""

    @contextmanager
    def application(backend: str) -> Iterator[None]:
        url = f"sqlite:///{tmp_path}/{len(list(tmp_path.iterdir()))}.db"
        if backend == "postgresql":
            server = sa.create_engine(request.getfixturevalue("postgresql_server"), isolation_level="AUTOCOMMIT")
            name = f"drill_{tmp_path.name.lower().replace('-', '_')}_{len(list(tmp_path.iterdir()))}"
            with server.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
            url = str(server.url.set(database=name))
            server.dispose()
        drill = Flask("drill")
        storage_database.bind(drill, url)
        with drill.app_context():
            yield
            session.remove()
            storage_database.engine().dispose()

    return application

"""The schema's version: one chain of Alembic migrations for SQLite and PostgreSQL, in `migrations/`."""

from pathlib import Path

import alembic.command
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from storage import (  # noqa: F401 - whoever asks for the schema knows every table of this room
    database,
    idempotency,
    journal,
    outbox,
    sealer,
)

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade(revision: str = "head") -> None:
    """Bring the present application's database to a revision, by default the newest."""
    with database.engine().connect().execution_options(**database.writing()) as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        alembic.command.upgrade(configuration, revision)
        connection.commit()


def current() -> str | None:
    """The revision of the present application's database; None when it is empty."""
    with database.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision that this version of the product knows."""
    return ScriptDirectory.from_config(_configuration()).get_current_head()


def knows(revision: str | None) -> bool:
    """Whether this version of the product can bring a database of a revision to the newest."""
    try:
        return revision is not None and ScriptDirectory.from_config(_configuration()).get_revision(revision) is not None
    except CommandError:
        return False


def drop_everything() -> None:
    """Remove every table of the present application's database, as after a restore that failed."""
    found = sa.MetaData()
    found.reflect(database.engine())
    found.drop_all(database.engine())


def is_empty() -> bool:
    """Whether the present application's database holds no table at all."""
    return not sa.inspect(database.engine()).get_table_names()


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    return configuration

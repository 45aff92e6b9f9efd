"""The database: one declarative base for all rooms, the session of the present application context, and the engine's options.

Models are plain typed SQLAlchemy classes on `Base`; Flask-SQLAlchemy only binds the session to the application context, in the HTTP
process, the worker and the CLI alike. Who writes does so inside `storage.transaction.transaction()`.
"""

import sqlite3
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, scoped_session
from sqlalchemy.pool import ConnectionPoolEntry

from storage.columns import from_json, to_json

#: Execution option of a connection whose transaction will write: SQLite then takes its write lock at BEGIN, so it can never deadlock.
WRITES = "esep_writes"

#: A connection that was used so recently is not asked whether it still lives.
TRUSTED_SECONDS = 1.0
_IDLE_SINCE = "esep_idle_since"

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every model of every room derives from."""

    metadata = sa.MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, session_options={"autoflush": False, "expire_on_commit": False})

#: The session of the present application context.
session: scoped_session[Session] = db.session


def bind(app: Flask, url: str, *, pool_size: int = 8) -> None:
    """Join an application to its database. `url` is a SQLAlchemy URL (`sqlite:///…`, `postgresql+psycopg://…`)."""
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _options(make_url(url), pool_size)
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _tune_sqlite(db.engine)
        else:
            _check_idle_connections(db.engine)


def engine() -> Engine:
    """The engine of the present application context."""
    return db.engine


def writing() -> dict[str, Any]:
    """The execution options of a connection that will write in a transaction."""
    return {WRITES: True, "isolation_level": "READ COMMITTED"} if is_postgresql() else {WRITES: True}


def snapshot() -> dict[str, Any]:
    """The execution options of a connection whose statements all see one moment of the database, also row by row (`yield_per`)."""
    return {"isolation_level": "REPEATABLE READ"} if is_postgresql() else {}


def changed(statement: sa.Update | sa.Delete) -> int:
    """Change or delete rows past the unit of work; gives how many. What the session holds of them is not brought up to date."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]  # the result of an UPDATE or DELETE has it


def is_postgresql() -> bool:
    """Whether the present database is PostgreSQL; the other one is SQLite."""
    return db.engine.dialect.name == "postgresql"


def _options(url: URL, pool_size: int) -> dict[str, Any]:
    options: dict[str, Any] = {"json_serializer": to_json, "json_deserializer": from_json, "hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        return options | {
            "connect_args": {"timeout": 10, "check_same_thread": False},
            "pool_size": pool_size,
            "max_overflow": 8,
        }
    # Reads run without BEGIN and ROLLBACK, two journeys less each; what writes is given a real transaction by `storage.transaction`.
    return options | {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 30, "isolation_level": "AUTOCOMMIT"}


def _check_idle_connections(target: Engine) -> None:
    """Ask a connection that has been idle whether it still lives before it is used again, as `pool_pre_ping` does for every one."""

    @event.listens_for(target, "checkin")
    def on_checkin(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_IDLE_SINCE] = time.monotonic()

    @event.listens_for(target, "checkout")
    def on_checkout(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get(_IDLE_SINCE, time.monotonic()) > TRUSTED_SECONDS and not _lives(target, connection):
            raise DisconnectionError("the server ended an idle connection")


def _lives(target: Engine, connection: DBAPIConnection) -> bool:
    try:
        return target.dialect.do_ping(connection)
    except target.dialect.loaded_dbapi.Error:
        return False


def _tune_sqlite(target: Engine) -> None:
    @event.listens_for(target, "connect")
    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; the driver's own guess would come too late
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(target, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

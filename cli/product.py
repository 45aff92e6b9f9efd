"""The product as a command sees it: its settings, and its rooms over a database whose schema fits this version."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from os import environ
from pathlib import Path

from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

import app
import config as settings
import logs
from config import Config, ConfigurationError
from storage import database, schema

DRIVERS = ("sqlite", "postgresql+psycopg")
EMPTY = "the database is empty: run `esep db upgrade` first"


def load_config(given: Mapping[str, object] | None = None, *, log_level: str | None = None) -> Config:
    """The settings, those `given` to the command first; the logs are set up by them. Raises ConfigurationError."""
    options = {f"{settings.PREFIX}{name.upper()}": str(value) for name, value in (given or {}).items() if value is not None}
    config = settings.load({**environ, **options})
    logs.configure(config.log_format, log_level or config.log_level)
    return replace(config, database_url=_exact(config.database_url))


def _exact(database_url: str) -> str:
    """The URL of a database that we can use; the path of an embedded one is taken from where the command was given."""
    try:
        url = make_url(database_url)
    except ArgumentError as error:
        raise ConfigurationError(f"{settings.PREFIX}DATABASE_URL is no database URL, such as sqlite:////var/esep.db") from error
    if url.drivername not in DRIVERS:
        raise ConfigurationError(f"{settings.PREFIX}DATABASE_URL: {' or '.join(DRIVERS)}, not {url.drivername}")
    if url.drivername == "sqlite":
        url = url.set(database=str(Path(url.database or "").absolute()))
    return url.render_as_string(hide_password=False)


@contextmanager
def product(*, migrated: bool = True) -> Iterator[app.Esep]:
    """The built product in an application context, saying warnings only.

    Raises ConfigurationError, also when the schema is not that of this version, which `migrated=False` allows.
    """
    config = load_config(log_level="warning")
    if migrated:
        require_newest_schema(config)
    elif config.embedded:
        config.data_dir.mkdir(parents=True, exist_ok=True)
    esep = app.build(config)
    with esep.http.app_context():
        try:
            yield esep
        finally:
            database.session.remove()
            database.engine().dispose()


def require_newest_schema(config: Config) -> None:
    """Refuse to start on a database that is not there or has another schema; leaves no connection behind, so one may fork. Raises
    ConfigurationError."""
    if config.embedded and not Path(make_url(config.database_url).database or "").exists():
        raise ConfigurationError(EMPTY)  # only to look would make the file
    bare = Flask("esep-schema")
    database.bind(bare, config.database_url)
    with bare.app_context():
        try:
            _require_newest()
        finally:
            database.engine().dispose()


def _require_newest() -> None:
    current, newest = schema.current(), schema.head()
    if current is None:
        raise ConfigurationError(EMPTY)
    if current != newest:
        raise ConfigurationError(f"the schema of the database is {current}, this version works with {newest}: run `esep db upgrade`")

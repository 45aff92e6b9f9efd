"""Applications for the tests of the doors: bound to the database of the test, with routes of the test's own beside the product's."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask

import api
from api.house import House
from storage import database as storage_database
from storage.clock import Clock, SetClock
from tests.country import Country, founded

SECRET = "a secret of the tests"


@pytest.fixture
def bound(database: str, database_urls) -> Iterator[Callable[[], Flask]]:
    """A function that makes an application bound to the test's database."""
    made: list[Flask] = []

    def make() -> Flask:
        app = Flask("doors", static_folder=None)
        storage_database.bind(app, database_urls(database))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            storage_database.session.remove()
            storage_database.engine().dispose()


def with_routes(app: Flask, routes: Blueprint, house: House) -> Flask:
    """The product's doors and a few routes more."""
    app.register_blueprint(routes)
    return api.create(app, house, secret_key=SECRET)


def empty_house(clock: Clock, **rooms: object) -> House:
    """A house whose rooms are not asked."""
    names = ("organisations", "worklist", "operate", "forms", "register", "changes", "forecasts", "reports", "notifications")
    return House(**{**dict.fromkeys(names), **rooms}, clock=clock)


@pytest.fixture
def country(database: str, database_urls, clock: SetClock, tmp_path: Path) -> Iterator[Country]:
    """The whole product with a small country."""
    with founded(database_urls(database), clock, tmp_path) as built:
        yield built

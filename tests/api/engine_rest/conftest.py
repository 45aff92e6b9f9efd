"""The door served over HTTP on a port of its own, over an office with people who can sign in."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import httpx
import pytest
import sqlalchemy as sa
from werkzeug.serving import make_server

import api
from organisations import passwords
from organisations.tables import UserRow
from storage.database import session
from storage.transaction import transaction
from tests.api.conftest import SECRET, empty_house
from tests.worklist.office import Office

PASSWORD = "a good long password"


@pytest.fixture
def office(database: str, clock, tmp_path) -> Office:
    """An office whose people have a password."""
    office = Office(clock, tmp_path)
    with transaction():
        session.execute(sa.update(UserRow).values(password_hash=_hash()))
    return office


@cache
def _hash() -> str:
    """One hash for everybody: making one takes its time, on purpose."""
    return passwords.hashed(PASSWORD, "somebody")


@dataclass
class Door:
    """Where the door stands, and clients that knock at it."""

    url: str

    def client(self, login: str) -> httpx.Client:
        """A client that signs in with login and password."""
        return httpx.Client(base_url=self.url, auth=(login, PASSWORD), timeout=30)


@pytest.fixture
def door(office: Office, bound, clock) -> Iterator[Door]:
    """The served door."""
    house = empty_house(clock, organisations=office.organisations, worklist=office.worklist, operate=office.operate, forms=office.forms)
    app = api.create(bound(), house, secret_key=SECRET)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Door(f"http://127.0.0.1:{server.server_port}/engine-rest")
    server.shutdown()
    thread.join()
    server.server_close()

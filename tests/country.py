"""The whole product on one database, and people who knock at its door over HTTP with login and password."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

import app as composition
from app import Esep
from config import Config
from organisations import passwords
from organisations.bodies import Body
from organisations.roles import Role
from organisations.tables import UserRow
from storage import database as storage_database
from storage.clock import SetClock
from storage.database import session
from storage.transaction import transaction
from tests.organisations.factories import Tree, make_tree, make_user

PASSWORD = "a good long password"


class Person:
    """Somebody at a browser or a script: asks with their own login, in English."""

    def __init__(self, esep: Esep, login: str) -> None:
        self._client = esep.http.test_client()
        credential = b64encode(f"{login}:{PASSWORD}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Accept-Language": "en"}

    def asks(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Any request to `/api/v1`; header names with underscores."""
        return self.knocks(method, f"/api/v1{path}", body, **headers)

    def knocks(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Any request to any door."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {} if body is None else {"json": body}
        return self._client.open(path, method=method, headers={**self._headers, **given}, **sent)

    def gets(self, path: str) -> Any:
        """What is answered to a GET that must succeed."""
        return self._succeeds(self.asks("GET", path))

    def posts(self, path: str, body: Any = None, **headers: str) -> Any:
        """What is answered to a POST that must succeed."""
        return self._succeeds(self.asks("POST", path, body, **headers))

    def uploads(self, path: str, name: str, data: bytes, **words: str) -> TestResponse:
        """A file sent to `/api/v1` as the part `data` of a form, with texts beside it."""
        form = {"data": (BytesIO(data), name), **words}
        return self._client.post(f"/api/v1{path}", headers=self._headers, data=form, content_type="multipart/form-data")

    def does(self, task_id: str, **values: Any) -> None:
        """Complete a user task, which must succeed."""
        self.posts(f"/tasks/{task_id}/completion", {"values": values})

    def task(self) -> dict[str, Any]:
        """The one task in the inbox."""
        [task] = self.gets("/tasks")["items"]
        return task

    @staticmethod
    def _succeeds(answer: TestResponse) -> Any:
        assert answer.status_code < 300, answer.text
        return answer.json if answer.data else None


@dataclass(frozen=True)
class Country:
    """The product with its bodies; people by login."""

    esep: Esep
    tree: Tree

    def hires(self, login: str, role: Role, body: Body) -> Person:
        """A new person with a role at a body."""
        with transaction():
            made = make_user(role, body, login=login)
            session.execute(sa.update(UserRow).where(UserRow.id == made.user_id).values(password_hash=_hash()))
        return Person(self.esep, login)


@cache
def _hash() -> str:
    """One hash for everybody: making one takes its time, on purpose."""
    return passwords.hashed(PASSWORD, "somebody")


@contextmanager
def founded(database_url: str, clock: SetClock, folder: Path, **settings: Any) -> Iterator[Country]:
    """The product on a database, with a small country, the shipped diagram and the kinds of report that come with it."""
    config = Config(database_url=database_url, secret_key="a secret of the tests", data_dir=folder, **settings)
    esep = composition.build(config, clock)
    with transaction():
        tree = make_tree()
        esep.register.import_definitions(places={"labour_ministry": tree.ministry.code})
    composition.deploy_shipped(esep)
    try:
        yield Country(esep, tree)
    finally:
        with esep.http.app_context():
            storage_database.session.remove()
            storage_database.engine().dispose()

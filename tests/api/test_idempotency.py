"""A repeated request gets its first answer and has no second effect, in the same transaction as the effect."""

import threading
from base64 import b64encode
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Blueprint, jsonify, request

from api.access import SIGNED_IN
from organisations.organisations import Organisations
from organisations.roles import Role
from refusals import Conflict
from storage import idempotency, journal
from storage.database import session
from storage.idempotency import IdempotentRequest
from storage.journal import JournalEntry
from storage.transaction import transaction
from tests.api.conftest import empty_house, with_routes
from tests.organisations.factories import make_tree, make_user
from tests.organisations.statements import counted

PASSWORD = "a good long password"


class TooEarly(Conflict):
    """A refusal of the tests."""


@pytest.fixture
def app(bound, clock, database):
    with transaction():
        tree = make_tree()
        for login in ("first", "second"):
            make_user(Role.HEAD, tree.district, login=login, password=PASSWORD)
    routes = Blueprint("routes", __name__)

    @routes.post("/act")
    @SIGNED_IN
    def act():
        journal.record("thing:done", at=clock.now(), subject=("thing", "1"))
        if request.get_json().get("refuse"):
            session.flush()
            raise TooEarly()
        return jsonify({"effects": effects() + 1}), 201, {"Location": "/things/1", "ETag": '"7"'}

    return with_routes(bound(), routes, empty_house(clock, organisations=Organisations(clock)))


def effects() -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(JournalEntry).where(JournalEntry.event == "thing:done")) or 0


def send(app, body: dict, key: str | None = "key-1", login: str = "first", path: str = "/act"):
    headers = {"Authorization": "Basic " + b64encode(f"{login}:{PASSWORD}".encode()).decode()}
    return app.test_client().post(path, json=body, headers={**headers, **({"Idempotency-Key": key} if key else {})})


def test_the_same_request_again_gets_the_first_answer_and_no_second_effect(app):
    first = send(app, {"a": 1})
    again = send(app, {"a": 1})

    assert (first.status_code, first.json) == (201, {"effects": 1})
    assert (again.status_code, again.data, again.headers["Location"], again.headers["ETag"]) == (201, first.data, "/things/1", '"7"')
    assert again.headers["Idempotency-Replayed"] == "true"
    assert effects() == 1


def test_knowing_who_asks_and_what_was_answered_costs_three_statements(app):
    send(app, {"a": 0}, key="warm")  # the password is verified once a minute

    with app.app_context(), counted() as statements:
        send(app, {"a": 1})

    of_the_edge = [statement for statement in statements if "journal_entries" not in statement]
    assert len(of_the_edge) == 3, of_the_edge


def test_without_a_key_the_effect_happens_each_time(app):
    send(app, {"a": 1}, key=None)
    send(app, {"a": 1}, key=None)

    assert effects() == 2


@pytest.mark.parametrize(("body", "path"), [({"a": 2}, "/act"), ({"a": 1}, "/act?x=1")])
def test_the_key_cannot_be_used_for_another_request(app, body, path):
    send(app, {"a": 1})

    other = send(app, body, path=path)

    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")
    assert effects() == 1


def test_two_persons_may_choose_the_same_key(app):
    send(app, {"a": 1}, login="first")
    send(app, {"a": 1}, login="second")

    assert effects() == 2


def test_a_refused_request_keeps_nothing_and_may_be_tried_again(app):
    refused = [send(app, {"refuse": True}) for _ in range(2)]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert all("Idempotency-Replayed" not in answer.headers for answer in refused)
    assert session.scalar(sa.select(sa.func.count()).select_from(IdempotentRequest)) == 0
    assert send(app, {"a": 1}).status_code == 201


def test_a_key_is_free_again_after_its_time(app, clock):
    send(app, {"a": 1})
    clock.advance(idempotency.KEPT_FOR + timedelta(seconds=1))

    later = send(app, {"a": 2})

    assert later.status_code == 201
    assert effects() == 2


def test_a_key_must_be_printable_and_short(app):
    for key in (" ", "\t", "x" * 256, "ключ"):
        answer = send(app, {"a": 1}, key=key)

        assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_invalid"), key


def test_two_equal_requests_at_once_have_one_effect(app):
    answers = []
    starting = threading.Barrier(2)

    def one() -> None:
        starting.wait()
        answers.append(send(app, {"a": 1}).status_code)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [201, 201]
    assert effects() == 1


def test_answers_whose_time_is_over_are_forgotten(app, clock):
    send(app, {"a": 1})
    with transaction():
        assert idempotency.forget_expired(clock.now()) == 0
    clock.advance(idempotency.KEPT_FOR)

    with transaction():
        assert idempotency.forget_expired(clock.now()) == 1

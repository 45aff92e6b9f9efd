"""Cursors: what was given out comes back, anything else is refused."""

import base64
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from api import pagination
from api.errors import CursorInvalid
from storage.pages import Page

KEY = ("ж", 7, None, True, datetime(2026, 10, 1, 4, 0, 0, 123456, tzinfo=UTC), date(2026, 10, 1), Decimal("1.50"), UUID(int=5))


@pytest.fixture(scope="module")
def app() -> Flask:
    application = Flask("cursors")
    application.config["SECRET_KEY"] = "a secret of the tests"
    return application


def cursor_of(app: Flask, key: tuple, path: str = "/api/v1/tasks") -> str:
    with app.test_request_context(path):
        return pagination.paged(Page((), key))["next"]


def test_a_key_comes_back_as_it_was_with_the_types_of_its_values(app):
    cursor = cursor_of(app, KEY)

    with app.test_request_context("/api/v1/tasks"):
        key = pagination.after({"cursor": cursor})

    assert key == KEY
    assert [type(value) for value in key] == [type(value) for value in KEY]


def test_the_last_page_has_no_cursor(app):
    with app.test_request_context("/api/v1/tasks"):
        assert pagination.paged(Page((1, 2))) == {"items": (1, 2), "next": None}


def test_a_cursor_of_another_list_is_refused(app):
    cursor = cursor_of(app, KEY, "/api/v1/reports")

    with app.test_request_context("/api/v1/tasks"), pytest.raises(CursorInvalid):
        pagination.after({"cursor": cursor})


def test_a_cursor_that_was_changed_is_refused(app):
    raw = bytearray(base64.urlsafe_b64decode(cursor_of(app, ("a", 1)) + "=="))
    raw[-2] ^= 1

    with app.test_request_context("/api/v1/tasks"), pytest.raises(CursorInvalid):
        pagination.after({"cursor": base64.urlsafe_b64encode(raw).decode()})


def test_a_cursor_signed_with_another_secret_is_refused(app):
    other = Flask("other")
    other.config["SECRET_KEY"] = "another secret"

    with app.test_request_context("/api/v1/tasks"), pytest.raises(CursorInvalid):
        pagination.after({"cursor": cursor_of(other, ("a",))})


@given(st.text(max_size=300))
def test_any_text_that_was_not_given_out_is_refused_and_nothing_worse(app, cursor):
    with app.test_request_context("/api/v1/tasks"), pytest.raises(CursorInvalid):
        pagination.after({"cursor": cursor})

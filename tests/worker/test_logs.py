"""Logs are one line an event, and nothing that somebody typed is in them."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from decimal import Decimal
from functools import partial

import pytest
import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

import logs
from tests.installation import Installation

SECRET = "өте құпия 48151623"


@contextmanager
def logged() -> Iterator[list[dict[str, str]]]:
    """Logs as a process of the product has them, for the block; afterwards the lines that it wrote."""
    told: list[dict[str, str]] = []
    root, errors = logging.getLogger(), io.StringIO()
    before = root.handlers, root.level, structlog.get_config(), threading.excepthook
    with redirect_stderr(errors):
        logs.configure("json", "debug")
        try:
            yield told
        finally:
            root.handlers, level, configuration, threading.excepthook = before
            root.setLevel(level)
            structlog.configure(**configuration)
            logging.captureWarnings(False)
            for name in (*logs.TALKATIVE, "apscheduler.scheduler"):
                logging.getLogger(name).setLevel(logging.NOTSET)
    told += [json.loads(line) for line in errors.getvalue().splitlines()]


def fail_with(error: Exception) -> Exception:
    """The exception, once it was raised."""
    with suppress(Exception):
        raise error
    return error


def test_our_own_events_and_those_of_libraries_have_one_shape():
    with logged() as told:
        structlog.get_logger("ours").info("backup_made", folder="/var/b")
        logging.getLogger("theirs").warning("%s of %s", 1, 2)

    ours, theirs = told
    expected = {"event": "backup_made", "folder": "/var/b", "level": "info", "logger": "ours"}
    assert {name: ours[name] for name in expected} == expected
    assert theirs["event"] == "1 of 2"


@pytest.mark.parametrize(
    "error",
    [
        ValueError(SECRET),
        IntegrityError("INSERT INTO t VALUES (?)", {"a": SECRET}, Exception(f"Key (a)=({SECRET}) exists")),
        OperationalError("SELECT ?", {"a": SECRET}, Exception(f"server closed the connection\n{SECRET}")),
        FileNotFoundError(2, "No such file or directory", SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_exception_is_told_by_its_type_and_places_without_its_message(error):
    with logged() as told:
        logging.getLogger("api").error("unforeseen", exc_info=fail_with(error))

    assert type(error).__name__ in told[0]["exception"]
    assert f"{__file__}:" in told[0]["exception"]
    assert SECRET not in json.dumps(told, ensure_ascii=False)


def test_what_an_exception_came_from_is_told_too():
    error = fail_with(KeyError(SECRET))
    error.__cause__ = fail_with(ZeroDivisionError(SECRET))

    with logged() as told:
        structlog.get_logger().error("failed", exc_info=error)

    assert [line for line in told[0]["exception"].splitlines() if not line.startswith("  ")] == ["KeyError", "ZeroDivisionError"]


def test_a_thread_that_fails_is_one_line_too():
    with logged() as told:
        thread = threading.Thread(target=Decimal, args=(SECRET,))
        thread.start()
        thread.join()

    assert [event["event"] for event in told] == ["thread_failed"]
    assert "decimal.InvalidOperation" in told[0]["exception"]


def test_statements_and_their_parameters_are_never_logged():
    with logged() as told, sa.create_engine("sqlite://").connect() as connection:
        connection.execute(sa.text("SELECT :secret"), {"secret": SECRET})

    assert told == []


@pytest.mark.faults
def test_nothing_of_a_report_and_no_password_is_in_the_logs_of_a_whole_run(tmp_path):
    installation = Installation(tmp_path / "var", settings={"ESEP_LOG_LEVEL": "debug", "ESEP_SEAL_SECONDS": "0.2"})
    installation.must("db", "upgrade")
    installation.must("demo")

    with installation.serves(tmp_path / "log"):
        drafts = installation.asks("GET", "/api/v1/reports?stage=in_preparation", login="executor", password="esep-demo").json["items"]
        path = f"/api/v1/reports/{drafts[0]['id']}/content"
        content = installation.asks("GET", path, login="executor", password="esep-demo")
        cell = next(address for section in content.json["sections"] for address in section["cells"])
        saves = partial(installation.asks, "PATCH", path, login="executor", password="esep-demo", If_Match=content.headers["ETag"])
        refused = [saves({"values": values}).status for values in ({cell: SECRET}, {"no.such.cell": SECRET}, SECRET)]
        assert refused == [422, 422, 422]
        assert saves({"values": {cell: "48151623"}}).status == 200
        assert installation.asks("GET", "/api/v1/tasks", login="executor", password=SECRET).status == 401
        installation.asks("POST", "/api/v1/sessions", {"login": "executor", "password": "esep-demo"})

    told = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    text = json.dumps(told, ensure_ascii=False)
    assert {"Starting gunicorn" in event["event"] for event in told} == {True, False}
    for secret in (SECRET, "48151623", "esep-demo"):
        assert secret not in text

"""Databases that were filled by an older version of the product keep what they hold, and get right what a newer schema adds."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from register import periods
from storage import database as storage_database
from storage import schema

DAY, MOMENT = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
PERIODS = ("2026-09-15", "2026-02D1", "2026-02D2", "2024-02D3", "2026-02", "2026Q3", "2026H1", "2026M09", "2026")
CLASSES = {("P-1", 1): "open", ("P-1", 2): "personal", ("R-1", 1): "restricted"}
TYPES = {UUID: sa.Uuid, dict: sa.JSON, list: sa.JSON, date: sa.Date, datetime: sa.DateTime(timezone=True), int: sa.Integer}


@contextmanager
def writing() -> Iterator[sa.Connection]:
    with storage_database.engine().connect().execution_options(**storage_database.writing()) as connection:
        yield connection
        connection.commit()


def keep(connection: sa.Connection, table: str, row: Mapping[str, Any]) -> None:
    columns = [sa.column(name, TYPES.get(type(value), sa.String)) for name, value in row.items()]
    connection.execute(sa.table(table, *columns).insert().values(row))


def kind(code: str, version: int, report_class: str) -> dict[str, Any]:
    document = {"code": code, "version": version, "report_class": report_class}
    act = {"act_number": "1", "act_date": DAY, "imported_at": MOMENT}
    return {"id": uuid4(), "code": code, "version": version, "document": document, "valid_from": DAY, **act}


def report(code: str, version: int, period: str) -> dict[str, Any]:
    times = {"due_at": MOMENT, "opened_at": MOMENT}
    body = {"id": uuid4(), "body_id": uuid4(), "body_level": "district"}
    stands = {"stage": "open", "revision": 1, "editors": [], "notes": {}}
    return {
        "business_key": f"{code}/{version}/{period}",
        "kind_code": code,
        "kind_version": version,
        "period": period,
        **body,
        **stands,
        **times,
    }


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_reports_that_are_there_already_get_the_class_of_their_kind_and_the_end_of_their_period(new_databases, backend):
    with new_databases(backend):
        schema.upgrade("0010")
        with writing() as connection:
            for key, report_class in CLASSES.items():
                keep(connection, "report_kinds", kind(*key, report_class))
                for period in PERIODS:
                    keep(connection, "reports", report(*key, period))

        schema.upgrade()

        with storage_database.engine().connect() as connection:
            columns = [sa.column(name) for name in ("kind_code", "kind_version", "period", "report_class")]
            rows = connection.execute(sa.select(*columns, sa.column("period_last", sa.Date())).select_from(sa.table("reports"))).all()
    assert {tuple(row) for row in rows} == {
        (*key, period, report_class, periods.parse(period).last) for key, report_class in CLASSES.items() for period in PERIODS
    }


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_openings_of_before_keep_their_figures_each_body_counted_once(new_databases, backend):
    """Three bodies: one opened, one opened by hand, one refused and in a share again."""
    opening, opened, by_hand, refused = (uuid4() for _ in range(4))
    moved = {"code": "x", "fields": {}, "tries": 1, "refused_at": MOMENT, "retry_at": MOMENT}
    with new_databases(backend):
        schema.upgrade("0021")
        with writing() as connection:
            keep(
                connection,
                "report_openings",
                {"id": opening, "kind_code": "P-1", "kind_version": 1, "period": "2026", "planned_at": MOMENT},
            )
            for bodies, number, done_at in (([opened, by_hand, refused], 1, MOMENT), ([refused], 0, MOMENT), ([refused], 0, None)):
                share = {"id": uuid4(), "opening_id": opening, "bodies": [str(body) for body in bodies], "opened": number}
                keep(connection, "report_opening_shares", share | ({"done_at": done_at} if done_at else {}))
            keep(connection, "report_opening_refusals", {"opening_id": opening, "body_id": refused, **moved})
            for body in (opened, by_hand):
                there = {"body_id": body, "business_key": str(body), "report_class": "open", "period_last": DAY}
                keep(connection, "reports", report("P-1", 1, "2026") | there)

        schema.upgrade("0022")

        with storage_database.engine().connect() as connection:
            figures = connection.execute(sa.text("SELECT opened, passed_over, done_at IS NOT NULL FROM report_openings")).all()
            shares = connection.execute(sa.text("SELECT size, again FROM report_opening_shares")).all()
            kept = connection.execute(sa.text("SELECT count(*) FROM report_opening_refusals")).scalar_one()
    assert ([tuple(row) for row in figures], [tuple(row) for row in shares], kept) == ([(1, 1, True)], [(1, 1)], 1)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_cells_of_drafts_of_before_are_kept_line_by_line(new_databases, backend):
    row = report("P-1", 1, "2026-09")
    cells = {"jobs.people.men.placed": "3", "jobs.people.women.placed": {"not_applicable": True}, "jobs.note.kk": "Ғ", "jobs.spent": "1.50"}
    with new_databases(backend):
        schema.upgrade("0027")
        with writing() as connection:
            keep(connection, "reports", row)
            section = {"report_id": row["id"], "code": "jobs", "position": 0, "cells": cells, "provenance": {}, "version": 4}
            keep(connection, "report_sections", section)
            keep(connection, "report_sections", section | {"code": "empty", "position": 1, "cells": {}})

        schema.upgrade()

        with storage_database.engine().connect() as connection:
            columns = [sa.column(name) for name in ("section", "line", "version")] + [
                sa.column("cells", sa.JSON()),
                sa.column("versions", sa.JSON()),
            ]
            lines = connection.execute(sa.select(*columns).select_from(sa.table("report_lines")).order_by(sa.column("line"))).all()
    assert [tuple(line) for line in lines] == [
        ("jobs", "", 4, {"spent": "1.50"}, {"spent": 4}),
        ("jobs", "note", 4, {"kk": "Ғ"}, {"kk": 4}),
        ("jobs", "people.men", 4, {"placed": "3"}, {"placed": 4}),
        ("jobs", "people.women", 4, {"placed": {"not_applicable": True}}, {"placed": 4}),
    ]

"""Many rows in one statement: the same rows come out on both databases, and what no column holds is refused."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DataError, IntegrityError

from storage import database as storage_database
from storage.columns import Bytes, Exact, Json, Moment
from storage.database import session
from storage.identifiers import new_id
from storage.inserts import Insert
from storage.transaction import transaction

ODD = sa.Table(
    "odd_rows",
    sa.MetaData(),
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("by", sa.String(10)),
    sa.Column("number", sa.BigInteger(), default=7),
    sa.Column("exact", Exact()),
    sa.Column("at", Moment),
    sa.Column("packed", Bytes),
    sa.Column("told", Json),
    sa.Column("state", sa.String(10)),
)
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
INSERT = Insert(ODD, given={"urgent": sa.Boolean()}, computed=lambda of: {"state": sa.case((of["urgent"], "first"), else_="last")})


@pytest.fixture
def odd_rows(database: str):
    with transaction():
        ODD.create(session.connection())
    yield
    session.rollback()
    with transaction():
        ODD.drop(session.connection())


def row(**values: object) -> dict[str, object]:
    plain = {"id": new_id(), "by": None, "exact": None, "at": None, "packed": None, "told": {}, "urgent": False}
    return plain | values


@pytest.mark.usefixtures("odd_rows")
def test_rows_come_out_as_they_were_put_in():
    almaty = timezone(timedelta(hours=5))
    told = {'қазақша \\ "\n': [1, None, "\\x41", 2**60, {"id": UUID(int=1)}, True]}
    rows = [
        row(by="Әйгерім\\\t", exact=Decimal("1.10"), at=NOON.astimezone(almaty), packed=b"\0\xff\\x41", told=told, urgent=True),
        row(),
        row(packed=b"", told=["x"] * 1_000),
    ]

    with transaction():
        INSERT.run(rows)
        INSERT.run([])

    kept = session.execute(sa.select(ODD).order_by(ODD.c.id)).all()
    assert [(one.by, one.number, one.exact, one.at, one.packed, one.state) for one in kept] == [
        ("Әйгерім\\\t", 7, Decimal("1.10"), NOON, b"\0\xff\\x41", "first"),
        (None, 7, None, None, None, "last"),
        (None, 7, None, None, b"", "last"),
    ]
    assert [one.told for one in kept] == [{'қазақша \\ "\n': [1, None, "\\x41", 2**60, {"id": str(UUID(int=1))}, True]}, {}, ["x"] * 1_000]


@pytest.mark.usefixtures("odd_rows")
def test_what_no_column_holds_is_refused_and_nothing_is_kept():
    one = row()
    refused = [([row(at=NOON.replace(tzinfo=None))], ValueError), ([one, one], IntegrityError)]
    if storage_database.is_postgresql():
        refused += [([row(), row(by="longer than ten")], DataError), ([row(by="\0")], DataError)]

    for rows, error in refused:
        with pytest.raises((error, sa.exc.StatementError)), transaction():
            INSERT.run(rows)

    assert session.scalar(sa.select(sa.func.count()).select_from(ODD)) == 0

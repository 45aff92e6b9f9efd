"""The worker purges by night, and only where an administrator has switched it on."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from reports.archive.tables import ActState, DestructionActRow
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction
from worker import Ticker

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@SQLITE
def test_what_acts_name_is_purged_by_night_where_that_is_switched_on(esep, clock):
    on = Ticker(replace(esep, config=replace(esep.config, purge_reports=True)))
    about = {"number": "5", "dated": date(2026, 9, 30), "drafted_by": "a", "approved_by": "b", "approved_at": clock.now()}
    act = DestructionActRow(id=new_id(), body_id=new_id(), state=ActState.APPROVED.value, lines=[], drafted_at=clock.now(), **about)
    with transaction():
        session.add(act)
    assert on.purge_reports_by_night() == 0  # nine in the morning

    clock.advance(timedelta(hours=17))

    assert Ticker(esep).purge_reports_by_night() == 0
    assert session.get(DestructionActRow, act.id, populate_existing=True).state == "approved"
    assert on.purge_reports_by_night() == 1  # there is nothing left on it: it is closed
    assert session.get(DestructionActRow, act.id, populate_existing=True).state == "executed"
    assert on.purge_reports_by_night() == 0

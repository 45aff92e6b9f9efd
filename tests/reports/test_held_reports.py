"""Every entry of the Register opens onto all its reports: by period, body, territory, stage, for those who may know of them."""

from datetime import UTC, datetime

import pytest

from organisations.tables import TerritoryRow
from organisations.territories import name_row
from register.errors import KindNotFound, PeriodInvalid
from reports import shelf
from reports.filters import Filters
from reports.lifecycle import Stage
from reports.models import Report
from storage.database import session
from storage.transaction import transaction
from tests.reports.office import Office
from tests.worklist.test_cost import explained

QUARTERS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3")


def periods_of(office: Office, who: str = "officer", limit: int = 50, after=None, **filters) -> list[str]:
    page = office.reports.of_kind(office.people[who], "TST-01", Filters(**filters), limit=limit, after=after)
    return [report.period for report in page.items]


def test_an_entry_of_the_register_opens_onto_its_reports_by_period_body_and_stage(office: Office):
    for quarter in QUARTERS:
        office.opens(period=quarter)
    office.opens("TST-AKIM", period="2026Q1")

    assert periods_of(office) == list(QUARTERS[::-1])
    assert periods_of(office, period_from="2026", period_to="2026H1") == ["2026Q2", "2026Q1"]
    assert periods_of(office, body_id=office.tree.district.id) == []
    assert len(periods_of(office, body_id=office.tree.district.id, below=True)) == 4
    assert periods_of(office, stages=(Stage.ACCEPTED,)) == []
    assert periods_of(office, "stranger") == []
    with pytest.raises(PeriodInvalid):
        periods_of(office, period_from="autumn")
    with pytest.raises(KindNotFound):
        office.reports.of_kind(office.people["officer"], "NONE-01")


def test_its_pages_go_on_from_the_last_report_and_stay_on_an_index(office: Office, database: str):
    for quarter in QUARTERS:
        office.opens(period=quarter)
    officer = office.people["officer"]

    first = office.reports.of_kind(officer, "TST-01", limit=3)
    rest = office.reports.of_kind(officer, "TST-01", limit=3, after=first.next)
    plan = explained(database, shelf.statement(officer, [Report.kind_code == "TST-01"], shelf.LATEST_PERIOD, first.next))

    assert [report.period for report in (*first.items, *rest.items)] == list(QUARTERS[::-1])
    assert rest.next is None
    assert "Seq Scan on reports" not in plan
    assert "SCAN reports" not in plan


def test_a_territory_holds_the_reports_of_the_bodies_that_lie_in_it(office: Office):
    office.opens(period="2026Q3")
    with transaction():
        for code, parent in (("100000000", None), ("103200000", "100000000"), ("103400000", "100000000")):
            row = TerritoryRow(code=code, parent_code=parent, level="district", unit="district")
            name_row(row, "Аудан", None)
            session.add(row)
            session.flush()
        office.organisations.bodies.update(office.body.id, kato="103200000")

    assert periods_of(office, territory="100000000") == periods_of(office, territory="103200000") == ["2026Q3"]
    assert periods_of(office, territory="103400000", period_to="2026") == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_accepted_is_of_the_archive_when_its_year_is_over(office: Office):
    for quarter in ("2026Q2", "2026Q3"):
        office.opens(period=quarter)
    [accepted] = office.reports.of_kind(office.people["officer"], "TST-01", Filters(period="2026Q2")).items
    office.brings(accepted, "review")
    office.does("review", accepted, decision="accept")

    assert periods_of(office, archived=True) == []
    office.clock.move_to(datetime(2026, 12, 31, 20, tzinfo=UTC))  # 2027 in Almaty
    assert periods_of(office, archived=True) == ["2026Q2"]
    assert periods_of(office, archived=False) == ["2026Q3"]
    assert office.reports.archive.is_archived(office.now(accepted))

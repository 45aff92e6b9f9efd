"""What is held already is supplied by right, and the journal says to whom."""

from decimal import Decimal

import pytest

from organisations.errors import NotPermitted
from register.errors import IndicatorNotFound
from reports.supply import Supplied
from storage import journal
from storage.transaction import transaction
from tests.reports.office import Office


def takes(office: Office, who: str, indicator: str = "placed", period: str | None = None) -> list[Supplied]:
    with transaction():
        return office.reports.supply.of(office.people[who], indicator, office.body.id, period)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_last_accepted_figures_are_supplied_to_who_may_read_them_and_logged(office: Office):
    assert takes(office, "oblast_akim") == []
    for period in ("2026Q2", "2026Q3"):
        report = office.opens(period=period)
        office.brings(report, "review")
        if period == "2026Q2":
            office.does("review", report, decision="accept")

    supplied = takes(office, "oblast_akim")

    assert [(each.breakdown, each.period, each.value) for each in supplied] == [
        ("", "2026Q2", Decimal(7)),
        ("sex=men", "2026Q2", Decimal(3)),
        ("sex=women", "2026Q2", Decimal(4)),
    ]
    assert takes(office, "oblast_akim", period="2026Q3") == []
    [entry] = journal.entries_about("indicator", "placed")[-1:]
    assert (entry.event, entry.actor) == ("indicator:supplied", office.people["oblast_akim"].by)
    assert (entry.details["period"], entry.details["figures"]) == ("2026Q2", 3)
    for indicator in ("placed", "nothing"):  # who may not read is told nothing else first
        with pytest.raises(NotPermitted):
            takes(office, "stranger", indicator)
        with pytest.raises(NotPermitted):
            office.reports.series.of(office.people["stranger"], indicator, office.body.id)
    with pytest.raises(IndicatorNotFound):
        takes(office, "officer", "nothing")

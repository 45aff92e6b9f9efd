"""The worker opens what is due, by itself."""

from app import Esep, deploy_shipped
from organisations.roles import Role
from reports.filters import Filters
from storage.transaction import transaction
from tests.organisations.factories import make_tree, make_user
from worker import Ticker


def test_the_worker_opens_what_is_due_and_asks_nobody(esep: Esep, ticker: Ticker):
    deploy_shipped(esep)
    with transaction():
        tree = make_tree()
        admin = make_user(Role.ADMINISTRATOR, tree.oblast)
        esep.register.import_definitions(places={"labour_ministry": tree.ministry.code})

    planned = ticker.plan_openings()

    assert planned > 0
    assert (ticker.open_reports(), ticker.plan_openings(), ticker.open_reports()) == (planned, 0, 0)
    opened = esep.reports.list(admin, Filters(period="2026-09"), limit=200).items
    assert {report.kind_code for report in opened} == {"EMP-01"}
    assert sum(each.opened for each in esep.reports.opening_progress(admin).items) == planned

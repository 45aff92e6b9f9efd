"""What finished reports teach the forecast: minutes between the marks that their makers left."""

from datetime import datetime, timedelta

import pytest

from reports import chronicle
from reports.lifecycle import Stage
from reports.models import Report, StandingDistribution
from reports.workload import Workload
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction


def accepted(period: str, ended_at: datetime, **changes) -> Report:
    made = {
        "id": new_id(),
        "business_key": f"X:{period}",
        "kind_code": "X",
        "kind_version": 1,
        "body_id": new_id(),
        "body_level": "rural",
        "period": period,
        "stage": Stage.ACCEPTED,
        "revision": 1,
        "editors": [],
        "notes": {},
        "due_at": ended_at,
        "opened_at": ended_at,
        "ended_at": ended_at,
    }
    report = Report(**made | changes)
    session.add(report)
    return report


def marked(report: Report, moment: datetime, minutes: tuple[int, ...], by: str = "one", event: str = "cells_saved") -> None:
    for minute in minutes:
        chronicle.tell(event, report, moment + timedelta(minutes=minute), by=by)


@pytest.mark.usefixtures("database")
def test_sittings_of_all_makers_are_added_and_the_median_of_enough_reports_counts(clock):
    now = clock.now()
    with transaction():
        for number, minutes in enumerate([(0,), (0, 20), (0, 30, 200), (0, 25, 50), (0, 29, 58, 87)]):
            report = accepted(f"2026-0{number + 1}", now)
            marked(report, now - timedelta(days=3), minutes)
            marked(report, now, (0, 5), event="approved")  # no work of a maker
        together = accepted("2026-07", now, kind_code="Y")
        marked(together, now, (0, 10), "one")
        marked(together, now, (3, 13), "two", "note_written")
        for number in range(4):
            marked(accepted(f"2025-0{number + 1}", now, kind_code="Y"), now, (0, 10))
        marked(accepted("2026-08", now, kind_code="Z"), now, (0, 10))

    workload = Workload(clock)

    # X took 10, 30, 50, 60 and 97 minutes; Y 40 and four times 20; Z has too few.
    assert workload.minutes() == {("X", "rural"): 50, ("Y", "rural"): 20}
    clock.advance(timedelta(days=800))
    assert workload.minutes() == {}


@pytest.mark.usefixtures("database")
def test_standing_rules_name_who_is_responsible(clock):
    body, other, user = new_id(), new_id(), new_id()
    with transaction():
        for code, executor in (("X", user), ("*", None)):
            session.add(StandingDistribution(id=new_id(), body_id=body, kind_code=code, executor_id=executor))

    assert Workload(clock).responsible([body, other]) == {body: {"X": user, "*": None}}

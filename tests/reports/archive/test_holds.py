"""What a legal hold covers is kept, whatever acts say: by right, for a reason and an act, until it is lifted."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from organisations.errors import BodyNotFound, NotPermitted
from register.errors import KindNotFound, PeriodInvalid
from reports.archive.errors import (
    NothingToDestroy,
    ReportHoldInvalid,
    ReportHoldLifted,
    ReportHoldNotFound,
    ReportPurged,
)
from reports.archive.holds import Range
from reports.errors import ReportNotFound
from storage import journal
from storage.transaction import transaction
from tests.reports.archive.repository import GROUND, KEPT, Repository
from tests.reports.test_restricted import NOTHING

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def lift(archive: Repository, hold, who: str = "chancery"):
    with transaction():
        return archive.archive.holds.lift(archive.people[who], hold.id, "Іс жабылды")


def test_a_held_report_is_on_no_act_until_the_hold_is_lifted_and_a_new_one_is_drafted(archive: Repository):
    held, free = (archive.finished(period=period) for period in ("2026Q1", "2026Q2"))
    archive.passes()
    act = archive.approves(archive.drafts())
    assert act.waiting == 2

    hold = archive.holds(held)
    assert archive.purges() == 1

    assert archive.now(held).purged_at is None
    assert archive.now(free).purged_at is not None
    [line] = archive.lines()
    assert (line.reports, line.held, line.on_acts, line.due) == (1, 1, 0, True)
    assert archive.archive.kept(archive.people["head"], held.id).held
    with pytest.raises(NothingToDestroy):
        archive.drafts()
    lift(archive, hold)
    assert archive.purges() == 1
    archive.approves(archive.drafts())
    assert archive.purges() == 2
    assert "report:held" in archive.events(held)
    events = [entry.event for entry in journal.entries_about("report_hold", hold.id)]
    assert events == ["report_hold:set", "report_hold:lifted"]


@SQLITE
def test_a_hold_on_a_range_covers_whatever_lies_in_it_and_nothing_else(archive: Repository):
    report, own, other = archive.finished(period="2026Q2"), archive.body.id, archive.tree.other_district.id
    covering = [
        {"kind": KEPT},
        {"body_id": own},
        {"period_from": "2026Q1", "period_to": "2026H1"},
        {"kind": KEPT, "body_id": own, "period_from": "2026"},
    ]
    passing_by = [
        {"kind": "TST-EVER"},
        {"period_from": "2027"},
        {"period_to": "2025"},
        {"body_id": other},
        {"kind": KEPT, "body_id": other},
    ]

    def covers(covered: dict) -> bool:
        hold = archive.holds(who="admin", **covered)
        held = archive.archive.kept(archive.people["head"], report.id).held
        lift(archive, hold, "admin")
        return held

    assert [covers(covered) for covered in covering] == [True] * len(covering)
    assert [covers(covered) for covered in passing_by] == [False] * len(passing_by)
    archive.holds(who="admin", kind=KEPT)
    archive.passes()
    with pytest.raises(NothingToDestroy):
        archive.drafts()


def test_a_hold_on_its_process_keeps_a_report_also_when_it_comes_after_the_approval(archive: Repository):
    by_key, by_instance = (archive.finished(period=period) for period in ("2026Q1", "2026Q2"))
    [instance] = archive.engine.instances.list(business_key=by_instance.business_key).items
    archive.passes()
    archive.approves(archive.drafts())

    with transaction():
        archive.engine.retention.hold(business_key=by_key.business_key, reason="the court asks", by=None)
        archive.engine.retention.hold(instance_id=instance.id, reason="the court asks", by=None)

    assert archive.purges() == 0
    told = [journal.entries_about("report", report.id)[-1] for report in (by_key, by_instance)]
    assert [(entry.event, entry.details["reason"]) for entry in told] == [("report:kept_back", "held")] * 2
    with pytest.raises(NothingToDestroy):
        archive.drafts()


@SQLITE
def test_a_report_is_held_by_its_body_or_its_receiver_a_range_by_its_body_or_an_administrator(archive: Repository):
    report, own = archive.finished(), archive.body.id

    for who in ("chancery", "head", "akim", "officer", "admin"):
        assert archive.holds(report, who).set_by == archive.people[who].by
    for who, refusal in (
        ("executor", NotPermitted),
        ("oblast_akim", NotPermitted),
        ("minister", NotPermitted),
        ("stranger", ReportNotFound),
    ):
        with pytest.raises(refusal):
            archive.holds(report, who)
    for who, covered in (("officer", {"body_id": own}), ("chancery", {"kind": KEPT}), ("head", {"period_from": "2026"}), ("executor", {})):
        with pytest.raises(NotPermitted):
            archive.holds(who=who, **covered)
    archive.holds(who="head", body_id=own)

    seen = {who: len(archive.archive.holds.list(archive.people[who]).items) for who in ("chancery", "officer", "admin", "stranger")}
    assert seen == {"chancery": 5, "officer": 1, "admin": 6, "stranger": 0}


@SQLITE
def test_a_hold_is_lifted_once_by_who_could_have_placed_it(archive: Repository):
    hold = archive.holds(archive.finished())
    everywhere = archive.holds(who="admin", kind=KEPT)

    for who, one in (("officer", hold), ("executor", hold), ("chancery", everywhere)):
        with pytest.raises(ReportHoldNotFound):
            lift(archive, one, who)
    lifted = lift(archive, hold, "head")

    assert (lifted.lifted_by, lifted.lift_reason) == (archive.people["head"].by, "Іс жабылды")
    with pytest.raises(ReportHoldLifted):
        lift(archive, hold)
    with pytest.raises(ReportHoldNotFound), transaction():
        archive.archive.holds.lift(archive.people["admin"], uuid4(), "Іс жабылды")
    listed = archive.archive.holds.list(archive.people["admin"], active_only=False, limit=1)
    assert [one.id for one in listed.items] == [everywhere.id]
    rest = archive.archive.holds.list(archive.people["admin"], active_only=False, after=listed.next)
    assert [one.id for one in rest.items] == [hold.id]


@SQLITE
def test_a_hold_on_nothing_or_by_no_act_is_refused(archive: Repository):
    admin, holds, report = archive.people["admin"], archive.archive.holds, archive.finished()
    attempts = [
        (Range(), GROUND, ReportHoldInvalid),
        (Range(period_from="2027", period_to="2026"), GROUND, ReportHoldInvalid),
        (Range(kind=KEPT), replace(GROUND, act_number=" "), ReportHoldInvalid),
        (Range(kind=KEPT), replace(GROUND, act_date=date(2026, 12, 1)), ReportHoldInvalid),
        (Range(kind="NONE-01"), GROUND, KindNotFound),
        (Range(body_id=uuid4()), GROUND, BodyNotFound),
        (Range(period_from="autumn"), GROUND, PeriodInvalid),
    ]

    for covered, ground, refusal in attempts:
        with pytest.raises(refusal), transaction():
            holds.hold_range(admin, covered, ground)

    archive.passes()
    archive.approves(archive.drafts())
    archive.purges()
    with pytest.raises(ReportPurged):
        archive.holds(report)


@SQLITE
def test_of_a_hold_on_a_restricted_report_no_words_are_kept(archive: Repository):
    archive.puts("TST-DSP", report_class="restricted", **NOTHING, retention={"years": 1, "item": "363"})
    report = archive.opens("TST-DSP")
    with transaction():
        archive.reports.record_dispatch(archive.people["chancery"], report.id, number="5", dated=archive.register.calendar.today())

    hold = archive.holds(report)

    assert (hold.reason, hold.act_number) == ("—", GROUND.act_number)
    with pytest.raises(ReportNotFound):
        archive.holds(report, "admin")
    lift(archive, hold)
    archive.passes()
    assert [line.kind for line in archive.lines("admin")] == []
    act = archive.approves(archive.drafts())
    told = archive.archive.destruction.get(archive.people["admin"], act.id)
    assert ([line["kind"] for line in act.lines], told.lines, act.waiting, told.waiting) == (["TST-DSP"], [], 1, 0)
    assert archive.purges() == 1
    assert archive.rows_of(report.id, report.business_key) == {"report_holds": 1, "report_tombstones": 1}

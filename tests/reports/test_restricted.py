"""Restricted kinds keep "sent, number, date" and nothing else anywhere; personal ones show contents to the body and its receiver only."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.errors import NotPermitted
from organisations.permissions import EVERYWHERE, Permission
from organisations.roles import Role
from register.errors import KindInvalid
from reports import restricted as restricted_reports
from reports.acts import Act
from reports.errors import ContentPrivate, DispatchInvalid, NotAtThisStage, OpeningNotFound, ReportNotFound, RestrictedKeepsNothing
from reports.filters import Filters
from reports.lifecycle import Stage
from reports.opening_tables import OpeningRefusalRow, OpeningRow
from reports.restricted import WithdrawalReason
from storage import journal, journal_pages
from storage.database import Base, session
from storage.identifiers import new_id
from storage.journal import JournalEntry
from storage.journal_pages import JournalFilter
from storage.transaction import transaction
from tests.reports.office import FIGURES, HERE, KIND, PERIOD, Office
from texts import LANGUAGES, catalogue

SECRET = "Құпия мәтін"
NOTHING: dict[str, Any] = {"sections": [], "checks": []}


def put_in_force(office: Office, code: str, **changes: Any) -> None:
    kind = json.loads((HERE / "kind.json").read_text("utf-8"))
    with transaction():
        places = {"directorate": office.receiver.code}
        office.register.import_kind(kind | {"code": code} | changes, act_number="1", act_date=date(2020, 1, 1), places=places)


@pytest.fixture
def restricted(office: Office) -> Any:
    put_in_force(office, "TST-DSP", report_class="restricted", **NOTHING)
    return office.opens("TST-DSP")


def test_a_restricted_kind_has_no_place_for_contents(office: Office):
    with pytest.raises(KindInvalid) as refused:
        put_in_force(office, "TST-DSP", report_class="restricted", process_key="report_cycle", publish=True)

    assert {(fault.pointer, fault.code) for fault in refused.value.faults} >= {
        ("/sections", "restricted_keeps_nothing_of"),
        ("/checks", "restricted_keeps_nothing_of"),
        ("/process_key", "restricted_keeps_nothing_of"),
        ("/publish", "publish_not_open"),
    }
    with pytest.raises(KindInvalid):
        put_in_force(office, "TST-DSP", report_class="personal", publish=True)


def test_of_a_restricted_report_number_and_date_are_kept(office: Office, restricted: Any):
    today = office.register.calendar.today()

    with transaction():
        sent = office.reports.record_dispatch(office.people["chancery"], restricted.id, number="№ 12-ҚБП/45", dated=today)

    assert (sent.stage, sent.is_overdue(sent.due_at.replace(year=2999))) == (Stage.SUBMITTED, False)
    [act] = office.reports.acts(office.people["officer"], restricted.id)
    assert (act.act, act.number, act.dated) == (Act.DISPATCHED, "№ 12-ҚБП/45", today)
    assert office.events(restricted) == ["report:opened", "report:dispatched"]
    with pytest.raises(NotAtThisStage), transaction():
        office.reports.record_dispatch(office.people["chancery"], restricted.id, number="2", dated=today)


def test_nothing_else_of_a_restricted_report_can_be_kept_anywhere(office: Office, restricted: Any):
    people, reports = office.people, office.reports
    chancery, today = people["chancery"], office.register.calendar.today()
    attempts = [
        lambda: reports.save_cells(people["executor"], restricted.id, {"jobs.note.kk": SECRET}),
        lambda: reports.note(people["executor"], restricted.id, "check", SECRET),
        lambda: reports.withdraw(people["head"], restricted.id, SECRET),
        lambda: reports.begin_review(people["officer"], restricted.id),
    ]

    for attempt in attempts:
        with pytest.raises(RestrictedKeepsNothing), transaction():
            attempt()
    with pytest.raises(RestrictedKeepsNothing), transaction():
        reports.remarks.add(people["head"], restricted.id, "jobs", SECRET)
    for number, dated in ((SECRET, today), (f"1\n{SECRET}", today), ("1", date(2999, 1, 1)), ("7" * 41, today)):
        with pytest.raises(DispatchInvalid), transaction():
            reports.record_dispatch(chancery, restricted.id, number=number, dated=dated)

    assert office.engine.instances.list(business_key=restricted.business_key).items == ()
    assert reports.allowed_actions(people["head"], restricted) == ["withdraw_restricted"]
    assert reports.allowed_actions(chancery, restricted) == ["record_dispatch"]
    for table in Base.metadata.sorted_tables:
        texts = [column for column in table.columns if isinstance(column.type, (sa.String, sa.JSON))]
        for row in session.execute(sa.select(*texts)) if texts else ():
            assert SECRET not in str(tuple(row)), table.name


def test_a_restricted_report_is_withdrawn_for_a_chosen_reason(office: Office, restricted: Any):
    reports, people, mistake = office.reports, office.people, WithdrawalReason.OPENED_BY_MISTAKE
    ordinary = office.opens()

    for report, name, refusal in (
        (restricted, "officer", NotPermitted),
        (restricted, "chancery", NotPermitted),
        (restricted, "admin", ReportNotFound),
        (ordinary, "head", NotAtThisStage),
    ):
        with pytest.raises(refusal), transaction():
            reports.withdraw_restricted(people[name], report.id, mistake)
    with transaction():
        reports.withdraw_restricted(people["head"], restricted.id, mistake)

    withdrawn = reports.get(people["officer"], restricted.id)
    assert (withdrawn.stage, withdrawn.ended_at) == (Stage.WITHDRAWN, office.clock.now())
    told = reports.timeline(people["officer"], restricted.id)[-1]
    assert (told.event, told.actor, told.details["reason"]) == ("report:withdrawn", people["head"].by, "opened_by_mistake")
    assert reports.allowed_actions(people["head"], withdrawn) == []
    assert office.opens("TST-DSP").id != restricted.id


def test_the_reasons_of_a_withdrawal_have_names_in_every_language():
    russian = {
        WithdrawalReason.OPENED_BY_MISTAKE: "Открыт по ошибке",
        WithdrawalReason.KIND_WITHDRAWN: "Вид отчёта отменён",
        WithdrawalReason.BODY_ENDED: "Орган упразднён",
    }

    assert russian == {reason: catalogue("ru")[f"withdrawal_{reason}"] for reason in WithdrawalReason}
    assert all(f"withdrawal_{reason}" in catalogue(language) for reason in russian for language in LANGUAGES)


def test_only_the_body_and_its_receiver_know_of_a_restricted_report(office: Office, restricted: Any):
    asked = Filters(kind="TST-DSP")

    seen_by = {name for name, person in office.people.items() if office.reports.list(person, asked).items}

    assert seen_by == {"executor", "executor2", "head", "akim", "chancery", "officer"}
    for name in ("oblast_akim", "minister", "admin", "stranger"):
        with pytest.raises(ReportNotFound):
            office.reports.get(office.people[name], restricted.id)
    with pytest.raises(NotPermitted), transaction():
        office.reports.record_dispatch(office.people["officer"], restricted.id, number="1", dated=office.register.calendar.today())


def test_an_overdue_restricted_report_is_listed_for_body_and_receiver_until_it_is_sent(office: Office, restricted: Any):
    late = Filters(kind="TST-DSP", overdue=True)
    assert office.reports.list(office.people["head"], late).items == ()

    office.clock.move_to(restricted.due_at + timedelta(days=1))

    assert office.reports.is_overdue(restricted)
    seen_by = {name for name, person in office.people.items() if office.reports.list(person, late).items}
    assert seen_by == {"executor", "executor2", "head", "akim", "chancery", "officer"}
    with transaction():
        office.reports.record_dispatch(office.people["chancery"], restricted.id, number="1", dated=office.register.calendar.today())
    assert office.reports.list(office.people["head"], late).items == ()
    told = office.reports.timeline(office.people["officer"], restricted.id)[-1]
    assert (told.event, told.details["late"]) == ("report:dispatched", True)


def test_restricted_reports_are_opened_together_without_a_process(office: Office):
    put_in_force(office, "TST-DSP", report_class="restricted", **NOTHING)

    with transaction():
        count = office.reports.opening.open_all(office.register.kind("TST-DSP"), [office.body], PERIOD)

    [report] = office.reports.list(office.people["head"], Filters(kind="TST-DSP")).items
    assert (count, report.stage, office.tasks(report)) == (1, Stage.SCHEDULED, [])


def test_personal_contents_go_no_further_than_the_receiver(office: Office):
    put_in_force(office, "TST-PERS", report_class="personal")
    report = office.opens("TST-PERS")
    office.saves(report, FIGURES)
    office.does("prepare", report)
    office.does("approve", report, decision="approve")
    office.does("review", report, decision="accept")

    assert office.reports.content(office.people["officer"], report.id).cells
    assert office.reports.get(office.people["oblast_akim"], report.id).stage is Stage.ACCEPTED
    for name in ("oblast_akim", "admin"):
        with pytest.raises(ContentPrivate):
            office.reports.content(office.people[name], report.id)
        assert office.reports.revisions(office.people[name], report.id) == []


def test_the_journal_tells_of_a_restricted_report_only_to_its_own_people(office: Office, restricted: Any):
    managers = {"manager": office.body, "manager_of_receiver": office.receiver, "manager_above": office.tree.oblast}
    readers = {name: office.hires(Role.MANAGER, body) for name, body in managers.items()} | {"admin": office.people["admin"]}
    today, refused = office.register.calendar.today(), {"kind": "TST-DSP", "period": PERIOD, "code": "deadline_missing"}
    ordinary = office.opens()
    with transaction():
        office.reports.record_dispatch(office.people["chancery"], restricted.id, number="№ 12-ҚБП/45", dated=today)
        office.reports.distribution.set_rule(office.people["head"], office.body.id, "TST-DSP")
        office.reports.distribution.set_rule(office.people["head"], office.body.id, KIND)
        about = ("report_opening", new_id())
        journal.record("report:opening_refused", at=office.clock.now(), subject=about, body_id=office.body.id, **refused)

    told = {name: list(entries_for(reader)) for name, reader in readers.items()}

    secret = ["report:opened", "report:dispatched", "standing_distribution:set", "report:opening_refused"]
    for name in ("manager", "manager_of_receiver", "manager_above", "admin"):
        about_it = [entry.event for entry in told[name] if "TST-DSP" in str(entry.details)]
        assert about_it == {"manager": secret, "manager_of_receiver": secret[:2]}.get(name, []), name
        about_others = {entry.event for entry in told[name] if entry.details.get("business_key") == ordinary.business_key}
        assert "report:opened" in about_others, name
        assert any(entry.details.get("kind") == KIND for entry in told[name]), name
    everywhere = list(entries_for(readers["admin"], subject_id=str(restricted.id)))
    assert everywhere == [] != [entry for entry in told["admin"] if entry.subject_type == "user"]


def test_who_was_not_given_a_restricted_report_is_for_its_own_people(office: Office):
    put_in_force(office, "TST-DSP", report_class="restricted", **NOTHING)
    with transaction():
        opening = OpeningRow(id=new_id(), kind_code="TST-DSP", kind_version=1, period=PERIOD, planned_at=office.clock.now())
        session.add(opening)
        session.flush()
        facts = {"code": "deadline_missing", "fields": {}, "tries": 1, "refused_at": office.clock.now(), "retry_at": office.clock.now()}
        session.add(OpeningRefusalRow(opening_id=opening.id, body_id=office.body.id, **facts))
    admin = office.people["admin"]
    both = replace(admin, duties=(*admin.duties, *office.people["head"].duties))

    assert office.reports.opening_progress(admin).items == ()
    for asked in (office.reports.progress_of_opening, office.reports.refused_openings):
        with pytest.raises(OpeningNotFound):
            asked(admin, opening.id)
    assert [(each.kind_code, each.refused) for each in office.reports.opening_progress(both).items] == [("TST-DSP", 1)]
    assert [each.body_id for each in office.reports.refused_openings(both, opening.id).items] == [office.body.id]


def entries_for(reader: Actor, **asked: Any) -> Iterator[JournalEntry]:
    """What a person reads in the journal, oldest first, as the API asks for it."""
    where = permissions.where(reader, Permission.JOURNAL_READ)
    bodies = None if where is EVERYWHERE else where
    return reversed(journal_pages.entries(JournalFilter(**asked), bodies, restricted_reports.told_to(reader), limit=500).items)

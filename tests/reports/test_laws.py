"""Four eyes and its lawful exception; who sees how much; what is allowed now."""

from datetime import date

import pytest

from organisations.errors import NotPermitted
from organisations.roles import Role
from reports.errors import (
    ApprovalNeeded,
    ApprovedByYourself,
    ChecksFailed,
    ContentPrivate,
    PersonNeeded,
    PreparedByYourself,
    ReportNotFound,
    RevisionNotFound,
    TextNeeded,
)
from reports.filters import Filters
from reports.shelf import View, view
from storage.transaction import transaction
from tests.reports.office import FIGURES, MEN, MONEY, TOTAL, WOMEN, Office


def made_head_too(office: Office, person: str):
    with transaction():
        office.organisations.memberships.grant(office.people[person].user_id, Role.HEAD, office.body.id, valid_from=date(2020, 1, 1))
    return office.organisations.actor(office.people[person].user_id)


def test_who_prepared_a_report_cannot_approve_it(office: Office):
    executor = made_head_too(office, "executor")
    report = office.brings(office.opens(), "approve")

    with pytest.raises(PreparedByYourself):
        office.does("approve", report, who=executor, decision="approve")

    assert office.task(report).element_id == "approve"


def test_who_only_saved_a_cell_cannot_approve_it_either_even_a_revision_later(office: Office):
    second = made_head_too(office, "executor2")
    report = office.opens()
    office.saves(report, {MONEY: 1}, who=office.people["executor2"])
    office.saves(report, FIGURES)
    office.brings(report, "approve")
    office.returns(report)
    office.answers(report)
    office.brings(report, "approve")

    with pytest.raises(PreparedByYourself):
        office.does("approve", report, who=second, decision="approve")


def test_who_approved_a_report_cannot_accept_it(office: Office):
    report = office.brings(office.opens(), "review")
    with transaction():
        office.organisations.memberships.grant(office.people["head"].user_id, Role.OFFICER, office.receiver.id, valid_from=date(2020, 1, 1))
    head = office.organisations.actor(office.people["head"].user_id)

    with pytest.raises(ApprovedByYourself):
        office.does("review", report, who=head, decision="accept")


def acting_akim(office: Office, executor):
    with transaction():
        rural, absent = office.tree.rural, None
    absent = office.hires(Role.AKIM, rural)
    chancery = office.hires(Role.CHANCERY, rural)
    with transaction():
        office.organisations.acting.appoint(
            absent.user_id,
            executor.user_id,
            Role.AKIM,
            rural.id,
            order_number="7-ж",
            order_date=date(2026, 9, 1),
            valid_from=date(2026, 9, 1),
            valid_to=date(2026, 12, 31),
            by=chancery,
        )
    return absent


@pytest.mark.parametrize(("kind", "lawful"), [("TST-SELF", True), ("TST-01", False)])
def test_in_a_rural_akimat_an_acting_person_may_approve_what_they_prepared_where_the_kind_allows_it(office: Office, kind, lawful):
    executor = office.hires(Role.EXECUTOR, office.tree.rural)
    absent = acting_akim(office, executor)
    report = office.opens(kind, body=office.tree.rural)
    office.saves(report, who=executor)
    office.does("prepare", report, who=executor)

    if not lawful:
        with pytest.raises(PreparedByYourself):
            office.does("approve", report, who=executor, decision="approve")
        return
    office.does("approve", report, who=executor, decision="approve")

    [approved] = [act for act in office.reports.acts(executor, report.id) if act.act == "approved"]
    assert (approved.exception, approved.on_behalf_of, approved.by) == (True, absent.by, executor.by)


def test_the_exception_is_not_for_a_district(office: Office):
    executor = office.people["executor"]
    with transaction():
        office.organisations.acting.appoint(
            office.people["head"].user_id,
            executor.user_id,
            Role.HEAD,
            office.body.id,
            order_number="8-ж",
            order_date=date(2026, 9, 1),
            valid_from=date(2026, 9, 1),
            valid_to=date(2026, 12, 31),
            by=office.people["chancery"],
        )
    report = office.brings(office.opens("TST-SELF"), "approve")

    with pytest.raises(PreparedByYourself):
        office.does("approve", report, who=executor, decision="approve")


def test_errors_block_and_warnings_need_a_note(office: Office):
    report = office.opens()
    office.saves(report, {MEN: 1, WOMEN: 2, TOTAL: 4, MONEY: 9000})
    with pytest.raises(ChecksFailed) as refusal:
        office.does("prepare", report)
    assert [(fault.code, fault.fields["check"]) for fault in refusal.value.faults] == [
        ("check_error", "sum"),
        ("warning_without_note", "cheap"),
    ]

    office.saves(report, {TOTAL: 3})
    with transaction():
        office.reports.note(office.people["executor"], report.id, "cheap", "Жөндеу болды")
    office.does("prepare", report)

    assert office.reports.revision(office.people["head"], report.id, 1).notes == {"cheap": "Жөндеу болды"}


def test_missing_cells_are_errors(office: Office):
    report = office.opens()
    office.saves(report, {MEN: 1, WOMEN: 2, TOTAL: 3})

    with pytest.raises(ChecksFailed) as refusal:
        office.does("prepare", report)

    assert [fault.pointer for fault in refusal.value.faults] == [f"/values/{MONEY}"]
    assert [finding.code for finding in office.reports.check(office.people["executor"], report.id)] == ["cell_missing"]


def test_a_diagram_that_forgets_the_approval_gets_a_refusal(office: Office):
    report = office.brings(office.opens(), "approve")
    submit = office.reports.operations()["reports.submit"]

    with pytest.raises(ApprovalNeeded), transaction():
        submit(call_of(office, report, by=office.people["head"].by))


@pytest.mark.parametrize(
    "operation", ["send_for_approval", "record_approval", "record_signature", "accept", "return_for_revision", "withdraw", "record_answer"]
)
def test_what_a_person_decides_no_timer_decides(office: Office, operation):
    report = office.brings(office.opens(), "approve")

    with pytest.raises(PersonNeeded), transaction():
        office.reports.operations()[f"reports.{operation}"](call_of(office, report, by=None))


def call_of(office: Office, report, by):
    from engine.ports import OperationCall

    return OperationCall(
        name="",
        instance_id=report.id,
        definition_key="x",
        element_id="x",
        business_key=report.business_key,
        body=str(report.body_id),
        variables={},
        by=by,
        now=office.clock.now(),
    )


def test_everybody_sees_as_much_as_is_theirs(office: Office):
    report = office.opens()
    views = {name: view(person, office.now(report)) for name, person in office.people.items()}

    own = dict.fromkeys(("executor", "executor2", "head", "akim", "chancery"), View.DRAFT)
    above = dict.fromkeys(("oblast_akim", "minister", "admin"), View.STAGE)
    assert views == own | above | {"officer": View.SUBMITTED, "stranger": None}


def test_a_draft_is_private_to_its_body_until_it_is_submitted(office: Office):
    report = office.brings(office.opens(), "approve")
    for who in ("officer", "oblast_akim", "admin"):
        with pytest.raises(ContentPrivate):
            office.content(report, who)
        assert office.reports.revisions(office.people[who], report.id) == []
        with pytest.raises(RevisionNotFound):
            office.reports.revision(office.people[who], report.id, 1)
        with pytest.raises(ContentPrivate):
            office.reports.check(office.people[who], report.id)
    with pytest.raises(ReportNotFound):
        office.content(report, "stranger")


def test_the_receiver_reads_what_was_submitted_and_not_what_is_being_mended(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report, MONEY)
    office.saves(report, {MONEY: 1})

    read = office.content(report, "officer")

    assert (read.revision, read.frozen, read.cells[MONEY], read.open_cells) == (1, True, "1200.50", frozenset())
    with pytest.raises(ContentPrivate):
        office.content(report, "oblast_akim")


def test_a_superior_level_reads_what_was_accepted(office: Office):
    report = office.brings(office.opens(), "review")
    office.does("review", report, decision="accept")

    assert office.content(report, "oblast_akim").cells[MONEY] == "1200.50"


def test_lists_hold_what_the_actor_may_know_of(office: Office):
    first, second = office.opens(), office.opens("TST-AKIM", period="2026Q2")
    seen = {name: len(office.reports.list(person).items) for name, person in office.people.items()}

    assert {name for name, count in seen.items() if count == 2} == set(office.people) - {"stranger"}
    one = office.reports.list(office.people["executor"], limit=1)
    two = office.reports.list(office.people["executor"], limit=1, after=one.next)
    assert ([one.items[0].id, two.items[0].id], two.next) == ([second.id, first.id], None)
    late = office.reports.list(office.people["officer"], Filters(overdue=True)).items
    assert [report.id for report in late] == [second.id]
    assert office.reports.list(office.people["head"], Filters(kind="TST-01", returned=True)).items == ()


def test_allowed_actions_are_those_that_would_be_granted(office: Office):
    def allowed(who: str, report) -> list[str]:
        return list(office.reports.allowed_actions(office.people[who], office.now(report)))

    report = office.opens()
    asking = ["ask_extension", "ask_not_applicable"]
    assert allowed("executor", report) == ["edit", "send_for_approval", "answer_remark", *asking]
    assert allowed("officer", report) == []
    office.brings(report, "approve")
    assert allowed("executor", report) == asking
    assert allowed("head", report) == [
        "approve",
        "attach_signature",
        "return_for_revision",
        "remark",
        "resolve_remark",
        "withdraw",
        *asking,
    ]
    office.brings(report, "review")
    assert allowed("officer", report) == ["begin_review", "accept", "return_for_revision", "remark", "resolve_remark"]
    assert allowed("minister", report) == []
    office.does("review", report, decision="accept")
    offered = {who: allowed(who, report) for who in office.people if who != "stranger"}
    assert {who for who, actions in offered.items() if actions == ["correct"]} == {"executor", "executor2", "head"}
    assert {who for who, actions in offered.items() if not actions} == offered.keys() - {"executor", "executor2", "head"}


@pytest.mark.parametrize("who", ["executor", "officer", "oblast_akim", "admin"])
def test_a_report_is_withdrawn_by_those_who_answer_for_the_body(office: Office, who):
    report = office.opens()

    with pytest.raises(NotPermitted), transaction():
        office.reports.withdraw(office.people[who], report.id, "Себеп")


def test_a_withdrawal_needs_a_reason(office: Office):
    report = office.opens()

    with pytest.raises(TextNeeded), transaction():
        office.reports.withdraw(office.people["head"], report.id, " ")

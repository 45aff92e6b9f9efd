"""Remarks: who makes, answers, resolves them; what is open in the next revision."""

import pytest

from organisations.errors import NotPermitted
from reports import open_cells
from reports.errors import (
    AnchorUnknown,
    CellsRefused,
    NotAtThisStage,
    RemarkInAnotherState,
    RemarkNeeded,
    RemarkNotFound,
    RemarkOfAnotherSide,
    RemarksNotAnswered,
    RemarksStillOpen,
    TextNeeded,
)
from reports.open_cells import Sum
from storage.transaction import transaction
from tests.reports.office import MEN, MONEY, NOTE_KK, NOTE_RU, TOTAL, WOMEN, Office


def test_a_return_needs_a_remark(office: Office):
    report = office.brings(office.opens(), "review")

    with pytest.raises(RemarkNeeded):
        office.does("review", report, decision="return")

    assert office.task(report).element_id == "review"


def test_a_remark_on_an_earlier_revision_is_not_enough_for_another_return(office: Office):
    report = office.brings(office.opens(), "approve")
    office.returns(report)
    office.answers(report)
    office.brings(report, "approve")

    with pytest.raises(RemarkNeeded):
        office.does("approve", report, decision="return")

    [remark] = office.reports.remarks.list(office.people["head"], report.id)
    with transaction():
        office.reports.remarks.reopen(office.people["head"], remark.id, "Әлі дұрыс емес")
    office.does("approve", report, decision="return")
    assert office.now(report).revision == 3


def test_the_next_revision_goes_on_only_when_all_remarks_are_answered(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report)

    with pytest.raises(RemarksNotAnswered):
        office.does("prepare", report)

    office.answers(report)
    office.does("prepare", report)
    assert office.task(report).element_id == "approve"


@pytest.mark.parametrize(
    ("anchor", "opened"),
    [
        (MEN, {MEN, TOTAL}),
        (TOTAL, {MEN, WOMEN, TOTAL}),
        (MONEY, {MONEY}),
        (NOTE_KK, {NOTE_KK, NOTE_RU}),
        ("jobs", {MEN, WOMEN, TOTAL, NOTE_KK, NOTE_RU}),
    ],
)
def test_only_what_was_remarked_on_and_what_is_computed_with_it_is_open(office: Office, anchor, opened):
    report = office.brings(office.opens(), "review")
    office.returns(report, anchor)

    assert office.content(report).open_cells == opened
    for address in {MEN, WOMEN, TOTAL, MONEY} - opened:
        with pytest.raises(CellsRefused) as refusal:
            office.saves(report, {address: 9})
        assert refusal.value.faults[0].code == "cell_locked"


def test_what_is_not_open_is_carried_forward(office: Office):
    report = office.brings(office.opens(), "review")
    before = office.content(report).cells
    office.returns(report, MONEY)

    office.saves(report, {MONEY: 5})

    assert office.content(report).cells == before | {MONEY: "5.00"}


def test_sums_of_sums_open_upwards_but_not_sideways():
    known = [Sum("a", frozenset("bc")), Sum("t", frozenset("ad"))]

    assert open_cells.with_sums({"b"}, known) == {"b", "a", "t"}
    assert open_cells.with_sums({"t"}, known) == {"t", "a", "b", "c", "d"}
    assert open_cells.with_sums({"d"}, known) == {"d", "t"}


def test_who_has_open_remarks_does_not_pass_the_revision_on(office: Office):
    report = office.brings(office.opens(), "approve")
    remark = office.remarks(report, MEN)

    with pytest.raises(RemarksStillOpen):
        office.does("approve", report, decision="approve")

    with transaction():
        office.reports.remarks.resolve(office.people["head"], remark.id)
    office.does("approve", report, decision="approve")
    assert office.task(report).element_id == "review"


def test_passing_a_revision_on_resolves_what_was_answered(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report)
    office.answers(report)
    office.brings(report, "review")

    office.does("review", report, decision="accept")

    [remark] = office.reports.remarks.list(office.people["officer"], report.id)
    assert remark.state == "resolved"
    assert [message.act for message in remark.thread] == ["made", "answered"]


def test_remarks_inside_the_body_stay_inside_it(office: Office):
    report = office.brings(office.opens(), "approve")
    office.returns(report)
    office.answers(report)
    office.brings(report, "review")
    [inner] = office.reports.remarks.list(office.people["head"], report.id)

    assert office.reports.remarks.list(office.people["officer"], report.id) == []
    assert not [event for event in office.events(report, "officer") if event.startswith("remark:")]
    with pytest.raises(RemarkNotFound), transaction():
        office.reports.remarks.reopen(office.people["officer"], inner.id, "Көрейін")


def test_the_first_remark_of_a_receiver_begins_the_review(office: Office):
    report = office.brings(office.opens(), "review")
    assert office.now(report).stage == "submitted"

    office.remarks(report, MEN)

    assert office.now(report).stage == "under_review"
    assert "report:review_begun" in office.events(report)


@pytest.mark.parametrize("who", ["executor", "head", "stranger", "oblast_akim", "minister"])
def test_only_the_receiver_remarks_on_what_it_reviews(office: Office, who):
    report = office.brings(office.opens(), "review")

    with pytest.raises((NotPermitted, Exception)) as refusal:
        office.remarks(report, MEN, who=office.people[who])

    assert refusal.value.code in ("not_permitted", "report_not_found")


def test_a_remark_needs_words_an_anchor_and_its_stage(office: Office):
    report = office.opens()
    with pytest.raises(NotAtThisStage):
        office.remarks(report, MEN, who=office.people["head"])
    office.brings(report, "approve")

    with pytest.raises(AnchorUnknown):
        office.remarks(report, "jobs.people.children.placed")
    with pytest.raises(TextNeeded):
        office.remarks(report, MEN, " \n ")


def test_one_side_does_not_settle_the_remarks_of_the_other(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report)
    office.answers(report)
    office.brings(report, "approve")
    [outer] = office.reports.remarks.list(office.people["head"], report.id)

    with pytest.raises(RemarkOfAnotherSide), transaction():
        office.reports.remarks.resolve(office.people["head"], outer.id)


def test_an_answer_is_given_once(office: Office):
    report = office.brings(office.opens(), "review")
    office.returns(report)
    office.answers(report)
    [remark] = office.reports.remarks.list(office.people["executor"], report.id)

    with pytest.raises(RemarkInAnotherState), transaction():
        office.reports.remarks.answer(office.people["executor"], remark.id, "Тағы")

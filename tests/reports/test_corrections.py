"""An accepted report is corrected by a revision that goes its own way; until that is accepted, what was accepted is in force."""

from datetime import timedelta

import pytest

from organisations.errors import NotPermitted
from reports import held
from reports.errors import AcceptedAlready, NotAtThisStage, NotInCorrection, TextNeeded
from reports.filters import Filters
from reports.models import Report
from storage.transaction import transaction
from tests.reports.office import FIGURES, MEN, MONEY, PERIOD, TOTAL, WOMEN, Office

REASON = "Жұмысқа орналасқан ерлердің саны қате көрсетілген"


def accepted(office: Office, kind: str = "TST-01") -> Report:
    report = office.brings(office.opens(kind), "review")
    office.does("review", report, decision="accept")
    return report


def corrects(office: Office, report: Report, reason: str = REASON) -> Report:
    with transaction():
        return office.reports.correct(office.people["executor"], report.id, reason)


def gives_up(office: Office, report: Report) -> None:
    with transaction():
        office.reports.give_up_correction(office.people["executor"], report.id)


def figure(office: Office, report: Report, address: str) -> object:
    kind = office.reports.kind_of(report)
    found = held.figures(report.body_id, PERIOD).get(held.name_of(kind, address))
    return None if found is None else (str(found.value), found.revision)


def test_a_correction_opens_all_cells_as_the_next_revision_on_the_desk_of_who_began_it(office: Office):
    report = corrects(office, accepted(office))

    task = office.task(report)
    assert (task.element_id, task.assignee) == ("prepare", office.people["executor"].by)
    assert (report.stage, report.revision, report.accepted_revision, report.in_correction) == ("in_preparation", 2, 1, True)
    assert (report.returned, office.content(report).open_cells, office.content(report).cells[MEN]) == (False, None, "3")
    assert office.events(report)[-1] == "report:correction_begun"


def test_until_a_correction_is_accepted_the_accepted_revision_is_what_others_read_and_reuse(office: Office):
    report = corrects(office, accepted(office))
    office.saves(report, {MEN: 5, TOTAL: 9})
    office.brings(report, "review")

    assert office.content(report, "oblast_akim").cells[MEN] == "3"
    assert office.content(report, "officer").cells[MEN] == "5"
    assert figure(office, report, MEN) == ("3", 1)

    office.does("review", report, decision="accept")

    assert office.content(report, "oblast_akim").cells[MEN] == "5"
    assert figure(office, report, MEN) == ("5", 2)
    assert (office.now(report).accepted_revision, office.now(report).in_correction) == (2, False)
    assert [row.number for row in office.reports.revisions(office.people["officer"], report.id)] == [1, 2]


def test_a_figure_that_a_correction_crosses_out_is_held_no_more(office: Office):
    report = corrects(office, accepted(office))
    assert figure(office, report, MONEY) == ("1200.50", 1)

    office.saves(report, {MONEY: "x"})
    office.brings(report, "review")
    office.does("review", report, decision="accept")

    assert figure(office, report, MONEY) is None
    assert figure(office, report, WOMEN) == ("4", 2)


def test_a_returned_correction_opens_only_what_was_remarked_on(office: Office):
    report = corrects(office, accepted(office))
    office.saves(report, {MEN: 5, TOTAL: 9})
    office.brings(report, "approve")

    office.returns(report, MEN)

    assert (office.now(report).revision, office.now(report).returned) == (3, True)
    assert office.content(report).open_cells == {MEN, TOTAL}


def test_a_correction_that_is_given_up_leaves_the_report_as_it_was_accepted(office: Office):
    report = corrects(office, accepted(office))
    office.saves(report, {MEN: 5, TOTAL: 9})
    office.brings(report, "review")
    office.returns(report, MEN)
    ended_at = report.accepted_at

    gives_up(office, report)

    now = office.now(report)
    assert (now.stage, now.revision, now.accepted_revision, now.ended_at, now.in_correction) == ("accepted", 1, 1, ended_at, False)
    assert {who: office.content(report, who).cells[MEN] for who in ("executor", "officer", "oblast_akim")} == {
        "executor": "3",
        "officer": "3",
        "oblast_akim": "3",
    }
    assert office.tasks(report) == []
    assert corrects(office, report).revision == 3


def test_what_was_accepted_is_neither_withdrawn_nor_late_nor_given_more_time_while_it_is_corrected(office: Office):
    report = corrects(office, accepted(office))
    executor = office.people["executor"]

    with pytest.raises(AcceptedAlready), transaction():
        office.reports.withdraw(office.people["head"], report.id, REASON)
    with pytest.raises(AcceptedAlready), transaction():
        office.reports.asking.not_applicable(executor, report.id, REASON)
    office.clock.advance(timedelta(days=400))

    assert office.reports.is_overdue(office.now(report)) is False
    assert [row.id for row in office.reports.list(executor, Filters(overdue=True)).items] == []
    assert [row.id for row in office.reports.list(executor, Filters(in_correction=True)).items] == [report.id]
    assert office.reports.deadlines.by_calendar("12") is None
    assert office.now(report).due_at == report.due_at


def test_only_the_body_corrects_an_accepted_report_once_at_a_time_and_for_a_reason(office: Office):
    report = accepted(office)
    other = office.opens(period="2026Q2")

    for who in ("officer", "oblast_akim"):
        with pytest.raises(NotPermitted), transaction():
            office.reports.correct(office.people[who], report.id, REASON)
    with pytest.raises(TextNeeded):
        corrects(office, report, "  ")
    with pytest.raises(NotAtThisStage):
        corrects(office, other)
    with pytest.raises(NotInCorrection):
        gives_up(office, other)
    corrects(office, report)
    with pytest.raises(NotAtThisStage):
        corrects(office, report)

    assert "correct" not in office.reports.allowed_actions(office.people["executor"], report)


def test_the_words_of_what_is_in_force_are_found_by_those_above_and_those_of_the_correction_are_not(office: Office):
    report = office.opens()
    office.saves(report, {**FIGURES, "jobs.note.ru": "Ярмарка вакансий"})
    office.brings(report, "review")
    office.does("review", report, decision="accept")
    corrects(office, report)
    office.saves(report, {"jobs.note.ru": "Субсидии работодателям"})
    office.brings(report, "review")

    def found(who: str, text: str) -> bool:
        return bool(office.reports.list(office.people[who], Filters(text=text)).items)

    assert (found("oblast_akim", "ярмарка"), found("oblast_akim", "субсидии")) == (True, False)
    assert (found("officer", "ярмарка"), found("officer", "субсидии")) == (True, True)

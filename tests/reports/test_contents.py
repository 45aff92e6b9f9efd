"""Drafts: saved by section under a version, exact, with provenance; locked while they are judged."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from organisations.errors import NotPermitted
from reports.errors import (
    CellsChanged,
    CellsRefused,
    CheckUnknown,
    ContentChanged,
    ContentPrivate,
    ExecutorUnknown,
    NotAtThisStage,
    SectionOfAnotherExecutor,
    SectionUnknown,
    TextNeeded,
)
from reports.prefill import Draft
from storage import journal
from storage.database import session
from storage.transaction import transaction
from tests.reports.office import FIGURES, MEN, MONEY, NOTE_KK, TOTAL, WOMEN, Office


def codes(refusal: pytest.ExceptionInfo[Any]) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in refusal.value.faults]


def test_figures_come_back_exact_and_as_text(office: Office):
    report = office.opens()

    content = office.saves(report, {MONEY: "1 234,50", MEN: 7, NOTE_KK: "Ғ"})

    assert content.cells == {MEN: "7", NOTE_KK: "Ғ", MONEY: "1234.50"}
    assert office.content(report).cells == content.cells


def test_empty_zero_and_not_applicable_are_three_things(office: Office):
    report = office.opens()

    office.saves(report, {MEN: 0, WOMEN: {"not_applicable": True}, TOTAL: 5})
    content = office.saves(report, {TOTAL: None})

    assert content.cells == {MEN: "0", WOMEN: {"not_applicable": True}}


def test_one_faulty_cell_and_nothing_is_saved(office: Office):
    report = office.opens()

    with pytest.raises(CellsRefused) as refusal:
        office.saves(report, {MEN: "many", WOMEN: -1, TOTAL: 7, "jobs.nowhere": 1, MONEY: "0.001"})

    assert codes(refusal) == [
        (f"/values/{MEN}", "cell_number"),
        (f"/values/{WOMEN}", "cell_too_small"),
        ("/values/jobs.nowhere", "cell_unknown"),
        (f"/values/{MONEY}", "cell_decimals"),
    ]
    assert office.content(report).cells == {}


def test_a_cell_that_somebody_changed_meanwhile_is_named_with_who_when_and_both_values(office: Office):
    report = office.opens()
    read = office.content(report).etag
    office.saves(report, {MEN: 1, WOMEN: 5}, if_match=read)

    with pytest.raises(CellsChanged) as refusal:
        office.saves(report, {MEN: 2, WOMEN: 5, TOTAL: 6}, if_match=read, who=office.people["executor2"])

    [fault] = refusal.value.faults
    assert (fault.pointer, fault.code) == (f"/values/{MEN}", "cell_changed_meanwhile")
    assert (fault.fields["yours"], fault.fields["theirs"], fault.fields["by"]) == ("2", "1", office.people["executor"].by)
    assert fault.fields["at"] == office.clock.now().isoformat()
    assert "«1»" in fault.fields["messages"]["ru"]
    assert office.content(report).cells == {MEN: "1", WOMEN: "5"}


def test_other_cells_of_a_section_are_in_nobodys_way_and_come_with_the_answer(office: Office):
    report = office.opens()
    read = office.content(report).etag
    office.saves(report, {MEN: 1, TOTAL: 9}, if_match=read)
    office.saves(report, {TOTAL: None})

    changes = office.enters(report, {WOMEN: 3}, if_match=read, who=office.people["executor2"])

    assert changes.cells == {MEN: "1", WOMEN: "3", TOTAL: None}
    assert office.reports.changes(office.people["executor"], report.id, changes.etag).sections == ()
    assert office.content(report).etag == changes.etag


def test_only_the_bodys_own_people_see_what_changes_in_a_draft(office: Office):
    report = office.opens()

    with pytest.raises(ContentPrivate):
        office.reports.changes(office.people["officer"], report.id, office.content(report).etag)


def test_a_save_tells_what_the_checks_of_its_cells_find(office: Office):
    report = office.opens()

    first = office.enters(report, {MEN: 3, WOMEN: 4, TOTAL: 8})
    second = office.enters(report, {TOTAL: 7})

    assert (first.checked[0], [found.code for found in first.findings]) == ("sum", ["sum"])
    assert ("sum" in second.checked, list(second.findings)) == (True, [])


def test_who_saves_another_section_is_in_nobodys_way(office: Office):
    report = office.opens()
    read = office.content(report).etag
    office.saves(report, {MEN: 1}, if_match=read)

    office.saves(report, {MONEY: 2}, if_match=read, who=office.people["executor2"])

    assert office.content(report).cells == {MEN: "1", MONEY: "2.00"}


@pytest.mark.parametrize("etag", ["", "1-x.y", "2-0.0", "1-0", "nonsense"])
def test_a_made_up_etag_is_stale(office: Office, etag):
    report = office.opens()

    with pytest.raises(ContentChanged):
        office.saves(report, {MONEY: 1}, if_match=etag)


def test_of_two_saves_at_once_from_one_version_one_is_stale(office: Office, bound_applications, database):
    report = office.opens()
    read, report_id, executor = office.content(report).etag, report.id, office.people["executor"]
    session.rollback()
    together, results = threading.Barrier(2), []

    def save(value: int) -> None:
        with bound_applications(database).app_context():
            together.wait()
            try:
                with transaction():
                    office.reports.save_cells(executor, report_id, {MEN: value}, read)
                results.append("saved")
            except CellsChanged:
                results.append("stale")
            finally:
                session.remove()

    threads = [threading.Thread(target=save, args=(value,)) for value in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["saved", "stale"]


def test_a_draft_is_locked_while_it_is_judged(office: Office):
    report = office.brings(office.opens(), "approve")

    with pytest.raises(NotAtThisStage):
        office.saves(report, {MEN: 1})


def test_a_section_given_to_one_executor_is_closed_to_the_others(office: Office):
    report = office.opens()
    with transaction():
        office.reports.distribution.give_section(office.people["head"], report.id, "money", office.people["executor2"].user_id)

    with pytest.raises(SectionOfAnotherExecutor):
        office.saves(report, {MONEY: 1})

    office.saves(report, {MONEY: 1}, who=office.people["executor2"])
    office.saves(report, {MEN: 1})


def test_sections_are_given_by_the_head_to_executors_of_the_body(office: Office):
    report, give = office.opens(), office.reports.distribution.give_section

    with pytest.raises(NotPermitted), transaction():
        give(office.people["executor"], report.id, "money", None)
    with pytest.raises(ExecutorUnknown), transaction():
        give(office.people["head"], report.id, "money", office.people["stranger"].user_id)
    with pytest.raises(SectionUnknown), transaction():
        give(office.people["head"], report.id, "nowhere", None)


class KnownMen:
    def drafts(self, kind, body_ids, period):
        return {body_id: {MEN: Draft(Decimal(3), {"register": "egov"})} for body_id in body_ids}


@pytest.fixture
def informed(database, clock) -> Office:
    return Office(clock, drafts=KnownMen())


def test_what_is_known_is_filled_in_with_its_provenance(informed: Office):
    report = informed.opens()

    [section] = [section for section in informed.content(report).sections if section.code == "jobs"]

    assert section.cells == {MEN: "3"}
    assert section.provenance[MEN]["value"] == "3"
    assert section.provenance[MEN]["source"] == {"register": "egov"}


def test_overriding_what_was_filled_in_needs_a_reason_that_is_kept(informed: Office):
    report = informed.opens()
    informed.saves(report, {MEN: 3})
    with pytest.raises(CellsRefused) as refusal:
        informed.saves(report, {MEN: 4})

    informed.saves(report, {MEN: 4}, reasons={MEN: "Екі рет саналған"})

    assert codes(refusal) == [(f"/values/{MEN}", "override_needs_reason")]
    overridden = informed.content(report).sections[0].provenance[MEN]["overridden"]
    assert (overridden["reason"], overridden["by"]) == ("Екі рет саналған", informed.people["executor"].by)
    informed.saves(report, {MEN: 4})
    informed.saves(report, {MEN: 3})
    assert "overridden" not in informed.content(report).sections[0].provenance[MEN]


def test_a_figure_that_is_held_is_supplied_and_not_asked_again(office: Office):
    first = office.brings(office.opens(), "review")
    office.does("review", first, decision="accept")

    second = office.opens("TST-HEAD")

    assert office.content(second).cells == {MEN: "3", WOMEN: "4", TOTAL: "7", MONEY: "1200.50"}
    assert office.content(second).sections[0].provenance[MEN]["source"]["report"] == str(first.id)


def test_a_note_falls_when_a_cell_of_its_check_is_changed(office: Office):
    report = office.opens()
    office.saves(report, FIGURES)
    with transaction():
        office.reports.note(office.people["executor"], report.id, "cheap", "Жөндеу болды")

    office.saves(report, {NOTE_KK: "басқа"})
    kept = office.content(report).notes
    office.saves(report, {MONEY: 9000})

    assert (kept, office.content(report).notes) == ({"cheap": "Жөндеу болды"}, {})


def test_a_note_needs_words_and_a_check(office: Office):
    report = office.opens()

    with pytest.raises(TextNeeded), transaction():
        office.reports.note(office.people["executor"], report.id, "cheap", "  ")
    with pytest.raises(CheckUnknown), transaction():
        office.reports.note(office.people["executor"], report.id, "no_such", "сөз")


def test_the_journal_never_holds_what_was_entered(office: Office):
    report = office.opens()
    office.saves(report, {NOTE_KK: "құпия сөз", MONEY: "987654.32"})

    told = "".join(str(entry.details) for entry in journal.entries_about("report", report.id))

    assert "құпия" not in told
    assert "987654" not in told
    assert "cells_saved" in "".join(office.events(report))

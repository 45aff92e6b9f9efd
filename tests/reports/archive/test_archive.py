"""Finished reports are of the archive from the next January on, kept for the longest period that their kind says, and listed by it."""

from datetime import date

import pytest

from organisations.errors import NotPermitted
from register.retention import Retention
from reports.archive.errors import NothingToDestroy, NotOfTheArchive, ReportNotPurged, ReportPurged
from reports.errors import ReportNotFound, TextNeeded
from reports.filters import Filters
from storage import journal
from storage.transaction import transaction
from tests.reports.archive.repository import KEPT, OVER, Repository

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def take_out(archive: Repository, report, who: str = "chancery", reason: str = "Тексеру"):
    with transaction():
        return archive.archive.take_out(archive.people[who], report.id, reason)


def put_back(archive: Repository, report):
    with transaction():
        return archive.archive.put_back(archive.people["chancery"], report.id)


def archived(archive: Repository, **filters) -> list[str]:
    return [one.kind_code for one in archive.reports.list(archive.people["head"], Filters(archived=True, **filters)).items]


@SQLITE
def test_what_is_taken_out_of_the_archive_is_on_no_act_until_it_is_put_back(archive: Repository):
    report = archive.finished()
    with pytest.raises(NotOfTheArchive):
        take_out(archive, report)
    archive.passes()
    archive.approves(archive.drafts())
    assert (archive.archive.archived_on(report), archived(archive)) == (date(2027, 1, 1), [KEPT])

    out = take_out(archive, report)

    assert (archive.purges(), archived(archive), archive.archive.archived_on(out)) == (0, [], None)
    [line] = archive.lines()
    assert (line.out_of_archive, line.on_acts) == (1, 0)
    with pytest.raises(NothingToDestroy):
        archive.drafts()
    put_back(archive, report)
    assert archived(archive) == [KEPT]
    archive.approves(archive.drafts())
    assert archive.purges() == 1
    assert archived(archive) == []
    for deed in (take_out, put_back):
        with pytest.raises(ReportPurged):
            deed(archive, report)
    assert [event for event in archive.events(report) if "archive" in event] == [
        "report:taken_out_of_archive",
        "report:put_back_into_archive",
    ]


@SQLITE
def test_the_archive_is_the_chancery_s(archive: Repository):
    report = archive.finished()
    archive.passes()

    for who, refusal in (
        ("executor", NotPermitted),
        ("head", NotPermitted),
        ("officer", NotPermitted),
        ("admin", NotPermitted),
        ("stranger", ReportNotFound),
    ):
        with pytest.raises(refusal):
            take_out(archive, report, who)
    with pytest.raises(TextNeeded):
        take_out(archive, report, reason=" ")
    with pytest.raises(NotOfTheArchive):
        put_back(archive, report)
    with pytest.raises(ReportNotPurged):
        archive.archive.tombstone(archive.people["head"], report.id)
    assert archived(archive) == [KEPT]


@SQLITE
def test_a_new_version_lengthens_what_is_kept_and_never_shortens_it(archive: Repository):
    reports = {kind: archive.finished(kind) for kind in (KEPT, "TST-THREE", "TST-01")}
    archive.puts(KEPT, version=2, valid_from="2027-01-01", retention={"years": 2, "item": "364"})
    archive.puts("TST-THREE", version=2, valid_from="2027-01-01", retention={"years": 1, "item": "363"})
    archive.puts("TST-01", version=2, valid_from="2027-01-01", retention={"years": 1, "item": "363"})

    def kept(kind: str) -> tuple[Retention | None, int | None, date | None]:
        told = archive.archive.kept(archive.people["head"], reports[kind].id)
        return told.retention, told.version, told.over_on

    assert kept(KEPT) == (Retention(1, "363"), 1, date(2028, 1, 1))
    assert kept("TST-01") == (None, None, None)
    archive.passes()
    assert kept(KEPT) == (Retention(2, "364"), 2, date(2029, 1, 1))
    assert kept("TST-THREE") == (Retention(3, "364"), 1, date(2030, 1, 1))
    assert kept("TST-01") == (Retention(1, "363"), 2, date(2028, 1, 1))
    act = archive.drafts()
    assert [line["kind"] for line in act.lines] == ["TST-01"]


@SQLITE
def test_a_longer_period_that_comes_into_force_after_the_approval_keeps_a_report_back(archive: Repository):
    report = archive.finished()
    archive.puts(KEPT, version=2, valid_from="2028-02-01", retention={"permanent": True, "item": "362"})
    archive.passes()
    act = archive.approves(archive.drafts())

    archive.passes(OVER.replace(month=2))

    assert archive.purges() == 0
    assert archive.archive.destruction.get(archive.people["head"], act.id).state == "executed"
    last = journal.entries_about("report", report.id)[-1]
    assert (last.event, last.details["reason"], last.details["act_number"]) == ("report:kept_back", "kept_longer", "5")


def test_what_is_finished_is_listed_by_kind_year_and_period_for_who_may_know(archive: Repository):
    for kind in (KEPT, "TST-EVER", "TST-01"):
        archive.finished(kind)
    archive.passes(OVER.replace(year=2027))
    archive.finished(period="2026Q2")

    lines = archive.lines("admin")

    assert [(line.kind, line.finished_in, line.over_on, line.due, line.reports) for line in lines] == [
        (KEPT, 2026, date(2028, 1, 1), False, 1),
        (KEPT, 2027, date(2029, 1, 1), False, 1),
        ("TST-01", 2026, None, False, 1),
        ("TST-EVER", 2026, None, False, 1),
    ]
    assert archive.lines() == lines == archive.archive.all_due()
    below = archive.archive.due(archive.people["admin"], body_id=archive.tree.district.id, below=True)
    assert (below, archive.archive.due(archive.people["admin"], body_id=archive.tree.district.id)) == (lines, [])
    for who in ("executor", "officer", "stranger"):
        with pytest.raises(NotPermitted):
            archive.lines(who)

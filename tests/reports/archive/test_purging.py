"""A report whose period is over is purged by an act that was drafted and approved, with its process, and nothing else is touched."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.models import ActivityRow, InstanceRow
from reports.archive import purging
from reports.archive.errors import NothingToDestroy, ReportPurged
from reports.archive.tables import ActState, DestructionItemRow
from reports.errors import ReportAlreadyOpen
from reports.filters import Filters
from reports.lifecycle import Stage
from reports.models import Report, ReportSection, Revision
from storage import backups, journal
from storage.database import Base, session
from storage.files import FileStore
from storage.transaction import transaction
from tests.organisations.statements import counted
from tests.reports.archive.repository import KEPT, OVER, Repository
from tests.reports.office import MEN

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_the_life_of_a_report_goes_to_its_purge_and_its_tombstone(archive: Repository, tmp_path):
    people = archive.people
    report = archive.opens(KEPT)
    archive.brings(report, "review")
    archive.returns(report)
    archive.answers(report)
    archive.brings(report, "review")
    archive.does("review", report, decision="accept")
    other = archive.finished("TST-EVER", period="2026Q2")
    before = archive.rows_of(other.id, other.business_key)
    hashes = [(one.number, one.sha256, one.receipt_number) for one in archive.reports.revisions(people["head"], report.id)]
    told = len(archive.events(report))

    archive.passes(OVER - timedelta(days=3))  # 30 December 2027
    with pytest.raises(NothingToDestroy):
        archive.drafts()
    archive.passes()
    act = archive.drafts()
    assert archive.purges() == 0
    act = archive.approves(act)
    assert archive.purges() == 1

    assert (act.number, act.lines) == ("5", [{"kind": KEPT, "finished_in": 2026, "years": 1, "item": "363", "reports": 1}])
    done = archive.archive.destruction.get(people["head"], act.id)
    assert (done.state, done.waiting, done.purged, done.approved_by) == (ActState.EXECUTED, 0, 1, people["head"].by)
    stone = archive.archive.tombstone(people["head"], report.id)
    assert (stone.business_key, stone.stage, stone.act_number, stone.act_date) == (report.business_key, "accepted", "5", date(2028, 1, 2))
    assert [(one["number"], one["sha256"], one["receipt_number"]) for one in stone.revisions] == hashes
    assert (len(hashes), stone.instances, stone.purged_at) == (2, 1, archive.clock.now())
    assert archive.rows_of(report.id, report.business_key) == {"held_values": 4, "report_tombstones": 1}
    assert archive.events(report)[told:] == ["report:purged"]
    gone = archive.now(report)
    assert (gone.stage, gone.notes, gone.editors, gone.responsible_id) == (Stage.ACCEPTED, {}, [], None)
    assert archive.rows_of(other.id, other.business_key) == before
    assert list(archive.archive.purging.faults()) == []
    assert list(archive.reports.search.stale()) == []
    assert [fault for _, fault in archive.engine.instances.check()] == []
    session.rollback()
    backups.make(tmp_path / "backup", FileStore(tmp_path / "files"), archive.clock)
    assert backups.verify(tmp_path / "backup")["tables"]["report_tombstones"]["rows"] == 1


@SQLITE
def test_what_is_purged_is_told_so_and_is_neither_read_nor_opened_again(archive: Repository):
    people, reports = archive.people, archive.reports
    report = archive.finished()
    archive.passes()
    archive.approves(archive.drafts())
    archive.purges()

    for read in (reports.content, reports.revisions, reports.acts, reports.remarks.list, reports.asking.of, reports.check):
        with pytest.raises(ReportPurged):
            read(people["executor"], report.id)
    assert reports.list(people["head"], Filters(kind=KEPT)).items == ()
    assert [one.id for one in reports.list(people["head"], Filters(kind=KEPT, purged=True)).items] == [report.id]
    assert reports.list(people["head"], Filters(text="Жаңа")).items == ()
    with transaction():
        supplied = reports.supply.of(people["head"], "placed", archive.body.id)
    assert {(one.report_id, one.report_purged) for one in supplied} == {(report.id, True)}
    [point] = reports.series.of(people["head"], "placed", archive.body.id, {"sex": "men"})
    assert [(part.report_id, part.address, part.report_purged) for part in point.parts] == [(report.id, MEN, True)]
    with pytest.raises(ReportAlreadyOpen):
        archive.opens(KEPT)


@SQLITE
def test_figures_with_personal_data_go_by_the_same_act(archive: Repository):
    archive.puts("TST-PERS", report_class="personal", retention={"years": 1, "item": "363"})
    report = archive.finished("TST-PERS")
    archive.passes()
    archive.approves(archive.drafts())

    archive.purges()

    assert archive.rows_of(report.id, report.business_key) == {"report_tombstones": 1}
    assert archive.archive.tombstone(archive.people["head"], report.id).figures == 4


@SQLITE
def test_what_is_kept_longer_for_ever_or_without_a_period_never_goes(archive: Repository):
    kinds = ("TST-01", "TST-EVER", "TST-THREE", KEPT)
    reports = {kind: archive.finished(kind) for kind in kinds}
    archive.opens(KEPT, period="2026Q2")

    archive.passes()
    act = archive.approves(archive.drafts())
    archive.purges()

    assert [line["kind"] for line in act.lines] == [KEPT]
    assert {kind for kind in kinds if archive.now(reports[kind]).purged_at} == {KEPT}
    archive.passes(OVER.replace(year=2100))
    archive.approves(archive.drafts())
    archive.purges()
    assert {kind for kind in kinds if archive.now(reports[kind]).purged_at} == {KEPT, "TST-THREE"}


def test_a_withdrawn_report_and_the_one_opened_in_its_place_go_together(archive: Repository):
    first = archive.opens(KEPT)
    with transaction():
        archive.reports.withdraw(archive.people["head"], first.id, "Қате ашылды")
    second = archive.opens(KEPT)
    archive.passes()
    with pytest.raises(NothingToDestroy):  # the second has not ended
        archive.drafts()

    archive.brings(second, "review")
    archive.does("review", second, decision="accept")
    archive.passes(OVER.replace(year=2029))
    with pytest.raises(NothingToDestroy):  # it has, but in 2028
        archive.drafts()
    archive.passes(OVER.replace(year=2030))
    archive.approves(archive.drafts())

    assert archive.purges() == 2
    assert session.query(InstanceRow).count() == session.query(ActivityRow).count() == 0


@SQLITE
def test_the_history_of_a_report_outlives_the_engine_s_own_cleanup(archive: Repository):
    report = archive.finished("TST-EVER")
    definition = archive.engine.definitions.latest("report_cycle")
    with transaction():
        archive.engine.retention.set_time_to_live(definition.id, 1, by=None)
    archive.passes()

    with transaction():
        assert archive.engine.retention.clean() == 0

    [instance] = archive.engine.instances.list(business_key=report.business_key).items
    assert archive.engine.retention.removal_times([instance]) == {}


def test_a_purge_killed_between_two_reports_has_lost_nothing_and_goes_on(archive: Repository):
    reports = [archive.finished(period=period) for period in ("2026Q1", "2026Q2", "2026Q3")]
    archive.passes()
    archive.approves(archive.drafts())
    archive.archive.purging.purge_next()
    session.rollback()

    def dies(_connection, _cursor, statement: str, *_rest) -> None:
        if statement.startswith("INSERT INTO report_tombstones"):
            raise RuntimeError("killed")

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", dies)
    with pytest.raises(RuntimeError):
        archive.archive.purging.purge_next()
    sa.event.remove(engine, "before_cursor_execute", dies)

    whole = [report for report in reports if archive.now(report).purged_at is None]
    assert [session.query(Revision).filter_by(report_id=report.id).count() for report in whole] == [1, 1]
    assert [session.query(ReportSection).filter_by(report_id=report.id).count() for report in whole] == [2, 2]
    assert session.query(DestructionItemRow).count() == 2
    assert archive.purges() == 3
    assert list(archive.archive.purging.faults()) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_purge_costs_the_same_however_much_is_on_the_act(archive: Repository):
    for period in ("2026Q1", "2026Q2", "2026Q3"):
        archive.finished(period=period)
    archive.passes()
    act = archive.drafts()
    archive.approves(act)

    costs = []
    for _ in range(3):
        with counted() as statements:
            archive.archive.purging.purge_next()
        costs.append(len(statements))

    assert len(set(costs)) == 1
    assert costs[0] <= 22 + len(purging.CONTENTS)  # one for each table of contents


def test_no_table_that_speaks_of_reports_is_forgotten():
    kept = {"held_values", "report_holds", "report_tombstones"}
    speaking = {table.name for table in Base.metadata.sorted_tables for key in table.foreign_keys if key.target_fullname == "reports.id"}

    assert speaking == {model.__tablename__ for model in purging.CONTENTS} | {"destruction_items"} | kept


@SQLITE
def test_the_check_of_the_database_names_what_a_purge_left_behind(archive: Repository):
    report = archive.finished()
    with transaction():
        session.execute(sa.update(Report).where(Report.id == report.id).values(purged_at=archive.clock.now()))

    faults = " ".join(archive.archive.purging.faults())

    assert "report_revisions has rows of it" in faults
    assert "purged without a tombstone" in faults
    assert "its process is not" in faults
    assert journal.entries_about("report", report.id)[-1].event == "report:accepted"

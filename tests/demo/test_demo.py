"""The demo: Abai oblast live, with a report in every stage, the same at every run."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import app
import demo
from config import Config
from demo import workbook
from demo.people import PASSWORD
from organisations.tables import BodyRow, TerritoryRow
from reports.lifecycle import Stage
from reports.models import Remark, Report
from storage import schema
from storage.clock import SetClock
from storage.database import engine, session

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LOGINS = [
    "executor",
    "head",
    "akim",
    "executor2",
    "rural",
    "oblast",
    "oblast_head",
    "officer",
    "ministry_head",
    "deputy",
    "chancery",
    "manager",
    "methodologist",
    "worker",
    "admin",
]


def loaded(folder: Path, now: datetime = NOW) -> tuple[app.Esep, list[str]]:
    config = Config(database_url=f"sqlite:///{folder}/demo.db", secret_key="demo", data_dir=folder)
    esep = app.build(config, SetClock(now))
    with esep.http.app_context():
        schema.upgrade()
        app.deploy_shipped(esep)
        said = list(demo.load(config, esep.clock))
        session.remove()
    return esep, said


@pytest.fixture(scope="module")
def esep(tmp_path_factory: pytest.TempPathFactory):
    built, _ = loaded(tmp_path_factory.mktemp("demo"))
    with built.http.app_context():
        yield built
        session.remove()
        engine().dispose()


def test_there_is_a_report_in_every_stage_and_one_is_overdue(esep):
    reports = list(session.scalars(sa.select(Report)))

    assert {report.stage for report in reports} == set(Stage)
    assert {report.kind_code for report in reports} == {"EMP-01", "HOME-01"}
    assert any(report.is_overdue(NOW) for report in reports)


def test_one_is_overdue_in_the_first_days_of_a_year_too(tmp_path):
    now = datetime(2027, 1, 2, 9, 30, tzinfo=UTC)
    esep, _ = loaded(tmp_path, now)

    with esep.http.app_context():
        assert any(report.is_overdue(now) for report in session.scalars(sa.select(Report)))
        session.remove()
        engine().dispose()


def test_one_report_was_returned_with_remarks_answered_and_accepted(esep):
    [report] = session.scalars(sa.select(Report).where(Report.stage == Stage.ACCEPTED, Report.revision == 2))

    remarks = list(session.scalars(sa.select(Remark).where(Remark.report_id == report.id)))
    assert len(remarks) == 2
    assert {remark.state for remark in remarks} == {"resolved"}


def test_every_akimat_comes_from_the_kato_file(esep):
    territories = session.scalar(sa.select(sa.func.count()).select_from(TerritoryRow))
    lines = len(demo.bodies.KATO.read_text("utf-8-sig").strip().splitlines()) - 1

    assert territories == lines
    assert session.scalar(sa.select(sa.func.count()).select_from(BodyRow).where(BodyRow.level == "rural")) == 136
    assert session.scalar(sa.select(sa.func.count()).select_from(BodyRow).where(BodyRow.level == "district")) == 10


@pytest.mark.parametrize("login", LOGINS)
def test_every_login_of_the_readme_signs_in(esep, login):
    assert esep.organisations.sign_in.by_password(login, PASSWORD, None).duties


def test_the_form_of_the_tour_asks_for_two_things_that_are_collected_already(esep):
    data = (esep.config.data_dir / workbook.FILE).read_bytes()

    made = esep.register.drafting.of(data, code="CAREER-01")

    told = [(proposal.state, proposal.value) for proposal in made.proposals if proposal.part == "indicator"]
    assert [value for state, value in told if state == "matched"] == ["EMP.TRAINED", "EMP.UNEMPLOYED"]
    assert len(made.indicators) == 4
    basis = made.document["legal_basis"]["names"]  # in two languages, though the number of the act has a Kazakh letter
    assert (basis["kk"].split()[0], basis["ru"].split()[0]) == ("Қазақстан", "Приложение")
    assert workbook.form() == data


def test_loading_it_again_changes_nothing(esep):
    before = session.scalar(sa.select(sa.func.count()).select_from(Report))

    [said] = demo.load(esep.config, esep.clock)

    assert said.startswith("demo: loaded already; logins executor head akim")
    assert session.scalar(sa.select(sa.func.count()).select_from(Report)) == before


def test_another_run_on_the_same_day_makes_the_same_demo(esep, tmp_path):
    first = told(esep)
    again, _ = loaded(tmp_path)

    with again.http.app_context():
        assert told(again) == first
        session.remove()
        engine().dispose()


def told(esep: app.Esep) -> list[Any]:
    """What somebody sees of the reports, without ids and hashes of ids."""
    reports = session.scalars(sa.select(Report).order_by(Report.business_key))
    admin = esep.organisations.actor(esep.organisations.users.find("admin").id)
    return [
        (report.business_key, report.stage, report.revision, report.due_at, report.opened_at, events)
        for report in reports
        for events in [[(entry.event, entry.at) for entry in esep.reports.timeline(admin, report.id)]]
    ]

"""Every command from outside, as an administrator or a methodologist runs it."""

import json
import sqlite3
from pathlib import Path

import pytest

from storage import schema as storage_schema
from tests.engine.factories import TWO_TASKS
from tests.installation import KATO, OBLAST, ROOT, Installation

NEWEST = storage_schema.head()
DIAGRAM = ROOT / "processes" / "report_cycle.bpmn"


def test_an_installation_begins_with_schema_bodies_and_an_administrator(founding):
    schema, bodies, administrator = founding.said

    shipped = sorted(path.stem for path in (ROOT / "processes").glob("*.bpmn"))
    assert schema == f"schema: empty → {NEWEST}\n" + "".join(f"deployed {name}:1\n" for name in shipped)
    assert "akimats made: 1 oblast, 10 district, 136 rural\n" in bodies
    assert administrator == f"user admin: administrator at {OBLAST}\n"


def test_an_upgrade_and_an_import_once_more_change_nothing(installation):
    assert installation.must("db", "upgrade") == f"schema: {NEWEST} → {NEWEST}\n"
    assert "akimats made: none\n" in installation.must("organisations", "import", KATO)


def test_other_bodies_come_from_a_list(installation, tmp_path):
    columns = "bin;kato;level;kind;name_kk;name_ru;parent;sector_superior;phone"
    (tmp_path / "list.csv").write_text(f"{columns}\n061211600012;;state;ministry;Еңбек министрлігі;Министерство труда;;;\n")

    assert installation.must("organisations", "import", tmp_path / "list.csv") == "bodies created: 1; changed: 0; unchanged: 0\n"
    assert installation.must("organisations", "import", tmp_path / "list.csv") == "bodies created: 0; changed: 0; unchanged: 1\n"


def test_a_relative_address_of_the_embedded_database_is_relative_to_where_one_is(tmp_path):
    fresh = Installation(tmp_path / "var", settings={"ESEP_DATABASE_URL": "sqlite:///here.db"})

    done = fresh.esep("db", "upgrade", cwd=tmp_path)

    assert done.code == 0, done
    assert (tmp_path / "here.db").exists()


def test_a_sound_database_passes_the_check_and_one_that_was_meddled_with_does_not(installation):
    assert installation.must("db", "check") == "db: ok\n"

    meddle(installation, "UPDATE journal_heads SET number = number + 1")
    done = installation.esep("db", "check")

    assert done.code == 1
    assert "missing" in done.error
    assert "faults" in done.out


def meddle(installation: Installation, statement: str) -> None:
    with sqlite3.connect(installation.data_dir / "esep.db") as connection:
        connection.execute("INSERT INTO journal_heads VALUES ('common', 0, 'x') ON CONFLICT DO NOTHING")
        connection.execute(statement)
    connection.close()


def test_processes_and_forms_are_linted_and_deployed_from_files(installation, tmp_path):
    model, form = tmp_path / "two_tasks.bpmn", tmp_path / "decision.form"
    model.write_bytes(TWO_TASKS)
    form.write_text(json.dumps({"type": "default", "components": [], "schemaVersion": 19}))

    linted = installation.must("lint", DIAGRAM, form)
    deployed = installation.must("deploy", model, form)
    again = installation.must("deploy", model)

    assert f"{DIAGRAM}:149: warning: is_approved: " in linted
    assert linted.endswith("2 files, 0 errors\n")
    assert "form decision: version 1\n" in deployed
    assert "deployed p:1\n" in deployed
    assert "deployed p:2\n" in again


def test_findings_are_given_to_programs_in_three_languages(installation):
    found = json.loads(installation.must("lint", DIAGRAM, "--format", "json", "--rules", "modelling"))
    assert {finding["code"] for finding in found} == {"default_missing"}
    assert found[0]["element"] == "is_approved"
    assert found[0]["line"] == 149
    assert set(found[0]["message"]) == {"kk", "ru", "en"}


def test_a_diagram_is_linted_where_there_is_no_database(tmp_path):
    nothing = Installation(tmp_path / "var")

    assert nothing.must("lint", DIAGRAM).endswith("1 files, 0 errors\n")
    assert not list(tmp_path.glob("**/*.db"))


def test_a_backup_is_made_verified_and_restored_into_an_empty_installation(founded, tmp_path):
    target = Installation(tmp_path / "other")

    made = founded.must("backup", tmp_path / "backup")
    verified = founded.must("backup", "verify", tmp_path / "backup")
    restored = target.must("restore", tmp_path / "backup")

    assert made == verified
    assert made.endswith(": ok\n")
    assert made.split(": ")[1] in restored
    assert target.must("db", "check") == "db: ok\n"


@pytest.mark.parametrize("words", [("texts", "check"), ("--help",)])
def test_what_needs_no_database_works_without_one(words, tmp_path):
    assert Installation(tmp_path / "var").must(*words)


def test_a_description_of_the_api_that_is_not_up_to_date_is_told(tmp_path: Path):
    done = Installation(tmp_path / "var").esep("openapi", "check")

    assert done.code in (0, 1)
    assert (done.out or done.error).startswith(("openapi: up to date", "esep: docs/openapi.json is not up to date"))


def test_what_is_due_is_told_and_opened(installation):
    assert installation.must("register", "open", "--dry-run") == ""
    assert installation.must("register", "open") == "reports opened or refused: 0\n"


def test_the_archive_is_listed_and_purged_only_where_that_is_switched_on(founded):
    assert founded.must("reports", "due", "--all") == ""

    refused = founded.esep("reports", "purge")
    assert (refused.code, "ESEP_PURGE_REPORTS is off" in refused.error) == (1, True)
    done = founded.esep("reports", "purge", ESEP_PURGE_REPORTS="true")
    assert (done.code, done.out) == (0, "reports purged or kept back: 0\n")

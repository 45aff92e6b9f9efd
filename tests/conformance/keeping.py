"""Instances of every model of the suite, stopped midway and kept as a backup: a later Esep must open them and go on.

    python -m tests.conformance.keeping

writes `kept/v<snapshot format>` with the code of today. What an older Esep has written is never changed. `cases.json` beside the tables
says of each instance which case it is of, how many of its steps are done, at which moment it stands, and which rows are its.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import sqlalchemy as sa
from flask import Flask

import app  # noqa: F401 - knows every table of every room
from engine import snapshots
from engine.parsing import read
from engine.simulation import Case, Simulation, Walk
from engine.simulation.seen import all_seen
from storage import backups, database, schema
from storage.clock import SetClock, SystemClock
from storage.files import FileStore
from tests.conformance.models import MODELS, Model
from tests.conftest import empty_all_tables
from tests.engine.factories import Everything

FOLDER = Path(__file__).parent / "kept"
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Kept:
    """The rows of a case after so many steps."""

    model: Model
    case: Case
    steps: int
    at: datetime
    rows: Rows

    @property
    def name(self) -> str:
        return f"{self.model.name}: {self.case.name}"

    def go_on(self, clock: SetClock) -> Walk:
        """Walk the rest of the case over a database that holds these rows."""
        rest = replace(self.case, steps=self.case.steps[self.steps :], at=self.at)
        simulation = _simulation(clock, self.model)
        walk = Walk(simulation, rest, self.model.scenario.process or next(iter(simulation.processes)))
        walk.go()
        return walk


def _simulation(clock: SetClock, model: Model) -> Simulation:
    simulation = Simulation(clock=clock, working_days=Everything(), zone=ZoneInfo("Asia/Almaty"))
    for name, data in model.files.items():
        if not name.endswith(".dmn"):
            simulation.processes |= {process.key: process for process in read(data, name).executable}
    return simulation


def put(rows: Rows) -> None:
    """Write rows into the present database."""
    with database.engine().begin() as connection:
        connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        for table in database.Base.metadata.sorted_tables:
            if found := rows.get(table.name):
                connection.execute(sa.insert(table), list(found))


def _found() -> Rows:
    with database.engine().connect() as connection:
        tables = {table.name: connection.execute(sa.select(table)).mappings().all() for table in database.Base.metadata.sorted_tables}
    return {name: [dict(row) for row in rows] for name, rows in tables.items() if rows}


def midway(model: Model, case: Case) -> Kept | None:
    """The case stopped where it waits, as near to its middle as may be; None where it never waits."""
    count = len(case.steps)
    for steps in sorted(range(1, count), key=lambda number: abs(2 * number - count)):
        empty_all_tables()
        clock = SetClock(case.at)
        simulation = _simulation(clock, model)
        simulation.deploy(model.files, case.at)
        walk = simulation.walk(replace(case, steps=case.steps[:steps], expected=()), model.scenario.process)
        is_waiting = any(one.instance.state == "active" for one in all_seen(simulation.engine))
        database.session.rollback()
        if is_waiting and not [told for told in walk.faults if told.code != "simulation_differs"]:
            return Kept(model, case, steps, clock.now(), _found())
    return None


def kept_of(model: Model) -> Kept | None:
    """The case of a model that has the most steps and waits on the way, and whose mocks don't change their answers from call to call."""
    same = [case for case in model.scenario.cases if all(len(mock.answers) == 1 for mock in case.mocks)]
    cases = sorted(same, key=lambda case: -len(case.steps))
    return next((kept for case in cases if (kept := midway(model, case)) is not None), None)


def _apart(rows: Rows, number: int) -> Rows:
    """Rows whose process definitions have versions of their own, since models of one key are kept in one database."""
    definitions = [{**row, "version": row["version"] + 1000 * number} for row in rows.get("process_definitions", ())]
    return {**rows, "process_definitions": definitions}


def _together(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "version": row["version"] % 1000}


def read_kept(folder: Path) -> Iterator[Kept]:
    """Restore a kept backup into the present database, which must be empty, and give its instances."""
    with tempfile.TemporaryDirectory() as files:
        backups.restore(folder, FileStore(Path(files)))
    rows = {table.name: _by_key(table) for table in database.Base.metadata.sorted_tables}
    rows["process_definitions"] = {key: _together(row) for key, row in rows["process_definitions"].items()}
    models = {model.name: model for model in MODELS}
    for about in json.loads((folder / "cases.json").read_text("utf-8")):
        case = next(case for case in models[about["model"]].scenario.cases if case.name == about["case"])
        mine = {name: [rows[name][key] for key in keys] for name, keys in about["rows"].items() if name in rows}
        yield Kept(models[about["model"]], case, about["steps"], datetime.fromisoformat(about["at"]), mine)


def _by_key(table: sa.Table) -> dict[str, Mapping[str, Any]]:
    with database.engine().connect() as connection:
        return {_key(table, row): dict(row) for row in connection.execute(sa.select(table)).mappings()}


def _key(table: sa.Table, row: Mapping[Any, Any]) -> str:
    return " ".join(str(row[column.name]) for column in table.primary_key.columns)


def _about(kept: Kept) -> dict[str, Any]:
    tables = database.Base.metadata.tables
    keys = {name: [_key(tables[name], row) for row in rows] for name, rows in kept.rows.items()}
    return {"model": kept.model.name, "case": kept.case.name, "steps": kept.steps, "at": kept.at.isoformat(), "rows": keys}


@contextmanager
def _database(folder: str) -> Iterator[None]:
    bare = Flask("kept")
    database.bind(bare, f"sqlite:///{folder}/kept.db")
    with bare.app_context():
        schema.upgrade()
        yield
        database.engine().dispose()


def main() -> int:
    """Keep what today's code saves; 1 when it is kept already."""
    with tempfile.TemporaryDirectory() as folder, _database(folder):
        target = FOLDER / f"v{snapshots.VERSION}"
        if target.exists():
            click.echo(f"{target}: kept already")
            return 1
        found = [kept for model in MODELS if (kept := kept_of(model)) is not None]
        empty_all_tables()
        for number, kept in enumerate(found):
            put(_apart(kept.rows, number))
        target.parent.mkdir(exist_ok=True)
        backups.make(target, FileStore(Path(folder) / "files"), SystemClock())
        (target / "cases.json").write_text(json.dumps([_about(kept) for kept in found], ensure_ascii=False, separators=(",", ":")), "utf-8")
    click.echo(f"{target}: {len(found)} instances of {len(MODELS)} models")
    return 0


if __name__ == "__main__":
    sys.exit(main())

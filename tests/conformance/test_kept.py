"""Instances that an older Esep has stopped midway, at every kind of wait, open in this one and go on as their scenarios say."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from engine import snapshots
from storage import database
from storage.clock import SetClock
from tests.conformance.keeping import FOLDER, Kept, put, read_kept
from tests.conftest import empty_all_tables

ADVICE = "the format of snapshots has changed: run `python -m tests.conformance.keeping` and add what it writes"


@pytest.fixture(params=sorted(FOLDER.iterdir()), ids=lambda folder: folder.name)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Kept]]:
    """What a backup holds, the backup restored and brought to today's schema."""
    bare = Flask("kept")
    database.bind(bare, f"sqlite:///{tmp_path}/kept.db")
    with bare.app_context():
        yield list(read_kept(request.param))
        database.session.remove()
        database.engine().dispose()


def test_instances_of_an_older_esep_open_and_go_on_to_where_they_must_come(kept: list[Kept]):
    astray = {}

    for one in kept:
        database.session.rollback()
        database.session.expunge_all()
        empty_all_tables()
        put(one.rows)
        walk = one.go_on(SetClock(one.at))
        faults = [(told.code, told.element_id, told.fields) for told in walk.faults] + list(walk.engine.instances.check())
        if faults:
            astray[one.name] = faults

    assert astray == {}
    assert len(kept) > 150


def test_instances_are_kept_in_todays_format():
    assert (FOLDER / f"v{snapshots.VERSION}").is_dir(), ADVICE

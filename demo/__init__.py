"""The demo: Abai oblast live, seeded and the same at every run. Real territories and kinds of report; people and figures are made up."""

from collections.abc import Iterator
from datetime import timedelta

import app
from app import Esep
from config import Config
from demo import bodies, people, reporting, workbook
from organisations.errors import UserNotFound
from storage.clock import Clock, SetClock

#: How long ago the demo's installation was set up.
BEGAN = timedelta(days=60)


def load(config: Config, clock: Clock) -> Iterator[str]:
    """Load the demo into an empty installation and tell what was made; does nothing where it is loaded already.

    The reports' stories end at the moment of `clock`; the same day gives the same demo.
    """
    past = SetClock(clock.now())
    esep = app.build(config, past)
    with esep.http.app_context():
        yield from _load(esep, past)


def _load(esep: Esep, clock: SetClock) -> Iterator[str]:
    if is_loaded(esep):
        yield f"demo: loaded already; {people.LOGINS}"
        return
    end = esep.clock.now()
    clock.move_to(end - BEGAN)
    made = bodies.load(esep)
    yield f"demo: {made.territories} territories, {made.count} bodies"
    people.load(esep, made)
    yield f"demo: {people.LOGINS}"
    for stage, count in reporting.load(esep, made, clock, end).items():
        yield f"demo: {count} reports {stage}"
    yield f"demo: {workbook.write(esep.config.data_dir)}, a form to make a kind of report from"


def is_loaded(esep: Esep) -> bool:
    """Whether the demo's people are there."""
    try:
        esep.organisations.users.find("executor")
    except UserNotFound:
        return False
    return True

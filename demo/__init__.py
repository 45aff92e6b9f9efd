"""The demo: Abai oblast live, seeded and the same at every run. Real territories and kinds of report; people and figures are made up."""

from collections.abc import Iterator

from app import Esep
from demo import bodies, people, reporting
from organisations.errors import UserNotFound


def load(esep: Esep) -> Iterator[str]:
    """Load the demo into an empty installation and tell what was made; does nothing where it is loaded already."""
    if is_loaded(esep):
        yield "demo: loaded already"
        return
    made = bodies.load(esep)
    yield f"demo: {made.territories} territories, {made.count} bodies"
    yield f"demo: logins {' '.join(people.load(esep, made))}, password {people.PASSWORD}"
    for stage, count in reporting.load(esep, made).items():
        yield f"demo: {count} reports {stage}"


def is_loaded(esep: Esep) -> bool:
    """Whether the demo's people are there."""
    try:
        esep.organisations.users.find("executor")
    except UserNotFound:
        return False
    return True

"""Whether the other kinds of report that the checks of a kind compare with are in force, and have the cells that are named."""

from collections.abc import Iterator

from refusals import Fault
from register import reading, shelf
from register.errors import KindNotFound
from register.kinds import Kind


def faults(kind: Kind) -> list[Fault]:
    """What is not there on the day the kind comes into force, each with its place in the document."""
    return list(_faults(kind))


def _faults(kind: Kind) -> Iterator[Fault]:
    for name, code in kind.others.items():
        try:
            document = shelf.version(code, shelf.version_in_force(code, kind.valid_from)).document
        except KindNotFound:
            yield Fault(f"/others/{name}", "kind_not_found", {"kind": code})
            continue
        known = reading.read(document, shelf.indicators_of(shelf.indicators_named(document))).cells
        for number, check in enumerate(kind.checks):
            for mention in check.mentions:
                if mention.source == name and mention.address not in known:
                    yield Fault(f"/checks/{number}/expression", "check_name_unknown", {"name": mention.name})

"""Whether the territories and bodies that a kind names are known to Esep: asked when it is put in force, and before, of its draft."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from organisations.tables import BodyPastRow, BodyRow, TerritoryRow
from refusals import Fault
from register.kinds import Kind, Selector
from storage.database import session


def faults(kind: Kind) -> list[Fault]:
    """What nobody has: territories of selectors, bodies of selectors and of places, each with its place in the document."""
    named = [*_named(kind)]
    territories = _known(TerritoryRow.code, [code for _, code in named if not code.startswith(("BIN-", "KATO-"))])
    bins = _known(BodyRow.bin, [code.removeprefix("BIN-") for _, code in named if code.startswith("BIN-")])
    akimats = [code.removeprefix("KATO-") for _, code in named if code.startswith("KATO-")]
    known = territories | {f"BIN-{code}" for code in bins}
    known |= {f"KATO-{code}" for code in _known(BodyRow.kato, akimats) | _known(BodyPastRow.kato, akimats)}
    return [_fault(pointer, code) for pointer, code in dict.fromkeys(named) if code not in known]


def _fault(pointer: str, code: str) -> Fault:
    if code.startswith(("BIN-", "KATO-")):
        return Fault(pointer, "body_unknown", {"body": code})
    return Fault(pointer, "territory_unknown", {"kato": code})


def _named(kind: Kind) -> Iterator[tuple[str, str]]:
    codes_of_places = {place.body for place in kind.places.values()}
    for name, place in kind.places.items():
        if place.body:
            yield f"/places/{name}/body", place.body
    for member, selectors in (("reporting", kind.reporting), ("excluded", kind.excluded)):
        for number, selector in enumerate(selectors):
            for pointer, code in _of(selector):
                if code not in codes_of_places:
                    yield f"/{member}/{number}/{pointer}", code


def _of(selector: Selector) -> Iterator[tuple[str, str]]:
    if selector.territory:
        yield "territory", selector.territory
    if selector.sector:
        yield "sector", selector.sector
    for number, code in enumerate(selector.bodies):
        yield f"bodies/{number}", code


def _known(column: Any, codes: list[str]) -> set[str]:
    return set(session.scalars(sa.select(column).where(column.in_(codes)))) if codes else set()

"""Cells by address ("s1.t1.r3.c2", "s1.field", "s1.note.kk"), as a report holds them: in the canonical form of their kind."""

from collections.abc import Sequence
from typing import Any

import texts
from refusals import Fault
from register import mentions
from register.errors import CellInvalid, CellUnknown
from register.kinds import Kind

LONGEST_SHOWN = 60


class CellFaulty(Exception):
    """A value can't be what its cell holds, or there is no such cell. Never leaves the room: `reports.contents` makes a refusal of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = tuple(faults)


def section(address: str) -> str:
    """The code of the section that an address is in."""
    return address.partition(".")[0]


def pointer(address: str) -> str:
    """The JSON pointer of a cell in a body that is sent to be saved."""
    return "/values/" + address.replace("~", "~0").replace("/", "~1")


def parsed(kind: Kind, address: str, raw: Any) -> Any:
    """A value in canonical form; None for empty. Raises CellFaulty."""
    try:
        cell = kind.cell(address)
        return cell.canonical(cell.parse(raw))
    except (CellInvalid, CellUnknown) as refusal:
        raise CellFaulty([Fault(pointer(address), fault.code, fault.fields) for fault in refusal.faults]) from refusal


def shown(value: Any, language: str) -> str:
    """A value in canonical form as it is told in a sentence."""
    if value is None:
        return texts.say("value_empty", {}, language)
    if isinstance(value, dict):
        return texts.say("value_not_applicable", {}, language)
    if isinstance(value, bool):
        return texts.say("value_yes" if value else "value_no", {}, language)
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def of_check(kind: Kind, code: str) -> frozenset[str]:
    """The cells that a check looks at."""
    looked = (mention for check in kind.checks if check.code == code for mention in check.mentions if not mention.source)
    return frozenset(address for mention in looked for address in kind.looked_at(mention))


def mentioned(kind: Kind, expression: str) -> frozenset[str]:
    """The cells of this period that a piece of an expression mentions."""
    found = mentions.of(expression, kind.addresses, ())
    return frozenset(address for mention in found for address in kind.looked_at(mention))


def has_anchor(kind: Kind, anchor: str) -> bool:
    """Whether a remark can stand there: a cell, a text, a section."""
    return anchor in kind.cells or kind.section(anchor) is not None


def under(kind: Kind, anchor: str) -> frozenset[str]:
    """The cells that an anchor stands for: one, or all of a section. A text in both languages counts as one."""
    if anchor in kind.cells:
        return _same_text(kind, anchor)
    found = kind.section(anchor)
    return frozenset(cell.address for cell in found.cells) if found else frozenset()


def _same_text(kind: Kind, address: str) -> frozenset[str]:
    found = kind.section(section(address))
    texts = [{cell.address for cell in text.cells} for text in found.texts] if found else []
    return frozenset(next((addresses for addresses in texts if address in addresses), {address}))

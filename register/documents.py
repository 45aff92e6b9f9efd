"""Reading JSON documents piece by piece: every fault is kept with its pointer, and reading goes on to find the next."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from organisations.days import FIRST_DAY, LAST_DAY, is_counted
from refusals import Fault
from register.names import Names

LONGEST_NAME = 500
LONGEST_EXPRESSION = 4_000
LONGEST_ACT_NUMBER = 100
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
#: What PostgreSQL keeps in no text, nor in JSON: NUL and one half of a pair of UTF-16.
_UNKEPT = re.compile("[\0\ud800-\udfff]")
#: Words that mean something in an expression and so cannot name a part of an address.
RESERVED = frozenset(
    {"and", "between", "date", "duration", "else", "every", "external", "false", "for", "function", "if", "in"}
) | frozenset({"instance", "not", "null", "of", "or", "previous", "return", "satisfies", "some", "string", "then", "time", "true"})
_MISSING = object()


def is_kept(text: str) -> bool:
    """Whether the database keeps a text."""
    return _UNKEPT.search(text) is None


def outside(day: date) -> dict[str, str]:
    """What is said of a day that nothing is dated with."""
    return {"day": day.isoformat(), "first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}


@dataclass
class Document:
    """One JSON value on its way to becoming ours, with where it stands and the faults of the whole document."""

    value: Any
    pointer: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, code: str, /, **fields: Any) -> None:
        """Keep a fault of this place."""
        self.faults.append(Fault(self.pointer, code, fields))

    def at(self, name: str | int) -> "Document":
        """A member; its value is None when it isn't there."""
        held = self.value.get(name) if isinstance(self.value, dict) else None
        return Document(held, f"{self.pointer}/{name}", self.faults)

    def items(self, name: str, *, least: int = 0, most: int = 500) -> Iterator["Document"]:
        """The members of a list member."""
        held = self.at(name)
        if held.value is None and least == 0:
            return
        if not isinstance(held.value, list) or not least <= len(held.value) <= most:
            held.fault("document_list", least=least, most=most)
            return
        for number, item in enumerate(held.value):
            yield Document(item, f"{held.pointer}/{number}", self.faults)

    def members(self, name: str) -> Iterator[tuple[str, "Document"]]:
        """The members of an object member, by name."""
        held = self.at(name)
        if held.value is None:
            return
        if not isinstance(held.value, dict):
            held.fault("document_object")
            return
        for key in held.value:
            if not is_kept(key):
                held.at(key).fault("document_text", longest=LONGEST_NAME)
            yield key, held.at(key)

    def only(self, known: Collection[str]) -> None:
        """Keep a fault for every member that is not known, so that a typing error is not passed over."""
        if not isinstance(self.value, dict):
            self.fault("document_object")
            return
        for name in self.value:
            if name not in known:
                self.at(name).fault("document_unknown", name=str(name)[:80])

    def text(self, name: str, default: Any = _MISSING, *, longest: int = LONGEST_NAME) -> str:
        """A text member."""
        held = self.at(name)
        if held.value is None and default is not _MISSING:
            return str(default)
        if not isinstance(held.value, str) or not held.value.strip() or len(held.value) > longest or not is_kept(held.value):
            held.fault("document_text", longest=longest)
            return ""
        return held.value

    def optional(self, name: str) -> str | None:
        """A text member that may be missing."""
        return None if self.at(name).value is None else self.text(name)

    def code(self, name: str = "code") -> str:
        """A member that is part of an address."""
        held = self.at(name)
        if not isinstance(held.value, str) or not CODE.fullmatch(held.value) or held.value in RESERVED:
            held.fault("document_code")
            return ""
        return held.value

    def one_of(self, name: str, choices: Collection[str], default: Any = _MISSING) -> Any:
        """A member that is one of some words."""
        held = self.at(name)
        if held.value is None and default is not _MISSING:
            return default
        if not isinstance(held.value, str) or held.value not in choices:
            held.fault("document_choice", choices=", ".join(choices))
            return next(iter(choices))
        return held.value

    def integer(self, name: str, default: int | None = None, *, least: int = 0, most: int = 100_000) -> int:
        """A whole number."""
        held = self.at(name)
        if held.value is None and default is not None:
            return default
        if isinstance(held.value, bool) or not isinstance(held.value, int) or not least <= held.value <= most:
            held.fault("document_integer", least=least, most=most)
            return least
        return held.value

    def decimal(self, name: str) -> Decimal | None:
        """A number written as text, if it is there."""
        held = self.at(name)
        if held.value is None:
            return None
        if not isinstance(held.value, str) or not re.fullmatch(r"-?\d{1,20}(\.\d{1,10})?", held.value, re.ASCII):
            held.fault("document_decimal")
            return None
        return Decimal(held.value)

    def boolean(self, name: str, *, default: bool) -> bool:
        """Yes or no."""
        held = self.at(name)
        if held.value is None:
            return default
        if not isinstance(held.value, bool):
            held.fault("document_boolean")
            return default
        return held.value

    def day(self, name: str) -> date:
        """A date."""
        held = self.at(name)
        try:
            day = date.fromisoformat(held.value)
        except (TypeError, ValueError):
            held.fault("document_date")
            return date.max
        if is_counted(day):
            return day
        held.fault("day_outside", **outside(day))
        return date.max

    def names(self, name: str = "names") -> Names:
        """Two languages, or three."""
        held = self.at(name)
        held.only(("kk", "ru", "en"))
        return Names(held.text("kk"), held.text("ru"), held.optional("en") or "")

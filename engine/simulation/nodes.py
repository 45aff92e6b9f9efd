"""Values of a JSON file with their places, and what is wrong with them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from refusals import Fault

Kind = TypeVar("Kind")

#: What a value should be, in the words of JSON.
_WORDS: Mapping[type, str] = {str: "a text", list: "a list", dict: "an object", int: "a whole number", bool: "true or false"}


@dataclass
class Faults:
    """What is wrong with a file: the line and a code with fields."""

    lines: Mapping[str, int]
    found: list[Fault] = field(default_factory=list)

    def note(self, pointer: str, code: str, **fields: Any) -> None:
        """Note a fault at a value."""
        self.found.append(Fault(pointer, code, {"line": self.lines.get(pointer, 1), **fields}))


@dataclass(frozen=True)
class Node:
    """A value at its place. Reading it as something that it is not notes a fault and gives something empty."""

    value: Any
    pointer: str
    faults: Faults

    @property
    def line(self) -> int:
        """The line it begins in."""
        return self.faults.lines.get(self.pointer, 1)

    def refuse(self, code: str, **fields: Any) -> None:
        """Note that something is wrong with it."""
        self.faults.note(self.pointer, code, **fields)

    def get(self, key: str) -> "Node | None":
        """What an object holds under a key; None when it does not."""
        if key not in self.mapping():
            return None
        return Node(self.value[key], f"{self.pointer}/{key.replace('~', '~0').replace('/', '~1')}", self.faults)

    def only(self, keys: Collection[str]) -> None:
        """Note every other key of an object."""
        for key in self.mapping():
            if key not in keys:
                self.refuse("scenario_key_unknown", key=key, known=", ".join(sorted(keys)))

    def items(self) -> Iterator["Node"]:
        """What a list holds."""
        for place, value in enumerate(self._as(list, [])):
            yield Node(value, f"{self.pointer}/{place}", self.faults)

    def mapping(self) -> dict[str, Any]:
        """It as an object."""
        return self._as(dict, {})

    def text(self) -> str:
        """It as a text that is not empty."""
        text = self._as(str, "")
        if self.value == "":
            self.refuse("scenario_value_wrong", expected=_WORDS[str])
        return text

    def texts(self) -> list[str]:
        """It as a list of texts; one text alone is a list of one."""
        return [self.value] if isinstance(self.value, str) else [item.text() for item in self.items()]

    def number(self) -> int:
        """It as a whole number."""
        return self._as(int, 0)

    def _as(self, kind: type[Kind], empty: Kind) -> Kind:
        if isinstance(self.value, kind) and (kind is bool or not isinstance(self.value, bool)):
            return self.value
        self.refuse("scenario_value_wrong", expected=_WORDS[kind])
        return empty


def text_at(node: Node, key: str) -> str | None:
    """The text under a key, None when it is not there."""
    found = node.get(key)
    return None if found is None else found.text()


def texts_at(node: Node, key: str) -> list[str] | None:
    """The texts under a key, None when it is not there."""
    found = node.get(key)
    return None if found is None else found.texts()


def mapping_at(node: Node, key: str) -> dict[str, Any] | None:
    """The object under a key, None when it is not there."""
    found = node.get(key)
    return None if found is None else found.mapping()

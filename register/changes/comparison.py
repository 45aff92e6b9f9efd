"""Two editions of the Register compared: kinds that came, went, or changed, and of these every field that did."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: What differs between any two versions and says nothing.
_PASSED_OVER = frozenset({"version", "format"})
#: Members by which the items of a list are known, so that an inserted row is one row and not all that follow.
_KNOWN_BY = "code"


@dataclass(frozen=True)
class FieldDifference:
    """A field that changed, by a pointer in which members of lists are named by their codes; None where it was not there."""

    pointer: str
    before: Any
    after: Any


@dataclass(frozen=True)
class KindDifference:
    """A kind that was added, changed or withdrawn."""

    code: str
    what: str
    names: Mapping[str, str]
    before: int | None
    after: int | None
    fields: tuple[FieldDifference, ...] = ()


#: The version and the document of each kind of an edition, by code.
Contents = Mapping[str, tuple[int, Mapping[str, Any]]]


def differences(before: Contents, after: Contents) -> list[KindDifference]:
    """What became of the kinds of one edition in another: added ones, then changed ones, then withdrawn ones, each by code."""
    added = [_of(code, "added", None, after[code]) for code in sorted(after.keys() - before.keys())]
    kept = [code for code in sorted(after.keys() & before.keys()) if before[code][0] != after[code][0]]
    changed = [_of(code, "changed", before[code], after[code]) for code in kept]
    withdrawn = [_of(code, "withdrawn", before[code], None) for code in sorted(before.keys() - after.keys())]
    return [*added, *changed, *withdrawn]


def _of(code: str, what: str, before: tuple[int, Mapping[str, Any]] | None, after: tuple[int, Mapping[str, Any]] | None) -> KindDifference:
    names = (after or before or (0, {}))[1].get("names", {})
    fields = tuple(_fields(before[1], after[1], "")) if before and after else ()
    return KindDifference(code, what, names, before[0] if before else None, after[0] if after else None, fields)


def _fields(before: Any, after: Any, pointer: str) -> Iterator[FieldDifference]:
    if before == after:
        return
    first, second = _members(before), _members(after)
    if first is None or second is None:
        yield FieldDifference(pointer, before, after)
        return
    for name in [*first, *(name for name in second if name not in first)]:
        if pointer or name not in _PASSED_OVER:
            yield from _fields(first.get(name), second.get(name), f"{pointer}/{name}")


def _members(value: Any) -> dict[str, Any] | None:
    """The members of an object, or of a list whose items are known by a code; None for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(item, dict) and _KNOWN_BY in item for item in value):
        return {str(item[_KNOWN_BY]): item for item in value}
    return None

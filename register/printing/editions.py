"""An edition of the Register on paper: the act, the kinds with their deadlines, what changed, why duplicates stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import texts
from documents.printed import Column, Line, Printed, Table
from register.changes.comparison import KindDifference
from register.changes.models import Change, Edition, OverrideRow
from register.due_rules import DueRule
from register.kinds import Kind


@dataclass(frozen=True)
class Sheet:
    """All that an edition puts on paper; `body` is the name of the body that approves it."""

    edition: Edition
    body: Mapping[str, str]
    kinds: Sequence[Kind]
    differences: Sequence[KindDifference]
    overrides: Sequence[tuple[Change, OverrideRow]]


def printed(sheet: Sheet, language: str, made_at: datetime) -> Printed:
    """The sheets of an edition in a language."""
    words = _Words(language)
    blocks = [
        *_head(sheet, words),
        _kinds(sheet.kinds, words),
        *_differences(sheet.differences, words),
        *_overrides(sheet.overrides, words),
    ]
    return Printed(words("printed_register"), language, made_at, blocks)


class _Words:
    """The words of a language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, code: str, **fields: object) -> str:
        return texts.say(code, fields, self.language)


def _head(sheet: Sheet, words: _Words) -> Iterable[Line]:
    edition = sheet.edition
    if edition.number is None:
        yield Line(words("printed_draft"), "right")
    else:
        act = {"type": edition.act_type, "number": edition.act_number, "date": _day(edition.act_date)}
        yield Line(words("printed_approved"), "right", bold=True)
        yield Line(sheet.body.get(words.language) or sheet.body["kk"], "right")
        yield Line(words("printed_act", **act), "right")
    yield Line("")
    yield Line(words("printed_register"), "center", bold=True, size=16)
    if edition.number is not None:
        yield Line(words("printed_edition", number=edition.number, date=_day(edition.in_force_from)), "center")
    yield Line("")


def _kinds(kinds: Sequence[Kind], words: _Words) -> Table:
    columns = (("number", 4), ("code", 10), ("name", 30), ("periodicity", 14), ("addressee", 22), ("deadlines", 24), ("basis", 24))
    return _table(columns, [_kind(number, kind, words) for number, kind in enumerate(kinds, 1)], words)


def _kind(number: int, kind: Kind, words: _Words) -> Sequence[str]:
    act = kind.legal_basis
    return (
        str(number),
        kind.code,
        kind.names.say(words.language),
        words(f"periodicity_{kind.periodicity}"),
        kind.addressee.names.say(words.language),
        "\n".join(_deadline(level, rule, words) for level, rule in kind.due.items()),
        words("printed_basis", act=act.names.say(words.language), number=act.number, date=_day(act.date)),
    )


def _deadline(level: str, rule: DueRule, words: _Words) -> str:
    if rule.working_day is not None:
        when = words("printed_working_day", day=rule.working_day)
    elif rule.months == 1:
        when = words("printed_day_of_next_month", day=rule.day)
    else:
        when = words("printed_day_of_month", day=rule.day, months=rule.months)
    return f"{words(f'printed_level_{level}')}: {when}"


def _differences(differences: Sequence[KindDifference], words: _Words) -> Iterable[Line | Table]:
    if not differences:
        return
    yield Line(words("printed_changes"), bold=True, size=12)
    rows = [(each.code, each.names.get(words.language, ""), words(f"printed_{each.what}"), _fields(each)) for each in differences]
    yield _table((("code", 10), ("name", 30), ("what", 12), ("fields", 48)), rows, words)


def _fields(difference: KindDifference) -> str:
    """Which parts of a kind changed, by the places in its document."""
    return "\n".join(field.pointer.removeprefix("/").replace("/", " › ") for field in difference.fields)


def _overrides(overrides: Sequence[tuple[Change, OverrideRow]], words: _Words) -> Iterable[Line | Table]:
    if not overrides:
        return
    yield Line(words("printed_overrides"), bold=True, size=12)
    rows = [(change.code, row.asked, row.held, row.kind_code or "—", row.reason) for change, row in overrides]
    yield _table((("code", 10), ("asked", 16), ("held", 16), ("collected_by", 12), ("reason", 46)), rows, words)


def _table(columns: Iterable[tuple[str, int]], rows: Sequence[Sequence[str]], words: _Words) -> Table:
    return Table(tuple(Column(words(f"printed_column_{name}"), share) for name, share in columns), rows)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d.%m.%Y}"

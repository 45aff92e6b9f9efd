"""An edition of the Register on paper: the act, the kinds with their deadlines, what changed, why duplicates stand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import texts
from documents.printed import Column, Line, Printed, Table
from register.changes.acts import ACT_TYPES
from register.changes.comparison import KindDifference
from register.changes.models import Change, Edition, OverrideRow
from register.due_rules import DueRule
from register.kinds import Kind
from register.names import Names


@dataclass(frozen=True)
class Sheet:
    """All that an edition puts on paper; `body` is the name of the body that approves it, `indicators` are the names of those that
    repeat or are repeated, as far as the catalogue has them.
    """

    edition: Edition
    body: Mapping[str, str]
    kinds: Sequence[Kind]
    differences: Sequence[KindDifference]
    overrides: Sequence[tuple[Change, OverrideRow]]
    indicators: Mapping[str, Names]


def printed(sheet: Sheet, language: str, made_at: datetime) -> Printed:
    """The sheets of an edition in a language."""
    words = _Words(language)
    blocks = [
        *_head(sheet, words),
        _kinds(sheet.kinds, words),
        *_differences(sheet.differences, words),
        *_overrides(sheet, words),
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
        act = {
            "type": words(f"act_type_{edition.act_type}") if edition.act_type in ACT_TYPES else edition.act_type,
            "number": edition.act_number,
            "date": _day(edition.act_date),
        }
        yield Line(words("printed_approved"), "right", bold=True)
        yield Line(sheet.body.get(words.language) or sheet.body["kk"], "right")
        yield Line(words("printed_act", **act), "right")
    yield Line("")
    yield Line(words("printed_register"), "center", bold=True, size=16)
    if edition.number is not None:
        yield Line(words("printed_edition", number=edition.number, date=_day(edition.in_force_from)), "center")
    yield Line("")


def _kinds(kinds: Sequence[Kind], words: _Words) -> Table:
    columns = (
        *(("number", 4), ("code", 10), ("name", 28), ("periodicity", 13), ("addressee", 20), ("deadlines", 22), ("basis", 20)),
        ("retention", 14),
    )
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
        _retention(kind, words),
    )


def _retention(kind: Kind, words: _Words) -> str:
    """How long reports are kept, and by which item of the list."""
    if kind.retention is None:
        return words("printed_retention_not_set")
    form = "permanent" if kind.retention.permanent else "years"
    return words(f"printed_retention_{form}", years=kind.retention.years, item=kind.retention.item)


def _deadline(level: str, rule: DueRule, words: _Words) -> str:
    when = words(f"printed_due_{_form(rule)}", days=rule.days, day=rule.working_day or rule.day, months=rule.months, date=_day(rule.on))
    return f"{words(f'printed_level_{level}')}: {when}"


def _form(rule: DueRule) -> str:
    """Which of the forms of a due rule it has, and for those of a month which month is meant."""
    if rule.working_day is not None:
        return "working_day"
    if rule.days is not None:
        return "days"
    if rule.on is not None:
        return "date"
    month = {0: "same_month", 1: "next_month"}.get(rule.months, "later_month")
    return f"last_working_day_of_{month}" if rule.last_working_day else f"day_of_{month}"


def _differences(differences: Sequence[KindDifference], words: _Words) -> Iterable[Line | Table]:
    if not differences:
        return
    yield Line(words("printed_changes"), bold=True, size=12)
    rows = [(each.code, each.names.get(words.language, ""), words(f"printed_{each.what}"), _fields(each)) for each in differences]
    yield _table((("code", 10), ("name", 30), ("what", 12), ("fields", 48)), rows, words)


def _fields(difference: KindDifference) -> str:
    """Which parts of a kind changed, by the places in its document."""
    return "\n".join(field.pointer.removeprefix("/").replace("/", " › ") for field in difference.fields)


def _overrides(sheet: Sheet, words: _Words) -> Iterable[Line | Table]:
    if not sheet.overrides:
        return

    def named(code: str) -> str:
        return f"{sheet.indicators[code].say(words.language)} ({code})" if code in sheet.indicators else code

    yield Line(words("printed_overrides"), bold=True, size=12)
    rows = [(change.code, named(row.asked), named(row.held), row.kind_code or "—", row.reason) for change, row in sheet.overrides]
    yield _table((("code", 10), ("asked", 20), ("held", 20), ("collected_by", 10), ("reason", 40)), rows, words)


def _table(columns: Iterable[tuple[str, int]], rows: Sequence[Sequence[str]], words: _Words) -> Table:
    return Table(tuple(Column(words(f"printed_column_{name}"), share) for name, share in columns), rows)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d.%m.%Y}"

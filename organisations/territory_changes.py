"""Changes of territories by an act, from a day on: what is checked of its lines, and how they are carried out.

A change is taken whole or refused whole. Nothing that was valid is overwritten: what a territory was called and lay in until the day is
kept as its past, and one that ends is linked with what took its place.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import permissions, territory_history
from organisations.actors import Actor
from organisations.akimats import Akimats
from organisations.change_lines import ChangeKind, ChangeLine
from organisations.change_rules import Rules
from organisations.days import Days
from organisations.errors import TerritoryChangeRefused
from organisations.kato import level_of
from organisations.permissions import EVERYWHERE, Permission
from organisations.tables import SuccessionRow, TerritoryChangeRow, TerritoryPastRow, TerritoryRow
from organisations.territories import kind_of, name_row
from organisations.territory_history import History
from refusals import Fault
from storage import journal
from storage.database import session
from storage.identifiers import new_id

LONGEST_NUMBER = 100
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Act:
    """The act that changes territories: number, date, and the day from which it has effect."""

    number: str
    dated: date
    since: date


@dataclass(frozen=True)
class Changed:
    """What a change did: `lines` by kind; `children`, codes that went along with a recoded unit; whether bodies have followed already."""

    change_id: UUID | None
    lines: Mapping[ChangeKind, int]
    children: tuple[str, ...]
    in_effect: bool


class TerritoryChanges:
    """Takes in changes of territories. `by=None` is the product itself or its console."""

    def __init__(self, days: Days, akimats: Akimats) -> None:
        self._days = days
        self._akimats = akimats

    def enter(self, act: Act, lines: Sequence[ChangeLine], *, by: Actor | None = None, dry_run: bool = False) -> Changed:
        """Take a change in; a dry run says what it would do and leaves everything as it was.

        Akimats follow at once when the day has come, else on the day itself (`follow`). Raises TerritoryChangeRefused with a
        fault for every line and column that is wrong, NotPermitted.
        """
        if by is not None:
            permissions.require(by, Permission.ORGANISATION_EDIT, at=EVERYWHERE)
        faults = _faults_of(act)
        rules = Rules(lines, act.since)
        faults += rules.faults()
        if faults:
            raise TerritoryChangeRefused(faults)
        in_effect = act.since <= self._days.today()
        counts = Counter(line.kind for line in lines)
        if dry_run:
            return Changed(None, counts, rules.going_along, in_effect)
        entered = {"entered_at": self._days.now(), "entered_by": by.by if by else None}
        row = TerritoryChangeRow(id=new_id(), act_number=act.number.strip(), act_date=act.dated, since=act.since, **entered)
        session.add(row)
        session.flush()
        _Carrying(row, rules).out(lines)
        self._record(row, lines, by)
        if in_effect:
            self._follow(row)
        return Changed(row.id, counts, rules.going_along, in_effect)

    def history(self, code: str, on: date | None = None) -> History:
        """What a territory was before and what became of it up to a day (today). Raises TerritoryNotFound."""
        return territory_history.of(code, on or self._days.today())

    def due(self) -> Sequence[UUID]:
        """The changes whose day has come and that the akimats have not followed, in order; for the worker."""
        today = self._days.today()
        waiting = sa.select(TerritoryChangeRow.id).where(TerritoryChangeRow.applied_at.is_(None), TerritoryChangeRow.since <= today)
        return session.scalars(waiting.order_by(TerritoryChangeRow.since, TerritoryChangeRow.id)).all()

    def follow(self, change_id: UUID) -> bool:
        """Let the akimats follow a change that is due; False when another worker was faster. In a transaction of its own."""
        row = session.get(TerritoryChangeRow, change_id, with_for_update=True, populate_existing=True)
        if row is None or row.applied_at is not None:
            return False
        self._follow(row)
        return True

    def _follow(self, row: TerritoryChangeRow) -> None:
        session.flush()
        self._akimats.make()
        row.applied_at = self._days.now()
        session.flush()

    def _record(self, row: TerritoryChangeRow, lines: Sequence[ChangeLine], by: Actor | None) -> None:
        now, actor = self._days.now(), by.by if by else None
        act: dict[str, Any] = {"act_number": row.act_number, "act_date": row.act_date.isoformat(), "since": row.since.isoformat()}
        entries = [
            journal.entry(f"territory:{line.kind}", at=now, subject=("territory", line.code), actor=actor, **act, **line.told())
            for line in lines
        ]
        journal.record_all(entries)


def _faults_of(act: Act) -> list[Fault]:
    faults = []
    if not act.number.strip():
        faults.append(Fault("/act_number", "detail_missing"))
    if len(act.number) > LONGEST_NUMBER:
        faults.append(Fault("/act_number", "detail_too_long", {"longest": LONGEST_NUMBER}))
    if act.dated > act.since:
        faults.append(Fault("/since", "change_before_its_act", {"since": act.since.isoformat(), "act_date": act.dated.isoformat()}))
    return faults


class _Carrying:
    """Carries out the lines of one change, which the rules have found sound."""

    def __init__(self, change: TerritoryChangeRow, rules: Rules) -> None:
        self._change = change
        self._rules = rules
        self._last_day = change.since - ONE_DAY
        self._pasts = _latest_pasts([*rules.known])
        self._kept: set[str] = set()

    def out(self, lines: Sequence[ChangeLine]) -> None:
        """New units first, then what becomes of the others."""
        for unit in sorted(self._rules.new.values(), key=lambda unit: unit.code):
            row = TerritoryRow(code=unit.code, parent_code=unit.parent, level=level_of(unit.code), valid_from=self._change.since)
            row.unit = kind_of(level_of(unit.code), unit.name_ru)
            name_row(row, unit.name_ru, unit.name_kk)
            session.add(row)
        session.flush()
        for line in lines:
            self._carry_out(line)
        for code in self._rules.going_along:
            row = self._rules.known[code]
            self._move(row, self._rules.recoded[str(row.parent_code)])
        session.flush()

    def _carry_out(self, line: ChangeLine) -> None:
        if line.kind is ChangeKind.CREATED:
            return
        row = self._rules.known[line.code]
        if line.successor is not None:
            link = {"code": line.code, "successor_code": line.successor, "since": self._change.since, "kind": line.kind}
            session.add(SuccessionRow(**link, change_id=self._change.id))
        if line.ends:
            row.valid_to = self._last_day
        elif line.kind is ChangeKind.TRANSFER:
            self._move(row, str(line.parent))
        elif line.kind is ChangeKind.RENAME:
            self._keep_past(row)
            name_row(row, line.name_ru, line.name_kk or None)
            row.unit = kind_of(level_of(row.code), row.name_ru)

    def _move(self, row: TerritoryRow, parent: str) -> None:
        self._keep_past(row)
        row.parent_code = parent

    def _keep_past(self, row: TerritoryRow) -> None:
        if row.code in self._kept:
            return
        self._kept.add(row.code)
        before = self._pasts.get(row.code)
        names = {"name_ru": row.name_ru, "name_kk": row.name_kk, "name_kk_known": row.name_kk_known}
        days = {"valid_from": before + ONE_DAY if before else row.valid_from, "valid_to": self._last_day}
        placed = {"code": row.code, "parent_code": row.parent_code, "unit": row.unit, "change_id": self._change.id}
        session.add(TerritoryPastRow(**placed, **names, **days))


def _latest_pasts(codes: Sequence[str]) -> dict[str, date]:
    query = sa.select(TerritoryPastRow.code, sa.func.max(TerritoryPastRow.valid_to)).where(TerritoryPastRow.code.in_(codes))
    return {row[0]: row[1] for row in session.execute(query.group_by(TerritoryPastRow.code))}

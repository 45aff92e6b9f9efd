"""What a territory was before and what became of it: its states, and the changes that lead to and from it, over any number of acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations.change_lines import ChangeKind
from organisations.tables import SuccessionRow, TerritoryChangeRow, TerritoryPastRow
from organisations.territories import row_of
from storage.database import session


@dataclass(frozen=True)
class State:
    """What a territory was called and lay in from a first to a last day; the act that ended it, where one is known."""

    valid_from: date | None
    valid_to: date | None
    parent_code: str | None
    name_kk: str
    name_ru: str
    act_number: str | None
    act_date: date | None


@dataclass(frozen=True)
class Step:
    """One territory taking the place of another, wholly or in part, from a day on, by an act where one is known."""

    code: str
    successor: str
    kind: ChangeKind
    since: date
    act_number: str | None
    act_date: date | None


@dataclass(frozen=True)
class History:
    """A territory over time: its states, the steps that led to it, the steps that led on from it, and the codes these end at on a day."""

    code: str
    states: tuple[State, ...]
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    was: tuple[str, ...]
    became: tuple[str, ...]


def of(code: str, on: date) -> History:
    """The history of a territory up to a day. `became`: what stands in its place on the day, itself included while it exists; `was`: what
    it was made of at first. Raises TerritoryNotFound."""
    row = row_of(code)
    acts = _acts()
    after, before = _steps(code, on, acts, onward=True), _steps(code, on, acts, onward=False)
    reached = {code, *(step.successor for step in after)}
    made_from = {step.code for step in before}
    origins = sorted(made_from - {step.successor for step in before}) or [code]
    alive = [here for here in sorted(reached) if (last := row_of(here).valid_to) is None or last >= on]
    pasts = session.scalars(sa.select(TerritoryPastRow).where(TerritoryPastRow.code == code).order_by(TerritoryPastRow.valid_to)).all()
    states = [
        State(past.valid_from, past.valid_to, past.parent_code, past.name_kk, past.name_ru, *_act(acts, past.change_id)) for past in pasts
    ]
    first = row.valid_from if not pasts else date.fromordinal(pasts[-1].valid_to.toordinal() + 1)
    ended_by = next((step for step in after if step.code == code and row.valid_to is not None), None)
    last_act = (ended_by.act_number, ended_by.act_date) if ended_by else (None, None)
    states.append(State(first, row.valid_to, row.parent_code, row.name_kk, row.name_ru, *last_act))
    return History(code, tuple(states), before, after, tuple(origins), tuple(alive))


def _steps(code: str, on: date, acts: Mapping[UUID, Any], *, onward: bool) -> tuple[Step, ...]:
    """The links that lead on from a code, or back from it, in the order of their days; each later than the one that led to it."""
    here, there = (SuccessionRow.code, SuccessionRow.successor_code) if onward else (SuccessionRow.successor_code, SuccessionRow.code)
    found: dict[tuple[str, str], Step] = {}
    reached: dict[str, date | None] = {code: None}
    while reached:
        query = sa.select(SuccessionRow).where(here.in_(list(reached)), SuccessionRow.since <= on).order_by(SuccessionRow.since)
        further: dict[str, date | None] = {}
        for link in session.scalars(query):
            came = reached[getattr(link, here.key)]
            in_order = came is None or (link.since >= came if onward else link.since <= came)
            if in_order and (link.code, link.successor_code) not in found:
                found[link.code, link.successor_code] = _step(link, acts)
                further[getattr(link, there.key)] = link.since
        reached = further
    return tuple(sorted(found.values(), key=lambda step: (step.since, step.code, step.successor)))


def _step(link: SuccessionRow, acts: Mapping[UUID, Any]) -> Step:
    return Step(link.code, link.successor_code, ChangeKind(link.kind), link.since, *_act(acts, link.change_id))


def _acts() -> dict[UUID, tuple[str, date]]:
    query = sa.select(TerritoryChangeRow.id, TerritoryChangeRow.act_number, TerritoryChangeRow.act_date)
    return {change_id: (number, dated) for change_id, number, dated in session.execute(query)}


def _act(acts: Mapping[UUID, tuple[str, date]], change_id: UUID | None) -> tuple[str | None, date | None]:
    return acts.get(change_id, (None, None)) if change_id else (None, None)

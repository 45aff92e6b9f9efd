"""Tables of changes of the Register."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from register.changes.lifecycle import State
from storage.columns import Id, Json, Moment
from storage.database import Base


class StateColumn(sa.TypeDecorator[State]):
    """A state, kept as its name."""

    impl = sa.String(20)
    cache_ok = True

    def process_bind_param(self, value: State | None, dialect: sa.Dialect) -> str | None:
        """To the database."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> State | None:
        """From the database."""
        return None if value is None else State(value)


class Change(Base):
    """A change of the Register: a draft that becomes a version of a kind, or the withdrawal of one.

    `document` describes the kind (None for a withdrawal), `indicators` are those that come with it. `edits` counts how often it was saved,
    `round` how often it was returned. `open_code` is the code while the change is open, so that a kind has one at most.
    """

    __tablename__ = "register_changes"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(30))
    number: Mapped[int]  # of the change among those of its kind
    business_key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    action: Mapped[str] = mapped_column(sa.String(10))
    base_version: Mapped[int | None]  # of the kind, that the change was made from; none for a new kind
    document: Mapped[dict[str, Any] | None] = mapped_column(Json)
    indicators: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(sa.Text)
    owner_id: Mapped[UUID] = mapped_column(sa.Uuid())
    agreeing: Mapped[list[str]] = mapped_column(Json)  # ids of bodies
    state: Mapped[State] = mapped_column(StateColumn)
    edits: Mapped[int]
    round: Mapped[int]
    open_code: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    author: Mapped[str] = mapped_column(sa.String(80))
    editors: Mapped[list[str]] = mapped_column(Json)
    act_type: Mapped[str | None] = mapped_column(sa.String(100))
    act_number: Mapped[str | None] = mapped_column(sa.String(100))
    act_date: Mapped[date | None]
    in_force_from: Mapped[date | None]
    edition_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("register_editions.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (sa.UniqueConstraint("code", "number"), sa.Index("ix_register_changes_state", "state", "id"))

    @property
    def kind_version(self) -> int | None:
        """The version of the kind that the change makes; of a withdrawal the one that it ends."""
        return self.base_version if self.action == "withdraw" else (self.base_version or 0) + 1

    @property
    def names(self) -> dict[str, Any] | None:
        """What the draft calls the kind, as far as it says so."""
        names = (self.document or {}).get("names")
        return names if isinstance(names, dict) else None


class DecisionRow(Base):
    """What somebody decided on a change in a round. Rows are inserted, never changed."""

    __tablename__ = "register_decisions"

    id: Mapped[Id]
    change_id: Mapped[UUID] = mapped_column(sa.ForeignKey("register_changes.id"), index=True)
    round: Mapped[int]
    decision: Mapped[str] = mapped_column(sa.String(20))
    remark: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(80))
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    at: Mapped[datetime] = mapped_column(Moment)


class OverrideRow(Base):
    """The owner's word on one match of the duplicates gate, with what the match said then."""

    __tablename__ = "register_overrides"

    change_id: Mapped[UUID] = mapped_column(sa.ForeignKey("register_changes.id"), primary_key=True)
    match: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    asked: Mapped[str] = mapped_column(sa.String(60))  # code of the indicator that the draft asks
    held: Mapped[str] = mapped_column(sa.String(60))  # code of the indicator that it repeats
    kind_code: Mapped[str | None] = mapped_column(sa.String(30))  # of the kind that collects it
    reason: Mapped[str] = mapped_column(sa.Text)
    by: Mapped[str] = mapped_column(sa.String(80))
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    at: Mapped[datetime] = mapped_column(Moment)


class Edition(Base):
    """An edition of the Register: a draft that gathers agreed changes, then approved by an act, with a number of its own."""

    __tablename__ = "register_editions"

    id: Mapped[Id]
    number: Mapped[int | None] = mapped_column(unique=True)
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())  # the body whose act it is
    edits: Mapped[int]
    act_type: Mapped[str | None] = mapped_column(sa.String(100))
    act_number: Mapped[str | None] = mapped_column(sa.String(100))
    act_date: Mapped[date | None]
    in_force_from: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str] = mapped_column(sa.String(80))
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    approved_by: Mapped[str | None] = mapped_column(sa.String(80))
    approved_on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))

    @property
    def approved(self) -> bool:
        """Whether the act is there."""
        return self.number is not None


class EditionEntry(Base):
    """A version of a kind that an edition holds."""

    __tablename__ = "register_edition_entries"

    edition_id: Mapped[UUID] = mapped_column(sa.ForeignKey("register_editions.id"), primary_key=True)
    kind_code: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    kind_version: Mapped[int]

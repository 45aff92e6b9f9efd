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

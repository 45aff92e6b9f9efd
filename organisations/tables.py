"""Tables of bodies, territories and people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Bytes, Id, Json, Moment
from storage.database import Base

_KEY = sa.String(400)


def _body(**options: Any) -> Any:
    return mapped_column(sa.ForeignKey("bodies.id"), **options)


def _user(**options: Any) -> Any:
    return mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), **options)


class TerritoryRow(Base):
    """A unit of KATO. Codes are text; `valid_from` and `valid_to` are its first and last day, null where unknown or open."""

    __tablename__ = "territories"

    code: Mapped[str] = mapped_column(sa.String(9), primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("territories.code"), index=True)
    level: Mapped[str] = mapped_column(sa.String(20))
    unit: Mapped[str] = mapped_column(sa.String(30))
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_kk: Mapped[str] = mapped_column(sa.String(200))
    name_kk_known: Mapped[bool]  # false: the Russian name stands in for a Kazakh one that nobody has confirmed
    sort_key_kk: Mapped[str] = mapped_column(_KEY)
    sort_key_ru: Mapped[str] = mapped_column(_KEY)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class TerritoryChangeRow(Base):
    """An act that changes territories from a day on. `applied_at` is null until the akimats have followed it."""

    __tablename__ = "territory_changes"

    id: Mapped[Id]
    act_number: Mapped[str] = mapped_column(sa.String(100))
    act_date: Mapped[date]
    since: Mapped[date] = mapped_column(index=True)
    entered_at: Mapped[datetime] = mapped_column(Moment)
    entered_by: Mapped[str | None] = mapped_column(sa.String(80))
    applied_at: Mapped[datetime | None] = mapped_column(Moment)


class TerritoryPastRow(Base):
    """What a territory was called and lay in until a change; the days of its states follow one another without a gap."""

    __tablename__ = "territory_pasts"

    code: Mapped[str] = mapped_column(sa.ForeignKey("territories.code"), primary_key=True)
    valid_to: Mapped[date] = mapped_column(primary_key=True)
    valid_from: Mapped[date | None]
    parent_code: Mapped[str | None] = mapped_column(sa.String(9), index=True)
    unit: Mapped[str] = mapped_column(sa.String(30))
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_kk: Mapped[str] = mapped_column(sa.String(200))
    name_kk_known: Mapped[bool]
    change_id: Mapped[UUID] = mapped_column(sa.ForeignKey("territory_changes.id"))


class SuccessionRow(Base):
    """One territory taking the place of another, wholly or in part, by a change of some kind."""

    __tablename__ = "territory_successors"

    code: Mapped[str] = mapped_column(sa.ForeignKey("territories.code"), primary_key=True)
    successor_code: Mapped[str] = mapped_column(sa.ForeignKey("territories.code"), primary_key=True, index=True)
    since: Mapped[date]
    kind: Mapped[str] = mapped_column(sa.String(20), server_default="recoded")
    change_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("territory_changes.id"))


class BodyRow(Base):
    """A body (орган)."""

    __tablename__ = "bodies"

    id: Mapped[Id]
    bin: Mapped[str | None] = mapped_column(sa.String(12), unique=True)
    kato: Mapped[str | None] = mapped_column(sa.ForeignKey("territories.code"))
    level: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(20))
    name_kk: Mapped[str] = mapped_column(sa.String(300))
    name_ru: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str | None] = mapped_column(sa.String(300))
    name_kk_known: Mapped[bool] = mapped_column(default=True)
    sort_key_kk: Mapped[str] = mapped_column(_KEY)
    sort_key_ru: Mapped[str] = mapped_column(_KEY)
    folded: Mapped[str] = mapped_column(sa.Text)  # names, BIN and KATO in lower case, for search by part
    parent_id: Mapped[UUID | None] = _body(index=True)
    sector_superior_id: Mapped[UUID | None] = _body(index=True)
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (
        sa.Index("ix_bodies_kato", "kato"),
        sa.Index(
            "uq_bodies_kato_without_bin", "kato", unique=True, sqlite_where=sa.text("bin IS NULL"), postgresql_where=sa.text("bin IS NULL")
        ),
        sa.Index("ix_bodies_sort_key_kk", "sort_key_kk", "id"),
        sa.Index("ix_bodies_sort_key_ru", "sort_key_ru", "id"),
    )


class BodyPastRow(Base):
    """Where a body stood until it was moved; the days of its states follow one another without a gap."""

    __tablename__ = "body_pasts"

    body_id: Mapped[UUID] = _body(primary_key=True)
    valid_to: Mapped[date] = mapped_column(primary_key=True)
    valid_from: Mapped[date | None]
    kato: Mapped[str | None] = mapped_column(sa.String(9), index=True)
    level: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(20))
    name_kk: Mapped[str] = mapped_column(sa.String(300))
    name_ru: Mapped[str] = mapped_column(sa.String(300))
    parent_id: Mapped[UUID | None] = _body()
    sector_superior_id: Mapped[UUID | None] = _body()


class UserRow(Base):
    """A person who can sign in, or a program with a login."""

    __tablename__ = "users"

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(sa.String(64), unique=True)  # lower case
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    name_kk: Mapped[str] = mapped_column(sa.String(200))
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    sort_key: Mapped[str] = mapped_column(_KEY)
    folded: Mapped[str] = mapped_column(sa.Text)
    iin: Mapped[str | None] = mapped_column(sa.String(12), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(40))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(2))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)

    __table_args__ = (sa.Index("ix_users_sort_key", "sort_key", "id"),)


class MembershipRow(Base):
    """A role of a user at a body from a first to a last day."""

    __tablename__ = "memberships"

    id: Mapped[Id]
    user_id: Mapped[UUID] = _user(index=True)
    role: Mapped[str] = mapped_column(sa.String(30))
    body_id: Mapped[UUID] = _body()
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    __table_args__ = (sa.Index("ix_memberships_body_id_role", "body_id", "role"),)


class ActingRow(Base):
    """An order by which one person stands in for another in one duty."""

    __tablename__ = "acting_persons"

    id: Mapped[Id]
    absent_user_id: Mapped[UUID] = _user(index=True)
    acting_user_id: Mapped[UUID] = _user(index=True)
    role: Mapped[str] = mapped_column(sa.String(30))
    body_id: Mapped[UUID] = _body(index=True)
    order_number: Mapped[str] = mapped_column(sa.String(60))
    order_date: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class SessionRow(Base):
    """A browser's session; the secret that the browser holds is kept only as its hash."""

    __tablename__ = "user_sessions"

    id: Mapped[Id]
    secret_hash: Mapped[bytes] = mapped_column(Bytes, unique=True)
    user_id: Mapped[UUID] = _user(index=True)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    address: Mapped[str | None] = mapped_column(sa.String(60))


class TokenRow(Base):
    """A bearer token of a user; kept only as its hash."""

    __tablename__ = "access_tokens"

    id: Mapped[Id]
    secret_hash: Mapped[bytes] = mapped_column(Bytes, unique=True)
    user_id: Mapped[UUID] = _user(index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    permissions: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class UsedChallengeRow(Base):
    """A challenge that somebody signed in by; kept until it would have ended, so that it is used once."""

    __tablename__ = "used_challenges"

    id: Mapped[Id]
    sha256: Mapped[bytes] = mapped_column(Bytes, unique=True)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)


class FailureRow(Base):
    """One failed attempt to sign in; rows are inserted, counted over a window, and swept away after it."""

    __tablename__ = "sign_in_failures"

    id: Mapped[Id]
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    login_hash: Mapped[bytes] = mapped_column(Bytes)
    address: Mapped[str | None] = mapped_column(sa.String(60))

    __table_args__ = (
        sa.Index("ix_sign_in_failures_login_hash", "login_hash", "at"),
        sa.Index("ix_sign_in_failures_address", "address", "at"),
    )

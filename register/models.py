"""Tables of the register."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Id, Json, Moment
from storage.database import Base


class KindRow(Base):
    """One version of a kind of report. Its document never changes; `valid_to` is set when the next version follows or it is withdrawn."""

    __tablename__ = "report_kinds"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(30))
    version: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    act_number: Mapped[str] = mapped_column(sa.String(100))  # the act that put this version in force
    act_date: Mapped[date]
    imported_at: Mapped[datetime] = mapped_column(Moment)
    imported_by: Mapped[str | None] = mapped_column(sa.String(80))

    __table_args__ = (sa.UniqueConstraint("code", "version"),)


class IndicatorRow(Base):
    """An indicator, as its document."""

    __tablename__ = "indicators"

    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str | None] = mapped_column(sa.String(80))


class IndicatorEditionRow(Base):
    """A state that an indicator had, from the first on; rows are inserted, never changed."""

    __tablename__ = "indicator_editions"

    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str | None] = mapped_column(sa.String(80))


class CalendarDayRow(Base):
    """A day that an act made a working day or a day off, whatever the calendar said before."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    name_kk: Mapped[str] = mapped_column(sa.String(200))
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    act_number: Mapped[str] = mapped_column(sa.String(100))
    act_date: Mapped[date]

"""Tables of the room: reports, their sections, revisions, remarks, acts, and the figures held after acceptance."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from reports.canonical import AttachedFile
from reports.lifecycle import WITH_BODY, Stage
from storage.columns import Bytes, Exact, Id, Json, Moment
from storage.database import Base

#: A word sorted by code points on every database, so that those with one beginning are a range of an index.
_WORD = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


class StageColumn(sa.TypeDecorator[Stage]):
    """A stage, kept as its name."""

    impl = sa.String(20)
    cache_ok = True

    def process_bind_param(self, value: Stage | None, dialect: sa.Dialect) -> str | None:
        """To the database."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Stage | None:
        """From the database."""
        return None if value is None else Stage(value)


class Report(Base):
    """One report of one body for one period. `revision` is the one in work: 1 from opening on, one more after each return.

    `editors` are the users who ever saved or sent any of it; `notes` hold, by check, what the body says about a warning. A report whose
    receiver is outside Esep has no `receiver_id`. `period_last` is the last day of its period. `accepted_revision` is the one that was
    accepted last, at `accepted_at`: it is in force until a correction is accepted in its place. `corrected_since` is the revision with
    which the correction under way began. `silent_at` is when it counts as accepted unless its receiver says something. `out_of_archive_at`
    is set while it is taken out of the archive, `purged_at` when its contents are gone and the row is all that stays, with its tombstone.
    """

    __tablename__ = "reports"

    id: Mapped[Id]
    business_key: Mapped[str] = mapped_column(sa.String(120))
    kind_code: Mapped[str] = mapped_column(sa.String(40))
    kind_version: Mapped[int]
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    body_level: Mapped[str] = mapped_column(sa.String(20))
    receiver_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    period: Mapped[str] = mapped_column(sa.String(20))
    period_last: Mapped[date] = mapped_column(server_default="1991-01-01")
    stage: Mapped[Stage] = mapped_column(StageColumn)
    revision: Mapped[int]
    responsible_id: Mapped[UUID | None] = mapped_column(sa.Uuid())
    report_class: Mapped[str] = mapped_column(sa.String(20), server_default="open")
    editors: Mapped[list[str]] = mapped_column(Json)
    notes: Mapped[dict[str, str]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_revision: Mapped[int | None]
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    corrected_since: Mapped[int | None]
    silent_at: Mapped[datetime | None] = mapped_column(Moment)
    out_of_archive_at: Mapped[datetime | None] = mapped_column(Moment)
    purged_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        sa.Index(
            "uq_reports_kind_body_period",
            "kind_code",
            "body_id",
            "period",
            unique=True,
            sqlite_where=sa.text("stage <> 'withdrawn'"),
            postgresql_where=sa.text("stage <> 'withdrawn'"),
        ),
        sa.Index("ix_reports_business_key", "business_key"),
        sa.Index(
            "ix_reports_silent_at",
            "silent_at",
            "id",
            sqlite_where=sa.text("silent_at IS NOT NULL"),
            postgresql_where=sa.text("silent_at IS NOT NULL"),
        ),
        sa.Index("ix_reports_body_id_due_at", "body_id", "due_at", "id"),
        sa.Index("ix_reports_receiver_id_due_at", "receiver_id", "due_at", "id"),
        sa.Index("ix_reports_due_at", "due_at", "id"),
        sa.Index("ix_reports_kind_code_period_last", "kind_code", "period_last", "id"),
    )

    @property
    def returned(self) -> bool:
        """Whether it is in preparation again because somebody returned it."""
        return self.stage is Stage.IN_PREPARATION and self.revision not in (1, self.corrected_since)

    @property
    def in_correction(self) -> bool:
        """Whether it was accepted and is on its way to be accepted anew."""
        return self.corrected_since is not None

    def is_overdue(self, now: datetime) -> bool:
        """Whether its deadline passed before the body had submitted it."""
        return now > self.due_at and self.accepted_revision is None and self.stage in WITH_BODY


class ReportSection(Base):
    """One section, with its own version, which every save of a cell of it raises.

    `provenance` maps prefilled addresses to where their value came from. `executor_id` is set when the head gave the section to one person.
    """

    __tablename__ = "report_sections"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    position: Mapped[int]
    provenance: Mapped[dict[str, Any]] = mapped_column(Json)
    version: Mapped[int]
    edited_at: Mapped[datetime | None] = mapped_column(Moment)
    edited_by: Mapped[str | None] = mapped_column(sa.String(80))
    executor_id: Mapped[UUID | None] = mapped_column(sa.Uuid())


class ReportLine(Base):
    """Cells of a draft that stand together, as a row of a table does: what is written anew when one of them is saved.

    Their addresses are `section.line.cell`; single fields of a section have the line "". `cells` maps the last part of an address to the
    value in canonical form, `versions` to the version of the section that changed the cell last, also when it was emptied; `version` is
    the latest of these.
    """

    __tablename__ = "report_lines"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    line: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    cells: Mapped[dict[str, Any]] = mapped_column(Json)
    versions: Mapped[dict[str, int]] = mapped_column(Json)
    version: Mapped[int]


class ReportSave(Base):
    """Who made which version of a section of a draft, and when. Kept while the revision is in work: a frozen one is never merged with."""

    __tablename__ = "report_saves"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    by: Mapped[str] = mapped_column(sa.String(80))
    at: Mapped[datetime] = mapped_column(Moment)


class Revision(Base):
    """A revision as it was frozen when it was sent for approval. Only submission adds to it; it is readable for ever."""

    __tablename__ = "report_revisions"

    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(Bytes)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    frozen_by: Mapped[str] = mapped_column(sa.String(80))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    receipt_number: Mapped[str | None] = mapped_column(sa.String(160), unique=True)


class ReportAttachment(Base):
    """A file that accompanies a revision: its name and hash; the content lies in the file store. Those of the revision in work can be added
    and removed; the next revision gets rows of its own for what it carries on."""

    __tablename__ = "report_attachments"

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"))
    revision: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_by: Mapped[str] = mapped_column(sa.String(80))

    __table_args__ = (sa.Index("uq_report_attachments_name", "report_id", "revision", "name", unique=True),)

    @property
    def file(self) -> AttachedFile:
        """What of it is frozen with the revision."""
        return AttachedFile(self.name, self.media_type, self.size, self.sha256)


class Remark(Base):
    """A remark on a revision, anchored to a cell, a text or a section.

    `side` is "body" (approval and signing inside the body) or "receiver". `revision` is where it was made, `opened_in` where it was last
    opened: a return for revision counts those that are open and were opened in the revision that is returned.
    """

    __tablename__ = "remarks"

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    opened_in: Mapped[int]
    anchor: Mapped[str] = mapped_column(sa.String(200))
    side: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10))


class RemarkMessage(Base):
    """One entry in the thread of a remark; `act` is "made", "answered", "reopened" or "resolved"."""

    __tablename__ = "remark_messages"

    id: Mapped[Id]
    remark_id: Mapped[UUID] = mapped_column(sa.ForeignKey("remarks.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(sa.String(10))
    text: Mapped[str]
    by: Mapped[str] = mapped_column(sa.String(80))
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    at: Mapped[datetime] = mapped_column(Moment)


class ReportAct(Base):
    """An act of a person on a revision: who, standing in for whom, when. `exception` marks the lawful exception from four eyes."""

    __tablename__ = "report_acts"

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    act: Mapped[str] = mapped_column(sa.String(20))
    by: Mapped[str] = mapped_column(sa.String(80))
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    at: Mapped[datetime] = mapped_column(Moment)
    exception: Mapped[bool] = mapped_column(default=False)
    number: Mapped[str | None] = mapped_column(sa.String(100))  # of the receiver's answer that the chancery recorded
    dated: Mapped[date | None]


class HeldValue(Base):
    """A figure that an accepted report left with the Register of Reports: indicator and breakdown × body × period."""

    __tablename__ = "held_values"

    indicator: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    breakdown: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    body_id: Mapped[UUID] = mapped_column(sa.Uuid(), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    value: Mapped[Decimal] = mapped_column(Exact)
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    address: Mapped[str] = mapped_column(sa.String(200))
    held_at: Mapped[datetime] = mapped_column(Moment)


class ReportWord(Base):
    """A word of what people wrote in and about a report, reduced to its stem; `audience` is the least that a person must see of the report
    (`shelf.View`) to read it there."""

    __tablename__ = "report_words"

    word: Mapped[str] = mapped_column(_WORD, primary_key=True)
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True, index=True)
    audience: Mapped[int]


class StandingDistribution(Base):
    """A standing rule of a body: reports of this kind (or of every kind) go to preparation without the head's distribution."""

    __tablename__ = "standing_distributions"

    id: Mapped[Id]
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    kind_code: Mapped[str] = mapped_column(sa.String(40))  # "*" for every kind
    executor_id: Mapped[UUID | None] = mapped_column(sa.Uuid())  # None: any executor of the body takes it

    __table_args__ = (sa.UniqueConstraint("body_id", "kind_code"),)

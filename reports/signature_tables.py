"""Tables of electronic signatures: what was attached to revisions, and the links that lead a phone to one."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Bytes, Id, Json, Moment
from storage.database import Base


class RevisionSignature(Base):
    """An electronic signature of a person over a revision, with what was verified when it came.

    `sha256` is of the bytes that it was made over, `content` the DER of its CMS. Of the row only the state changes, and only from valid.
    """

    __tablename__ = "report_signatures"

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"))
    revision: Mapped[int]
    by: Mapped[str] = mapped_column(sa.String(80))
    role: Mapped[str] = mapped_column(sa.String(30))
    on_behalf_of: Mapped[str | None] = mapped_column(sa.String(80))
    body_id: Mapped[UUID] = mapped_column(sa.Uuid())
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(Bytes)
    content_sha256: Mapped[str] = mapped_column(sa.String(64))
    verifier: Mapped[str] = mapped_column(sa.String(20))
    digest_algorithm: Mapped[str] = mapped_column(sa.String(40))
    signed_at: Mapped[datetime | None] = mapped_column(Moment)
    stamped_at: Mapped[datetime | None] = mapped_column(Moment)
    verified_at: Mapped[datetime] = mapped_column(Moment)
    evidence: Mapped[list[str]] = mapped_column(Json)
    certificate_serial: Mapped[str] = mapped_column(sa.String(80))
    certificate_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    certificate_issuer: Mapped[str] = mapped_column(sa.String(300))
    certificate_name: Mapped[str] = mapped_column(sa.String(300))
    certificate_iin: Mapped[str | None] = mapped_column(sa.String(12))
    certificate_bin: Mapped[str | None] = mapped_column(sa.String(12))
    certificate_organisation: Mapped[str | None] = mapped_column(sa.String(300))
    certificate_roles: Mapped[list[str]] = mapped_column(Json)
    certificate_from: Mapped[datetime] = mapped_column(Moment)
    certificate_until: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(sa.String(20))
    checked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        sa.Index(
            "uq_report_signatures_valid",
            "report_id",
            "revision",
            "by",
            "role",
            unique=True,
            sqlite_where=sa.text("state = 'valid'"),
            postgresql_where=sa.text("state = 'valid'"),
        ),
        sa.Index("ix_report_signatures_report_id", "report_id", "revision"),
    )


class PhoneSigningRow(Base):
    """A link that leads a phone to one revision; link and token are kept only as hashes. `fetched_at`: the document was given out."""

    __tablename__ = "phone_signings"

    id: Mapped[Id]
    report_id: Mapped[UUID] = mapped_column(sa.ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int]
    by: Mapped[str] = mapped_column(sa.String(80))
    link_hash: Mapped[bytes] = mapped_column(Bytes, unique=True)
    token_hash: Mapped[bytes | None] = mapped_column(Bytes)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    fetched_at: Mapped[datetime | None] = mapped_column(Moment)
    tries: Mapped[int]
    refusal: Mapped[dict[str, Any] | None] = mapped_column(Json)  # code and fields
    signature_id: Mapped[UUID | None] = mapped_column(sa.Uuid())

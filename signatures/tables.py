"""Tables of signatures."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Bytes, Moment
from storage.database import Base


class EvidenceRow(Base):
    """An answer on revocation: an OCSP response or a CRL, as its authority signed it.

    `about` is what was asked: the certificate, or the address of the list. `kept` is set once a signature rests on it: such a row stays.
    """

    __tablename__ = "revocation_evidence"

    sha256: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(4))  # ocsp, crl
    about: Mapped[str] = mapped_column(sa.String(500))
    content: Mapped[bytes] = mapped_column(Bytes)
    fetched_at: Mapped[datetime] = mapped_column(Moment)
    fresh_until: Mapped[datetime] = mapped_column(Moment)
    kept: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (sa.Index("ix_revocation_evidence_about", "about", "fresh_until"),)

"""Signing on a phone: a link that a QR code carries leads the phone to the bytes of one revision, once; what it signs comes back.

The phone is nobody we know: it holds the secret of the link, then a token that gives out the document once and takes one person's
signature for it. Who signs is the person who asked for the link: the certificate must be theirs, as for any other signature. Doors that
speak the way of one program or another are put before these acts, which open their transactions themselves.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations import secrets
from organisations.actors import Actor
from organisations.bodies import Body
from organisations.organisations import Organisations
from refusals import Refusal
from register.kinds import Kind
from register.names import Names
from reports import shelf
from reports.models import Report
from reports.signature_errors import PhoneSigningNotFound, PhoneSigningOver, PhoneTokenNotValid
from reports.signature_tables import PhoneSigningRow
from reports.signatures import ReportSignatures
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id
from storage.transaction import transaction

LIFE = timedelta(minutes=10)
#: So many signatures that don't hold may be sent before a new link is needed.
MOST_TRIES = 5


class Progress(StrEnum):
    """How far a phone has come."""

    WAITING = "waiting"  # the code was not read, or the document not fetched
    FETCHED = "fetched"
    SIGNED = "signed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class PhoneSigning:
    """A signing on a phone, as the person who asked for it sees it. `link` is the secret, shown once; `refusal` says by code and fields
    why what the phone sent last was not taken."""

    id: UUID
    report_id: UUID
    revision: int
    progress: Progress
    expires_at: datetime
    refusal: Mapping[str, Any] | None
    signature_id: UUID | None
    link: str | None = None


@dataclass(frozen=True)
class PhoneTask:
    """What a phone is told when it has read the code: what is to be signed, for whom, until when, and the token for the document."""

    title: Names
    business_key: str
    revision: int
    body: Body
    expires_at: datetime
    token: str


class PhoneSignings:
    """Signings on phones, of all reports."""

    def __init__(
        self, *, clock: Clock, signatures: ReportSignatures, organisations: Organisations, kind_of: Callable[[Report], Kind]
    ) -> None:
        self._clock = clock
        self._signatures = signatures
        self._organisations = organisations
        self._kind_of = kind_of

    def open(self, actor: Actor, report_id: UUID, number: int) -> PhoneSigning:
        """A link for a phone to sign the revision that is on approval or signing; an earlier one for it ends."""
        self._signatures.signable(actor, report_id, number)
        now, link = self._clock.now(), secrets.new_secret()
        with transaction():
            earlier = sa.update(PhoneSigningRow).where(PhoneSigningRow.by == actor.by, PhoneSigningRow.report_id == report_id)
            session.execute(earlier.where(PhoneSigningRow.expires_at > now).values(expires_at=now))
            row = PhoneSigningRow(id=new_id(), report_id=report_id, revision=number, by=actor.by, link_hash=secrets.hash_of(link))
            row.opened_at, row.expires_at, row.tries = now, now + LIFE, 0
            session.add(row)
            session.flush()
            return self._shown(row, link)

    def get(self, actor: Actor, signing_id: UUID) -> PhoneSigning:
        """One of the actor's own. Raises PhoneSigningNotFound."""
        row = session.get(PhoneSigningRow, signing_id, populate_existing=True)
        if row is None or row.by != actor.by:
            raise PhoneSigningNotFound()
        return self._shown(row)

    def task(self, link: str) -> PhoneTask:
        """What a phone that has read the code is to do; each time with a new token, until the document has been fetched.

        Raises PhoneSigningNotFound, PhoneSigningOver.
        """
        token = secrets.new_secret()
        with transaction():
            row = self._open_row(link)
            if row.fetched_at is not None:
                raise PhoneSigningOver()
            row.token_hash = secrets.hash_of(token)
            report = shelf.locked(row.report_id)
            names, body = self._kind_of(report).names, self._organisations.bodies.get(report.body_id)
            return PhoneTask(names, report.business_key, row.revision, body, row.expires_at, token)

    def document(self, link: str, token: str) -> bytes:
        """The canonical bytes to be signed, given out once. Raises PhoneSigningNotFound, PhoneTokenNotValid, PhoneSigningOver."""
        with transaction():
            row = self._open_row(link, token)
            if row.fetched_at is not None:
                raise PhoneSigningOver()
            actor = self._organisations.actor(row.by)
            content = self._signatures.signable(actor, row.report_id, row.revision)
            row.fetched_at = self._clock.now()
            return content

    def sign(self, link: str, token: str, signature: bytes) -> None:
        """Take the signature that a phone made. Raises what `ReportSignatures.attach` raises, which is kept for the person to read."""
        with transaction():
            row = self._open_row(link, token)
            if row.fetched_at is None or row.signature_id is not None:
                raise PhoneSigningOver()
            row.tries += 1
            if row.tries > MOST_TRIES:
                raise PhoneSigningOver()
            row_id, by, report_id, number = row.id, row.by, row.report_id, row.revision
        try:
            shown = self._signatures.attach(self._organisations.actor(by), report_id, number, signature)
        except Refusal as refusal:
            self._note(row_id, None, {"code": refusal.code, "fields": {name: _plain(value) for name, value in refusal.fields.items()}})
            raise
        self._note(row_id, shown.kept.id, None)

    def sweep(self) -> None:
        """Delete links that have ended a day ago."""
        session.execute(sa.delete(PhoneSigningRow).where(PhoneSigningRow.expires_at < self._clock.now() - timedelta(days=1)))

    def _note(self, row_id: UUID, signature_id: UUID | None, refusal: dict[str, Any] | None) -> None:
        with transaction():
            change = sa.update(PhoneSigningRow).where(PhoneSigningRow.id == row_id)
            session.execute(change.values(signature_id=signature_id, refusal=refusal))

    def _open_row(self, link: str, token: str | None = None) -> PhoneSigningRow:
        query = sa.select(PhoneSigningRow).where(PhoneSigningRow.link_hash == secrets.hash_of(link))
        row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
        if row is None:
            raise PhoneSigningNotFound()
        if token is not None and not hmac.compare_digest(row.token_hash or b"", secrets.hash_of(token)):
            raise PhoneTokenNotValid()
        if row.expires_at <= self._clock.now():
            raise PhoneSigningOver()
        return row

    def _shown(self, row: PhoneSigningRow, link: str | None = None) -> PhoneSigning:
        if row.signature_id is not None:
            progress = Progress.SIGNED
        elif row.expires_at <= self._clock.now() or row.tries >= MOST_TRIES:
            progress = Progress.EXPIRED
        else:
            progress = Progress.WAITING if row.fetched_at is None else Progress.FETCHED
        return PhoneSigning(row.id, row.report_id, row.revision, progress, row.expires_at, row.refusal, row.signature_id, link)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | list | None) else str(value)

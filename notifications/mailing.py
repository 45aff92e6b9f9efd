"""Sending mails: gather, claim, write, give to the server, note. Nothing is locked while the server is waited for."""

import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

import structlog

from notifications import choices, inbox, letters, mails
from notifications.errors import UnsubscriptionInvalid
from notifications.letters import Item, Letter
from notifications.mails import Claimed
from notifications.smtp import Connection, MailFailed, MailServer
from notifications.tables import NotificationRow
from notifications.words import Words
from organisations.errors import UserNotFound
from organisations.organisations import Organisations
from storage.clock import Clock
from storage.database import session
from storage.transaction import transaction

#: Mails that one look at what is due sends at most.
MOST_AT_ONCE = 200
_SIGNED = 32

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class MailSettings:
    """How this installation sends mail; `server` is None where it doesn't. `public_url` is what links begin with."""

    server: MailServer | None
    sender: str
    public_url: str
    per_hour: int
    secret_key: str


class Mailing:
    """Sends mails. To be called outside any transaction."""

    def __init__(self, *, clock: Clock, organisations: Organisations, words: Words, settings: MailSettings) -> None:
        self._clock = clock
        self._organisations = organisations
        self._words = words
        self._settings = settings

    @property
    def on(self) -> bool:
        """Whether there is a server to give mails to."""
        return self._settings.server is not None

    def send_due(self) -> int:
        """Gather what is due, and send what waits; gives how many mails were sent. A server that is not to be had is left for now."""
        if self._settings.server is None:
            return 0
        while self._gather():
            pass
        connection, sent = Connection(self._settings.server), 0
        try:
            for _ in range(MOST_AT_ONCE):
                with transaction():
                    claimed = mails.claim(self._clock.now())
                if claimed is None:
                    break
                sent += self._send(claimed, connection)
        except MailFailed:
            pass
        finally:
            connection.close()
        return sent

    def unsubscribe(self, token: str) -> None:
        """End all mails to the person whom a mail's own link names. Raises UnsubscriptionInvalid."""
        user, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(user).encode()):
            raise UnsubscriptionInvalid()
        user_id = UUID(user)
        choices.keep(user_id, choices.without_mail(choices.of(user_id)))

    def _gather(self) -> int:
        with transaction():
            return mails.gather(self._clock.now(), self._settings.per_hour)

    def _send(self, claimed: Claimed, connection: Connection) -> bool:
        """Send one mail and note what came of it. Raises MailFailed when the server is not to be had."""
        letter = self._letter(claimed)
        session.rollback()  # what was read is read: no connection to the database is held while the server is waited for
        if letter is None:
            with transaction():
                mails.needless(claimed.id, self._clock.now())
            return False
        try:
            connection.give(letters.written(letter, self._settings.sender))
        except MailFailed as failed:
            log.warning("mail_failed", mail=str(claimed.id), for_good=failed.for_good)
            with transaction():
                mails.failed(claimed.id, self._clock.now(), failed.reason, for_good=failed.for_good)
            if failed.server:
                raise
            return False
        with transaction():
            mails.sent(claimed.id, self._clock.now())
        return True

    def _letter(self, claimed: Claimed) -> Letter | None:
        """The letter, as far as there is still something in it for its reader."""
        try:
            actor = self._organisations.actor(claimed.user_id)
            user = self._organisations.users.get(claimed.user_id)
        except UserNotFound:
            return None
        rows = inbox.some(actor, claimed.notification_ids)
        if not rows or user.email is None:
            return None
        said = self._words.said(rows, user.language, outside=True)
        items = [Item(said[row.id], self._link(row)) for row in rows]
        unsubscribe = f"{self._settings.public_url}/api/v1/notifications/mail-stop/{user.id}.{self._signature(str(user.id))}"
        url = self._settings.public_url
        name = user.name(user.language)
        return Letter(
            claimed.id, user.email, name, user.language, items, claimed.more, claimed.made_at, unsubscribe if url else None, url or None
        )

    def _link(self, row: NotificationRow) -> str | None:
        url = self._settings.public_url
        if not url or (row.report_id is None and row.task_id is None):
            return None
        return f"{url}/reports/{row.report_id}" if row.report_id is not None else f"{url}/tasks/{row.task_id}"

    def _signature(self, user: str) -> str:
        key = hashlib.sha256(b"unsubscription" + self._settings.secret_key.encode()).digest()
        return hmac.new(key, user.encode(), hashlib.sha256).hexdigest()[:_SIGNED]

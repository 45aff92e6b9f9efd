"""The room as the rest of the product sees it: one object that hears of what happens and shows people what they were told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from uuid import UUID

from engine.process_engine import ProcessEngine
from notifications import choices, deliveries, inbox, mails
from notifications.choices import Choices
from notifications.inbox import InboxFilter
from notifications.mailing import Mailing, MailSettings
from notifications.restricted_deadlines import DUE
from notifications.tables import MailRow, NotificationRow
from notifications.telling import FURTHER, TELL, Telling
from notifications.webhooks import Webhooks, WebhookSettings
from notifications.words import Words
from organisations import permissions
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.permissions import EVERYWHERE, Permission
from register.register import Register
from storage.clock import Clock
from storage.journal import JournalEntry
from storage.outbox import Handler
from storage.pages import Key, Page

#: How many are deleted in one transaction.
SHARE = 1000
#: Unread ones stay so much longer than read ones.
UNREAD_LONGER = 4


@dataclass(frozen=True)
class Settings:
    """How this installation tells people: days that what was read is kept, working days until managers hear of a delay, the hour of the
    digest, mail, webhooks."""

    keep_days: int
    further_days: int
    morning: time
    mail: MailSettings
    webhooks: WebhookSettings


class Notifications:
    """Notifications of people. Writing needs an open transaction; `mailing` and
    `webhooks.deliver_due` open their own."""

    def __init__(
        self, *, clock: Clock, engine: ProcessEngine, organisations: Organisations, register: Register, settings: Settings
    ) -> None:
        self._clock = clock
        self._keep = timedelta(days=settings.keep_days)
        self._words = Words(organisations=organisations, register=register)
        self.mailing = Mailing(clock=clock, organisations=organisations, words=self._words, settings=settings.mail)
        self.webhooks = Webhooks(clock=clock, organisations=organisations, settings=settings.webhooks)
        self._telling = Telling(
            clock=clock,
            calendar=register.calendar,
            tasks=engine.tasks,
            further_days=settings.further_days,
            mails=self.mailing.on,
            morning=settings.morning,
        )

    def hear(self, entries: Iterable[JournalEntry]) -> None:
        """Note which new entries of the journal may be news; for the sealer."""
        self._telling.hear(entries)

    def handlers(self) -> dict[str, Handler]:
        """What the outbox brings to this room, by topic."""
        return {TELL: self._telling.tell, FURTHER: self._telling.tell_further, DUE: self._telling.tell_of_restricted}

    def list(self, actor: Actor, wanted: InboxFilter, *, limit: int = 50, after: Key | None = None) -> Page[NotificationRow]:
        """A page of the person's notifications, the newest first."""
        return inbox.listed(actor, wanted, limit=limit, after=after)

    def said(self, rows: Sequence[NotificationRow], language: str, *, outside: bool = False) -> Mapping[UUID, str]:
        """The sentences of some notifications in a language; `outside` of Esep they say nothing of restricted kinds."""
        return self._words.said(rows, language, outside=outside)

    def unread(self, actor: Actor) -> int:
        """How many of the person's are unread, counted up to `inbox.MOST_COUNTED`."""
        return inbox.unread(actor)

    def read(self, actor: Actor, notification_id: UUID) -> NotificationRow:
        """Mark one as read. Raises NotificationNotFound."""
        return inbox.read(actor, notification_id, self._clock.now())

    def read_all(self, actor: Actor, until: UUID | None = None) -> int:
        """Mark all of the person's as read, up to the newest that they have seen; gives how many."""
        return inbox.read_all(actor, until, self._clock.now())

    def choices(self, actor: Actor) -> Choices:
        """What the person has chosen, or the defaults."""
        return choices.of(actor.user_id)

    def choose(self, actor: Actor, chosen: Choices) -> Choices:
        """Keep what the person chooses."""
        choices.keep(actor.user_id, chosen)
        return choices.of(actor.user_id)

    def mails(self, actor: Actor, state: str | None = None, *, limit: int = 50, after: Key | None = None) -> Page[MailRow]:
        """A page of mails, the newest first: to whom, what became of them; never their words. Raises NotPermitted."""
        permissions.require(actor, Permission.NOTIFICATION_OPERATE, EVERYWHERE)
        return mails.listed(state, limit=limit, after=after)

    def send_again(self, actor: Actor, mail_id: UUID) -> MailRow:
        """Set an undelivered mail on its way again. Raises MailNotFound, NotPermitted."""
        permissions.require(actor, Permission.NOTIFICATION_OPERATE, EVERYWHERE)
        return mails.again(mail_id, self._clock.now(), actor.by)

    def forget(self) -> int:
        """Delete some notifications that were read long ago, or never and much longer ago, and old mails; gives how many."""
        now = self._clock.now()
        told = inbox.forget(now - self._keep, SHARE) + inbox.forget_unread(now - UNREAD_LONGER * self._keep, SHARE)
        return told + mails.forget(now - self._keep, SHARE) + deliveries.forget(now - self._keep, SHARE)

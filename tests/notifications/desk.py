"""The office of `tests/reports` and its news: desk.tells() lets what has happened be told, desk.reads("head") is what the head reads."""

from datetime import time, timedelta
from typing import Any

from notifications.inbox import InboxFilter
from notifications.mailing import MailSettings
from notifications.notifications import Notifications, Settings
from notifications.posting import Outside
from notifications.smtp import MailServer
from notifications.tables import NotificationRow
from notifications.webhooks import WebhookSettings
from storage import outbox, sealer
from storage.clock import SetClock
from storage.database import session
from storage.transaction import transaction
from tests.reports.office import Office


class NewsDesk:
    """The office, the room of notifications over it, and short words for what the worker does."""

    per_hour = 3

    def __init__(self, office: Office, clock: SetClock, *, server: MailServer | None = None, outside: Outside | None = None) -> None:
        self.office, self.clock = office, clock
        mail = MailSettings(server, "noreply@esep.kz", "https://esep.kz", self.per_hour, "a secret of the tests")
        webhooks = WebhookSettings(outside or Outside(), "a secret of the tests", timedelta(days=5))
        self.news = Notifications(
            clock=clock,
            engine=office.engine,
            organisations=office.organisations,
            register=office.register,
            settings=Settings(keep_days=90, further_days=2, morning=time(9), mail=mail, webhooks=webhooks),
        )
        self.tells()

    def tells(self) -> int:
        """Seal what has happened, deliver what is due of the outbox; gives how many items were done."""
        while sealer.seal(self.clock, heard=self.news.hear):
            pass
        return outbox.deliver_due(self.news.handlers(), self.clock)

    def waits(self, **step: float) -> None:
        """Let time pass, the timers fire that are due by then, and everything be told."""
        self.clock.advance(timedelta(**step))
        while self.office.engine.timers.fire_due():
            pass
        self.tells()

    def rows(self, who: str, **wanted: Any) -> list[NotificationRow]:
        """What somebody has been told, the newest first."""
        session.rollback()
        return list(self.news.list(self.office.people[who], InboxFilter(**wanted)).items)

    def reads(self, who: str, **wanted: Any) -> list[str]:
        """The sorts of it, the oldest first."""
        return [row.sort for row in reversed(self.rows(who, **wanted))]

    def said(self, who: str, language: str) -> str:
        """The sentence of the newest."""
        row = self.rows(who)[0]
        return self.news.said([row], language)[row.id]

    def marks_all(self, *people: str) -> None:
        """Everybody has read everything so far."""
        for who in people or tuple(self.office.people):
            with transaction():
                self.news.read_all(self.office.people[who])

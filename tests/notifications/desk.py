"""The office of `tests/reports` and its news: desk.tells() lets what has happened be told, desk.reads("head") is what the head reads."""

from datetime import timedelta
from typing import Any

from notifications.inbox import InboxFilter
from notifications.notifications import Notifications
from notifications.tables import NotificationRow
from storage import outbox, sealer
from storage.clock import SetClock
from storage.database import session
from storage.transaction import transaction
from tests.reports.office import Office


class NewsDesk:
    """The office, the room of notifications over it, and short words for what the worker does."""

    def __init__(self, office: Office, clock: SetClock) -> None:
        self.office, self.clock = office, clock
        self.news = Notifications(
            clock=clock, engine=office.engine, organisations=office.organisations, register=office.register, keep_days=90, further_days=2
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

"""What a person has chosen: of which sorts they are told by mail, and when; which they don't want in the inbox; when digests come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from notifications.sorts import Sort
from notifications.tables import ChoiceRow
from organisations.tables import UserRow
from register.calendar import Calendar
from storage.database import session


class When(StrEnum):
    """When a mail comes."""

    NOW = "now"
    DIGEST = "digest"
    NEVER = "never"


class Digest(StrEnum):
    """How often digests come."""

    DAILY = "daily"  # in the morning of a working day
    HOURLY = "hourly"


#: What nobody can keep out of their inbox.
MUST_KNOW = frozenset(
    {
        Sort.TASK_GIVEN,
        Sort.REPORT_RETURNED,
        Sort.REPORT_DUE,
        Sort.REQUEST_ASKED,
        Sort.OVERDUE,
        Sort.INCIDENT,
        Sort.MAIL_UNDELIVERED,
        Sort.WEBHOOK_OFF,
    }
)
#: Where nobody has chosen: at once what is late or came back, never by mail that mails don't arrive, the rest in the digest.
_AT_ONCE = frozenset({Sort.REPORT_RETURNED, Sort.OVERDUE})
DEFAULTS: Mapping[Sort, When] = {
    sort: When.NOW if sort in _AT_ONCE else When.NEVER if sort is Sort.MAIL_UNDELIVERED else When.DIGEST for sort in Sort
}


@dataclass(frozen=True)
class Choices:
    """The choices of one person. `mail` and `inbox` name sorts; what is not named is as by default."""

    digest: Digest = Digest.DAILY
    working_days_only: bool = True
    mail: Mapping[Sort, When] = field(default_factory=dict)
    inbox: Mapping[Sort, bool] = field(default_factory=dict)

    def when(self, sort: Sort) -> When:
        """When the person is told of a sort by mail."""
        return self.mail.get(sort, DEFAULTS[sort])

    def in_inbox(self, sort: Sort) -> bool:
        """Whether the person finds a sort in their inbox."""
        return sort in MUST_KNOW or self.inbox.get(sort, True)


@dataclass(frozen=True)
class Addressee:
    """A person with their choices and whether they have a mail address."""

    choices: Choices
    has_mail: bool


def of(user_id: UUID) -> Choices:
    """A person's choices."""
    row = session.get(ChoiceRow, user_id, populate_existing=True)
    return Choices() if row is None else _read(row.digest, row.working_days_only, row.sorts)


def keep(user_id: UUID, chosen: Choices) -> None:
    """Keep a person's choices, in place of earlier ones."""
    sorts = {
        sort.value: {"mail": chosen.when(sort).value, "inbox": chosen.in_inbox(sort)}
        for sort in Sort
        if sort in chosen.mail or sort in chosen.inbox
    }
    row = session.get(ChoiceRow, user_id, with_for_update=True, populate_existing=True) or ChoiceRow(user_id=user_id)
    row.digest, row.working_days_only, row.sorts = chosen.digest.value, chosen.working_days_only, sorts
    session.add(row)
    session.flush()


def without_mail(chosen: Choices) -> Choices:
    """The same without any mail."""
    return Choices(chosen.digest, chosen.working_days_only, dict.fromkeys(Sort, When.NEVER), chosen.inbox)


def of_all(user_ids: Collection[UUID]) -> dict[UUID, Addressee]:
    """Several people with their choices, in one statement."""
    query = sa.select(UserRow.id, UserRow.email, ChoiceRow.digest, ChoiceRow.working_days_only, ChoiceRow.sorts)
    rows = session.execute(query.outerjoin(ChoiceRow, ChoiceRow.user_id == UserRow.id).where(UserRow.id.in_(user_ids)))
    return {
        row.id: Addressee(Choices() if row.digest is None else _read(row.digest, row.working_days_only, row.sorts), row.email is not None)
        for row in rows
    }


def _read(digest: str, working_days_only: bool, sorts: Mapping[str, Mapping[str, Any]]) -> Choices:
    known = {Sort(name): chosen for name, chosen in sorts.items() if name in frozenset(Sort)}
    mail = {sort: When(chosen["mail"]) for sort, chosen in known.items()}
    return Choices(Digest(digest), working_days_only, mail, {sort: bool(chosen["inbox"]) for sort, chosen in known.items()})


class Moments:
    """When mails are due: mornings and hours in the zone of the country."""

    def __init__(self, calendar: Calendar, morning: time) -> None:
        self._calendar = calendar
        self._morning = morning

    def of(self, sort: Sort, chosen: Choices, now: datetime) -> datetime | None:
        """When a mail of a sort is due; None when there is to be none."""
        when = chosen.when(sort)
        if when is When.NEVER:
            return None
        if when is When.NOW:
            return self.awake(chosen, now)
        return self.morning(now) if chosen.digest is Digest.DAILY else self.awake(chosen, hour(now))

    def awake(self, chosen: Choices, moment: datetime) -> datetime:
        """The moment itself, or the next morning of a working day when it lies on a day off and the person wants quiet then."""
        quiet = chosen.working_days_only and not self._calendar.is_working_day(self._calendar.day_of(moment))
        return self.morning(moment) if quiet else moment

    def morning(self, now: datetime) -> datetime:
        """The next morning of a working day, from now on."""
        day = self._calendar.shifted(self._calendar.day_of(now), "next")
        moment = datetime.combine(day, self._morning, self._calendar.zone)
        if moment < now:
            moment = datetime.combine(self._calendar.working_day_after(day, 1), self._morning, self._calendar.zone)
        return moment.astimezone(now.tzinfo)


def hour(now: datetime) -> datetime:
    """The next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

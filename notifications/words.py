"""The sentences of notifications in a reader's language, put together when they are read, with the names of now."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import texts
from notifications.tables import NotificationRow
from organisations.organisations import Organisations
from refusals import Refusal
from register import periods
from register.calendar import Calendar
from register.register import Register

_DAY = "%d.%m.%Y"


class Words:
    """Says what notifications are about."""

    def __init__(self, *, organisations: Organisations, register: Register) -> None:
        self._organisations = organisations
        self._register = register

    def said(self, rows: Sequence[NotificationRow], language: str, *, outside: bool = False) -> dict[UUID, str]:
        """A sentence for each notification, in as many statements for one as for many.

        `outside` of Esep nothing is said of reports of restricted kinds but that there is something to read.
        """
        facts = [row.facts for row in rows]
        bodies = self._organisations.bodies.many({UUID(each["body"]) for each in facts if each.get("body")})
        people = self._organisations.users.many({each["by"] for each in facts if each.get("by")})
        names = {str(body_id): body.name(language) for body_id, body in bodies.items()}
        names |= {user_id: user.name(language) for user_id, user in people.items()}
        hidden = {row.id for row in rows if outside and row.facts.get("restricted")}
        discreet = texts.say("notification_discreet", {}, language)
        return {row.id: discreet if row.id in hidden else self._sentence(row, names, language) for row in rows}

    def _sentence(self, row: NotificationRow, names: Mapping[str, str], language: str) -> str:
        facts = row.facts
        variant = facts.get("variant")
        code = f"notification_{row.sort}_{variant}" if variant else f"notification_{row.sort}"
        fields = {
            "about": self._about(facts, names, language),
            "step": _step(facts, language),
            "due": _day(facts.get("due_at"), self._register.calendar) or texts.say("notification_no_due", {}, language),
            "until": _day(facts.get("until"), self._register.calendar) or "",
            "days": str(facts.get("days", "")),
            "body": names.get(str(facts.get("body")), ""),
            "by": names.get(str(facts.get("by")), ""),
            "process": facts.get("definition_key") or "",
            "element": facts.get("element_id") or "",
        }
        return texts.say(code, fields, language)

    def _about(self, facts: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
        if "kind" not in facts:
            return facts.get("business_key") or ""
        fields = {
            "kind": _tried(lambda: self._register.kind_version(facts["kind"], facts["version"]).names.say(language), facts["kind"]),
            "body": names.get(facts["body"], ""),
            "period": _tried(lambda: periods.parse(facts["period"]).name(language), facts["period"]),
        }
        return texts.say("notification_about_report", fields, language)


def _step(facts: Mapping[str, Any], language: str) -> str:
    """What is to be done: in the reader's language where the step is one of ours, else as the diagram calls it."""
    code = f"step_{facts.get('element')}" if "kind" in facts else f"step_{facts.get('process')}_{facts.get('element')}"
    return texts.say(code, {}, language) if code in texts.catalogue(language) else facts.get("step") or facts.get("element") or ""


def _day(given: str | None, calendar: Calendar) -> str | None:
    if given is None:
        return None
    day = calendar.day_of(datetime.fromisoformat(given)) if len(given) > len("2026-01-01") else date.fromisoformat(given)
    return day.strftime(_DAY)


def _tried(said: Callable[[], str], otherwise: str) -> str:
    """The words, or the code itself of what the Register no longer knows."""
    try:
        return said()
    except Refusal:
        return otherwise

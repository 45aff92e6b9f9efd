"""The room as the rest of the product sees it: one object, with calendar, duplicates gate, drafting, exchange and catalogue as parts."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from organisations import permissions
from organisations.actors import Actor
from organisations.bodies import Bodies, Body
from organisations.days import ALMATY
from organisations.permissions import EVERYWHERE, Permission
from refusals import Fault
from register import known_kinds, known_places, maps, periods, reading, retention, shelf
from register.calendar import Calendar
from register.catalogue import Catalogue
from register.changes import shelf as changes
from register.changes.errors import ActInFuture
from register.documents import LONGEST_ACT_NUMBER, is_kept
from register.drafting.workbooks import Drafting
from register.due_rules import DueRule
from register.duplicates.duplicates import Duplicates
from register.errors import ActNeeded, DeadlineUnknown, KindInvalid, KindNotFound, PeriodInvalid
from register.exchange.exchange import Exchange
from register.indicators import Indicator
from register.kind_words import KindWords
from register.kinds import Kind
from register.periods import Period
from register.reporting import Reporting
from register.retention import Term
from register.shelf import Span, Validity, Version
from storage import journal
from storage.clock import Clock

DEFINITIONS = Path(__file__).parent / "definitions"
#: Working days before a deadline inside its period on which reports open; all others open when the period is over.
EARLY_DAYS = 5
#: No report of a version is still to be opened this long after the version has gone out of force.
LONGEST_ON_ITS_WAY = timedelta(days=800)


class Register:
    """Register of Reports: which reports there are, who owes them, by when. Reading needs an application context, changing a transaction.

    Periods are texts of `register.periods`. `by=None` in a change is the product itself or its console.
    """

    def __init__(self, *, clock: Clock, bodies: Bodies, zone: ZoneInfo = ALMATY) -> None:
        self._clock = clock
        self._reporting = Reporting(bodies)
        self._made: dict[tuple[str, int], Kind] = {}
        self.calendar = Calendar(clock, zone)
        self.duplicates = Duplicates(self.calendar.today)
        self.catalogue = Catalogue(self.every_version)
        self.exchange = Exchange(self, clock)
        self.words = KindWords(self.every_version)
        self.drafting = Drafting(self.duplicates, self.calendar.today)

    def kinds(self, on: date | None = None) -> list[Kind]:
        """The kinds in force on a day (today), by code."""
        return self.kind_versions(shelf.in_force(on or self.calendar.today()))

    def kind(self, code: str, on: date | None = None) -> Kind:
        """A kind as it is in force on a day (today). Raises KindNotFound."""
        return self.kind_version(code, shelf.version_in_force(code, on or self.calendar.today()))

    def kind_for(self, code: str, period: str) -> Kind:
        """A kind as it is in force at the end of a period. Raises KindNotFound, PeriodInvalid also when it is not reported for such one."""
        meant = periods.parse(period)
        kind = self.kind_version(code, shelf.version_in_force(code, meant.last))
        if not kind.periodicity.accepts(meant):
            raise PeriodInvalid(period)
        return kind

    def kind_version(self, code: str, version: int | str) -> Kind:
        """A kind in one version; what was made of its document is remembered. Raises KindNotFound."""
        if not str(version).isdecimal():
            raise KindNotFound(code)
        return self.kind_versions([(code, int(version))])[0]

    def kind_versions(self, wanted: Iterable[Version]) -> list[Kind]:
        """Some versions of kinds, in the same order; what is not remembered is read together. Raises KindNotFound."""
        keys = list(wanted)
        found = {key: self._made[key] for key in keys if key in self._made}
        documents = self.documents(key for key in keys if key not in found)
        known = shelf.indicators_of(code for document in documents.values() for code in shelf.indicators_named(document))
        read = {key: reading.read(document, known) for key, document in documents.items()}
        self._made |= read
        return [(found | read)[key] for key in keys]

    def every_version(self) -> list[tuple[Validity, Kind]]:
        """All versions of all kinds with when they are in force, by code and number."""
        validities = shelf.validities()
        return list(zip(validities, self.kind_versions((each.code, each.version) for each in validities), strict=True))

    def versions(self, code: str) -> list[Validity]:
        """The versions of a kind and when they are in force, the newest first. Raises KindNotFound."""
        found = [shelf.validity(row) for row in shelf.versions(code)]
        if not found:
            raise KindNotFound(code)
        return found

    def document(self, code: str, version: int | str) -> dict[str, Any]:
        """The document that a version was made from. Raises KindNotFound."""
        kind = self.kind_version(code, version)
        return self.documents([(kind.code, kind.version)])[kind.code, kind.version]

    def documents(self, wanted: Iterable[Version]) -> dict[Version, dict[str, Any]]:
        """The documents of some versions. Raises KindNotFound."""
        keys = list(wanted)
        found = shelf.documents_of(keys)
        missing = next((code for code, number in keys if (code, number) not in found), None)
        if missing is not None:
            raise KindNotFound(missing)
        return found

    def indicator(self, code: str) -> Indicator:
        """An indicator. Raises IndicatorNotFound."""
        return shelf.indicator(code)

    def indicators(self) -> list[Indicator]:
        """All indicators, by code."""
        return list(shelf.all_indicators().values())

    def reporting_bodies(self, kind: Kind, period: str) -> list[Body]:
        """The bodies that report for a period: those that exist and are meant on its last day, as they stood then."""
        return self._reporting.bodies(kind, periods.parse(period).last)

    def reporting_body_ids(self, kind: Kind, period: str) -> list[UUID]:
        """The ids of the same, in the same order."""
        return self._reporting.body_ids(kind, periods.parse(period).last)

    def reports(self, kind: Kind, body: Body, period: str) -> bool:
        """Whether a body reports for a period, and the kind is made for such periods."""
        return body.id in self.reporting(kind, [body], period)

    def reporting(self, kind: Kind, bodies: Collection[Body], period: str) -> set[UUID]:
        """The same for several bodies: the ids of those that do."""
        meant = periods.parse(period)
        return self._reporting.reporting(kind, [body.id for body in bodies], meant.last) if kind.periodicity.accepts(meant) else set()

    def receiver(self, kind: Kind, body: Body, period: str | None = None) -> Body | None:
        """The body that gets the report for a period next (one of today); None when that one is outside Esep."""
        today = self.calendar.today()
        return self._reporting.receiver(kind, body, periods.parse(period).last if period else today, today)

    def receivers(self, kind: Kind, bodies: Collection[Body]) -> dict[UUID, Body | None]:
        """The same for several bodies as they stood at the end of the period, by body."""
        return self._reporting.receivers(kind, {body.id: body for body in bodies}, self.calendar.today())

    def deadline(self, kind: Kind, body: Body, period: str) -> datetime:
        """The last second in which a body's report for a period is in time, in UTC. Raises DeadlineUnknown."""
        return self.calendar.end_of(self.calendar.due_day(_rule(kind, body), periods.parse(period)))

    def timely_until(self, kind: Kind, body: Body, period: str) -> datetime:
        """The last second in which a report is not yet called late: some working days after the deadline, where the kind allows."""
        return self.calendar.end_of(self.calendar.timely_day(_rule(kind, body), periods.parse(period)))

    def lately_in_force(self, now: datetime) -> list[Span]:
        """The versions of kinds of which reports may still have to be opened; for which periods is `periods_due`."""
        today = self.calendar.day_of(now)
        return shelf.spans(today - LONGEST_ON_ITS_WAY, today)

    def periods_due(self, kind: Kind, now: datetime, end: date | None) -> list[str]:
        """The periods whose reports should be open: the last one that is over, and those before it whose last deadline is still to come.

        A period whose deadline lies in it opens some working days before that; what is reported once, on a laid-down day, when its kind
        comes into force. Only periods that end while this version is in force, until its day `end`; none for a kind that is reported on an
        event.
        """
        today = self.calendar.day_of(now)
        if not kind.periodicity.regular:
            return [day.isoformat() for day in _laid_down(kind) if kind.valid_from <= today <= day and (end is None or day <= end)]
        period = latest = self._latest(kind, today)
        due: list[str] = []
        while period.last >= kind.valid_from and (period == latest or self._last_due_day(kind, period) >= today):
            if end is None or period.last <= end:
                due.append(period.text)
            period = kind.periodicity.previous(period)
        return due[::-1]

    def _latest(self, kind: Kind, today: date) -> Period:
        """The latest period whose reports may be open."""
        over = kind.periodicity.last_ended(today)
        running = kind.periodicity.next(over)
        first = min(self.calendar.due_day(rule, running) for rule in kind.due.values())
        return running if first <= running.last and self.calendar.working_day_after(first, -EARLY_DAYS) <= today else over

    def terms(self, code: str | None = None) -> dict[tuple[str, int], Term]:
        """How long reports of each version are kept, by code and version, of one kind or of all; versions to come are not there yet."""
        said = shelf.retentions(self.calendar.today(), code)
        return retention.terms((kind, version, retention.stored(document)) for kind, version, document in said)

    def changed_at(self, code: str) -> datetime:
        """When a version of a kind was put in force last. Raises KindNotFound."""
        known = [row.imported_at for row in shelf.versions(code)]
        if not known:
            raise KindNotFound(code)
        return max(known)

    def previous_period(self, kind: Kind, period: str) -> str:
        """The period before, as the kind counts them; its values are what checks compare with."""
        return kind.periodicity.previous(periods.parse(period)).text

    def _before(self, kind: Kind) -> Kind | None:
        """The version before one that maps its cells; None for others, and where there is none."""
        known = kind.maps and any(row.version == kind.version - 1 for row in shelf.versions(kind.code))
        return self.kind_version(kind.code, kind.version - 1) if known else None

    def forget(self) -> None:
        """Make kinds anew of what is kept: some of what they were made of may have been taken back."""
        self._made.clear()

    def import_indicators(self, documents: Sequence[Mapping[str, Any]], by: Actor | None = None) -> int:
        """Keep indicators; gives how many are new or changed. Raises IndicatorsInvalid, IndicatorFixed."""
        _require_edit(by)
        return self._keep_indicators(documents, by.by if by else None)

    def import_kind(
        self,
        document: Mapping[str, Any],
        *,
        act_number: str,
        act_date: date,
        by: Actor | None = None,
        places: Mapping[str, str] | None = None,
    ) -> Kind:
        """Put a kind, or its next version, in force by an act. `places` gives the codes of bodies that the document only names.

        The first load: it asks no gate, no agreement and no approval. The same version with the same document again changes nothing.
        Raises KindInvalid, KindInForce, KindVersionOutOfOrder, ActNeeded, ActInFuture, and of a person NotPermitted, ChangeUnderWay,
        KindInEdition.
        """
        if by is not None:
            permissions.require(by, Permission.REGISTER_LOAD, EVERYWHERE)
        number = act_number.strip()
        if not number:
            raise ActNeeded()
        if len(number) > LONGEST_ACT_NUMBER or not is_kept(number):
            raise KindInvalid(str(document.get("code")), [Fault("/act_number", "document_text", {"longest": LONGEST_ACT_NUMBER})])
        if act_date > self.calendar.today():
            raise ActInFuture(act_date.isoformat())
        bound = _bound(document, places or {})
        if by is not None:
            changes.require_no_change(_read(bound).code)
        return self._put(bound, (number, act_date), by.by if by else None)

    def put_in_force(
        self, document: Mapping[str, Any], indicators: Sequence[Mapping[str, Any]], *, act: tuple[str, date], person: str
    ) -> Kind:
        """Put a version that was agreed in force, with the indicators that come with it; the asking room has asked for rights."""
        self._keep_indicators(indicators, person)
        return self._put(document, act, person)

    def withdraw_kind(self, code: str, last: date, *, act_number: str, person: str) -> None:
        """End the last version of a kind with a day; the asking room has asked for rights."""
        version = shelf.end_kind(code, last)
        journal.record(
            "kind:withdrawn",
            at=self._clock.now(),
            subject=("kind", code),
            actor=person,
            version=version,
            act_number=act_number,
            last=last.isoformat(),
        )

    def _keep_indicators(self, documents: Sequence[Mapping[str, Any]], person: str | None) -> int:
        self._made.clear()
        now, count = self._clock.now(), 0
        for document, read in zip(documents, shelf.read_indicators(documents), strict=True):
            if shelf.keep_indicator(read, document, at=now, by=person):
                journal.record("indicator:kept", at=now, subject=("indicator", read.code), actor=person)
                count += 1
        return count

    def _put(self, document: Mapping[str, Any], act: tuple[str, date], person: str | None) -> Kind:
        self._made.clear()
        kind = _read(document)
        unknown = [*known_places.faults(kind), *known_kinds.faults(kind), *maps.faults(kind, self._before(kind))]
        if unknown:
            raise KindInvalid(kind.code, unknown)
        now = self._clock.now()
        row = shelf.add_kind(document, kind, act=act, at=now, by=person)
        if row is not None:
            journal.record(
                "kind:put_in_force", at=now, subject=("kind", kind.code), actor=person, version=kind.version, act_number=row.act_number
            )
        return kind

    def import_definitions(self, places: Mapping[str, str] | None = None, by: Actor | None = None) -> list[Kind]:
        """Put the kinds that come with the product in force, each by the act that it is based on, with their indicators."""
        self.import_indicators(_load("indicators.json"), by)
        documents = [_load(path.name) for path in sorted(DEFINITIONS.glob("*.json")) if path.name != "indicators.json"]
        return [self._import_definition(document, places, by) for document in documents]

    def _import_definition(self, document: Mapping[str, Any], places: Mapping[str, str] | None, by: Actor | None) -> Kind:
        basis = document["legal_basis"]
        named = {name: code for name, code in (places or {}).items() if name in document["places"]}
        return self.import_kind(document, act_number=basis["number"], act_date=date.fromisoformat(basis["date"]), by=by, places=named)

    def _last_due_day(self, kind: Kind, period: Period) -> date:
        return max(self.calendar.due_day(rule, period) for rule in kind.due.values())


def _read(document: Mapping[str, Any]) -> Kind:
    return reading.read(document, shelf.indicators_of(shelf.indicators_named(document)))


def _laid_down(kind: Kind) -> list[date]:
    """The day that stands for what is reported once: the last of those that are laid down for the levels."""
    days = [rule.on for rule in kind.due.values() if rule.on is not None]
    return [max(days)] if days else []


def _rule(kind: Kind, body: Body) -> DueRule:
    rule = kind.due.get(body.level)
    if rule is None:
        raise DeadlineUnknown(kind.code, body.level)
    return rule


def _bound(document: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, Any]:
    bound = deepcopy(dict(document))
    held = bound.get("places")
    for name, code in places.items():
        place = held.get(name) if isinstance(held, dict) else None
        if isinstance(place, dict):
            place["body"] = code
    return bound


def _require_edit(by: Actor | None) -> None:
    if by is not None:
        permissions.require(by, Permission.REGISTER_EDIT, EVERYWHERE)


def _load(name: str) -> Any:
    return json.loads((DEFINITIONS / name).read_text("utf-8"))

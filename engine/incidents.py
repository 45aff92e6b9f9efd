"""Incidents as people see them: listed, noted upon, tried again once their cause was mended, or resolved with a word of reason."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failed_starts, failures
from engine.errors import IncidentNotFound, IncidentResolved, StepBroken, StepFailed
from engine.instances import Instances
from engine.models import ExternalTaskRow, IncidentRow, InstanceRow
from engine.situation import body_id
from engine.steps import Steps
from storage import database
from storage.journal import record
from storage.pages import Key, Page, page


@dataclass(frozen=True)
class Incident:
    """A failed step. `kind` and `subject_id` say of which task, timer, message subscription or job; `cause` is a code.

    Of kind "start" it tells of an instance that could not be started in the background: it has none, only the definition. `failures` counts
    the attempts that ended like this; `resolution` is why somebody resolved it by hand, `annotation` what people noted about it.
    """

    id: UUID
    instance_id: UUID | None
    definition_id: UUID | None
    definition_key: str
    business_key: str | None
    body: str | None
    element_id: str | None
    kind: str
    subject_id: str
    cause: str
    message: str
    created_at: datetime
    failures: int
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str | None
    annotation: str | None


_FIELDS = tuple(field.name for field in fields(Incident))


class Incidents:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps, instances: Instances) -> None:
        self._steps = steps
        self._instances = instances

    def get(self, incident_id: UUID) -> Incident:
        """An incident by id. Raises IncidentNotFound."""
        return _incident(_row(incident_id))

    def list(
        self,
        instance_id: UUID | None = None,
        *,
        open_only: bool = True,
        definition_key: str | None = None,
        limit: int = 50,
        after: Key | None = None,
    ) -> Page[Incident]:
        """Incidents, the newest first."""
        query = sa.select(IncidentRow).order_by(IncidentRow.id.desc()).limit(limit + 1)
        if instance_id is not None:
            query = query.where(IncidentRow.instance_id == instance_id)
        if definition_key is not None:
            query = query.where(IncidentRow.definition_key == definition_key)
        if open_only:
            query = query.where(IncidentRow.resolved_at.is_(None))
        if after is not None:
            query = query.where(IncidentRow.id < after[0])
        return page(database.session.scalars(query).all(), limit, item=_incident, key=lambda row: (row.id,))

    def retry(self, incident_id: UUID, by: str | None) -> Incident:
        """Take the failed step again, now, as the one who took it first; the incident is resolved when it succeeds.

        Raises IncidentNotFound, IncidentResolved, InstanceNotActive, and StepFailed when it fails again.
        """
        found, instance = self._open(incident_id)
        if instance is None:
            self._start_again(found, by)
        elif found.kind == "external":
            self._offer_again(instance, found, by)
        else:
            attempts.take_strictly(self._steps, instance, failures.attempt_of(found))
            found.resolved_by = by
        about = {"kind": found.kind, "instance_id": None if found.instance_id is None else str(found.instance_id)}
        record(
            "incident:retried", at=self._steps.clock.now(), subject=("incident", found.id), actor=by, body_id=body_id(found.body), **about
        )
        database.session.flush()
        return _incident(found)

    def resolve(self, incident_id: UUID, reason: str, by: str | None) -> Incident:
        """Call an incident settled, without taking its step: what failed stays where it stands, and can still be tried as a job, or the
        start is given up. Raises IncidentNotFound, IncidentResolved.
        """
        found, instance = self._open(incident_id)
        failures.close(found, by=by, now=self._steps.clock.now(), reason=reason[:500])
        if instance is not None:
            instance.incidents -= 1
        database.session.flush()
        return _incident(found)

    def annotate(self, incident_id: UUID, text: str | None, by: str | None) -> Incident:
        """Note something about an incident, open or resolved, in place of what was noted before. Raises IncidentNotFound."""
        found = _row(incident_id)
        found.annotation = text
        event, at = "incident:annotated" if text else "incident:annotation_removed", self._steps.clock.now()
        record(event, at=at, subject=("incident", found.id), actor=by, body_id=body_id(found.body), kind=found.kind)
        database.session.flush()
        return _incident(found)

    def _open(self, incident_id: UUID) -> tuple[IncidentRow, InstanceRow | None]:
        """An open incident and its instance, both locked. Raises IncidentNotFound, IncidentResolved."""
        found = _row(incident_id)
        instance = None if found.instance_id is None else self._steps.lock(found.instance_id)
        database.session.refresh(found, with_for_update=True)
        if found.resolved_at is not None:
            raise IncidentResolved(incident_id=str(incident_id))
        return found, instance

    def _start_again(self, found: IncidentRow, by: str | None) -> None:
        """Start the instance that could not be started."""
        start, now = failures.start_of(found), self._steps.clock.now()
        try:
            failed_starts.begin(self._instances, start)
        except StepBroken as broken:
            failure = StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message)
            failure.aftermath = lambda broken=broken: failures.keep_start(start, broken, now)
            raise failure from broken
        failures.close(found, by=by, now=now)

    def _offer_again(self, instance: InstanceRow, found: IncidentRow, by: str | None) -> None:
        """Let workers fetch an external task once more."""
        one = sa.update(ExternalTaskRow).where(ExternalTaskRow.id == UUID(found.subject_id))
        database.session.execute(one.values(retries=1, worker_id=None, locked_until=None))
        instance.incidents -= failures.resolve(instance, {UUID(found.subject_id)}, by=by, now=self._steps.clock.now())


def _row(incident_id: UUID) -> IncidentRow:
    row = database.session.get(IncidentRow, incident_id)
    if row is None:
        raise IncidentNotFound(incident_id=str(incident_id))
    return row


def _incident(row: IncidentRow) -> Incident:
    return Incident(**{name: getattr(row, name) for name in _FIELDS})

"""Incidents as people see them: listed, and tried again once their cause was mended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from engine import attempts, failures
from engine.errors import IncidentNotFound, IncidentResolved
from engine.models import ExternalTaskRow, IncidentRow, InstanceRow
from engine.steps import Steps
from storage import database
from storage.pages import Key, Page, page


@dataclass(frozen=True)
class Incident:
    """A failed step. `kind` and `subject_id` say of which task, timer, message subscription or job; `cause` is a code.

    `failures` counts the attempts that ended like this.
    """

    id: UUID
    instance_id: UUID
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


class Incidents:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

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
        found = _row(incident_id)
        instance = self._steps.lock(found.instance_id)
        database.session.refresh(found)
        if found.resolved_at is not None:
            raise IncidentResolved(incident_id=str(incident_id))
        if found.kind == "external":
            self._offer_again(instance, found, by)
        else:
            attempts.take_strictly(self._steps, instance, failures.attempt_of(found))
            found.resolved_by = by
        database.session.flush()
        return _incident(found)

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
    return Incident(
        id=row.id,
        instance_id=row.instance_id,
        definition_key=row.definition_key,
        business_key=row.business_key,
        body=row.body,
        element_id=row.element_id,
        kind=row.kind,
        subject_id=row.subject_id,
        cause=row.cause,
        message=row.message,
        created_at=row.created_at,
        failures=row.failures,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
    )

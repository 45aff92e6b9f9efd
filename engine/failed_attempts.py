"""The log of attempts that failed, in the background or at workers outside. It tells nothing of attempts that succeeded."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from engine.errors import StepBroken
from engine.failures import START, Attempt, Start
from engine.job_tables import FailedAttemptRow
from engine.models import ExternalTaskRow
from engine.situation import Situation
from storage import database
from storage.identifiers import new_id


def keep(situation: Situation, attempt: Attempt, broken: StepBroken, now: datetime, *, retries: int = 0) -> None:
    """Keep a failed attempt of a timer or a job."""
    about = {"definition_id": situation.definition_id, "definition_key": situation.definition_key, "body": situation.body}
    place = {"instance_id": situation.instance_id, "element_id": broken.element_id, **about}
    _add(attempt.kind, attempt.subject_id, broken.message, now, retries, place)


def keep_start(start: Start, broken: StepBroken, now: datetime) -> None:
    """Keep a failed attempt to start an instance."""
    place = {"definition_id": start.definition_id, "definition_key": start.definition_key}
    _add(START, start.subject_id, broken.message, now, 0, {"element_id": broken.element_id or start.element_id, **place})


def keep_external(row: ExternalTaskRow, worker_id: str, now: datetime) -> None:
    """Keep that a worker outside has failed; `row` says how and how many retries are left."""
    names = ("instance_id", "definition_id", "definition_key", "body", "element_id", "topic")
    place = {name: getattr(row, name) for name in names}
    told = {"worker_id": worker_id, "details": row.failure_details}
    _add("external", row.id, row.failure or "", now, row.retries or 0, {**place, **told})


def _add(kind: str, subject_id: UUID, message: str, now: datetime, retries: int, place: Mapping[str, object]) -> None:
    about = {"kind": kind, "subject_id": subject_id, "message": message[:4000], "retries": retries}
    database.session.add(FailedAttemptRow(id=new_id(), at=now, **about, **place))
    database.session.flush()

"""Ad-hoc subprocesses in open instances: what can be begun in them, begun by hand, and said to be done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine import snapshots, tree
from engine.account import Opening
from engine.errors import AdHocNotOpen, AdHocNotOver, AdHocRefused, InstanceNotFound, StepBroken, StepFailed
from engine.instances import Instance, instance_of
from engine.models import InstanceRow
from engine.parsing.activity_facts import AdHoc
from engine.parsing.specs import ad_hoc, placing
from engine.situation import body_id
from engine.steps import Step, Steps, told_to_a_person
from storage import database
from storage.journal import record


@dataclass(frozen=True)
class Choice:
    """An element that can be begun."""

    element_id: str
    kind: str
    name: str | None


@dataclass(frozen=True)
class OpenAdHoc:
    """An open ad-hoc subprocess: its activity, its element, and what can be begun there now."""

    activity_id: UUID
    element_id: str
    name: str | None
    choices: Sequence[Choice]


class AdHocSubProcesses:
    """Everything is done in the caller's transaction."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def of_instance(self, instance_id: UUID) -> list[OpenAdHoc]:
        """The open ad-hoc subprocesses of an instance, the oldest first. Raises InstanceNotFound."""
        row = database.session.scalar(sa.select(InstanceRow).where(InstanceRow.id == instance_id))
        if row is None:
            raise InstanceNotFound(instance_id=str(instance_id))
        if row.snapshot is None or not any(shown[3] == "ad_hoc" for _, *shown in snapshots.unpacked(row.snapshot)["open"]):
            return []
        step = self._steps.restore(row)
        return [_told(opening, inside) for opening, inside in _open_ones(step)]

    def begin(
        self,
        instance_id: UUID,
        element_ids: Sequence[str],
        *,
        activity_id: UUID | None = None,
        variables: Mapping[str, Any] | None = None,
        by: str | None,
    ) -> Instance:
        """Begin elements in an open ad-hoc subprocess, in the only one or that of an activity, with variables of their own.

        Raises InstanceNotFound, InstanceNotActive, AdHocNotOpen, AdHocRefused, StepFailed, and what an operation refuses.
        """
        row = self._steps.lock(instance_id)
        step = self._steps.load(row, by=by)
        opening, inside = _only(step, activity_id)
        known, facts = {element.id for element in ad_hoc.choices(inside)}, opening.element.ad_hoc
        for element_id in element_ids:
            if element_id not in known:
                raise AdHocRefused(reason="element", element=element_id[:255])
        if facts is not None and facts.sequential and (len(element_ids) > 1 or not ad_hoc.is_quiet(ad_hoc.opened(inside))):
            raise AdHocRefused(reason="sequential", element=opening.element.id)
        with told_to_a_person(_failed):
            for element_id in element_ids:
                step.execution.at(step.token_of(opening), partial(_begin, step, inside, element_id, variables or {}))
            step.execution.go_on()
            self._steps.save(step)
        self._record(row, "process_instance:activities_begun", opening, by, elements=list(element_ids))
        return instance_of(row)

    def complete(self, instance_id: UUID, *, activity_id: UUID | None = None, by: str | None) -> Instance:
        """Say that an ad-hoc subprocess is done: nothing may be under way in it and, where it has a condition, that must hold.

        Raises as `begin` does, and AdHocNotOver.
        """
        row = self._steps.lock(instance_id)
        step = self._steps.load(row, by=by)
        opening, inside = _only(step, activity_id)
        opened = ad_hoc.opened(inside)
        if not ad_hoc.is_quiet(opened):
            raise AdHocNotOver(reason="busy", element=opening.element.id)
        with told_to_a_person(_failed):
            if not step.execution.at(step.token_of(opening), lambda: opened.task_spec.may_be_ended(opened)):
                raise AdHocNotOver(reason="condition", element=opening.element.id)
            ad_hoc.end(opened)
            step.execution.go_on()
            self._steps.save(step)
        self._record(row, "process_instance:ad_hoc_completed", opening, by)
        return instance_of(row)

    def _record(self, row: InstanceRow, event: str, opening: Opening, by: str | None, **told: Any) -> None:
        about = {"definition_key": row.definition_key, "business_key": row.business_key, "element_id": opening.element.id, **told}
        subject = ("process_instance", row.id)
        record(event, at=self._steps.clock.now(), subject=subject, actor=by, body_id=body_id(row.body), **about)
        database.session.flush()


def _open_ones(step: Step) -> Iterator[tuple[Opening, tree.Tree]]:
    for opening in step.account.openings:
        if opening.wait == "ad_hoc":
            yield opening, step.execution.top.subprocesses[step.token_of(opening).id]


def _only(step: Step, activity_id: UUID | None) -> tuple[Opening, tree.Tree]:
    found = [(opening, inside) for opening, inside in _open_ones(step) if activity_id in (None, opening.id)]
    if len(found) != 1:
        raise AdHocNotOpen(count=len(found))
    return found[0]


def _told(opening: Opening, inside: tree.Tree) -> OpenAdHoc:
    facts: AdHoc | None = opening.element.ad_hoc
    busy = facts is not None and facts.sequential and not ad_hoc.is_quiet(ad_hoc.opened(inside))
    choices = [] if busy else [Choice(element.id, element.kind, element.name) for element in ad_hoc.choices(inside)]
    return OpenAdHoc(opening.id, opening.element.id, opening.element.name, choices)


def _begin(step: Step, inside: tree.Tree, element_id: str, variables: Mapping[str, Any]) -> None:
    """Put a token at an element with variables of its own; what is done several times shares them with the subprocess."""
    token = ad_hoc.put(inside, element_id)
    if tree.holds_instances(token):
        step.execution.evaluation.write(token, variables)
    elif variables:
        step.execution.evaluation.write_local(token, variables)
    placing.arrive(token)


def _failed(broken: StepBroken) -> StepFailed:
    return StepFailed(element_id=broken.element_id, cause=broken.cause, message=broken.message)

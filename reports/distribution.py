"""Who gets a report to prepare: by the head's distribution, or by a standing rule of the body that spares it."""

from uuid import UUID

import sqlalchemy as sa

from organisations import permissions
from organisations.actors import Actor
from organisations.organisations import Organisations
from organisations.permissions import Permission
from organisations.roles import Role
from refusals import Refusal
from register.register import Register
from reports import chronicle, in_hand, shelf, standing_rules
from reports.errors import ExecutorUnknown, NotAtThisStage, SectionUnknown
from reports.lifecycle import Stage
from reports.models import StandingDistribution
from reports.standing_rules import EVERY_KIND, StandingRule
from storage import journal
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id


class Distribution:
    """The standing rules of bodies."""

    def __init__(self, *, clock: Clock, organisations: Organisations, register: Register) -> None:
        self._clock = clock
        self._organisations = organisations
        self._register = register

    def set_rule(self, actor: Actor, body_id: UUID, kind_code: str = EVERY_KIND, executor_id: UUID | None = None) -> StandingRule:
        """Lay down a standing rule, in place of an earlier one for the same kind. Raises BodyNotFound, KindNotFound, ExecutorUnknown."""
        permissions.require(actor, Permission.TASK_ASSIGN, body_id)
        self._organisations.bodies.get(body_id)
        if kind_code != EVERY_KIND:
            self._register.versions(kind_code)
        if executor_id is not None:
            self.require_executor(str(executor_id), body_id)
        row = standing_rules.row(body_id, kind_code) or StandingDistribution(id=new_id(), body_id=body_id, kind_code=kind_code)
        row.executor_id = executor_id
        session.add(row)
        self._record("standing_distribution:set", actor, row)
        return StandingRule(body_id, kind_code, executor_id)

    def lift_rule(self, actor: Actor, body_id: UUID, kind_code: str = EVERY_KIND) -> None:
        """Take a standing rule back; nothing when there is none."""
        permissions.require(actor, Permission.TASK_ASSIGN, body_id)
        row = standing_rules.row(body_id, kind_code)
        if row is not None:
            session.delete(row)
            self._record("standing_distribution:lifted", actor, row)

    def give_section(self, actor: Actor, report_id: UUID, code: str, executor_id: UUID | None) -> None:
        """Give a section of a report to one executor, or (None) to all again; for who distributes, and for the responsible executor.

        Raises SectionUnknown, ExecutorUnknown, NotAtThisStage, NotPermitted.
        """
        shelf.seen(actor, report_id)
        report = shelf.locked(report_id)
        if report.responsible_id != actor.user_id:
            permissions.require(actor, Permission.TASK_ASSIGN, report.body_id)
        if report.stage not in (Stage.SCHEDULED, Stage.IN_PREPARATION):
            raise NotAtThisStage("give_section", report.stage)
        section = next((section for section in shelf.sections_of(report.id) if section.code == code), None)
        if section is None:
            raise SectionUnknown(code)
        section.executor_id = None if executor_id is None else self.require_executor(str(executor_id), report.body_id)
        executor = str(executor_id) if executor_id else None
        chronicle.tell("section_given", report, self._clock.now(), by=actor.by, section=code, executor=executor)
        session.flush()

    def rules(self, body_id: UUID) -> list[StandingRule]:
        """The standing rules of a body."""
        query = sa.select(StandingDistribution).where(StandingDistribution.body_id == body_id).order_by(StandingDistribution.kind_code)
        return [standing_rules.rule_of(row) for row in session.scalars(query)]

    def rule_for(self, body_id: UUID, kind_code: str) -> StandingRule | None:
        """The rule for a kind at a body: its own, else the one for every kind."""
        held = in_hand.rule(body_id)
        return held.rule if held is not None else standing_rules.for_kind([body_id], kind_code).get(body_id)

    def require_executor(self, user_id: str, body_id: UUID) -> UUID:
        """The id of an executor of a body. Raises ExecutorUnknown."""
        if not self.is_executor(user_id, body_id):
            raise ExecutorUnknown(user_id)
        return UUID(user_id)

    def is_executor(self, user_id: str, body_id: UUID) -> bool:
        """Whether somebody is an executor at a body today."""
        try:
            if in_hand.is_executor(UUID(user_id), body_id):
                return True
            return self._organisations.actor(UUID(user_id)).has(Role.EXECUTOR, body_id)
        except (ValueError, Refusal):
            return False

    def _record(self, event: str, actor: Actor, row: StandingDistribution) -> None:
        session.flush()
        subject = ("standing_distribution", row.id)
        journal.record(event, at=self._clock.now(), subject=subject, actor=actor.by, body_id=row.body_id, kind=row.kind_code)

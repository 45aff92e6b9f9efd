"""Editions of the Register: gathered from agreed changes as a draft, approved by an act as a whole, compared with one another."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from documents import pdf_files, word_files
from documents.printed import Printed
from organisations import permissions
from organisations.actors import Actor
from organisations.errors import NotPermitted
from organisations.organisations import Organisations
from organisations.permissions import EVERYWHERE, Permission
from register import shelf as kinds
from register.changes import acts, shelf
from register.changes.acts import Act
from register.changes.comparison import Contents, KindDifference, differences
from register.changes.errors import ChangedByYourself, ChangeNotAgreed, EditionFixed, EditionNotFound, EditionStale
from register.changes.laws import Permit
from register.changes.lifecycle import State
from register.changes.models import Change, Edition, EditionEntry, OverrideRow
from register.changes.processes import EDITION_APPROVED, Processes
from register.changes.putting import ONE_DAY, Putting
from register.kinds import Kind
from register.printing.editions import Sheet, printed
from register.register import Register
from storage import journal
from storage.clock import Clock
from storage.database import session
from storage.identifiers import new_id


class Editions:
    """Reading needs an application context, writing a transaction; both ask for the actor's rights."""

    def __init__(self, *, clock: Clock, register: Register, organisations: Organisations, putting: Putting, processes: Processes) -> None:
        self._clock = clock
        self._register = register
        self._organisations = organisations
        self._putting = putting
        self._processes = processes

    def list(self) -> Sequence[Edition]:
        """All editions, drafts first, then the newest first."""
        return session.scalars(sa.select(Edition).order_by(Edition.number.is_not(None), Edition.number.desc(), Edition.id.desc())).all()

    def get(self, edition_id: UUID) -> Edition:
        """An edition. Raises EditionNotFound."""
        return _only(sa.select(Edition).where(Edition.id == edition_id), edition_id)

    def draft(self, actor: Actor, body_id: UUID, change_ids: Sequence[UUID]) -> Edition:
        """Gather agreed changes into a draft of the next edition, which a body is to approve. Raises ChangeNotAgreed, BodyNotFound."""
        permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        self._organisations.bodies.get(body_id)
        edition = Edition(id=new_id(), body_id=body_id, edits=1, created_at=self._clock.now(), created_by=actor.by)
        session.add(edition)
        session.flush()
        self._gather(edition, change_ids)
        self._tell("drafted", edition, actor)
        return edition

    def save(self, actor: Actor, edition_id: UUID, body_id: UUID, change_ids: Sequence[UUID], *, if_match: int) -> Edition:
        """Gather other changes into a draft. Raises EditionFixed, EditionStale, ChangeNotAgreed, BodyNotFound."""
        permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        edition = self._open(edition_id, if_match)
        self._organisations.bodies.get(body_id)
        edition.body_id = body_id
        edition.edits += 1
        self._gather(edition, change_ids)
        self._tell("saved", edition, actor)
        return edition

    def discard(self, actor: Actor, edition_id: UUID) -> None:
        """Throw a draft away; its changes stay agreed. Raises EditionFixed."""
        permissions.require(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        edition = self._open(edition_id)
        self._gather(edition, ())
        self._tell("discarded", edition, actor)
        session.delete(edition)
        session.flush()

    def approve(self, actor: Actor, edition_id: UUID, given: Mapping[str, Any], *, if_match: int) -> Edition:
        """Approve a draft by an act: all its changes at one time or none, and their processes go on.

        Raises NotPermitted, ChangedByYourself, EditionFixed, EditionStale, ActNeeded, and what `Putting` refuses.
        """
        edition = self._open(edition_id, if_match)
        permit = _permit(actor, edition)
        act = acts.read(given, self._register.calendar.today())
        changes = shelf.of_edition(edition.id)
        if any(actor.by in change.editors for change in changes):
            raise ChangedByYourself()
        self._putting.approve(edition, changes, act, permit)
        begins = self._register.calendar.end_of(act.in_force_from - ONE_DAY) + timedelta(seconds=1)
        for change in changes:
            self._processes.tell(EDITION_APPROVED, change.business_key, variables={"in_force_at": begins}, by=actor.by)
        return edition

    def approve_alone(self, change: Change, act: Act, permit: Permit) -> None:
        """Approve one agreed change by an act of its own, which makes an edition too; its process knows already."""
        now = self._clock.now()
        edition = Edition(id=new_id(), body_id=permit.duty.body_id, edits=1, created_at=now, created_by=permit.actor.by)
        session.add(edition)
        session.flush()
        change.edition_id = edition.id
        self._putting.approve(edition, [change], act, permit)

    def allowed_actions(self, actor: Actor, edition: Edition) -> Sequence[str]:
        """What the actor may do to an edition now."""
        if edition.approved:
            return ()
        edits = permissions.allowed(actor, Permission.REGISTER_EDIT, EVERYWHERE)
        return [*(("edit", "discard") if edits else ()), *(("approve",) if self._may_approve(actor, edition) else ())]

    def changes(self, edition: Edition) -> Sequence[Change]:
        """The changes of an edition, by code."""
        return shelf.of_edition(edition.id)

    def contents(self, edition: Edition) -> Sequence[Kind]:
        """The kinds that an approved edition holds, by code; none for a draft."""
        return self._register.kind_versions(_entries(edition))

    def overrides(self, edition: Edition) -> Sequence[tuple[Change, OverrideRow]]:
        """The owners' words on duplicates of the changes of an edition, with the change each belongs to."""
        query = (
            sa.select(Change, OverrideRow)
            .join(OverrideRow, OverrideRow.change_id == Change.id)
            .where(Change.edition_id == edition.id)
            .order_by(Change.code, OverrideRow.asked, OverrideRow.match)
        )
        return [(change, row) for change, row in session.execute(query)]

    def compared(self, edition_id: UUID, with_id: UUID | None = None) -> Sequence[KindDifference]:
        """What an approved edition changed against another, or against the one before it. Raises EditionNotFound."""
        edition = self.get(edition_id)
        before = self.get(with_id) if with_id is not None else self._before(edition)
        return differences(self._documents(before), self._documents(edition))

    def as_word_file(self, edition_id: UUID, language: str) -> bytes:
        """An edition on paper, as DOCX. Raises EditionNotFound."""
        return word_files.write(self._printed(edition_id, language))

    def as_pdf_file(self, edition_id: UUID, language: str) -> bytes:
        """An edition on paper, as PDF. Raises EditionNotFound."""
        return pdf_files.write(self._printed(edition_id, language))

    def _printed(self, edition_id: UUID, language: str) -> Printed:
        edition = self.get(edition_id)
        body = self._organisations.bodies.get(edition.body_id)
        changed = self.compared(edition.id) if edition.approved and edition.number != 1 else ()
        names = {"kk": body.name("kk"), "ru": body.name("ru"), "en": body.name("en")}
        overrides = self.overrides(edition)
        named = kinds.indicators_of(code for _, row in overrides for code in (row.asked, row.held))
        indicators = {code: indicator.names for code, indicator in named.items()}
        sheet = Sheet(edition, names, self.contents(edition), changed, overrides, indicators)
        return printed(sheet, language, self._clock.now())

    def _before(self, edition: Edition) -> Edition | None:
        if edition.number is None:
            raise EditionNotFound(edition.id)
        return session.scalar(sa.select(Edition).where(Edition.number == edition.number - 1))

    def _documents(self, edition: Edition | None) -> Contents:
        if edition is None:
            return {}
        documents = self._register.documents(_entries(edition))
        return {code: (version, document) for (code, version), document in documents.items()}

    def _may_approve(self, actor: Actor, edition: Edition) -> bool:
        """Whether the actor may approve a draft."""
        if any(actor.by in change.editors for change in shelf.of_edition(edition.id)):
            return False
        try:
            _permit(actor, edition)
        except NotPermitted:
            return False
        return True

    def _open(self, edition_id: UUID, if_match: int | None = None) -> Edition:
        edition = _only(sa.select(Edition).where(Edition.id == edition_id).with_for_update(), edition_id)
        if edition.number is not None:
            raise EditionFixed(edition.number)
        if if_match is not None and edition.edits != if_match:
            raise EditionStale(edition.edits)
        return edition

    def _gather(self, edition: Edition, change_ids: Sequence[UUID]) -> None:
        for change in shelf.of_edition(edition.id):
            change.edition_id = None
        for change_id in dict.fromkeys(change_ids):
            change = shelf.locked(change_id)
            if change.state is not State.AGREED or change.edition_id not in (None, edition.id):
                raise ChangeNotAgreed(change.code, change.state)
            change.edition_id = edition.id
        session.flush()

    def _tell(self, event: str, edition: Edition, actor: Actor) -> None:
        journal.record(
            f"register_edition:{event}",
            at=self._clock.now(),
            subject=("register_edition", edition.id),
            actor=actor.by,
            body_id=edition.body_id,
            changes=[change.business_key for change in shelf.of_edition(edition.id)],
        )


def _entries(edition: Edition) -> list[tuple[str, int]]:
    query = sa.select(EditionEntry).where(EditionEntry.edition_id == edition.id).order_by(EditionEntry.kind_code)
    return [(row.kind_code, row.kind_version) for row in session.scalars(query)]


def _permit(actor: Actor, edition: Edition) -> Permit:
    """Leave to approve: the right at the very body whose act it is."""
    duty = permissions.duty_for(actor, Permission.REGISTER_APPROVE, edition.body_id)
    if duty is None or duty.body_id != edition.body_id:
        raise NotPermitted(Permission.REGISTER_APPROVE)
    return Permit(actor, duty)


def _only(query: sa.Select[Edition], wanted: object) -> Edition:
    session.flush()
    edition = session.scalar(query.execution_options(populate_existing=True))
    if edition is None:
        raise EditionNotFound(wanted)
    return edition

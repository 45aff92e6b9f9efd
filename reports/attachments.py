"""Files that accompany a report: attached while the body prepares it, frozen with the revision, handed out to whoever may read that.

The content lies in the file store under its hash. It is looked at and written there before the row is. What a refusal in between leaves
behind is for the sweep, which removes what no row names and nobody wrote within the last day.
"""

import io
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from documents import file_types
from organisations.actors import Actor
from register.kinds import Kind
from reports import attachment_shelf, chronicle, laws, revisions, saving, shelf
from reports.attachment_errors import (
    AttachmentAltered,
    AttachmentNameInvalid,
    AttachmentNameTaken,
    AttachmentNotFound,
    AttachmentsTooLarge,
    AttachmentsTooMany,
    AttachmentTooLarge,
)
from reports.errors import RevisionNotFound
from reports.laws import Action
from reports.models import Report, ReportAttachment
from reports.permits import Permit
from reports.revisions import Revisions
from reports.shelf import View
from storage import outbox
from storage.clock import Clock
from storage.files import FileAltered, FileMissing, FileStore
from storage.identifiers import new_id
from storage.transaction import transaction

LONGEST_NAME = 150
MOST_FILES = 100
#: How long a file without a row is left alone.
PATIENCE = timedelta(days=1)
_SOME = 500
#: Unicode categories of signs that a name can't have: controls, what changes the direction of writing, ends of lines, halves of signs.
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Cn", "Co"})


@dataclass(frozen=True)
class AttachmentLimits:
    """How large one attachment may be, and all of a revision together, in bytes."""

    one: int = 20_000_000
    all: int = 200_000_000


@dataclass(frozen=True)
class Incoming:
    """A file as it comes in: what its sender calls it, and what it says that it is."""

    name: str
    declared: str
    content: BinaryIO


class Attachments:
    """The attachments of all reports. `add` makes its own transaction; the other writing is done in an open one."""

    def __init__(
        self, *, clock: Clock, files: FileStore, limits: AttachmentLimits, revisions_: Revisions, kind_of: Callable[[Report], Kind]
    ) -> None:
        self._clock = clock
        self._files = files
        self._limits = limits
        self._revisions = revisions_
        self._kind_of = kind_of

    def require_may_add(self, actor: Actor, report_id: UUID) -> None:
        """Refuse who may not attach anything now, before a file is read. Raises ReportNotFound and what `laws.permit` refuses with."""
        report, _ = shelf.seen(actor, report_id)
        laws.permit(actor, Action.EDIT, report, self._kind_of(report))

    def add(self, actor: Actor, report_id: UUID, incoming: Incoming) -> ReportAttachment:
        """Attach a file to the revision in work; the same file under the same name is there already.

        Raises the refusals of `reports/attachment_errors.py`, of `documents.file_types.recognised` and of `require_may_add`.
        """
        self.require_may_add(actor, report_id)
        name, size = _name(incoming.name), incoming.content.seek(0, io.SEEK_END)
        if size > self._limits.one:
            raise AttachmentTooLarge(self._limits.one)
        self._require_room(shelf.seen(actor, report_id)[0], size)
        media_type = file_types.recognised(incoming.content, name, incoming.declared).media_type
        incoming.content.seek(0)
        sha256 = self._files.put(incoming.content)
        with transaction():
            shelf.seen(actor, report_id)
            report = shelf.locked(report_id)
            permit = laws.permit(actor, Action.EDIT, report, self._kind_of(report))
            row = ReportAttachment(name=name, media_type=media_type, size=size, sha256=sha256)
            return self._kept(report, permit, row)

    def remove(self, actor: Actor, report_id: UUID, attachment_id: UUID) -> None:
        """Take an attachment off the revision in work. Earlier revisions keep theirs. Raises AttachmentNotFound."""
        shelf.seen(actor, report_id)
        report, now = shelf.locked(report_id), self._clock.now()
        permit = laws.permit(actor, Action.EDIT, report, self._kind_of(report))
        row = attachment_shelf.find(report_id, attachment_id)
        if row is None or row.revision != report.revision:
            raise AttachmentNotFound(attachment_id)
        saving.remember_editor(report, actor)
        chronicle.tell("attachment_removed", report, now, permit, sha256=row.sha256, size=row.size)
        attachment_shelf.remove(report_id, report.revision, now, only=attachment_id)

    def list(self, actor: Actor, report_id: UUID, revision: int | None = None) -> list[ReportAttachment]:
        """The attachments of a revision, by default of what the actor reads as the content. Raises ContentPrivate, RevisionNotFound."""
        report, view = shelf.seen_whole(actor, report_id)
        if view is View.DRAFT and revision in (None, report.revision):
            return attachment_shelf.of(report_id, report.revision)
        number = revisions.latest_for(report, view).number if revision is None else revision
        self._revisions.get(actor, report_id, number)
        return attachment_shelf.of(report_id, number)

    @contextmanager
    def opened(self, actor: Actor, report_id: UUID, attachment_id: UUID) -> Iterator[tuple[ReportAttachment, BinaryIO]]:
        """An attachment and its content, compared with what was frozen and hashed before the first byte is given out.

        Raises AttachmentNotFound, AttachmentAltered, FileMissing, FileAltered.
        """
        row = self._readable(actor, report_id, attachment_id)
        with self._files.open_intact(row.sha256) as content:
            yield row, content

    def sweep(self) -> int:
        """Remove the files that no row names and nobody wrote within the last day; gives how many. Outside any transaction."""
        before, count = self._clock.now() - PATIENCE, 0
        self._files.discard_unfinished(written_before=before)
        hashes = (sha256 for sha256, _ in self._files.all())
        while some := list(islice(hashes, _SOME)):
            with transaction():
                left = attachment_shelf.unnamed(some)
            count += sum(self._files.discard(sha256, written_before=before) for sha256 in left)
        return count

    def handlers(self) -> Mapping[str, outbox.Handler]:
        """What becomes of the outbox's items of this room, by topic."""
        return {attachment_shelf.FILES_LEFT: self._discard}

    def faults(self) -> Iterator[str]:
        """Attachments whose file is missing or altered, or which are not what their revision froze. Reads every file."""
        for sha256, key in attachment_shelf.named():
            try:
                self._files.open_intact(sha256).close()
            except FileAltered:
                yield f"report {key}: the attached file {sha256} was altered"
            except FileMissing:
                yield f"report {key}: the attached file {sha256} is missing"
        yield from (f"report {key}, revision {number}: its attachments were altered" for key, number in revisions.unlike_their_files())

    def _discard(self, delivery: outbox.Delivery) -> None:
        for sha256 in attachment_shelf.unnamed(delivery.payload["hashes"]):
            self._files.discard(sha256, written_before=delivery.now - PATIENCE)

    def _kept(self, report: Report, permit: Permit, row: ReportAttachment) -> ReportAttachment:
        there = next(
            (each for each in attachment_shelf.of(report.id, report.revision) if each.name.casefold() == row.name.casefold()), None
        )
        if there is not None:
            if there.file == row.file:
                return there
            raise AttachmentNameTaken(there.name)
        self._require_room(report, row.size)
        now: datetime = self._clock.now()
        row.id, row.report_id, row.revision, row.added_at, row.added_by = new_id(), report.id, report.revision, now, permit.actor.by
        attachment_shelf.add(row)
        saving.remember_editor(report, permit.actor)
        told: dict[str, Any] = {"sha256": row.sha256, "size": row.size, "media_type": row.media_type}
        chronicle.tell("attachment_added", report, now, permit, **told)
        return row

    def _require_room(self, report: Report, size: int) -> None:
        kept = attachment_shelf.of(report.id, report.revision)
        if len(kept) >= MOST_FILES:
            raise AttachmentsTooMany(MOST_FILES)
        if size + sum(row.size for row in kept) > self._limits.all:
            raise AttachmentsTooLarge(self._limits.all)

    def _readable(self, actor: Actor, report_id: UUID, attachment_id: UUID) -> ReportAttachment:
        report, view = shelf.seen_whole(actor, report_id)
        row = attachment_shelf.find(report_id, attachment_id)
        if row is None:
            raise AttachmentNotFound(attachment_id)
        if view is View.DRAFT and row.revision == report.revision and not revisions.is_frozen(report):
            return row
        try:
            frozen = self._revisions.get(actor, report_id, row.revision)
        except RevisionNotFound as error:
            raise AttachmentNotFound(attachment_id) from error
        if row.file not in frozen.attachments:
            raise AttachmentAltered(row.name)
        return row


def _name(given: str) -> str:
    """The name of a file as it is kept. Raises AttachmentNameInvalid."""
    name = unicodedata.normalize("NFC", given.strip())
    unseen = any(unicodedata.category(sign) in _UNSEEN for sign in name)
    if unseen or not 0 < len(name) <= LONGEST_NAME or set(name) & set('/\\:*?"<>|') or name.startswith("."):
        raise AttachmentNameInvalid(LONGEST_NAME)
    return name

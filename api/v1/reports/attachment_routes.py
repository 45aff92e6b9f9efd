"""Files that accompany reports: attached, listed, handed out as downloads and never shown inside a page, taken off."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.bodies import upload
from api.house import house
from api.rooms import Room
from api.v1.reports.content_schemas import AttachmentList, AttachmentShape, AttachmentsQuery
from organisations.permissions import Permission
from reports.attachments import Incoming

_AT = "/reports/<uuid:report_id>/attachments"
_CHUNK = 1 << 18

attachments = Room("attachments", "Files that accompany reports")


@attachments.post(
    _AT,
    needs(Permission.REPORT_EDIT).but(own_transaction=True, takes_attachment=True),
    uploads=("data",),
    answer=AttachmentShape,
    status=201,
)
def add_attachment(report_id: UUID) -> Any:
    """Attach a file to the report that is in preparation; its type is told by its content and must agree with its name."""
    house().reports.attachments.require_may_add(actor(), report_id)
    file = upload("data")
    incoming = Incoming(file.filename or "", file.mimetype, cast(BinaryIO, file.stream))
    added = house().reports.attachments.add(actor(), report_id, incoming)
    return added, 201, {"Location": f"/api/v1/reports/{report_id}/attachments/{added.id}"}


@attachments.get(_AT, needs(Permission.REPORT_READ), query=AttachmentsQuery, answer=AttachmentList)
def list_attachments(report_id: UUID, query: dict[str, Any]) -> Any:
    """The files that accompany a revision."""
    return {"items": house().reports.attachments.list(actor(), report_id, query["revision"])}


@attachments.get(f"{_AT}/<uuid:attachment_id>", needs(Permission.REPORT_READ), media_type="application/octet-stream")
def get_attachment(report_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """One of them, to be saved: its hash is compared before the first byte is sent."""
    with ExitStack() as stack:
        row, content = stack.enter_context(house().reports.attachments.opened(actor(), report_id, attachment_id))
        answer = Response(_chunks(content), mimetype=row.media_type)
        answer.call_on_close(stack.pop_all().close)
    answer.content_length = row.size
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@attachments.delete(f"{_AT}/<uuid:attachment_id>", needs(Permission.REPORT_EDIT), status=204)
def remove_attachment(report_id: UUID, attachment_id: UUID) -> ResponseReturnValue:
    """Take a file off the report that is in preparation."""
    house().reports.attachments.remove(actor(), report_id, attachment_id)
    return "", 204


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk

"""Electronic signatures of revisions: attached, and verified again whenever they are shown."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.signature_schemas import NewSignature, Signatures, SignatureShape
from organisations.permissions import Permission
from signatures import encoding

_AT = "/reports/<uuid:report_id>/revisions/<int:number>/signatures"
_CMS = "application/pkcs7-signature"

report_signatures = Room("signatures", "Electronic signatures of revisions")


@report_signatures.post(
    _AT,
    needs(Permission.REPORT_APPROVE, Permission.REPORT_SIGN).but(own_transaction=True),
    body=NewSignature,
    answer=SignatureShape,
    status=201,
)
def attach(report_id: UUID, number: int, body: dict[str, Any]) -> Any:
    """Attach your own electronic signature, a detached CMS over the canonical bytes, to the revision that is on approval or signing."""
    shown = house().reports.signatures.attach(actor(), report_id, number, encoding.bytes_of(body["cms"]))
    return shown, 201, {"Location": f"/api/v1/reports/{report_id}/revisions/{number}/signatures/{shown.kept.id}"}


@report_signatures.get(_AT, needs(Permission.REPORT_READ), answer=Signatures)
def list_signatures(report_id: UUID, number: int) -> Any:
    """The electronic signatures of a revision, each verified again now."""
    return {"items": house().reports.signatures.list(actor(), report_id, number)}


@report_signatures.get(f"{_AT}/<uuid:signature_id>", needs(Permission.REPORT_READ), media_type=_CMS)
def get_signature(report_id: UUID, number: int, signature_id: UUID) -> ResponseReturnValue:
    """The DER of one, verified again now: `X-Signature-State` says how it stands."""
    shown = house().reports.signatures.get(actor(), report_id, number, signature_id)
    headers = {
        "X-Signature-State": shown.standing.state.value,
        "Content-Disposition": f'attachment; filename="{shown.kept.id}.p7s"',
    }
    return Response(shown.kept.content, mimetype=_CMS, headers=headers)

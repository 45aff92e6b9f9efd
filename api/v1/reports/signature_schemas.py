"""Shapes of electronic signatures. The IIN of a signer is in the CMS alone."""

from marshmallow import fields, validate

from api import problems
from api.shapes import Shape
from signatures.encoding import MAX_TEXT
from signatures.ports import State


class NewSignature(Shape):
    """A detached CMS in base64 of its DER, or in PEM."""

    cms = fields.String(required=True, validate=validate.Length(min=1, max=MAX_TEXT))


class CertificateShape(Shape):
    """The certificate that a signature was made with."""

    serial_number = fields.String()
    issuer = fields.String()
    name = fields.String()
    bin = fields.String(allow_none=True)
    organisation = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    valid_from = fields.AwareDateTime()
    valid_until = fields.AwareDateTime()


class SignatureShape(Shape):
    """A signature, what was verified when it came, and how it stands now; `detail` says the state in words."""

    id = fields.UUID(attribute="kept.id")
    report_id = fields.UUID(attribute="kept.report_id")
    revision = fields.Integer(attribute="kept.revision")
    by = fields.String(attribute="kept.by")
    role = fields.String(attribute="kept.role")
    on_behalf_of = fields.String(attribute="kept.on_behalf_of", allow_none=True)
    body_id = fields.UUID(attribute="kept.body_id")
    sha256 = fields.String(attribute="kept.sha256")
    certificate = fields.Nested(CertificateShape, attribute="kept.verified.certificate")
    verifier = fields.String(attribute="kept.verified.verifier")
    digest_algorithm = fields.String(attribute="kept.verified.digest_algorithm")
    signed_at = fields.AwareDateTime(attribute="kept.verified.signed_at", allow_none=True)
    timestamp = fields.AwareDateTime(attribute="kept.verified.timestamp", allow_none=True)
    verified_at = fields.AwareDateTime(attribute="kept.verified.verified_at")
    state = fields.String(attribute="standing.state.value", validate=validate.OneOf([state.value for state in State]))
    detail = fields.Function(lambda shown: problems.say(f"signature_state_{shown.standing.state.value}", {}), metadata={"type": "string"})
    checked_at = fields.AwareDateTime(attribute="standing.checked_at")
    revoked_at = fields.AwareDateTime(attribute="standing.revoked_at", allow_none=True)


class Signatures(Shape):
    """The signatures of a revision, oldest first."""

    items = fields.List(fields.Nested(SignatureShape))

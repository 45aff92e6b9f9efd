"""Shapes of signing on a phone. Names of what the phone reads and writes are those of eGov Mobile."""

from marshmallow import fields, validate

from api import problems
from api.shapes import Shape
from reports.phone_signing import Progress

_NAME = validate.Length(max=300)


class PhoneSigningShape(Shape):
    """A signing on a phone; `link` and `qr`, the text of the code, are shown once. `detail` says why the phone's signature was refused."""

    id = fields.UUID()
    report_id = fields.UUID()
    revision = fields.Integer()
    state = fields.String(attribute="progress.value", validate=validate.OneOf([progress.value for progress in Progress]))
    expires_at = fields.AwareDateTime()
    refusal = fields.Function(lambda signing: (signing["refusal"] or {}).get("code"), metadata={"type": ["string", "null"]})
    detail = fields.Function(
        lambda signing: None if signing["refusal"] is None else problems.say(**signing["refusal"]),
        metadata={"type": ["string", "null"]},
    )
    signature_id = fields.UUID(allow_none=True)
    link = fields.String(allow_none=True)
    qr = fields.String(allow_none=True)


class PhoneOrganisation(Shape):
    """The body that asks for the signature."""

    nameKz = fields.String()  # noqa: N815
    nameRu = fields.String()  # noqa: N815
    nameEn = fields.String()  # noqa: N815
    bin = fields.String()


class PhoneDocumentAddress(Shape):
    """Where the document is."""

    uri = fields.String()
    auth_type = fields.String()
    auth_token = fields.String()


class PhoneTaskShape(Shape):
    """What a phone is to do."""

    description = fields.String()
    expiry_date = fields.AwareDateTime()
    organisation = fields.Nested(PhoneOrganisation)
    document = fields.Nested(PhoneDocumentAddress)


class PhoneFile(Shape):
    """A file: the document in base64, or its signature."""

    mime = fields.String(load_default="", validate=_NAME)
    data = fields.String(required=True, validate=validate.Length(min=1))


class PhoneFileHolder(Shape):
    """What holds the file."""

    file = fields.Nested(PhoneFile, required=True)


class PhoneMeta(Shape):
    """A line that the phone shows."""

    name = fields.String(validate=_NAME)
    value = fields.String(validate=_NAME)


class PhoneDocument(Shape):
    """One document."""

    id = fields.Integer(load_default=1)
    nameKz = fields.String(load_default="", validate=_NAME)  # noqa: N815
    nameRu = fields.String(load_default="", validate=_NAME)  # noqa: N815
    nameEn = fields.String(load_default="", validate=_NAME)  # noqa: N815
    meta = fields.List(fields.Nested(PhoneMeta), load_default=list, validate=validate.Length(max=50))
    document = fields.Nested(PhoneFileHolder, required=True)


class PhoneDocuments(Shape):
    """The documents to be signed, or signed: always one."""

    signMethod = fields.String(load_default="CMS_SIGN_ONLY", validate=validate.OneOf(["CMS_SIGN_ONLY"]))  # noqa: N815
    version = fields.Integer(load_default=1)
    documentsToSign = fields.List(fields.Nested(PhoneDocument), required=True, validate=validate.Length(min=1, max=1))  # noqa: N815

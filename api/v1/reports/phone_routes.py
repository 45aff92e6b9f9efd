"""Signing on a phone in the style of eGov Mobile: a QR code leads to a task, the task to the document; the signature is put back."""

import base64
from typing import Any
from uuid import UUID

from flask import current_app, request

from api.access import PUBLIC, SIGNED_IN, needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.reports.phone_schemas import PhoneDocuments, PhoneSigningShape, PhoneTaskShape
from organisations.permissions import Permission
from reports.phone_signing import PhoneSigning
from reports.signature_errors import PhoneTokenNotValid
from signatures import encoding

_OF_PHONE = PUBLIC.but(own_transaction=True)
_OPENING = needs(Permission.REPORT_APPROVE, Permission.REPORT_SIGN).but(own_transaction=True)
#: What the program of the phone looks for in a code.
SCHEME = "mobileSign:"

phones = Room("phones", "Signing on a phone by a QR code")


@phones.post("/reports/<uuid:report_id>/revisions/<int:number>/phone-signings", _OPENING, answer=PhoneSigningShape, status=201)
def open_phone_signing(report_id: UUID, number: int) -> Any:
    """A QR code for your phone to sign the revision that is on approval or signing; it holds ten minutes and is shown this once."""
    signing = house().reports.phones.open(actor(), report_id, number)
    return _shown(signing), 201, {"Location": f"/api/v1/phone-signings/{signing.id}"}


@phones.get("/phone-signings/<uuid:signing_id>", SIGNED_IN, answer=PhoneSigningShape)
def get_phone_signing(signing_id: UUID) -> Any:
    """How far your phone has come."""
    return _shown(house().reports.phones.get(actor(), signing_id))


@phones.get("/phone/<link>", PUBLIC, answer=PhoneTaskShape)
def get_phone_task(link: str) -> Any:
    """For the phone: what is to be signed, for whom, until when, and where the document is fetched with which token."""
    task = house().reports.phones.task(link)
    document = {"uri": f"{_address()}/api/v1/phone/{link}/documents", "auth_type": "Token", "auth_token": task.token}
    organisation = {
        "nameKz": task.body.name("kk"),
        "nameRu": task.body.name("ru"),
        "nameEn": task.body.name("en"),
        "bin": task.body.bin or "",
    }
    said = f"{task.title.kk} / {task.title.ru}: {task.business_key}, {task.revision}"
    return {"description": said, "expiry_date": task.expires_at, "organisation": organisation, "document": document}


@phones.get("/phone/<link>/documents", PUBLIC, answer=PhoneDocuments)
def get_phone_documents(link: str) -> Any:
    """For the phone: the document, given out once, to be signed as a detached CMS."""
    content = house().reports.phones.document(link, _token())
    file = {"mime": "application/json", "data": base64.b64encode(content).decode("ascii")}
    names = dict.fromkeys(("nameKz", "nameRu", "nameEn"), "report.json")
    return {"signMethod": "CMS_SIGN_ONLY", "version": 1, "documentsToSign": [{"id": 1, **names, "meta": [], "document": {"file": file}}]}


@phones.put("/phone/<link>/documents", _OF_PHONE, body=PhoneDocuments, answer=PhoneDocuments)
def put_phone_documents(link: str, body: dict[str, Any]) -> Any:
    """For the phone: the same document with the signature, in base64, in the place of its data."""
    [document] = body["documentsToSign"]
    house().reports.phones.sign(link, _token(), encoding.bytes_of(document["document"]["file"]["data"]))
    return body


def _token() -> str:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise PhoneTokenNotValid()
    return given.token


def _shown(signing: PhoneSigning) -> dict[str, Any]:
    link = None if signing.link is None else f"{_address()}/api/v1/phone/{signing.link}"
    return {**vars(signing), "link": link, "qr": None if link is None else f"{SCHEME}{link}"}


def _address() -> str:
    """What links begin with: the setting, for behind a proxy nobody else knows."""
    return current_app.config["ESEP_PUBLIC_URL"] or request.host_url.rstrip("/")

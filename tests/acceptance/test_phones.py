"""A client that plays the phone: it reads the code, fetches the document once, signs it and puts it back; and what goes wrong."""

import base64
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.acceptance.test_signatures import IIN, ON_SQLITE, authority, canonical, country, office, report  # noqa: F401
from tests.signatures.signing import sign


class Phone:
    """The phone of the head: knows nothing but the code."""

    def __init__(self, office, authority, clock) -> None:  # noqa: F811
        self._client = office.country.esep.http.test_client()
        self._clock = clock
        self.holder = authority.issues(iin=IIN, bin=office.country.tree.department.bin)

    def reads(self, qr: str):
        """What the code leads to."""
        assert qr.startswith("mobileSign:http")
        self.task = self._client.get(urlsplit(qr.removeprefix("mobileSign:")).path)
        return self.task

    def asks(self, method: str = "GET", body=None, token: str | None = None):
        """The document, or the way back for it."""
        document = self.task.json["document"]
        headers = {"Authorization": f"Bearer {token or document['auth_token']}", "Accept-Language": "ru"}
        return self._client.open(urlsplit(document["uri"]).path, method=method, headers=headers, **({"json": body} if body else {}))

    def signs(self, documents: dict, content: bytes | None = None) -> dict:
        """The same documents with the signature in the place of the data."""
        file = documents["documentsToSign"][0]["document"]["file"]
        cms = sign(content or base64.b64decode(file["data"]), self.holder, self._clock.now())
        file["data"] = base64.b64encode(cms).decode()
        return documents


@pytest.fixture
def phone(office, authority, clock) -> Phone:  # noqa: F811
    return Phone(office, authority, clock)


@ON_SQLITE
def test_the_head_signs_on_the_phone_and_completes_the_step(office, phone, report):  # noqa: F811
    path = f"/reports/{report['id']}/revisions/1"
    opened = office.head.posts(f"{path}/phone-signings")
    state = f"/phone-signings/{opened['id']}"
    assert opened["state"] == "waiting"

    task = phone.reads(opened["qr"]).json
    assert task["organisation"]["bin"] == office.country.tree.department.bin
    assert report["business_key"] in task["description"]
    documents = phone.asks().json
    assert base64.b64decode(documents["documentsToSign"][0]["document"]["file"]["data"]) == canonical(office.head, report)
    assert documents["signMethod"] == "CMS_SIGN_ONLY"
    assert office.head.gets(state)["state"] == "fetched"
    taken = phone.asks("PUT", phone.signs(documents))
    assert taken.status_code == 200, taken.text

    shown = office.head.gets(state)
    [kept] = office.head.gets(f"{path}/signatures")["items"]
    assert (shown["state"], shown["signature_id"], shown["qr"]) == ("signed", kept["id"], None)
    office.head.does(office.head.task()["id"], decision="sign")
    assert phone.asks("PUT", documents).status_code == 409


@ON_SQLITE
def test_a_document_is_given_out_once_and_only_with_the_last_token(office, phone, report, clock):  # noqa: F811
    path = f"/reports/{report['id']}/revisions/1/phone-signings"
    opened = office.head.posts(path)

    first = phone.reads(opened["qr"]).json["document"]["auth_token"]
    phone.reads(opened["qr"])
    assert phone.asks(token=first).status_code == 401
    assert phone.asks().status_code == 200
    assert phone.asks().json["code"] == "phone_signing_over"
    again = office.head.posts(path)  # a new code ends the one before
    assert phone.reads(opened["qr"]).json["code"] == "phone_signing_over"
    assert phone.reads(again["qr"]).status_code == 200
    clock.advance(timedelta(minutes=11))
    assert phone.asks().json["code"] == "phone_signing_over"
    assert office.head.gets(f"/phone-signings/{again['id']}")["state"] == "expired"
    assert phone.reads("mobileSign:http://x/api/v1/phone/guessed").status_code == 404


@ON_SQLITE
def test_what_the_phone_sends_wrong_is_told_to_both_and_tries_are_counted(office, phone, report):  # noqa: F811
    opened = office.head.posts(f"/reports/{report['id']}/revisions/1/phone-signings")
    phone.reads(opened["qr"])
    documents = phone.asks().json
    wrong = phone.signs(documents, b"something else")

    codes = [phone.asks("PUT", wrong).json["code"] for _ in range(6)]

    assert codes == ["signature_of_other_bytes"] * 5 + ["phone_signing_over"]
    shown = office.head.gets(f"/phone-signings/{opened['id']}")
    assert (shown["state"], shown["refusal"]) == ("expired", "signature_of_other_bytes")
    assert shown["detail"].startswith("This signature was made over other bytes")
    assert office.officer.asks("GET", f"/phone-signings/{opened['id']}").status_code == 404
    assert office.executor.asks("POST", f"/reports/{report['id']}/revisions/1/phone-signings").status_code == 403

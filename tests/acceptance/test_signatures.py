"""A report is signed electronically over HTTP, and what was altered in the database is shown to everybody who reads it."""

import base64
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from organisations.roles import Role
from organisations.tables import UserRow
from reports.models import Revision
from storage.database import session
from storage.transaction import transaction
from tests.acceptance.test_report_cycle import PERIOD, Office
from tests.country import Country, Person, founded
from tests.signatures.authority import HEAD, Authority, serving
from tests.signatures.signing import sign

IIN = "791028302728"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def authority(clock) -> Iterator[Authority]:
    with serving(clock) as authority:
        yield authority


@pytest.fixture
def country(database, database_urls, clock, tmp_path, authority) -> Iterator[Country]:
    (tmp_path / "anchors").mkdir()
    (tmp_path / "anchors" / "root.pem").write_bytes(authority.anchor)
    with founded(database_urls(database), clock, tmp_path, revocation_hosts=urlsplit(authority.url).netloc) as built:
        yield built


@pytest.fixture
def office(country: Country) -> Office:
    tree = country.tree
    administrator = country.hires("administrator", Role.ADMINISTRATOR, tree.ministry)
    document = administrator.gets("/register/kinds/EMP-01")["document"]
    kind = {**document, "code": "EMP-02", "signature": "head", "electronic_signature": "head"}
    administrator.posts("/register/kinds", {"document": kind, "act_number": "55-р", "act_date": "2026-01-01"})
    people = {name: country.hires(name, role, tree.department) for name, role in (("executor", Role.EXECUTOR), ("head", Role.HEAD))}
    with transaction():
        session.execute(sa.update(UserRow).where(UserRow.login == "head").values(iin=IIN))
    officer = country.hires("officer", Role.OFFICER, tree.directorate)
    return Office(country, administrator, people["executor"], people["head"], officer, officer)


@pytest.fixture
def report(office: Office) -> dict:
    """A report that waits for the signature of the head."""
    opened = office.opens()
    assert opened["period"] == PERIOD
    office.fills(opened)
    office.completes(office.executor, "prepare")
    office.completes(office.head, "approve", decision="approve")
    return opened


def canonical(person: Person, report: dict) -> bytes:
    return person.asks("GET", f"/reports/{report['id']}/revisions/1/canonical").data


@ON_SQLITE
def test_the_head_signs_and_everybody_who_reads_the_report_verifies_it(office: Office, authority, clock, report):
    path = f"/reports/{report['id']}/revisions/1/signatures"
    cms = sign(canonical(office.head, report), authority.issues(iin=IIN, bin=office.country.tree.department.bin, role=HEAD), clock.now())
    task = office.head.task()
    waiting = office.head.asks("POST", f"/tasks/{task['id']}/completion", {"values": {"decision": "sign"}})
    assert (waiting.status_code, waiting.json["code"]) == (409, "electronic_signature_needed")

    attached = office.head.asks("POST", path, {"cms": base64.encodebytes(cms).decode()})
    office.head.does(task["id"], decision="sign")

    assert attached.status_code == 201, attached.text
    [shown] = office.officer.gets(path)["items"]
    assert (shown["state"], shown["detail"], shown["certificate"]["roles"]) == ("valid", "Valid", ["head"])
    assert shown["certificate"]["bin"] == office.country.tree.department.bin
    assert "iin" not in str(shown)
    downloaded = office.officer.knocks("GET", attached.headers["Location"])
    assert (downloaded.data, downloaded.headers["X-Signature-State"]) == (cms, "valid")


@ON_SQLITE
def test_what_cannot_be_attached_is_refused_in_the_language_of_the_person(office: Office, authority, clock, report):
    path, content = f"/reports/{report['id']}/revisions/1/signatures", canonical(office.head, report)
    holder = authority.issues(iin=IIN, bin=office.country.tree.department.bin)

    def refused(cms: str, language: str) -> tuple[int, str]:
        answer = office.head.asks("POST", path, {"cms": cms}, Accept_Language=language)
        assert answer.mimetype == "application/problem+json"
        return answer.status_code, answer.json["detail"]

    assert refused("not base64 at all!", "en")[0] == 422
    assert refused("AAAA", "kk") == (422, "Бұл CMS қолтаңбасы емес. DER немесе PEM пішіміндегі CMS (PKCS#7) жіберіңіз.")
    other = base64.b64encode(sign(content + b" ", holder, clock.now())).decode()
    assert refused(other, "ru") == (422, "Эта подпись поставлена под другими данными. Скачайте эти данные и подпишите их.")
    authority.down = True
    unconfirmed = office.head.asks("POST", path, {"cms": base64.b64encode(sign(content, holder, clock.now())).decode()})
    assert (unconfirmed.status_code, unconfirmed.headers["Retry-After"]) == (503, "60")
    assert office.head.gets(path) == {"items": []}


@ON_SQLITE
def test_a_changed_byte_is_shown_and_its_revision_not_given_out(office: Office, authority, clock, report):
    path = f"/reports/{report['id']}/revisions"
    cms = sign(canonical(office.head, report), authority.issues(iin=IIN, bin=office.country.tree.department.bin), clock.now())
    office.head.posts(f"{path}/1/signatures", {"cms": base64.b64encode(cms).decode()})

    with transaction():
        row = session.scalars(sa.select(Revision)).one()
        row.content = row.content.replace(b'"7"', b'"9"')

    assert [revision["intact"] for revision in office.head.gets(path)["items"]] == [False]
    assert [shown["state"] for shown in office.head.gets(f"{path}/1/signatures")["items"]] == ["altered"]
    for address in ("/1", "/1/canonical"):
        answer = office.head.asks("GET", path + address)
        assert (answer.status_code, answer.json["code"]) == (409, "revision_altered")

"""Signing in by certificate over HTTP: a challenge is signed once, its IIN leads to the user; the rest is as by password."""

import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa

from organisations import sign_in
from organisations.roles import Role
from organisations.tables import UsedChallengeRow, UserRow
from storage.database import session
from storage.journal import entries_about
from storage.transaction import transaction
from tests.acceptance.test_signatures import IIN, ON_SQLITE, authority, country  # noqa: F401
from tests.signatures.authority import Holder
from tests.signatures.signing import sign


class Door:
    """Somebody at a browser who has a certificate and no password."""

    def __init__(self, country, authority, clock) -> None:  # noqa: F811
        self.client = country.esep.http.test_client()
        self.clock = clock
        self.holder = authority.issues(iin=IIN, sign_in=True)

    def challenge(self) -> str:
        return self.client.post("/api/v1/certificate-challenges").json["data"]

    def enters(self, data: str | None = None, holder: Holder | None = None, over: bytes | None = None):
        """Sign a challenge, or something else, and knock."""
        data = data or self.challenge()
        cms = sign(over or base64.b64decode(data), holder or self.holder, self.clock.now())
        return self.client.post("/api/v1/certificate-sessions", json={"data": data, "cms": base64.b64encode(cms).decode()})


@pytest.fixture
def door(country, authority, clock) -> Door:  # noqa: F811
    country.hires("head", Role.HEAD, country.tree.department)
    with transaction():
        session.execute(sa.update(UserRow).where(UserRow.login == "head").values(iin=IIN))
    return Door(country, authority, clock)


def test_a_certificate_opens_a_session_and_a_challenge_does_so_once(door, country):  # noqa: F811
    data = door.challenge()

    opened = door.enters(data)
    again = door.enters(data)

    assert opened.status_code == 201, opened.text
    assert (opened.json["me"]["login"], again.status_code, again.json["code"]) == ("head", 401, "challenge_not_valid")
    assert door.client.get("/api/v1/me").json["login"] == "head"
    expires = (door.clock.now() + timedelta(days=1)).isoformat()
    token = {"name": "exchange", "permissions": ["report:read"], "expires_at": expires}
    issued = door.client.post("/api/v1/tokens", json=token, headers={"X-CSRF-Token": opened.json["csrf_token"]})
    assert issued.status_code == 201, issued.text
    told = [entry.event for entry in entries_about("user", session.scalar(sa.select(UserRow.id).where(UserRow.login == "head")))]
    assert "sign_in:by_certificate" in told
    door.clock.advance(timedelta(minutes=6))
    with transaction():
        country.esep.organisations.sweep()
    assert session.scalars(sa.select(UsedChallengeRow)).all() == []


@ON_SQLITE
def test_what_does_not_lead_to_a_person_is_refused_in_its_own_words(door, authority):  # noqa: F811
    old = door.challenge()
    door.clock.advance(timedelta(minutes=6))
    other = base64.b64encode(b"Esep sign-in\nmade up\n2027-01-01T00:00:00+00:00\n" + b"0" * 64).decode()
    revoked = authority.issues(iin=IIN, sign_in=True)
    authority.revokes(revoked, ago=timedelta(hours=1))

    codes = {
        "over": door.enters(old),
        "made up": door.enters(other),
        "for signing": door.enters(holder=authority.issues(iin=IIN)),
        "of nobody": door.enters(holder=authority.issues(iin="900101300017", sign_in=True)),
        "revoked": door.enters(holder=revoked),
        "of other bytes": door.enters(over=b"{}"),
        "no base64": door.client.post("/api/v1/certificate-sessions", json={"data": "!", "cms": "!"}),
    }

    assert {name: (answer.status_code, answer.json["code"]) for name, answer in codes.items()} == {
        "over": (401, "challenge_not_valid"),
        "made up": (401, "challenge_not_valid"),
        "for signing": (422, "certificate_of_other_purpose"),
        "of nobody": (401, "certificate_of_nobody"),
        "revoked": (422, "certificate_revoked"),
        "of other bytes": (422, "signature_of_other_bytes"),
        "no base64": (422, "signature_unreadable"),
    }
    assert door.client.get("/api/v1/me").status_code == 401


@ON_SQLITE
def test_failures_are_throttled_as_those_of_passwords_and_an_authority_that_is_down_is_none(door, authority, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sign_in, "MOST_PER_ADDRESS", 3)

    authority.down = True
    assert [door.enters().status_code for _ in range(4)] == [503] * 4
    assert [door.enters(over=b"{}").status_code for _ in range(4)] == [422, 422, 422, 429]
    authority.down = False
    assert door.enters().status_code == 429

    door.clock.advance(timedelta(minutes=16))
    assert door.enters().status_code != 429


@ON_SQLITE
def test_a_deactivated_user_is_nobody(door):
    with transaction():
        session.execute(sa.update(UserRow).where(UserRow.login == "head").values(active=False))

    assert door.enters().json["code"] == "certificate_of_nobody"

"""What every request must keep to and every answer carries."""

import pytest
from flask import Blueprint, Flask, request

from api.access import PUBLIC
from api.bodies import MAX_JSON_BYTES, json_body, upload
from storage.clock import SystemClock
from tests.api.conftest import empty_house, with_routes


@pytest.fixture(scope="module")
def client():
    routes = Blueprint("routes", __name__)

    @routes.post("/echo")
    @PUBLIC.but(own_transaction=True)
    def echo() -> dict:
        return {"sent": json_body()}

    @routes.post("/upload")
    @PUBLIC.but(own_transaction=True)
    def uploaded() -> dict:
        return {"size": len(upload("data").read())}

    @routes.get("/args")
    @PUBLIC
    def arguments() -> dict:
        return dict(request.args)

    return with_routes(Flask("doors", static_folder=None), routes, empty_house(SystemClock())).test_client()


def test_every_answer_carries_the_security_headers(client):
    for answer in (client.get("/health/live"), client.get("/nowhere"), client.post("/echo", data="{")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_transport_security_is_asked_for_over_https_only(client):
    assert "Strict-Transport-Security" in client.get("/health/live", base_url="https://esep.test").headers
    assert "Strict-Transport-Security" not in client.get("/health/live").headers


def test_a_body_that_is_too_large_is_refused_by_its_announced_size(client):
    answer = client.post("/echo", data=b"x" * (MAX_JSON_BYTES + 1), content_type="application/json")

    assert answer.status_code == 413
    assert answer.json["fields"]["limit"] == MAX_JSON_BYTES


FORM = "multipart/form-data; boundary=edge"


def form_of(size: int) -> bytes:
    """A form with one file of a size."""
    head = b'--edge\r\nContent-Disposition: form-data; name="data"; filename="model.bpmn"\r\n\r\n'
    return head + b"x" * size + b"\r\n--edge--\r\n"


def test_an_upload_may_be_larger_than_a_json_body_but_not_boundless(client):
    fits = client.post("/upload", data=form_of(MAX_JSON_BYTES + 1), content_type=FORM)
    too_large = client.post("/upload", data=form_of(10_000_001), content_type=FORM)

    assert (fits.status_code, too_large.status_code) == (200, 413)


def test_an_upload_without_its_file_is_refused_by_the_name_of_the_file(client):
    answer = client.post("/upload", data={"other": "x"}, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert answer.json["fields"] == {"name": "data"}


@pytest.mark.parametrize(
    "text", ["{", "nul", '{"a": NaN}', '{"a": Infinity}', "[" * 3000, '{"a": "\\u0000"}', '{"\\u0000": 1}', '["\\ud800"]', "\xff"]
)
def test_what_is_not_json_as_we_keep_it_is_refused(client, text):
    answer = client.post("/echo", data=text.encode("latin-1"), content_type="application/json")

    assert answer.status_code == 400
    assert answer.json["code"] == "body_not_json"


def test_an_escaped_backslash_before_u0000_is_no_nul(client):
    assert client.post("/echo", data=b'["\\\\u0000"]', content_type="application/json").json == {"sent": ["\\u0000"]}


def test_json_deeper_than_anything_here_is_refused(client):
    fits, too_deep = b"[" * 64 + b"]" * 64, b"[" * 66 + b"]" * 66

    assert client.post("/echo", data=fits, content_type="application/json").status_code == 200
    assert client.post("/echo", data=too_deep, content_type="application/json").status_code == 413
    assert client.post("/echo", data=b"[" + b"[]," * 200 + b"[]]", content_type="application/json").status_code == 200


@pytest.mark.parametrize("number", ["12345678901234567890123", "0.1234567890123456789", "123456789012345678.5"])
def test_a_number_that_would_be_changed_is_refused(client, number):
    answer = client.post("/echo", data=f'{{"a": {number}}}', content_type="application/json")

    assert (answer.status_code, answer.json["code"]) == (422, "number_inexact")


@pytest.mark.parametrize("text", ["1234567890123456789", "0.1", "1234567890.123456", '"12345678901234567890123"', "-1e3"])
def test_a_number_that_is_kept_exactly_is_taken(client, text):
    assert client.post("/echo", data=f"[{text}]", content_type="application/json").status_code == 200


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)])
def test_a_change_sent_by_a_page_of_another_site_is_refused(client, site, status):
    assert client.post("/echo", json={}, headers={"Sec-Fetch-Site": site}).status_code == status
    assert client.get("/args", headers={"Sec-Fetch-Site": site}).status_code == 200


def test_json_under_another_name_is_refused(client):
    answer = client.post("/echo", data=b"{}", content_type="text/plain")

    assert answer.status_code == 415


@pytest.mark.parametrize("path", ["/args?a=%00", "/args%00", "/args?a=x%00y"])
def test_a_nul_in_the_address_is_refused(client, path):
    assert client.get(path).status_code == 422

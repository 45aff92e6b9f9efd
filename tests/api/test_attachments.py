"""Attachments over HTTP: a stream in, a download out, never a page; what is too large is refused before it is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from organisations.roles import Role
from storage.clock import SetClock
from tests.api.things import things_of
from tests.country import Country, founded
from tests.documents.samples import PDF, document

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def country(database: str, database_urls, clock: SetClock, tmp_path: Path) -> Iterator[Country]:
    """The product, with smaller limits."""
    with founded(database_urls(database), clock, tmp_path, max_upload_bytes=100_000, max_attachment_bytes=300_000) as built:
        yield built


@SQLITE
def test_a_file_is_uploaded_listed_downloaded_and_taken_off(country: Country):
    report_id = things_of(country)["report_id"]
    executor = country.hires("maker", Role.EXECUTOR, country.tree.department)
    at = f"/reports/{report_id}/attachments"

    answer = executor.uploads(at, "Қосымша хат.pdf", PDF)

    assert answer.status_code == 201, answer.text
    made = answer.json
    assert (made["name"], made["media_type"], made["size"], made["revision"]) == ("Қосымша хат.pdf", "application/pdf", len(PDF), 1)
    assert executor.gets(at) == {"items": [made]}
    download = executor.asks("GET", f"{at}/{made['id']}")
    assert (download.data, download.headers["Content-Length"]) == (PDF, str(len(PDF)))
    said = download.headers
    assert said["Content-Disposition"].startswith("attachment; filename*=UTF-8''%D2%9A")
    assert said["Content-Type"] == "application/pdf"
    assert (said["X-Content-Type-Options"], said["Content-Security-Policy"]) == ("nosniff", "sandbox; default-src 'none'")
    assert executor.uploads(at, "large.txt", b"a" * 200_000).status_code == 201
    assert executor.asks("DELETE", f"{at}/{made['id']}").status_code == 204
    assert [each["name"] for each in executor.gets(at)["items"]] == ["large.txt"]
    assert executor.asks("GET", f"{at}/{made['id']}").status_code == 404


@SQLITE
def test_refusals_are_clear_in_three_languages_and_nothing_is_kept(country: Country):
    report_id = things_of(country)["report_id"]
    executor = country.hires("maker", Role.EXECUTOR, country.tree.department)
    at = f"/reports/{report_id}/attachments"
    macros = document(**{"word/vbaProject.bin": b"x"})

    for name, content, status, code in (
        ("a.docx", macros, 422, "file_with_macros"),
        ("a.exe", b"MZ\x90\x00", 422, "file_type_unknown"),
        ("a.png", PDF, 422, "file_type_differs"),
        ("a:b.pdf", PDF, 422, "attachment_name_invalid"),
        ("a.txt", b"a" * 300_001, 413, "attachment_too_large"),
        ("a.txt", b"a" * 400_000, 413, "body_too_large"),
    ):
        answer = executor.uploads(at, name, content)
        assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
        assert "{" not in answer.json["detail"]
    assert executor.asks("POST", at).json["code"] == "upload_missing"
    assert executor.gets(at) == {"items": []}
    assert list(country.esep.files.all()) == []


@SQLITE
def test_other_uploads_keep_their_own_limit(country: Country):
    admin = country.hires("admin2", Role.ADMINISTRATOR, country.tree.oblast)

    answer = admin.uploads("/processes/deployments", "a.bpmn", bytes(200_000))

    assert (answer.status_code, answer.json["code"]) == (413, "body_too_large")

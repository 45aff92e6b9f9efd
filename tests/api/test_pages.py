"""The page at `/` says what this is, in the reader's language, without asking anything of the outside."""

import re

import pytest
from flask import Flask

import api
import texts
from storage.clock import SystemClock
from tests.api.conftest import SECRET, empty_house


@pytest.fixture(scope="module")
def client():
    return api.create(Flask("doors", static_folder=None), empty_house(SystemClock()), secret_key=SECRET).test_client()


@pytest.mark.parametrize(("accepted", "language"), [(None, "kk"), ("fr", "kk"), ("ru-RU,ru;q=0.9,en;q=0.5", "ru"), ("en-GB", "en")])
def test_the_page_speaks_the_language_of_the_browser_kazakh_when_in_doubt(client, accepted, language):
    answer = client.get("/", headers={"Accept-Language": accepted} if accepted else {})

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert f'<html lang="{language}">' in answer.text
    assert answer.headers["Content-Language"] == language
    assert texts.say("landing_about", {}, language) in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_page_leads_on_and_every_link_answers(client):
    links = re.findall(r'href="([^"]+)"', client.get("/").text)

    assert {"/api/docs", "/health/ready"} <= set(links)
    assert {client.get(link).status_code for link in links} == {200}


def test_the_page_runs_no_script_and_asks_nothing_of_the_outside(client):
    answer = client.get("/")

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script|<img|<link|//|\bon\w+=", answer.text)
    for part in ("<title>", '<meta name="viewport"', "<main", "<h1>"):
        assert part in answer.text


def test_the_page_changes_nothing(client):
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200

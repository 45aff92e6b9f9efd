"""If-Match: one strong tag, no more and no less."""

import pytest
from flask import Flask

from api import etags
from api.errors import EntityTagInvalid, PreconditionRequired


def sent(**headers: str):
    return Flask("etags").test_request_context("/", headers={name.replace("_", "-"): value for name, value in headers.items()})


def test_a_tag_comes_back_as_it_was_given():
    with sent(If_Match=etags.tag("1-0.3")["ETag"]):
        assert etags.if_match() == "1-0.3"


def test_a_version_comes_back_as_a_number():
    with sent(If_Match=etags.tag(7)["ETag"]):
        assert etags.version_if_match() == 7


def test_a_change_without_a_precondition_is_asked_for_one():
    with sent(), pytest.raises(PreconditionRequired):
        etags.if_match()


@pytest.mark.parametrize("tag", ["*", '"1", "2"', 'W/"1"', "", ",", '"', '""'])
def test_anything_but_one_strong_tag_is_refused(tag):
    with sent(If_Match=tag), pytest.raises(EntityTagInvalid):
        etags.if_match()


@pytest.mark.parametrize("tag", ['"one"', '"-1"', '"1.5"', '"٣"', '"99999999999999999999"'])
def test_a_version_must_be_a_number_of_ours(tag):
    with sent(If_Match=tag), pytest.raises(EntityTagInvalid):
        etags.version_if_match()


def test_nothing_was_there_before_the_first_version():
    with sent(If_None_Match="*"):
        assert etags.version_or_none() is None

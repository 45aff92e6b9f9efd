import json

import pytest

from forms.catalogue import DEFINITIONS, MEMORY, Forms
from forms.errors import FormInvalid, FormNotFound, FormRefused
from storage.journal import entries_about
from storage.transaction import transaction
from tests.forms.factories import component, decision, schema


def test_a_file_is_a_form(database, clock, tmp_path):
    (tmp_path / "review.form").write_text(json.dumps(decision()), "utf-8")
    (tmp_path / "broken.form").write_text("{", "utf-8")
    forms = Forms(clock=clock, directory=tmp_path)

    assert forms.keys() == ["review"]
    assert forms.get("review") == decision()
    assert forms.about("review").version == 0
    assert list(forms.refused) == ["broken"]


def test_every_form_of_the_product_passes_the_linter(database, clock):
    forms = Forms(clock=clock)

    assert forms.refused == {}
    assert set(forms.keys()) == {path.stem for path in DEFINITIONS.glob("*.form")}


def test_a_deployed_form_is_versioned_and_goes_before_the_file(database, clock, tmp_path):
    (tmp_path / "review.form").write_text(json.dumps(decision()), "utf-8")
    forms = Forms(clock=clock, directory=tmp_path)
    changed = schema(component("textfield", "why"))

    with transaction():
        first = forms.deploy("review", changed, by="methodologist")
    with transaction():
        again = forms.deploy("review", changed, by="methodologist")
    with transaction():
        second = forms.deploy("review", decision(), by="methodologist")

    assert (first.version, again.version, second.version) == (1, 1, 2)
    assert forms.get("review") == decision()
    assert [about.version for about in forms.versions("review")] == [2, 1, 0]
    assert [entry.event for entry in entries_about("form", "review")] == ["form:deployed", "form:deployed"]


def test_what_another_process_deploys_is_seen_soon(forms, clock, tmp_path):
    other = Forms(clock=clock, directory=tmp_path)
    assert not other.has("review")

    with transaction():
        forms.deploy("review", decision(), by=None)
    clock.advance(MEMORY)

    assert other.has("review")


def test_a_rolled_back_deployment_leaves_nothing(forms):
    with pytest.raises(FormRefused), transaction():
        forms.deploy("review", decision(), by=None)
        forms.deploy("other", {}, by=None)

    assert not forms.has("review")


def test_a_faulty_schema_is_refused_with_pointers(forms):
    with pytest.raises(FormRefused) as refused, transaction():
        forms.deploy("review", schema(component("iframe"), component("textfield", "1st")), by=None)

    assert {(fault.pointer, fault.code) for fault in refused.value.faults} == {
        ("/components/0", "form_component_forbidden"),
        ("/components/1/key", "form_key_malformed"),
    }
    with pytest.raises(FormRefused), transaction():
        forms.deploy("../etc", decision(), by=None)
    with pytest.raises(FormRefused), transaction():
        forms.deploy("review", schema(component("text", text="x" * 300_000)), by=None)


def test_an_unknown_form_is_not_found(forms):
    for ask in (forms.get, forms.about, forms.versions, lambda key: forms.validate(key, {})):
        with pytest.raises(FormNotFound):
            ask("nothing")


def test_faults_point_into_what_was_sent(forms):
    with transaction():
        forms.deploy("review", decision(), by=None)

    with pytest.raises(FormInvalid) as refused:
        forms.validate("review", {"decision": "sign"})

    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/values/decision", "field_option")]
    assert forms.validate("review", {"decision": "accept", "other": 1}) == {"decision": "accept"}


def test_a_decision_of_an_earlier_round_is_not_taken_for_an_answer(forms):
    with transaction():
        forms.deploy("review", decision(), by=None)

    with pytest.raises(FormInvalid) as refused:
        forms.validate("review", {}, context={"decision": "return"})

    assert [fault.code for fault in refused.value.faults] == ["field_required"]


def test_a_form_speaks_the_language_of_its_reader(forms):
    with transaction():
        forms.deploy("review", decision(), by=None)

    labels = {language: _labels(forms.localised("review", language)) for language in ("kk", "ru", "en")}

    assert labels["kk"] == ["Шешім", "Қабылдау", "Пысықтауға қайтару"]
    assert labels["ru"] == ["Решение", "Принять", "Вернуть на доработку"]
    assert labels["en"] == ["Decision", "Accept", "Return"]
    assert forms.get("review") == decision()


def _labels(form: dict) -> list[str]:
    question = form["components"][0]
    return [question["label"], *(option["label"] for option in question["values"])]

"""Three languages say the same; whatever can be refused has words."""

import importlib
import pkgutil

import pytest

import refusals
import texts

ROOMS = (
    "api",
    "engine",
    "expressions",
    "forms",
    "notifications",
    "operate",
    "organisations",
    "register",
    "reports",
    "signatures",
    "storage",
    "worklist",
)


def every_refusal() -> list[type[refusals.Refusal]]:
    for room in ROOMS:
        for module in pkgutil.walk_packages(importlib.import_module(room).__path__, f"{room}."):
            importlib.import_module(module.name)
    found, waiting = [], [refusals.Refusal]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.partition(".")[0] in ROOMS:
                found.append(kind)
    return sorted(found, key=lambda kind: kind.code)


def test_every_language_has_every_sentence_with_the_same_fields():
    assert texts.faults() == []


def test_every_refusal_of_every_room_has_words():
    codes = [kind.code for kind in every_refusal()]

    assert len(codes) > 30
    assert [code for code in codes if code not in texts.catalogue("kk")] == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_value_with_braces_stays_a_value(language):
    said = texts.say("backup_damaged", {"part": "{path} {0} {__class__}"}, language)

    assert "{path} {0} {__class__}" in said


def test_an_unknown_code_is_said_as_it_is_and_an_unknown_language_is_kazakh():
    assert texts.say("no_such_code") == "no_such_code"
    assert texts.say("backup_damaged", {"part": "x"}, "de") == texts.say("backup_damaged", {"part": "x"}, "kk")

"""Every refusal of every room has a status and words in three languages."""

import importlib
import pkgutil
from pathlib import Path

import pytest

import refusals
import texts
from api import problems
from refusals import Refusal

ROOT = Path(__file__).parents[2]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")


def all_refusals() -> list[type[Refusal]]:
    """Every refusal of the product; importing every module is what makes them known."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(module.name)
    return sorted(_below(Refusal), key=lambda kind: (kind.__module__, kind.__name__))


def _below(kind: type[Refusal]) -> set[type[Refusal]]:
    found = {below for child in kind.__subclasses__() for below in {child, *_below(child)}}
    return {below for below in found if below.__module__.split(".")[0] in (*ROOMS, "refusals")}


CASES = [kind for kind in all_refusals() if kind.__module__ != refusals.__name__]


@pytest.mark.parametrize("kind", CASES, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_refusal_belongs_to_a_family_and_has_words_in_three_languages(kind):
    status = problems.codes([kind])[kind.code]
    sentences = [texts.catalogue(language).get(kind.code) for language in texts.LANGUAGES]

    assert 400 <= status < 600
    assert all(sentences), f"{kind.code} has no words"
    assert len({texts.fields_of(sentence) for sentence in sentences}) == 1


def test_no_two_refusals_share_a_code():
    codes = [kind.code for kind in CASES]

    assert sorted(codes) == sorted(set(codes))

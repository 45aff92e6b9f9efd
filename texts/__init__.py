"""Words of the product in Kazakh, Russian and English, found by code.

`texts/{kk,ru,en}/<room>.json` maps a code to a sentence with fields in braces. Codes are those of Refusal classes, faults, lint findings,
checks, stages and mails. `tests/texts` proves that the three languages hold the same codes with the same fields.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("kk", "ru", "en")
DEFAULT_LANGUAGE = "kk"
_FIELD = re.compile(r"\{([a-z_]+)\}")
_HERE = Path(__file__).parent


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of a language by code. Raises ValueError when two rooms give one code two sentences."""
    sentences: dict[str, str] = {}
    for path in sorted((_HERE / language).glob("*.json")):
        for code, sentence in json.loads(path.read_text("utf-8")).items():
            if sentences.setdefault(code, sentence) != sentence:
                raise ValueError(f"{path}: {code} already says something else")
    return sentences


def fields_of(sentence: str) -> frozenset[str]:
    """The names in braces of a sentence."""
    return frozenset(_FIELD.findall(sentence))


def say(code: str, fields: Mapping[str, Any] | None = None, language: str = DEFAULT_LANGUAGE) -> str:
    """The sentence of a code with its fields filled in; a field that is not given stays in braces, an unknown code is said as it is.

    Fields are put in as plain text: a value cannot bring braces of its own to life.
    """
    sentence = catalogue(language if language in LANGUAGES else DEFAULT_LANGUAGE).get(code, code)
    given = fields or {}
    return _FIELD.sub(lambda match: str(given.get(match.group(1), match.group(0))), sentence)


def faults() -> list[str]:
    """What keeps the languages from saying the same: a code that one lacks, a sentence with other fields."""
    found = []
    every = {code for language in LANGUAGES for code in catalogue(language)}
    for code in sorted(every):
        lacking = [language for language in LANGUAGES if code not in catalogue(language)]
        said = {fields_of(catalogue(language)[code]) for language in LANGUAGES if code in catalogue(language)}
        found += [f"{code}: no sentence in {language}" for language in lacking]
        found += [f"{code}: the languages name different fields"] if len(said) > 1 else []
    return found

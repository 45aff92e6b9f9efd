"""A small kind of report and its indicators, and a calendar without a database."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from register import reading, shelf
from register.indicators import Indicator
from register.kinds import Kind


def names(word: str) -> dict[str, str]:
    return {"kk": f"{word} kk", "ru": f"{word} ru", "en": f"{word} en"}


def indicator(code: str, **more: Any) -> dict[str, Any]:
    made = {
        "code": code,
        "names": names(code),
        "definition": names("definition"),
        "unit": names("unit"),
        "value_type": "integer",
        "minimum": "0",
        "breakdowns": {"sex": {"members": {"men": names("men"), "women": names("women")}}},
        "owner": "Ministry",
    }
    return made | more


def indicators() -> list[dict[str, Any]]:
    return [
        indicator("X.PEOPLE"),
        indicator("X.MONEY", value_type="decimal", decimals=2, breakdowns={}, minimum=None),
        indicator("X.SINCE", value_type="date", breakdowns={}, minimum=None),
        indicator("X.DONE", value_type="boolean", breakdowns={}, minimum=None),
    ]


def document(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "format": 1,
        "code": "X-01",
        "version": 1,
        "names": names("kind"),
        "legal_basis": {"names": names("act"), "number": "1", "date": "2020-01-01"},
        "places": {"ministry": {"names": names("ministry")}, "outside": {"names": names("outside")}},
        "addressee": "outside",
        "periodicity": "month",
        "valid_from": "2026-01-01",
        "reporting": [{"level": "district", "kind": "akimat"}],
        "due": {"district": {"working_day": 3}},
        "signature": "akim",
        "minutes": 30,
        "report_class": "open",
        "sections": [
            {
                "code": "people",
                "names": names("people"),
                "tables": [
                    {
                        "code": "staff",
                        "names": names("staff"),
                        "columns": [
                            {"code": "total", "names": names("total")},
                            {"code": "men", "names": names("men"), "breakdown": {"sex": "men"}},
                            {"code": "women", "names": names("women"), "breakdown": {"sex": "women"}},
                        ],
                        "rows": [
                            {"code": "all", "names": names("all"), "indicator": "X.PEOPLE"},
                            {"code": "new", "names": names("new"), "indicator": "X.PEOPLE"},
                        ],
                        "blocked": ["new.women"],
                        "optional": ["new.*"],
                    }
                ],
                "fields": [
                    {"code": "money", "names": names("money"), "indicator": "X.MONEY"},
                    {"code": "since", "names": names("since"), "indicator": "X.SINCE", "required": False},
                    {"code": "done", "names": names("done"), "indicator": "X.DONE", "required": False},
                ],
                "texts": [{"code": "note", "names": names("note"), "required": False, "max_length": 100}],
            }
        ],
        "checks": [
            {
                "code": "by_sex",
                "expression": "people.staff.all.total = people.staff.all.men + people.staff.all.women",
                "severity": "error",
                "messages": names("total is men and women"),
            },
            {
                "code": "swing",
                "expression": "people.money <= previous.people.money * 1.5",
                "severity": "warning",
                "messages": names("grew by half"),
            },
        ],
    }
    return deepcopy(made) | changes


def known() -> Mapping[str, Indicator]:
    return {each.code: each for each in shelf.read_indicators(indicators())}


def kind(**changes: Any) -> Kind:
    return reading.read(document(**changes), known())

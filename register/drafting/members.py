"""Ways in which official forms break figures down again and again: by sex, place, age, plan and fact, this period and the one before."""

import re
from dataclasses import dataclass
from typing import Final

from register.drafting.captions import Caption
from register.names import Names


@dataclass(frozen=True)
class Member:
    """One member of a breakdown, with the codes that the catalogue of indicators has for them."""

    breakdown: str
    code: str
    names: Names


_KNOWN: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), Member(breakdown, code, names))
    for pattern, breakdown, code, names in (
        (r"^(ерлер|ер адам|еркек|мужчин|мужск|ұлдар|ұл бала|мальчик|юнош)", "sex", "men", Names("ерлер", "мужчины", "men")),
        (r"^(әйел|женщин|женск|қыздар|қыз бала|девоч|девуш)", "sex", "women", Names("әйелдер", "женщины", "women")),
        (r"^(қалада|қалалық|қала\b|в городе|в город\w+ местн|городск|город\b)", "place", "urban", Names("қала", "город", "urban")),
        (
            r"^(ауылда|ауылдық жер|ауыл\b|ауылдық$|в сел|сельск\w+ местн|сельск\w+$|село\b)",
            "place",
            "rural",
            Names("ауыл", "село", "rural"),
        ),
        (r"^(жастар|молод[её]ж|в возрасте 14)", "age", "youth", Names("жастар", "молодёжь", "youth")),
        (r"^(жоспар|план)", "stage", "plan", Names("жоспар", "план", "plan")),
        (r"^(факт|нақты|іс жүзінде|орындалғ|фактичес|исполнен)", "stage", "fact", Names("нақты", "факт", "actual")),
        (
            r"(алдыңғы|өткен) (жыл|кезең)|(предыдущ|прошл|предшеств)\w+ (год|период)",
            "span",
            "previous",
            Names("өткен кезең", "прошлый период", "period before"),
        ),
        (
            r"^(есепті|ағымдағы) (жыл|кезең|ай|тоқсан)|(отч[её]тн|текущ)\w+ (год|период|месяц|квартал)",
            "span",
            "current",
            Names("есепті кезең", "отчётный период", "period reported"),
        ),
    )
)
_LONGEST: Final = 5
#: Breakdowns whose members are all there are: they add up to the whole.
COMPLETE: Final = {"sex": {"men", "women"}, "place": {"urban", "rural"}}


def known(caption: Caption) -> Member | None:
    """The member that a short caption names."""
    for said in (caption.ru, caption.kk):
        if said and len(said.split()) <= _LONGEST:
            for pattern, member in _KNOWN:
                if pattern.search(said):
                    return member
    return None

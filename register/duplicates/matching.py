"""Finds what is collected already among many indicators, and says why.

A name is compared in Kazakh and in Russian, word by word: rare words count more than those of every second name, words that differ by an
ending or a typing error count nearly as equal. The better language decides, the other one moves it a little. What measures another thing
(another unit, opposite words, other numbers) is no duplicate, however alike the names are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from register.duplicates.measures import dimension, numbers, opposed
from register.duplicates.postings import Postings, rarity
from register.duplicates.words import is_common, is_near, stems
from register.indicators import Indicator
from register.names import Names

#: From here on two indicators are called the same; tuned on one half of the labelled pairs in the tests, measured on the other.
SAME: Final = 0.7
#: From here on they are alike: worth a look, and told with what keeps them apart.
ALIKE: Final = 0.4
_LANGUAGES: Final = ("kk", "ru")
_COMMON_WEIGHT: Final = 0.15
_KEY: Final = 4
#: Indicators that are looked at closely for one that is asked for, in each language.
_CANDIDATES: Final = 30
_OTHER_LANGUAGE: Final = 0.15


@dataclass(frozen=True)
class Asked:
    """An indicator as a kind or request asks for it; `code` is empty when it has none yet. `breakdowns` are codes of breakdowns."""

    code: str
    names: Names
    unit: Names | None
    breakdowns: frozenset[str] = frozenset()

    @classmethod
    def of(cls, indicator: Indicator) -> "Asked":
        """What is asked when an indicator is."""
        return cls(indicator.code, indicator.names, indicator.unit, frozenset(indicator.breakdowns))


@dataclass(frozen=True)
class Match:
    """Something that is held already. `score` is from 0 to 1 (a code that is equal gives 1); `reasons` are codes with fields for people."""

    code: str
    score: float
    reasons: tuple[tuple[str, dict[str, str]], ...]

    @property
    def same(self) -> bool:
        """Whether the two measure the same thing, as far as names and units tell."""
        return self.score >= SAME


@dataclass(frozen=True)
class _Known:
    asked: Asked
    stems: dict[str, tuple[str, ...]]


class Catalogue:
    """Indicators made ready to be searched, each by its code; made once for many questions, and changed where they change."""

    def __init__(self, indicators: Iterable[Asked] = ()) -> None:
        self._known: dict[int, _Known] = {}
        self._numbers: dict[str, int] = {}
        self._free: list[int] = []
        self._seen: dict[str, Counter[str]] = {language: Counter() for language in _LANGUAGES}
        self._weights: dict[tuple[str, str], float] = {}
        self._postings = {language: Postings() for language in _LANGUAGES}
        for each in indicators:
            self.put(each)

    def put(self, indicator: Asked) -> None:
        """Hold an indicator, in place of the one that had its code."""
        self.remove(indicator.code)
        known = _Known(indicator, _stems(indicator.names))
        number = self._numbers[indicator.code] = self._free.pop() if self._free else len(self._known)
        self._known[number] = known
        for language in _LANGUAGES:
            self._postings[language].add(number, _keys(known.stems[language]))
            self._seen[language].update(known.stems[language])
        self._weights.clear()

    def remove(self, code: str) -> None:
        """Hold an indicator no longer, if it was."""
        number = self._numbers.pop(code, None)
        if number is None:
            return
        known = self._known.pop(number)
        self._free.append(number)
        for language in _LANGUAGES:
            self._postings[language].remove(number, _keys(known.stems[language]))
            self._seen[language].subtract(known.stems[language])
        self._weights.clear()

    def matches(self, asked: Asked, *, at_least: float = ALIKE, most: int = 2 * _CANDIDATES) -> list[Match]:
        """What is held already of an indicator or is alike to it, the best first; the `most` best if there are more."""
        own = _stems(asked.names)
        near = {
            number
            for language, postings in self._postings.items()
            for number in postings.nearest(_keys(own[language]), len(self._known), _CANDIDATES)
        }
        named = sorted(((*self._by_names(own, self._known[number]), number) for number in near), reverse=True)
        found: list[Match] = []
        for score, alike, language, number in named:
            if score < at_least or sum(match.score > score for match in found) >= most:
                break  # what keeps two apart makes no score greater
            found.append(_match(asked, self._known[number].asked, score, alike, language))
        if asked.code and asked.code in self._numbers:
            found = [match for match in found if match.code != asked.code]
            found.append(Match(asked.code, 1.0, (("duplicate_same_code", {"code": asked.code}),)))
        return sorted((match for match in found if match.score >= at_least), key=lambda match: (-match.score, match.code))[:most]

    def _by_names(self, own: dict[str, tuple[str, ...]], known: _Known) -> tuple[float, float, str]:
        """How alike the names are, how alike in the better language, and which that is."""
        scores = {language: self._alike(own[language], known.stems[language], language) for language in _LANGUAGES}
        best = max(_LANGUAGES, key=lambda language: scores[language])
        return (1 - _OTHER_LANGUAGE) * scores[best] + _OTHER_LANGUAGE * min(scores.values()), scores[best], best

    def _alike(self, first: Sequence[str], second: Sequence[str], language: str) -> float:
        """How much of two names is the same, weighed by how rare the words are; from 0 to 1."""
        if not first or not second:
            return 0.0
        left, shared, whole = list(second), 0.0, 0.0
        for stem in first:
            weight = self._weight(stem, language)
            whole += weight
            likeness, twin = (1.0, stem) if stem in left else _nearest(stem, left)
            if likeness > 0:
                left.remove(twin)
                shared += likeness * (weight + self._weight(twin, language))
        return shared / (whole + sum(self._weight(stem, language) for stem in second))

    def _weight(self, stem: str, language: str) -> float:
        weight = self._weights.get((stem, language))
        if weight is None:
            rare = rarity(1 + len(self._known), 1 + self._seen[language][stem])
            weight = self._weights[stem, language] = _COMMON_WEIGHT if is_common(stem) else rare
        return weight


def _match(asked: Asked, known: Asked, score: float, alike: float, language: str) -> Match:
    reasons: list[tuple[str, dict[str, str]]] = [("duplicate_names_alike", {"name": known.names.say(language), "alike": f"{alike:.0%}"})]
    for limit, reason in _limits(asked, known):
        score = min(score, limit)
        reasons.append(reason)
    if asked.breakdowns != known.breakdowns:
        reasons.append(("duplicate_other_breakdown", {"breakdowns": ", ".join(sorted(known.breakdowns)) or "—"}))
    return Match(known.code, round(score, 4), tuple(reasons))


def _stems(names: Names) -> dict[str, tuple[str, ...]]:
    return {language: stems(names.say(language), language) for language in _LANGUAGES}


def _keys(found: Iterable[str]) -> set[str]:
    """What leads to a name: how its words begin."""
    return {stem[:_KEY] for stem in found if not is_common(stem)}


def _nearest(stem: str, others: Iterable[str]) -> tuple[float, str]:
    """The likest of some stems and how like it is; 0 when none is."""
    best = (0.0, "")
    for other in others:
        likeness = _likeness(stem, other)
        if likeness and (likeness, other) > best:
            best = (likeness, other)
    return best


@lru_cache(maxsize=65_536)
def _likeness(first: str, second: str) -> float:
    """Whether two stems are one word: 1 when equal, less when an ending or a letter differs, 0 for different words."""
    if first == second:
        return 1.0
    if first[0].isdigit() or second[0].isdigit():
        return 0.0
    shorter, longer = sorted((len(first), len(second)))
    if shorter >= 4 and (first.startswith(second) or second.startswith(first)) and longer - shorter <= 4:
        return 0.95
    return 0.9 if is_near(first, second) else 0.0


def _limits(asked: Asked, known: Asked) -> Iterable[tuple[float, tuple[str, dict[str, str]]]]:
    """What keeps two indicators from being the same, with how alike they can be at most."""
    ours = dimension(asked.unit.ru) if asked.unit else None
    theirs = dimension(known.unit.ru) if known.unit else None
    if ours and theirs and ours != theirs:
        yield 0.4, ("duplicate_other_unit", {"unit": known.unit.ru if known.unit else ""})
    for language in _LANGUAGES:
        mine, other = asked.names.say(language), known.names.say(language)
        words = opposed(mine, other)
        if words is not None:
            yield 0.5, ("duplicate_opposed", {"first": words[0], "second": words[1]})
        if numbers(mine) != numbers(other):
            yield (
                0.55,
                ("duplicate_other_numbers", {"first": ", ".join(sorted(numbers(mine))), "second": ", ".join(sorted(numbers(other)))}),
            )

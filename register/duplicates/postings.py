"""Which names have which words, kept so that a question costs the same however many names have a word of it.

Each word has a whole number with one bit for each name. What a name shares with a question is added up for all names at once: the sums
stand in such numbers too, one for each binary digit of a sum (a bit-sliced index).
"""

from collections.abc import Collection, Iterator
from itertools import chain, islice
from math import log
from typing import Final

#: How exactly worths are counted: in quarters.
_PARTS: Final = 4
#: How much more than a word of all names one weighs that one name in e has. The labelled pairs of the tests come out alike with anything
#: from 0 to 0.3; it is for catalogues of many thousands, where a word of one name in 40,000 so weighs 2.6 times one of all.
_RARITY: Final = 0.15
#: Every word that a name has, up to so many, takes a quarter from it: of two that share as much the shorter one is nearer.
_LONGEST: Final = 15


def rarity(names: int, having: int) -> float:
    """What a word weighs that so many of all names have: 1 for one that all of them have."""
    return 1 + _RARITY * log(names / having)


class Postings:
    """Names are known by numbers from 0 on, words by any texts."""

    def __init__(self) -> None:
        self._held: dict[str | int, int] = {}  # by word, and by how many words a name has
        self._waiting: dict[str | int, list[int]] = {}
        self._shortness: list[int] = []

    def add(self, number: int, words: Collection[str]) -> None:
        """A name has these words."""
        for key in _keys(words):
            self._waiting.setdefault(key, []).append(number)

    def remove(self, number: int, words: Collection[str]) -> None:
        """A name that had these words is no longer there."""
        self._settle()
        for key in _keys(words):
            self._held[key] &= ~(1 << number)
        self._weigh_lengths()

    def nearest(self, words: Collection[str], names: int, most: int) -> list[int]:
        """At most so many of all `names` that share most of some words; none that shares nothing."""
        self._settle()
        sums, sharing = list(self._shortness), 0
        for held in filter(None, (self._held.get(word, 0) for word in words)):
            _add(sums, held, round(_PARTS * rarity(names, held.bit_count())))
            sharing |= held
        above, border = _greatest(sums, sharing, most)
        return list(islice(chain(_places(above), _places(border)), most))

    def _settle(self) -> None:
        """Make numbers of what was added: all at once, for one by one each would be copied every time."""
        if not self._waiting:
            return
        for key, numbers in self._waiting.items():
            bits = bytearray(max(numbers) // 8 + 1)
            for number in numbers:
                bits[number >> 3] |= 1 << (number & 7)
            self._held[key] = self._held.get(key, 0) | int.from_bytes(bits, "little")
        self._waiting.clear()
        self._weigh_lengths()

    def _weigh_lengths(self) -> None:
        self._shortness = []
        for length in range(_LONGEST):
            _add(self._shortness, self._held.get(length, 0), _LONGEST - length)


def _keys(words: Collection[str]) -> Iterator[str | int]:
    yield from words
    yield min(len(words), _LONGEST)


def _add(sums: list[int], held: int, worth: int) -> None:
    """Add a worth to the sums of the names whose bit is set."""
    for digit in range(worth.bit_length()):
        place, carry = digit, held if worth >> digit & 1 else 0
        while carry:
            sums.extend([0] * (place + 1 - len(sums)))
            sums[place], carry = sums[place] ^ carry, sums[place] & carry
            place += 1


def _greatest(sums: list[int], among: int, most: int) -> tuple[int, int]:
    """The bits of fewer than `most` names with the greatest sums, and of those with the next sum, which make them enough."""
    above, border = 0, among
    for digits in reversed(sums):
        high = above | (border & digits)
        if high.bit_count() >= most:
            border &= digits
        else:
            above, border = high, border & ~digits
    return above, border


def _places(bits: int) -> Iterator[int]:
    """The places of the bits that are set, the lowest first."""
    digits = f"{bits:b}"[::-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)

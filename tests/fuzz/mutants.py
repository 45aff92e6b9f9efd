"""Which mutant has which number: the same at every run, so that one can be made again."""

import random
from dataclasses import dataclass
from zlib import crc32

from lxml import etree

from tests.fuzz import in_bytes, in_expressions, in_trees
from tests.fuzz.seeds import Seed, decisions, diagrams

#: How many kinds of damage a mutant has: mostly one, or it would seldom be deployed.
HURTS = (1, 1, 1, 1, 1, 2, 2, 3, 4)


@dataclass(frozen=True)
class Mutant:
    """Files to deploy, the first of them damaged."""

    seed: int
    number: int
    origin: str
    files: dict[str, bytes]

    @property
    def dice(self) -> random.Random:
        """What else is to be chosen for it, the same at every run."""
        return random.Random(f"{self.seed}:{self.number}:then")


def mutant(seed: int, number: int) -> Mutant:
    """The mutant of a number: three of four are diagrams, the fourth decisions. A new file in the repository changes few of them."""
    dice = random.Random(f"{seed}:{number}")
    origin: Seed = max(diagrams() if number % 4 else decisions(), key=lambda one: crc32(f"{seed}:{number}:{one.name}".encode()))
    (name, data), *others = origin.files.items()
    return Mutant(seed, number, origin.name, {name: damaged(data, dice), **dict(others)})


def damaged(data: bytes, dice: random.Random) -> bytes:
    """A file with up to four kinds of damage: first at its expressions and elements, then at its bytes."""
    kinds = sorted(dice.choices(["expression", "tree", "bytes"], [3, 5, 2], k=dice.choice(HURTS)), key="expression tree bytes".index)
    root = etree.fromstring(data)
    for kind in kinds:
        if kind == "expression":
            in_expressions.damage(root, dice)
        elif kind == "tree":
            dice.choice(in_trees.DAMAGES)(root, dice)
    data = etree.tostring(root, encoding="utf-8") if kinds != ["bytes"] * len(kinds) else data
    for _ in range(kinds.count("bytes")):
        data = dice.choice(in_bytes.DAMAGES)(data, dice)
    return data

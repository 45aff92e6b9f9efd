"""The duplicates gate: one kind of 100 indicators asked for, against 5,000 kinds with 40,000 indicators between them.

Names are put together at random from words of the labelled indicators of the tests, so that words repeat as they do in a real catalogue.
"""

import random
import time

from register.duplicates.matching import Asked, Catalogue
from register.names import Names
from tests.register.duplicates.pairs import HELD

INDICATORS = 40_000
ASKED = 100
LIMIT = 1.0


def main() -> None:
    """Print how long it takes to make the catalogue ready, and to ask it once for every indicator of a kind."""
    chance = random.Random(2026)
    words = {language: sorted({word for each in HELD.values() for word in each.names.say(language).split()}) for language in ("kk", "ru")}

    def made(code: str) -> Asked:
        russian, kazakh = (" ".join(chance.sample(words[language], chance.randint(3, 8))) for language in ("ru", "kk"))
        return Asked(code, Names(kazakh, russian, russian), chance.choice(list(HELD.values())).unit)

    held = [made(str(number)) for number in range(INDICATORS)]
    begun = time.perf_counter()
    catalogue = Catalogue(held)
    ready = time.perf_counter()
    found = sum(bool(catalogue.matches(made(""))) for _ in range(ASKED))
    asked = time.perf_counter() - ready

    print(f"duplicates: {INDICATORS} indicators made ready in {ready - begun:.2f} s")
    print(f"duplicates: {ASKED} asked for in {asked:.2f} s (limit {LIMIT}), {found} of them alike to some")


if __name__ == "__main__":
    main()

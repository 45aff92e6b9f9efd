"""The duplicates gate over a database: 100 indicators of one kind asked for, against 5,000 kinds with 40,000 indicators between them.

What one check costs in a process that is running (`Duplicates.of`, which the gate and `POST /register/duplicates` call), and apart from
that the first check of a process, which makes its index, and the first after a change of an indicator. Each asks for other indicators.
Names are put together at random from words of the labelled indicators of the tests, so that words repeat as in a real catalogue.
"""

import multiprocessing
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask

from organisations.organisations import Organisations
from register.duplicates.matching import Asked
from register.models import IndicatorRow, KindRow
from register.names import Names
from register.register import Register
from storage import database
from storage.clock import SetClock
from storage.transaction import transaction
from tests.register.duplicates.pairs import HELD
from tests.register.factories import document, indicator, names

INDICATORS, KINDS, ASKED = 40_000, 5_000, 100
#: Seconds of processor for one check in a running process.
LIMIT = 0.5
LONG_AGO, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)
WORDS = {language: sorted({word for each in HELD.values() for word in each.names.say(language).split()}) for language in ("kk", "ru")}
UNITS = [each.unit.as_dict() for each in HELD.values() if each.unit]


def main() -> int:
    """Print what each check costs; 1 when the limit is missed."""
    chance, http = random.Random(2026), Flask("duplicates")
    with tempfile.TemporaryDirectory() as folder:
        database.bind(http, f"sqlite:///{folder}/register.db")
        filling = multiprocessing.Process(target=fill, args=(f"sqlite:///{folder}/register.db",))
        filling.start()
        filling.join()
        with http.app_context():
            clock = SetClock(NOW)
            register = Register(clock=clock, bodies=Organisations(clock).bodies)
            before = peak()
            check("the first in a process", register, chance)
            print(f"duplicates: the index takes {peak() - before} MB")
            took = median(check("in a running process", register, chance) for _ in range(5))
            with transaction():
                register.import_indicators([made(chance, "1")])
            check("the first after a change of an indicator", register, chance)
    print(f"duplicates: at most {LIMIT} s of processor in a running process: {'yes' if took <= LIMIT else 'NO'}")
    return 0 if took <= LIMIT else 1


def peak() -> int:
    """The most memory that this process took, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def fill(url: str) -> None:
    """Indicators, and kinds that ask for eight of them each; in a process of its own, so that it takes no memory of what is measured."""
    chance, http = random.Random(2027), Flask("filling")
    database.bind(http, url)
    rows = [{"code": str(code), "document": made(chance, str(code)), "changed_at": LONG_AGO} for code in range(INDICATORS)]
    each = INDICATORS // KINDS
    kinds = [kind(number, range(number * each, (number + 1) * each)) for number in range(KINDS)]
    with http.app_context():
        database.Base.metadata.create_all(database.engine())
        with transaction():
            database.session.execute(sa.insert(IndicatorRow), rows)
            database.session.execute(sa.insert(KindRow), kinds)


def made(chance: random.Random, code: str) -> dict[str, Any]:
    """An indicator with a name of three to eight words in each language."""
    russian, kazakh = (" ".join(chance.sample(WORDS[language], chance.randint(3, 8))) for language in ("ru", "kk"))
    called = {"kk": kazakh, "ru": russian, "en": russian}
    return indicator(code, names=called, definition=called, unit=UNITS[int(code or 0) % len(UNITS)], breakdowns={})


def kind(number: int, asked: range) -> dict[str, Any]:
    """The row of a kind."""
    fields = [{"code": f"f{code}", "names": names("field"), "indicator": str(code)} for code in asked]
    sections = [{"code": "all", "names": names("all"), "fields": fields}]
    body = document(code=f"K-{number}", sections=sections, checks=[])
    first = LONG_AGO.date()
    act = {"act_number": "1", "act_date": first}
    return {"code": body["code"], "version": 1, "document": body, "valid_from": first, "imported_at": LONG_AGO, **act}


def check(which: str, register: Register, chance: random.Random) -> float:
    """Print what a check costs, and give its seconds of processor."""
    documents = [made(chance, "") for _ in range(ASKED)]
    asked = [Asked("", Names(**each["names"]), Names(**each["unit"])) for each in documents]
    begun, wall = time.process_time(), time.perf_counter()
    found = register.duplicates.of(asked)
    took, waited = time.process_time() - begun, time.perf_counter() - wall
    told = sum(map(len, found))
    print(f"duplicates: {which}: {took:.2f} s of processor, {waited:.2f} s by the clock; {told} told for {ASKED} asked")
    return took


if __name__ == "__main__":
    sys.exit(main())

"""What a condition costs, beside the same condition in plain Python with decimals.

    python -m bench.expressions [rounds]

Prints microseconds of reading once and of each evaluation, and how many times plain Python's. Ends with a non-zero code when evaluating
the plain conditions (all but the last) takes more than 15 microseconds on average.
"""

import sys
import time
from collections.abc import Callable
from decimal import Decimal

from expressions import parse_template
from expressions.expression import _parsed_template

LIMIT_MICROSECONDS = 15
VARIABLES = {
    "decision": "return",
    "revision": 2,
    "amount": Decimal("1250.50"),
    "men": 12,
    "women": 13,
    "total": 25,
    "rows": [{"n": n} for n in range(20)],
}

CONDITIONS: tuple[tuple[str, Callable[[dict], object]], ...] = (
    ("${decision == 'return'}", lambda v: v["decision"] == "return"),
    ("=total = men + women", lambda v: Decimal(v["total"]) == Decimal(v["men"]) + Decimal(v["women"])),
    ("${amount > 1000 && revision le 3}", lambda v: v["amount"] > Decimal(1000) and Decimal(v["revision"]) <= Decimal(3)),
    ('=if revision in [1..3] then "early" else "late"', lambda v: "early" if 1 <= v["revision"] <= 3 else "late"),
    ("=sum(rows[n > 10].n)", lambda v: sum(Decimal(row["n"]) for row in v["rows"] if row["n"] > 10)),
)


def microseconds(call: Callable[[], object], rounds: int) -> float:
    """The best of five runs, per call."""
    best = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        for _ in range(rounds):
            call()
        best = min(best, (time.perf_counter() - started) / rounds * 1e6)
    return best


def main() -> int:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    spent: list[float] = []
    print(f"{'condition':<50}{'read µs':>10}{'evaluate µs':>13}{'Python µs':>11}{'ratio':>8}")
    for text, plain in CONDITIONS:
        expression = parse_template(text)
        if expression.evaluate(VARIABLES) != plain(VARIABLES):
            raise AssertionError(text)
        reading = microseconds(lambda text=text: _parsed_template.__wrapped__(text, ()), rounds // 20 + 1)
        ours = microseconds(lambda expression=expression: expression.evaluate(VARIABLES), rounds)
        python = microseconds(lambda plain=plain: plain(VARIABLES), rounds)
        spent.append(ours)
        print(f"{text:<50}{reading:>10.0f}{ours:>13.2f}{python:>11.2f}{ours / python:>8.1f}")
    average = sum(spent[:-1]) / len(spent[:-1])
    print(f"plain conditions: {average:.1f} µs on average (at most {LIMIT_MICROSECONDS})")
    return 0 if average <= LIMIT_MICROSECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

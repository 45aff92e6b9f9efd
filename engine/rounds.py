"""Working off what is due, one thing in a transaction of its own after another."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Turns:
    """Which instances have had their turn in the present round: nobody gets a second one while others wait for their first."""

    had: set[UUID] = field(default_factory=set)


def work_off(limit: int, next_one: Callable[[], int | None]) -> int:
    """Do the next one at most `limit` times, until there is none (None); gives the sum of what each has done."""
    done = 0
    for _ in range(limit):
        outcome = next_one()
        if outcome is None:
            break
        done += outcome
    return done

"""Working off what is due, one thing in a transaction of its own after another."""

from collections.abc import Callable


def work_off(limit: int, next_one: Callable[[], int | None]) -> int:
    """Do the next one at most `limit` times, until there is none (None); gives the sum of what each has done."""
    done = 0
    for _ in range(limit):
        outcome = next_one()
        if outcome is None:
            break
        done += outcome
    return done

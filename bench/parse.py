"""Reading, linting and building a model of 10, 100 and 1,000 elements: milliseconds per element, each beside the model of 100.

    python -m bench.parse

What a deployment costs grows with the model and no faster: 1,000 elements may cost each at most twice what 100 cost.
"""

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

from engine.linting import Surroundings, lint
from engine.parsing import build, read
from tests.engine.factories import END, START, Everything, flow, flows, model, user_task

SIZES = (10, 100, 1000)
LIMIT = 2.0
ROUNDS = 5
AROUND = Surroundings({}, Everything(), Everything(), frozenset())


def chain(size: int) -> bytes:
    """A process of about so many elements: tasks in a row, each behind a gateway that may lead back to it."""
    parts, way = [START], ["start"]
    for number in range((size - 2) // 2):
        parts += [user_task(f"task{number}"), f'<bpmn:exclusiveGateway id="is{number}" default="is{number}__DEFAULT"/>']
        parts.append(flow(f"is{number}", f"task{number}", "${again}"))
        way += [f"task{number}", f"is{number}"]
    way.append("end")
    text = "".join(parts) + END + flows(" ".join(way))
    for here, following in pairwise(way):
        text = text.replace(f'default="{here}__DEFAULT"', f'default="{here}__{following}"')
    return model(text)


def measured(work: Callable[[], Any]) -> float:
    """The median milliseconds of a work."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def main() -> int:
    """Print the table; 1 when a step costs more per element in the large model than it may."""
    figures: dict[str, list[float]] = {"read": [], "lint": [], "build": []}
    for size in SIZES:
        data = chain(size)
        made = read(data, "p.bpmn")
        if any(finding.is_error for finding in lint(made, AROUND)):
            raise ValueError(f"the model of {size} has errors")
        figures["read"].append(measured(partial(read, data, "p.bpmn")) / size)
        figures["lint"].append(measured(partial(lint, made, AROUND)) / size)
        figures["build"].append(measured(partial(build, made, "p")) / size)
    print(f"{'ms per element':<16}" + "".join(f"{size:>10}" for size in SIZES) + f"{'1000 : 100':>12}")
    worst = 0.0
    for name, values in figures.items():
        worst = max(worst, values[2] / values[1])
        print(f"{name:<16}" + "".join(f"{value:>10.3f}" for value in values) + f"{values[2] / values[1]:>12.2f}")
    print(f"parse: {'ok' if worst <= LIMIT else 'MISSED'}, worst ratio {worst:.2f}, limit {LIMIT}")
    return 0 if worst <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())

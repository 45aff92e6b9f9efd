"""What an instance remembers of completed activities, to undo them, under the names that these have in another definition."""

from collections.abc import Mapping
from typing import Any

from engine.migration.plan import Pair
from engine.parsing import Executable
from engine.parsing.specs import memory


def renamed_memory(text: str, pairs: Mapping[str, Pair], spec: Any, target: Executable) -> tuple[str, list[str]]:
    """The memory of one tree with the ids of the target, and the activities that nothing undoes there."""
    unknown: list[str] = []
    lines = [memory.record_of(line) for line in text.split("\n")] if text else []
    records = [_renamed(record, pairs, spec, target, unknown) for record in lines]
    return memory.text_of(records), unknown


def _renamed(record: memory.Record, pairs: Mapping[str, Pair], spec: Any, target: Executable, unknown: list[str]) -> memory.Record:
    pair = pairs.get(record["of"])
    if pair is None or not spec.compensation.undoes(pair.target):
        unknown.append(record["of"])
        return record
    renamed = record | {"of": pair.target}
    if "inside" in record:
        inner = target.subprocess_specs[f"{target.spec.name}/{pair.target}"]
        renamed["inside"] = [_renamed(one, pairs, inner, target, unknown) for one in record["inside"]]
    return renamed

"""Whatever an instance waits for when the product is renewed: it is found waiting for that afterwards, and comes to its end."""

from pathlib import Path
from typing import Any

import pytest

from tests.engine.factories import Desk
from tests.engine.waiting.acts import document_of, finish, instance_of, opened
from tests.engine.waiting.cases import CASES
from tests.engine.waiting.keeping import KEPT, PRESENT, a_database, fill, open_kept

ADVICE = (
    "What a snapshot holds has changed. Raise VERSION in engine/snapshots.py, add the function that lifts the format before to _UPGRADES, "
    "and write files of the new format: python -m tests.engine.test_snapshots; python -m tests.engine.waiting.keeping"
)


def walked(desk: Desk) -> None:
    """Every case is found in its wait, and goes on along its trace to its end."""
    assert list(desk.engine.instances.check()) == []
    assert {case.name: opened(document_of(desk, case)) for case in CASES} == {case.name: case.open for case in CASES}

    for case in CASES:
        finish(desk, case)

    instances = {case.name: instance_of(desk, case) for case in CASES}
    assert {name for name, instance in instances.items() if instance.state != "completed"} == set()
    assert {name: " ".join(desk.passed(one)) for name, one in instances.items()} == {case.name: case.trace for case in CASES}


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name)
def test_instances_of_every_format_are_found_waiting_and_come_to_their_end(kept: Path, tmp_path: Path):
    with a_database(tmp_path) as desk:
        open_kept(kept, tmp_path)

        walked(desk)


def test_instances_of_today_do_the_same_and_are_kept_in_the_format_of_the_kept_file(tmp_path: Path):
    assert PRESENT.exists(), ADVICE
    for name in ("kept", "new"):
        (tmp_path / name).mkdir()
    with a_database(tmp_path / "kept") as desk:
        open_kept(PRESENT, tmp_path / "kept")
        kept = {case.name: form(document_of(desk, case)) for case in CASES}

    with a_database(tmp_path / "new") as desk:
        fill(desk)
        new = {case.name: form(document_of(desk, case)) for case in CASES}
        assert {name: one for name, one in new.items() if one != kept[name]} == {}, ADVICE
        walked(desk)


def form(document: dict[str, Any]) -> object:
    """What a document is made of, without what differs from one instance to the next: ids, moments and values."""
    trees = [document["tree"]["tokens"], *(inner[1] for inner in document["tree"]["inner"])]
    tokens = [sorted((row[3], row[2], len(row), sorted(row[4])) for row in rows) for rows in trees]
    variables = sorted((sorted(scope), sorted(len(value) for value in scope.values())) for scope in document["scopes"].values())
    return (
        sorted(document),
        sorted(document["tree"]),
        sorted(tokens),
        variables,
        sorted((row[8], row[3], row[4], len(row)) for row in document["open"]),
    )

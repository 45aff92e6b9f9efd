"""Whatever an instance waits for when the product is renewed: it is found waiting for that afterwards, and comes to its end."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import pytest

from engine.account import Wait
from engine.parsing.specs.compensation import UNDOES
from engine.parsing.specs.errors import ERROR_CODE
from engine.parsing.specs.memory import REMEMBERED
from engine.parsing.specs.tokens import LISTENED_TO
from tests.engine.factories import Desk
from tests.engine.waiting.acts import document_of, finish, instance_of, opened
from tests.engine.waiting.cases import CASES
from tests.engine.waiting.diagrams import Case
from tests.engine.waiting.keeping import KEPT, PRESENT, a_database, fill, open_kept

ADVICE = (
    "What a snapshot holds has changed. Raise VERSION in engine/snapshots.py, add the function that lifts the format before to _UPGRADES, "
    "and write files of the new format: python -m tests.engine.test_snapshots; python -m tests.engine.waiting.keeping"
)
#: What can be waited for, what is open while only some of its tokens or instances have come, and what compensation still has to undo.
EVERY_KIND = {
    *(set(get_args(Wait)) - {""}),
    *("parallelGateway", "inclusiveGateway", "complexGateway", "multiInstanceBody"),
    *("transaction", "callActivity", "adHocSubProcess", "subProcess", "eventSubProcessStart", "eventPart", "boundaryEvent"),
    *(REMEMBERED, UNDOES, ERROR_CODE, LISTENED_TO),
}


def standing(desk: Desk) -> list[Case]:
    """The cases of which there is an instance: a file of an earlier format has none of those that were added since."""
    return [case for case in CASES if desk.engine.instances.list(business_key=case.name).items]


def walked(desk: Desk) -> None:
    """Every case is found in its wait, and goes on along its trace to its end."""
    cases = standing(desk)
    assert list(desk.engine.instances.check()) == []
    assert {case.name: opened(document_of(desk, case)) for case in cases} == {case.name: case.open for case in cases}

    for case in cases:
        finish(desk, case)

    instances = {case.name: instance_of(desk, case) for case in cases}
    assert {name for name, instance in instances.items() if instance.state != "completed"} == set()
    assert {name: " ".join(desk.passed(one)) for name, one in instances.items()} == {case.name: case.trace for case in cases}


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
        documents = {case.name: document_of(desk, case) for case in standing(desk)}
        kept = {name: form(document) for name, document in documents.items()}

    assert kinds(documents.values()) == EVERY_KIND
    with a_database(tmp_path / "new") as desk:
        fill(desk)
        new = {case.name: form(document_of(desk, case)) for case in CASES}
        assert {name for name, one in new.items() if one != kept.get(name)} == set(), ADVICE
        walked(desk)


def kinds(documents: Iterable[dict[str, Any]]) -> set[str]:
    """What is waited for in some documents, what is open around it, and what tokens remember, of all that there should be."""
    found: set[str] = set()
    for document in documents:
        found |= {part for row in document["open"] for part in (row[3], row[4])}
        found |= {key for rows in _trees(document) for row in rows for key in row[4]}
    return found & EVERY_KIND


def form(document: dict[str, Any]) -> object:
    """What a document is made of, without what differs from one instance to the next: ids, moments and values."""
    tokens = [sorted((row[3], row[2], len(row), sorted(row[4])) for row in rows) for rows in _trees(document)]
    variables = sorted((sorted(scope), sorted(len(value) for value in scope.values())) for scope in document["scopes"].values())
    return (
        sorted(document),
        sorted(document["tree"]),
        sorted(tokens),
        variables,
        sorted((row[8], row[3], row[4], len(row)) for row in document["open"]),
    )


def _trees(document: dict[str, Any]) -> list[list[Any]]:
    return [document["tree"]["tokens"], *(inner[1] for inner in document["tree"]["inner"])]

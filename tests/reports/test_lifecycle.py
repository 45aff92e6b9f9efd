"""The table of stages and the function that obeys it; pure rules of canonical bytes and differences."""

from dataclasses import dataclass
from itertools import product
from uuid import UUID

import pytest

from reports import canonical, differences, lifecycle
from reports.canonical import Canonical
from reports.errors import StageNotReachable
from reports.lifecycle import NEXT, Stage
from tests.register import factories, test_added_rows

MEN, WOMEN = "people.staff.all.men", "people.staff.all.women"


@dataclass
class Paper:
    stage: Stage
    id: UUID


@pytest.mark.parametrize(("stage", "to"), list(product(Stage, Stage)))
def test_a_report_moves_only_as_the_table_says(stage, to):
    paper = Paper(stage, UUID(int=1))

    if to in NEXT[stage]:
        lifecycle.move(paper, to)
        assert paper.stage is to
    else:
        with pytest.raises(StageNotReachable):
            lifecycle.move(paper, to)
        assert paper.stage is stage


def test_every_stage_but_the_last_ones_can_be_withdrawn_and_nothing_follows_those():
    assert {stage for stage in Stage if Stage.WITHDRAWN in NEXT[stage]} == set(Stage) - lifecycle.ENDED
    assert {Stage.ACCEPTED, Stage.WITHDRAWN} == lifecycle.ENDED


CONTENT = Canonical(
    kind="EMP-01",
    kind_version=1,
    body="BIN-061211600012",
    period="2026Q3",
    revision=1,
    cells={"s1.b": "12.50", "s1.a": "Қазақша мәтін", "s2.c": {"not_applicable": True}},
    notes={"cheap": "Бәрі дұрыс"},
)


def test_canonical_bytes_are_the_same_in_whatever_order_they_were_put_together():
    turned = Canonical(**(vars(CONTENT) | {"cells": dict(reversed(CONTENT.cells.items()))}))

    assert canonical.to_bytes(CONTENT) == canonical.to_bytes(turned)
    assert canonical.from_bytes(canonical.to_bytes(CONTENT)) == CONTENT


def test_canonical_bytes_of_format_1_never_change():
    data = canonical.to_bytes(CONTENT)

    assert data.decode() == (
        '{"body":"BIN-061211600012","cells":{"s1.a":"Қазақша мәтін","s1.b":"12.50","s2.c":{"not_applicable":true}},"format":1,'
        '"kind":"EMP-01","kind_version":1,"notes":{"cheap":"Бәрі дұрыс"},"period":"2026Q3","revision":1}'
    )
    assert canonical.sha256(data) == "f45616d4bbfea87577068ea6e28374ecd8d86be25ad796c39f7fbb9772481c50"


def test_a_binary_float_has_no_canonical_form():
    with pytest.raises(TypeError):
        canonical.to_bytes(Canonical(**(vars(CONTENT) | {"cells": {"a": 0.1}})))


def test_an_unknown_format_is_not_guessed_at():
    with pytest.raises(ValueError, match="unknown format"):
        canonical.from_bytes(b'{"format":99}')


def test_differences_tell_what_was_added_changed_and_emptied():
    before, after = {MEN: "1", WOMEN: "2", "people.money": "3"}, {WOMEN: "2", "people.money": "4", "people.done": True}

    found = differences.between(before, after, factories.kind())

    told = [(each.address, each.before, each.after) for each in found]
    assert told == [(MEN, "1", None), ("people.money", "3", "4"), ("people.done", None, True)]


def test_differences_say_of_a_row_that_it_was_added_or_removed():
    before, after = {"people.projects.n1.cost": "1", "people.projects.n2.cost": "2"}, {"people.projects.n2.cost": "3"}

    found = differences.between(before, after | {"people.projects.n3.cost": "4"}, test_added_rows.kind())

    assert [(each.address, each.row) for each in found] == [
        *(("people.projects.n1.cost", "removed"), ("people.projects.n2.cost", None), ("people.projects.n3.cost", "added"))
    ]

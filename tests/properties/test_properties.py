"""Whatever happens to whatever model: no token is lost or doubled, however the instance is kept."""

import pytest
from hypothesis import HealthCheck, Phase, given, note, reject, settings
from hypothesis import strategies as st

from engine.definition_errors import ModelRefused
from storage.clock import SetClock
from storage.database import session
from tests.conftest import empty_all_tables
from tests.engine.factories import Desk
from tests.properties.diagrams import DICE, Diagram, Event, Node, by_hand
from tests.properties.drawing import diagrams
from tests.properties.players import Player
from tests.properties.playing import Disagreement, Match
from tests.properties.standing import Place


@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(diagrams(), st.sampled_from(DICE), st.lists(st.integers(0, 599), max_size=40))
def test_tokens_go_where_bpmn_says_however_the_instance_is_kept(diagram: Diagram, dice: int, choices: list[int]):
    note(diagram.file().decode())
    match = Match(diagram, dice)

    try:
        for choice in choices:
            if match.is_over:
                break
            match.move(choice)
    finally:
        note("\n".join(match.moves))


MODELS = {"sqlite": 8, "postgresql": 2}


def test_the_same_through_the_database_with_rows_that_fit(database: str, clock: SetClock):
    desk = Desk(clock)

    @settings(
        max_examples=MODELS[database],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(diagrams(), st.sampled_from(DICE), st.lists(st.integers(0, 599), min_size=10, max_size=25))
    def play(diagram: Diagram, dice: int, choices: list[int]) -> None:
        empty_all_tables()
        session.expunge_all()
        try:
            match = Match(diagram, dice, desk=desk)
        except ModelRefused as refused:
            note(str(refused.findings))
            reject()
        for choice in choices:
            if not match.is_over:
                match.move(choice)

    play()


def loop() -> Match:
    """A match of a person who does the same again while the dice shows 0."""
    nodes = {"s": "startEvent", "a": "userTask", "again": "exclusiveGateway", "e": "endEvent"}
    return Match(by_hand("s - a - again * e", "again 0 a", **nodes), 0)


def test_the_comparison_sees_a_lost_token():
    match = loop()
    lost = match.players[0]
    assert isinstance(lost, Player)
    lost.execution.account.openings[-1].wait = ""

    with pytest.raises(Disagreement, match="saved, forgetting: waits: missing"):
        match.compare()


def test_the_comparison_sees_that_more_and_more_is_kept():
    match = loop()
    keeping = next(player for player in match.players if isinstance(player, Player) and not player.forgets)
    keeping.forgets = True

    with pytest.raises(Disagreement, match="tokens are kept"):
        for _ in range(10):
            match.move(0)


def test_what_is_on_its_way_to_an_activity_may_yet_come_where_an_event_on_that_activity_has_led():
    nodes = dict.fromkeys(["a", "b", "c", "other", "last"], "userTask") | {"start": "startEvent", "end": "endEvent"}
    gateways = {"some": "inclusiveGateway", "fork": "parallelGateway", "join": "inclusiveGateway"}
    enough = Node("enough", "complexGateway", "p", enough=1)
    on = Node("on", "boundaryEvent", "p", Event("message", "m"), "c")
    ways = ("start - some - fork - a - enough - c - join - last - end", "fork - b - enough", "on - join", "some 9 other - join")
    match = Match(by_hand(*ways, **nodes, **gateways, enough=enough, on=on), 0)

    for element, wait in (("a", "task"), ("on", "message"), ("b", "task"), ("last", "task")):
        for one in (match._game, *match.players):
            one.happen(Place(element, wait))
        match.compare()

    assert match.is_over

"""Whatever happens to whatever model: no token is lost or doubled, however the instance is kept."""

from hypothesis import HealthCheck, Phase, given, note, reject, settings
from hypothesis import strategies as st

from engine.definition_errors import ModelRefused
from storage.clock import SetClock
from storage.database import session
from tests.conftest import empty_all_tables
from tests.engine.factories import Desk
from tests.properties.matches.diagrams import DICE, Diagram
from tests.properties.matches.drawing import diagrams
from tests.properties.matches.playing import Match


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

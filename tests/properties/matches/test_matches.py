"""Whatever happens to whatever model: no token is lost or doubled, however the instance is kept."""

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

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

"""What holds for every process and every order of events. A failure prints its moves and its diagram."""

from random import Random

import pytest

from tests.properties.growing import grown
from tests.properties.playing import Astray, Play, played

SEEDS = 60
EACH = 6


@pytest.mark.parametrize("seed", range(SEEDS))
def test_tokens_are_neither_lost_nor_doubled_however_state_is_kept(seed: int):
    moves = sum(played(Random(f"{seed}.{number}"), size=2 + number * 3, most=60) for number in range(EACH))

    assert moves > 0


def test_the_comparison_sees_a_token_too_few():
    play = Play(Random(3), grown(Random(3), 8))
    play.instances["saved"].execution.account.openings[-1].wait = ""

    with pytest.raises(Astray, match="saved: the engine has"):
        play._compare()

"""The yardstick itself: small processes whose course the standard leaves no doubt about."""

import pytest

from tests.properties.diagrams import Event, Node, Repetition, by_hand
from tests.properties.standing import Place
from tests.properties.token_game import TokenGame

ENDS = {"start": "startEvent", "end": "endEvent"}


def after(game: TokenGame, *moves: str) -> TokenGame:
    """Let things happen: "a" completes a task, "a 3" with a dice, "a message" is a message for a, "a.1" is in the second instance."""
    for move in moves:
        name, *words = move.split()
        element, *within = name.split(".")
        waits = [word for word in words if not word.isdigit()] or ["task"]
        dice = next((int(word) for word in words if word.isdigit()), None)
        game.happen(Place(element, waits[0], tuple(map(int, within))), dice)
    return game


def seen(game: TokenGame) -> list[str]:
    """What waits, in the same words."""
    words = {place: ".".join([place.element_id, *map(str, place.within)]) for place in game.waits()}
    return sorted(words[place] if place.wait == "task" else f"{words[place]} {place.wait}" for place in game.waits().elements())


def test_a_parallel_join_waits_for_all_and_takes_one_of_each():
    nodes = {**ENDS, "fork": "parallelGateway", "a": "userTask", "b": "userTask", "join": "parallelGateway"}
    game = TokenGame(by_hand("start - fork - a - join - end", "fork - b - join", **nodes), 0)

    assert seen(game) == ["a", "b"]
    assert seen(after(game, "a")) == ["b"]
    assert after(game, "b").is_over
    assert game.passed == dict.fromkeys(["start", "fork", "a", "b", "join", "end"], 1)


@pytest.mark.parametrize(("dice", "open_then"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_join_waits_for_what_was_chosen(dice: int, open_then: list[str]):
    tasks = dict.fromkeys(["first", "a", "b", "c", "last"], "userTask")
    ways = ("start - first - split 12 a - join - last - end", "split 2 b - join", "split * c - join")
    game = TokenGame(by_hand(*ways, **ENDS, **tasks, split="inclusiveGateway", join="inclusiveGateway"), 5)

    after(game, f"first {dice}")

    assert seen(game) == open_then
    for name in open_then:
        assert "last" not in seen(game)
        after(game, name)
    assert seen(game) == ["last"]


def test_what_interrupts_takes_the_activity_away_and_what_does_not_may_come_again():
    stop = Node("stop", "boundaryEvent", "p", Event("message", "s"), "a")
    ask = Node("ask", "boundaryEvent", "p", Event("message", "q", interrupting=False), "a")
    tasks = dict.fromkeys("abc", "userTask")
    game = TokenGame(by_hand("start - a - end", "stop - b", "ask - c", **ENDS, **tasks, stop=stop, ask=ask), 0)

    after(game, "ask message", "ask message")

    assert seen(game) == ["a", "ask message", "c", "c", "stop message"]
    assert seen(after(game, "stop message")) == ["b", "c", "c"]
    assert game.passed["-a"] == 1


def test_instances_of_a_subprocess_go_on_each_for_itself():
    several = Node("sub", "subProcess", "p", repetition=Repetition("parallel", 2), inside="in")
    inner = {name: Node(name, kind, "in") for name, kind in {"s": "startEvent", "x": "userTask", "y": "userTask", "z": "endEvent"}.items()}
    game = TokenGame(by_hand("start - sub - end", "s - x - y - z", **ENDS, **inner, sub=several), 0)

    after(game, "x.1")

    assert seen(game) == ["x.0", "y.1"]
    assert seen(after(game, "y.1", "x.0")) == ["y.0"]
    assert after(game, "y.0").is_over


def test_an_error_goes_outwards_to_the_first_that_catches_it_and_ends_all_inside():
    sub = Node("sub", "subProcess", "p", inside="in")
    caught = Node("caught", "boundaryEvent", "p", Event("error", "e"), "sub")
    inner = {name: Node(name, kind, "in") for name, kind in {"s": "startEvent", "x": "externalTask", "y": "userTask"}.items()}
    game = TokenGame(
        by_hand("start - sub - end", "caught - react", "s - x", "s - y", **ENDS, **inner, sub=sub, caught=caught, react="userTask"), 0
    )

    assert game.catches(Place("x", "external"), "e")
    assert not game.catches(Place("x", "external"), "f")
    game.throw(Place("x", "external"), "e")

    assert seen(game) == ["react"]


def test_a_called_process_has_variables_of_its_own_and_gives_them_back_at_its_end():
    call = Node("call", "callActivity", "p", inside="called")
    inner = {name: Node(name, kind, "called") for name, kind in {"s": "startEvent", "x": "userTask", "y": "userTask"}.items()}
    game = TokenGame(by_hand("start - call - end", "s - x - y", **ENDS, **inner, call=call), 1)

    assert after(game, "x 4").process.variables.dice == 1
    assert after(game, "y").process.variables.dice == 4


def test_a_loop_goes_round_as_long_as_its_condition_holds():
    loop = Node("a", "userTask", "p", repetition=Repetition("loop", 3, frozenset({1})))
    rounds = {
        moves: TokenGame(by_hand("start - a - end", **ENDS, a=loop), 0) for moves in (("a 0",), ("a 1", "a 2"), ("a 1", "a 1", "a 1"))
    }

    assert [after(game, *moves).is_over for moves, game in rounds.items()] == [True] * 3


@pytest.mark.parametrize(("moves", "open_then"), [("a", ["b", "c"]), ("a b", ["c", "last"]), ("a b c", ["last"]), ("a b c last", [])])
def test_a_complex_gateway_lets_one_token_on_when_enough_have_come_and_takes_in_the_rest(moves: str, open_then: list[str]):
    tasks = dict.fromkeys(["a", "b", "c", "last"], "userTask")
    ways = ("start - fork - a - enough - last - end", "fork - b - enough", "fork - c - enough")
    join = Node("enough", "complexGateway", "p", enough=2)
    game = TokenGame(by_hand(*ways, **ENDS, **tasks, fork="parallelGateway", enough=join), 0)

    after(game, *moves.split())

    assert seen(game) == open_then
    assert game.is_over == (not open_then)
    assert game.passed["enough"] == {"a": 0, "a b": 1, "a b c": 2, "a b c last": 2}[moves]


def test_a_cancelled_transaction_ends_what_is_active_and_goes_on_at_its_cancel_event():
    trip, cancelled = Node("trip", "transaction", "p", inside="in"), Node("cancelled", "boundaryEvent", "p", Event("cancel"), "trip")
    inside = {name: Node(name, kind, "in") for name, kind in {"s": "startEvent", "fork": "parallelGateway", "a": "userTask"}.items()}
    inside |= {"b": Node("b", "userTask", "in"), "stop": Node("stop", "endEvent", "in", Event("cancel")), "e": Node("e", "endEvent", "in")}
    ways = ("start - trip - end", "cancelled - sorry - end", "s - fork - a - stop", "fork - b - e")
    game = TokenGame(by_hand(*ways, **ENDS, **inside, sorry="userTask", trip=trip, cancelled=cancelled), 0)

    after(game, "a")

    assert seen(game) == ["sorry"]
    assert (game.passed["-trip"], game.passed["-b"], game.passed["cancelled"]) == (1, 1, 1)


def test_what_has_completed_is_undone_one_after_another_the_last_first_and_only_once():
    handlers = {name: Node(name, "userTask", "p", is_handler=True) for name in ("undo_a", "undo_b")}
    done = {name: Node(name, "userTask", "p", handler=f"undo_{name}") for name in ("a", "b")}
    thrown = {name: Node(name, "intermediateThrowEvent", "p", Event("compensate")) for name in ("back", "again")}
    way = "start - a - b - back - again - last - end"
    game = TokenGame(by_hand(way, **ENDS, **handlers, **done, **thrown, last="userTask"), 0)

    assert seen(after(game, "a", "b")) == ["undo_b"]
    assert seen(after(game, "undo_b")) == ["undo_a"]
    assert seen(after(game, "undo_a")) == ["last"]
    assert (game.passed["undo_a"], game.passed["undo_b"], game.passed["back"], game.passed["again"]) == (1, 1, 1, 1)

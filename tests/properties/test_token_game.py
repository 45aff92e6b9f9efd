"""The yardstick itself: small processes whose course the standard leaves no doubt about."""

import pytest

from tests.properties.graphs import Flow, Graph, Node
from tests.properties.token_game import TokenGame


def graph(*ways: str, **kinds: str | Node) -> Graph:
    """Nodes by id, and flows: "a b c" joins a to b and b to c, "a >1 b" has a condition."""
    made = Graph({name: kind if isinstance(kind, Node) else Node(name, kind, "") for name, kind in kinds.items()})
    for way in ways:
        words = way.split()
        for source, test, target in zip(words[:-2:2], words[1::2], words[2::2], strict=True):
            condition = "" if test == "-" else f"{test[:-1]} {test[-1]}"
            made.flows.append(Flow(f"flow_{len(made.flows)}", source, target, condition))
    return made


def after(game: TokenGame, *moves: tuple[str, str] | tuple[str, str, int]) -> TokenGame:
    for element, happens, *route in moves:
        game = game.moved((element, happens), *route)[0]
    return game


def test_a_parallel_join_waits_for_all_and_takes_one_of_each():
    game = TokenGame(graph("s - split - a - join - e", "split - b - join", s="start", split="and", a="user", b="user", join="and", e="end"))

    assert dict(game.waits()) == {("a", "task"): 1, ("b", "task"): 1}
    assert dict(after(game, ("a", "task")).waits()) == {("b", "task"): 1}
    assert after(game, ("a", "task"), ("b", "task")).is_over


@pytest.mark.parametrize(("route", "open_then"), [(0, {"c"}), (1, {"a"}), (2, {"a", "b"})])
def test_an_inclusive_join_waits_for_what_was_chosen(route, open_then):
    ways = ("s - first - split >0 a - join - last - e", "split >1 b - join", "split - c - join")
    game = after(
        TokenGame(graph(*ways, s="start", first="user", split="or", a="user", b="user", c="user", join="or", last="user", e="end")),
        ("first", "task", route),
    )

    assert {name for name, _ in game.waits()} == open_then
    for name in sorted(open_then):
        assert ("last", "task") not in game.waits()
        game = after(game, (name, "task"))
    assert dict(game.waits()) == {("last", "task"): 1}


def test_what_interrupts_takes_the_activity_away_and_what_does_not_may_come_again():
    stop = Node("stop", "boundary", "", on="a", event="message")
    ask = Node("ask", "boundary", "", on="a", event="message", interrupting=False)
    nodes = {"s": "start", "a": "user", "b": "user", "c": "user", "e": "end", "f": "end"}
    game = TokenGame(graph("s - a - e", "stop - b - e", "ask - c - f", **nodes, stop=stop, ask=ask))

    asked = after(game, ("ask", "message"), ("ask", "message"))

    assert dict(asked.waits()) == {("a", "task"): 1, ("stop", "message"): 1, ("ask", "message"): 1, ("c", "task"): 2}
    assert dict(after(asked, ("stop", "message")).waits()) == {("b", "task"): 1, ("c", "task"): 2}


def test_one_of_several_equal_tokens_moves_and_it_could_be_either():
    several = Node("a", "sub", "", times=2)
    inner = {"s": Node("s", "start", "a"), "x": Node("x", "user", "a"), "y": Node("y", "user", "a"), "z": Node("z", "end", "a")}
    game = TokenGame(graph("begin - a - end", "s - x - y - z", begin="start", a=several, end="end", **inner))

    ahead = after(game, ("x", "task"))

    assert len(game.moved(("x", "task"))) == 2
    assert len({one.position() for one in game.moved(("x", "task"))}) == 1
    assert dict(ahead.waits()) == {("x", "task"): 1, ("y", "task"): 1}
    assert after(ahead, ("y", "task"), ("x", "task"), ("y", "task")).is_over

"""Plays random moves on a random process: the token game and the engine, in every way of keeping its state, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from engine.parsing import build, read
from tests.properties.graphs import Graph
from tests.properties.growing import grown
from tests.properties.keeping import Instance
from tests.properties.token_game import TokenGame, Wait

#: The ways to keep an instance, by name.
WAYS = {"saved": (True, True), "never saved": (False, True), "with all that is over": (True, False)}


class Astray(AssertionError):
    """The engine's tokens are not where they should be. Tells the moves and the diagram."""

    def __init__(self, what: str, moves: list[str], graph: Graph) -> None:
        super().__init__("\n".join([what, "moves: " + ", ".join(moves), graph.bpmn().decode()]))


@dataclass
class Play:
    """One process being played. `games` are the positions that are lawful after the moves so far."""

    random: Random
    graph: Graph
    moves: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        executable = build(read(self.graph.bpmn(), "p.bpmn"), "p")
        self.games = [TokenGame(self.graph)]
        self.instances = {name: Instance(executable, saves, prunes) for name, (saves, prunes) in WAYS.items()}
        self._compare()

    def play(self, most: int) -> Iterator[None]:
        """Make moves until the process is over, or so many are made."""
        while len(self.moves) < most and not self.games[0].is_over:
            self._move()
            self._compare()
            yield

    def _move(self) -> None:
        wait, number = self._chosen()
        route = self.random.randint(0, 3) if wait[1] in ("task", "external", "error") else None
        given = {} if route is None else {"route": route, "at": len(self.moves)}
        self.moves.append(f"{wait[0]} {wait[1]} {number}" + ("" if route is None else f" route={route}"))
        found = {game.position(): game for before in self.games for game in before.moved(wait, route)}
        self.games = list(found.values())
        for name, instance in self.instances.items():
            try:
                instance.move(wait, number, given)
            except Exception as failure:
                raise Astray(f"{name}: {failure!r}", self.moves, self.graph) from failure

    def _chosen(self) -> tuple[Wait, int]:
        waits = self.games[0].waits()
        wait = self.random.choice(sorted(waits))
        kind = (wait[0], "external") if wait[1] == "error" else wait
        return wait, self.random.randrange(waits[kind])

    def _compare(self) -> None:
        first = next(iter(self.instances.values()))
        for name, instance in self.instances.items():
            seen = (instance.is_over, {} if instance.is_over else instance.waits())
            lawful = [game for game in self.games if (game.is_over, {} if game.is_over else _visible(game)) == seen]
            if not lawful:
                expected = [(game.is_over, dict(_visible(game))) for game in self.games]
                raise Astray(f"{name}: the engine has {seen}, the token game {expected}", self.moves, self.graph)
            self.games = lawful
            if instance.variables() != first.variables() or instance.told != first.told:
                raise Astray(f"{name}: {instance.variables()} {instance.told} {first.told}", self.moves, self.graph)


def _visible(game: TokenGame) -> dict[Wait, int]:
    return {wait: count for wait, count in game.waits().items() if wait[1] != "error"}


def played(random: Random, size: int, most: int) -> int:
    """Grow a process and play it to its end, or so many moves; gives how many moves were made."""
    play = Play(random, grown(random, size))
    return sum(1 for _ in play.play(most))

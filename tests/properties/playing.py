"""A match: the token game and several players do the same, one happening after another, and must see the same after each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.engine.factories import Desk
from tests.properties.database import DatabasePlayer
from tests.properties.diagrams import DICE, Diagram
from tests.properties.players import Player, Table
from tests.properties.standing import Place, size_of
from tests.properties.token_game import TokenGame


class Disagreement(AssertionError):
    """The engine is not where the token game is, or broke. Tells what was done and the diagram."""


@dataclass
class Match:
    """What is played on one diagram, in memory or at a desk, and what was done, for whoever must see it again."""

    diagram: Diagram
    dice: int
    moves: list[str] = field(default_factory=list)
    desk: Desk | None = None

    def __post_init__(self) -> None:
        self._game = TokenGame(self.diagram, self.dice)
        table = Table(self.diagram.file())
        self._codes = sorted({node.event.name for node in self.diagram.nodes.values() if node.event and node.event.kind == "error"} - {""})
        ways = [(saves, forgets) for saves in (True, False) for forgets in (True, False)]
        self.players: list[Player | DatabasePlayer] = [Player(table, self.dice, saves=saves, forgets=forgets) for saves, forgets in ways]
        if self.desk is not None:
            self.players = [DatabasePlayer(self.desk, self.diagram, self.dice)]
        self.compare()

    @property
    def is_over(self) -> bool:
        """Whether the instance has ended."""
        return self._game.is_over

    def move(self, choice: int) -> None:
        """Let one of the things happen that can; a number chooses."""
        choice, face = divmod(choice, len(DICE))
        moves = [(place, code) for place, code in self._moves() if all(player.may(place) for player in self.players)]
        if not moves:
            return
        place, code = moves[choice % len(moves)]
        self.moves.append(f"{place}" + (f" throws {code}" if code else f" dice {face}"))
        for one in (self._game, *self.players):
            try:
                if code:
                    one.throw(place, code)
                else:
                    one.happen(place, None if place.wait in ("job", "timer") else face)
            except Exception as failure:
                raise Disagreement(f"{one.name}: {failure!r}\n{self._told()}") from failure
        self.compare()

    def _moves(self) -> Sequence[tuple[Place, str]]:
        places = sorted(self._game.waits())
        thrown = [(place, code) for place in places if place.wait == "external" for code in self._codes if self._game.catches(place, code)]
        return [*((place, "") for place in places), *thrown]

    def compare(self) -> None:
        """Every player must see what the token game does."""
        game = self._game
        for player in self.players:
            seen = [("over", game.is_over, player.is_over), ("dice", game.process.variables.dice, player.dice)]
            if not game.is_over:
                seen += [("waits", game.waits(), player.waits())]
            seen += [("passed", game.passed, player.passed)]
            if isinstance(player, Player) and player.forgets and not game.is_over and player.tokens > 4 * size_of(game.process) + 8:
                raise Disagreement(f"{player.name}: {player.tokens} tokens are kept for {size_of(game.process)}")
            for what, wanted, found in seen:
                if wanted != found:
                    raise Disagreement(f"{player.name}: {what}: {_difference(wanted, found)}\n{self._told()}")

    def _told(self) -> str:
        return "\n".join([f"dice {self.dice}", *self.moves, self.diagram.file().decode()])


def _difference(wanted: Any, found: Any) -> str:
    if isinstance(wanted, Counter):
        return f"missing {dict(wanted - found)}, too many {dict(found - wanted)}"
    return f"wanted {wanted}, found {found}"

"""One value that goes into a variable."""

from dataclasses import dataclass

from expressions import Expression


@dataclass(frozen=True)
class VariableMapping:
    """One input, output or assignment: the value of `source` becomes the variable `target`.

    `declared_in` is the id of the process or subprocess that holds the target where the model declares it, as a data object or property.
    """

    target: str
    source: Expression
    declared_in: str | None = None

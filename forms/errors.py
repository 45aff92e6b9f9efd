"""What the forms room says no with."""

from collections.abc import Sequence

from refusals import Conflict, Fault, Invalid, NotFound


class FormNotFound(NotFound):
    """No form has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(form=key)


class FormInvalid(Invalid):
    """Values break the rules of their form; each fault points at a field."""

    def __init__(self, key: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, form=key)


class FormRefused(Invalid):
    """A schema that cannot become a form; each fault points into the schema."""

    def __init__(self, key: str, faults: Sequence[Fault]) -> None:
        super().__init__(faults=faults, form=key)


class PatternRefused(Invalid):
    """A regular expression outside the part of the syntax that browser and server read alike; `position` counts from 0."""

    def __init__(self, reason: str, position: int) -> None:
        self.reason = reason
        super().__init__(reason=reason, position=position)


class FormChangedMeanwhile(Conflict):
    """Somebody else deployed the same form at the same moment; deploying again is enough."""

    def __init__(self, key: str) -> None:
        super().__init__(form=key)

"""What only this door refuses: things that are not of its shape."""

from refusals import Invalid, NotFound


class MomentMalformed(Invalid):
    """A date is not written as this door writes them, or has no zone."""


class VariableMalformed(Invalid):
    """A variable's value does not fit the type it was sent with."""


class VariableTypeUnknown(Invalid):
    """A variable was sent with a type that this door does not know."""


class ParameterUnknown(Invalid):
    """A filter that this door does not offer; to leave it out silently would answer with too much."""


class ParameterMissing(Invalid):
    """A parameter without which the request says nothing is missing, or was given beside another that says the same."""


class ParameterMalformed(Invalid):
    """A parameter's value is not of the kind that the parameter takes."""


class BodyMalformed(Invalid):
    """The body of a request is not the JSON object that this door expects."""


class VariableNotFound(NotFound):
    """The scope that was asked has no variable of this name."""


class ResourceNotFound(NotFound):
    """The deployment has no file of this id."""


class ActivityNotFound(NotFound):
    """No activity has this id, or none that the person may know of."""


class DetailNotFound(NotFound):
    """No value of a variable has this id, or none that the person may know of."""


class DecisionInstanceNotFound(NotFound):
    """No decision that was made has this id, or none that the person may know of."""

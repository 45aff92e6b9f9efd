"""What the language says no with. `column` counts from 1 in the text as it was given."""

from refusals import Invalid


class ExpressionRefused(Invalid):
    """A text that is no expression of ours; found while reading, before anything is evaluated. Carries `column`."""


class ExpressionTooLong(ExpressionRefused):
    """The text has more bytes than an expression may have."""


class ExpressionTooDeep(ExpressionRefused):
    """Brackets, conditions or functions are nested deeper than anyone can read."""


class ExpressionUnreadable(ExpressionRefused):
    """At `column` stands `found`, which can't stand there."""


class SignMissing(ExpressionRefused):
    """At `column` stands `found`, where the sign or word `expected` has to stand."""


class NameMissing(ExpressionRefused):
    """At `column` stands `found`, where a name has to stand."""


class NameRepeated(ExpressionRefused):
    """A context has two entries of the same name."""


class TypeUnknown(ExpressionRefused):
    """At `column` stands `found`, which is no type."""


class SignUnknown(ExpressionRefused):
    """At `column` stands a sign that the language has no use for."""


class QuotationUnclosed(ExpressionRefused):
    """A quotation, comment or brace that begins at `column` never ends."""


class NumberTooLarge(ExpressionRefused):
    """A number at `column` that does not fit into 34 digits and an exponent of 6,144."""


class MethodCallRefused(ExpressionRefused):
    """A call on an object (`execution.getVariable(…)`): the language reaches no object, only names and functions."""


class ArgumentsMismatched(ExpressionRefused):
    """A built-in function is called with arguments, by number or by name, that it never takes."""


class LiteralMalformed(ExpressionRefused):
    """`@"…"` at `column` holds neither a date, a time, a date and time nor a duration."""


class EvaluationFailed(Invalid):
    """A readable expression that can't be worked out with the values at hand."""


class VariableUnknown(EvaluationFailed):
    """`${…}` names a variable that is not there (FEEL would give null)."""


class FunctionUnknown(EvaluationFailed):
    """A function is called that is neither built in nor given nor defined."""


class FunctionFailed(EvaluationFailed):
    """A function that the caller gave could not make anything of its arguments."""


class TypeMismatched(EvaluationFailed):
    """What `name` stands for is of the type `found` where `expected` is asked for."""


class TooManySteps(EvaluationFailed):
    """The evaluation was stopped after its allowance of steps."""


class EvaluationTooDeep(EvaluationFailed):
    """Functions call each other too deeply, or a value is nested too deeply."""


class ResultTooLarge(EvaluationFailed):
    """A text or list grew over what an expression may make."""


class ValueForeign(EvaluationFailed):
    """A variable holds a value of a kind that the language does not know."""


class PresentMomentUnknown(EvaluationFailed):
    """`now()` or `today()` is asked where no moment was given."""

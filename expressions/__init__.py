"""The one language of conditions, rules and checks: FEEL, closed and bounded, with three surfaces.

`parse` reads one expression, `parse_template` what an attribute of a diagram holds. What can't be read is an `ExpressionRefused` with its
column, what can't be worked out an `EvaluationFailed`. No attribute of a Python object can ever be reached, and no expression runs for
longer than its allowance of steps.
"""

from expressions.errors import EvaluationFailed, ExpressionRefused
from expressions.expression import Expression, Surface, parse, parse_template
from expressions.gathering import Gathered
from expressions.values import Known, Range, YearsMonths

__all__ = [
    "EvaluationFailed",
    "Expression",
    "ExpressionRefused",
    "Gathered",
    "Known",
    "Range",
    "Surface",
    "YearsMonths",
    "parse",
    "parse_template",
]

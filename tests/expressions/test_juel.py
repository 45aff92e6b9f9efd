"""`${…}` and what attributes of a diagram hold."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from expressions import EvaluationFailed, ExpressionRefused, Surface, parse, parse_template
from expressions.errors import FunctionFailed, FunctionUnknown, MethodCallRefused, QuotationUnclosed, VariableUnknown
from refusals import Forbidden

VARIABLES = {
    "amount": 150,
    "status": "open",
    "approved": True,
    "nothing": None,
    "rows": [{"name": "Абай"}, {"name": "Семей"}],
    "report": {"kind": "EMP-01", "body": {"bin": "061211600012"}},
    "мөлшер": 7,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${amount > 100 && status == 'open'}", True),
        ('${amount gt 100 and status eq "open"}', True),
        ("${amount le 100 || status ne 'open'}", False),
        ("${not approved}", False),
        ("${!approved}", False),
        ("${empty nothing}", True),
        ("${empty rows}", False),
        ("${not empty status}", True),
        ("${approved ? 'yes' : 'no'}", "yes"),
        ("${amount > 200 ? 1 : amount > 100 ? 2 : 3}", Decimal(2)),
        ("${amount div 4}", Decimal("37.5")),
        ("${amount mod 4 + amount % 4}", Decimal(4)),
        ("${rows[1].name}", "Семей"),
        ("${rows[5].name}", None),
        ("${report['kind']}", "EMP-01"),
        ("${report.body.bin}", "061211600012"),
        ("#{amount * -1}", Decimal(-150)),
        ("${мөлшер + 1}", Decimal(8)),
        ("${'it''s'}", None),
        ("${string length(status)}", Decimal(4)),
        ("${'a}b'}", "a}b"),
        ("${nothing == null}", True),
        ("${approved == 'true'}", None),
        ("${1 < 2 == true}", True),
    ],
)
def test_an_expression_of_the_editors_is_worth(text, value):
    if text == "${'it''s'}":
        with pytest.raises(ExpressionRefused):
            parse_template(text)
        return

    assert parse_template(text).evaluate(VARIABLES) == value
    assert parse(text, Surface.JUEL).evaluate(VARIABLES) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("= amount + 1", Decimal(151)),
        ("officer@${report.body.bin}", "officer@061211600012"),
        ("${report.kind}:${amount}", "EMP-01:150"),
        ("a${nothing}b", "ab"),
        (" ${amount} ", Decimal(150)),
        ("\n  ${amount}\n", Decimal(150)),
        ("executor", "executor"),
        ("2026-10-01T00:00:00", "2026-10-01T00:00:00"),
        ("", ""),
        ("costs \\${5}", "costs ${5}"),
        ("{ not $ one }", "{ not $ one }"),
        ("${approved} and #{amount}", "true and 150"),
    ],
)
def test_a_template_gives_a_value_or_a_text(text, value):
    assert parse_template(text).evaluate(VARIABLES) == value


def test_a_template_without_an_expression_is_constant():
    assert parse_template("executor").constant
    assert not parse_template("${executor}").constant
    assert parse_template("x" * 100_000).evaluate({}) == "x" * 100_000


def test_an_unknown_variable_is_refused_in_braces_and_null_in_feel():
    with pytest.raises(VariableUnknown) as refused:
        parse_template("${amount + total}").evaluate({"amount": 1})

    assert refused.value.fields == {"name": "total", "column": 12}
    assert parse_template("=total").evaluate({}) is None


def test_a_branch_that_is_not_taken_asks_for_nothing():
    assert parse_template("${true ? 1 : missing}").evaluate({}) == 1
    assert parse_template("${false && missing}").evaluate({}) is False


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('${execution.getVariable("x")}', 13),
        ("to ${task.owner.toString()}", 17),
        ('= execution.getVariable("x")', 13),
    ],
)
def test_a_call_on_an_object_is_refused_when_read(text, column):
    with pytest.raises(MethodCallRefused) as refused:
        parse_template(text)

    assert refused.value.fields["column"] == column


@pytest.mark.parametrize(
    "text", ["${", "${}", "a ${b", "${a;b}", "${a = b}", "${a b}", "${a.}", "${a ? b}", "${'a}", "${a} ${", "${instanceof}"]
)
def test_what_is_no_expression_is_refused_with_a_column(text):
    with pytest.raises(ExpressionRefused) as refused:
        parse_template(text)

    assert 1 <= refused.value.fields["column"] <= len(text) + 1


def test_a_brace_that_is_never_closed_is_shown():
    with pytest.raises(QuotationUnclosed) as refused:
        parse_template("officer@${body")

    assert refused.value.fields == {"column": 9, "opening": "${"}


def test_the_caller_may_give_functions():
    given = {"workdays": lambda days: date(2026, 10, int(days)), "total": lambda *numbers: sum(numbers, Decimal(0))}

    assert parse_template("${workdays(5)}").evaluate({}, functions=given) == date(2026, 10, 5)
    assert parse_template("=total(1, 2) + 1").evaluate({}, functions=given) == 4
    assert parse_template("=total(1, workdays(2).day)").functions == {"total", "workdays"}


def test_a_function_that_nobody_gave_is_unknown():
    for text in ("${workday(5)}", "=workday(5)"):
        with pytest.raises(FunctionUnknown) as refused:
            parse_template(text).evaluate({"workday": 5})
        assert refused.value.fields["name"] == "workday"


def test_a_given_function_that_fails_is_a_refusal_and_its_own_refusals_pass():
    def forbid():
        raise Forbidden

    with pytest.raises(FunctionFailed):
        parse("half(x)").evaluate({"x": None}, functions={"half": lambda x: x / 2})
    with pytest.raises(Forbidden):
        parse("forbid()").evaluate({}, functions={"forbid": forbid})
    with pytest.raises(FunctionFailed):
        parse("half(x: 1)").evaluate({}, functions={"half": lambda x: x})


def test_the_present_moment_is_the_one_that_was_given():
    moment = datetime(2026, 10, 1, 4, tzinfo=UTC)

    assert parse_template("${now()}").evaluate({}, now=moment) == moment
    assert parse_template("=today()").evaluate({}, now=moment) == date(2026, 10, 1)
    with pytest.raises(EvaluationFailed):
        parse_template("=now()").evaluate({})

"""Damage at the expressions of a file: they run without end, want all memory, reach for what is none of their business, or mean nothing."""

import random
from collections.abc import Callable

from lxml import etree

from engine.parsing.markup import Node, local

#: Elements whose text is worked out.
ASKED = frozenset(
    {
        *(
            "conditionExpression",
            "condition",
            "timeDate",
            "timeDuration",
            "timeCycle",
            "loopCardinality",
            "loopCondition",
            "completionCondition",
        ),
        *("activationCondition", "script", "text", "inputParameter", "outputParameter", "value", "from", "to", "in", "out"),
    }
)
#: Attributes whose value is worked out when it is written as an expression.
SAID = (
    "assignee",
    "candidateGroups",
    "dueDate",
    "priority",
    "collection",
    "retries",
    "inputCollection",
    "outputElement",
    "source",
    "key",
    "errorCode",
)

ENDLESS = (
    "for a in 1..9999 return for b in 1..9999 return a * b",
    "count(for a in 1..100, b in 1..100, c in 1..100 return 1)",
    "some a in 1..9999 satisfies (some b in 1..9999 satisfies a + b < 0)",
    "every a in 1..99999 satisfies a > 0",
    "{f: function(n) f(n + 1), r: f(1)}.r",
    "{f: function(g) g(g), r: f(f)}.r",
    "sort(for i in 1..3000 return 3000 - i, function(a, b) a < b)",
    "for i in 1..3000 return partial",
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    'for i in 1..3000 return matches("a", "(a{900})" + string(i))',
    'for d in date("0001-01-01")..date("9999-12-31") return d',
)
GREEDY = (
    "1..99999",
    'string join(for i in 1..5000 return "xxxxxxxxxxxxxxxxxxxx")',
    "for i in 1..60 return [partial[-1]]",
    "10 ** 10 ** 10",
    "9" * 3000 + " * " + "9" * 900,
    'replace(string(1..2000), "1", string(1..2000))',
    "flatten(for i in 1..90 return for j in 1..90 return 1..90)",
    "[" * 60 + "1" + "]" * 60,
    "(" * 2000,
    "-" * 3000 + "1",
    "not(" * 300 + "true" + ")" * 300,
    "if true then " * 200 + "1" + " else 0" * 200,
    "a" + ".b" * 1500,
    "a" + "[1]" * 1500,
    " and ".join(["x = 1"] * 600),
)
REACHING = (
    "x.__class__.__mro__",
    "().__class__.__bases__[0].__subclasses__()",
    "__import__('os').system('id')",
    "execution.getVariable('x')",
    "''.getClass().forName('java.lang.Runtime')",
    'get value(x, "__dict__")',
    "{__class__: 1}.__class__",
    'x.constructor.constructor("return process")()',
    'open("/etc/passwd").read()',
    "environ.PATH",
    "item.__globals__",
    "lambda: 1",
    "import os",
    'exec("1")',
)
ODD = (
    *(
        "",
        "null",
        "true",
        "1",
        "-1",
        "0",
        "1.5",
        "1e6144",
        '""',
        '"x"',
        "[]",
        "{}",
        "x",
        "?",
        "item",
        "partial",
        "null + 1",
        "1 / 0",
        '"\\uD800"',
    ),
    *('@"P1D"', '@"9999-12-31T23:59:59@Asia/Almaty"', "now()", 'date("2026-02-30")', 'duration("P999999999Y")', 'number("x")', '"\\u0000"'),
    *(
        "workdays(-99999)",
        "workdays(99999999)",
        "x = x",
        'x < "a"',
        "[x]",
        "{x: x}",
        "function(a) a",
        "count",
        "1..",
        '@"',
        "=1",
        "${1}",
        "/* x",
        "x == 1",
    ),
    *(
        '"a" * 2',
        "[1..",
        "not",
        "not()",
        "in (1)",
        "< 1",
        "> x",
        "-",
        "1, 2",
        "x; y",
        "a b c",
        'қазақ = "ә"',
        "\U0001f40e",
        "x =\n1",
        "string(x)",
    ),
)
#: What only a timer takes: far away, backwards, without end, or no moment at all.
MOMENTS = (
    *("PT0S", "P0D", "-PT1H", "PT1H", "P1Y", "P99999Y", "PT99999999999999S", "PT0.000001S", "P1DT", "PT", "P", "P1M1D", "PT1e9S", "P1W"),
    *(
        "R/PT0S",
        "R/PT1S",
        "R99999999999/PT1S",
        "R-1/PT1S",
        "R0/PT1H",
        "R3/PT1H",
        "R/2026-10-01T00:00:00Z/PT1H",
        "R2/P1D/2026-12-31",
        "R/P99999Y",
    ),
    *(
        "0 0 * * * ?",
        "* * * * * *",
        "0 0 31 2 *",
        "2026-10-01",
        "0001-01-01",
        "9999-12-31T23:59:59Z",
        "2026-02-30T25:61:61Z",
        "2026-W01",
        "10000-01-01T00:00:00Z",
    ),
)
EXPRESSIONS = (*ENDLESS, *GREEDY, *REACHING, *ODD)
_WRITINGS: tuple[Callable[[str], str], ...] = ("={}".format, "= {}".format, "${{{}}}".format, "#{{{}}}".format, str)


def damage(root: Node, dice: random.Random) -> None:
    """One expression of the file, or one place where one may stand, says something hostile."""
    texts = [node for node in root.iter(etree.Element) if local(node) in ASKED]
    values = [(node, name) for node in root.iter(etree.Element) for name in map(str, node.attrib) if name.rpartition("}")[2] in SAID]
    if texts and (dice.randrange(3) or not values):
        node = dice.choice(texts)
        node.text = _printable(_said(local(node), dice))
    elif values:
        node, name = dice.choice(values)
        node.set(name, _printable(written(dice)))


def written(dice: random.Random) -> str:
    """A hostile expression, as one of the languages of editors writes it."""
    return dice.choice(_WRITINGS)(dice.choice(dice.choice([ENDLESS, GREEDY, REACHING, ODD, ODD])))


def _said(kind: str, dice: random.Random) -> str:
    if kind.startswith("time") and dice.randrange(3):
        return dice.choice(MOMENTS)
    return dice.choice(EXPRESSIONS) if kind == "text" else written(dice)


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")

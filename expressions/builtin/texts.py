"""Functions of texts. Positions count characters from 1, or from the end with -1."""

from decimal import Decimal

from expressions.builtin.library import Library
from expressions.limits import within_list, within_text
from expressions.numerals import place
from expressions.patterns import STEPS_TO_READ, Pattern, compiled
from expressions.running import Run
from expressions.values import Value

LIBRARY = Library()


@LIBRARY.function("substring(string: string, start position: number, length?: number)")
def _substring(text: str, start: Decimal, length: Decimal | None = None) -> str | None:
    first = place(start)
    count = len(text) if length is None else place(length)
    if not first or abs(first) > len(text) or count is None or count < (0 if length is None else 1):
        return None
    begin = first - 1 if first > 0 else len(text) + first
    return text[begin : begin + count]


@LIBRARY.function("string length(string: string)")
def _length(text: str) -> Decimal:
    return Decimal(len(text))


@LIBRARY.function("upper case(string: string)")
def _upper(text: str) -> str:
    return text.upper()


@LIBRARY.function("lower case(string: string)")
def _lower(text: str) -> str:
    return text.lower()


@LIBRARY.function("substring before(string: string, match: string)")
def _before(text: str, match: str) -> str:
    return text.partition(match)[0] if match and match in text else ""


@LIBRARY.function("substring after(string: string, match: string)")
def _after(text: str, match: str) -> str:
    return text.partition(match)[2] if match else text


@LIBRARY.function("contains(string: string, match: string)")
def _contains(text: str, match: str) -> bool:
    return match in text


@LIBRARY.function("starts with(string: string, match: string)")
def _starts(text: str, match: str) -> bool:
    return text.startswith(match)


@LIBRARY.function("ends with(string: string, match: string)")
def _ends(text: str, match: str) -> bool:
    return text.endswith(match)


@LIBRARY.function("matches(input: string, pattern: string, flags?: any)", runs=True)
def _matches(run: Run, text: str, pattern: str, flags: Value = "") -> bool | None:
    asked = _pattern(run, pattern, flags)
    return None if asked is None else asked.search(text, 0, run.meter) is not None


@LIBRARY.function("replace(input: string, pattern: string, replacement: string, flags?: any)", runs=True)
def _replace(run: Run, text: str, pattern: str, replacement: str, flags: Value = "") -> str | None:
    asked = _pattern(run, pattern, flags)
    return None if asked is None else asked.replaced(text, replacement, run.meter)


@LIBRARY.function("split(string: string, delimiter: string)", runs=True)
def _split(run: Run, text: str, delimiter: str) -> list[str] | None:
    asked = _pattern(run, delimiter, "")
    return None if asked is None else asked.split(text, run.meter)


def _pattern(run: Run, text: str, flags: Value) -> Pattern | None:
    run.meter.spend(STEPS_TO_READ)
    return compiled(text, flags or "") if flags is None or isinstance(flags, str) else None


@LIBRARY.function("string join(list: list, delimiter?: any)")
def _join(items: list[Value], delimiter: Value = "") -> str | None:
    texts = [item for item in items if item is not None]
    glue = "" if delimiter is None else delimiter
    if not isinstance(glue, str) or not all(isinstance(item, str) for item in texts):
        return None
    within_list(len(texts))
    within_text(sum(map(len, texts)) + len(glue) * max(len(texts) - 1, 0))
    return glue.join(texts)

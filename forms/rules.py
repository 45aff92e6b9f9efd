"""The rules of one field: the same as the form viewer's, in the same order, with a code for each of its messages."""

import re
from collections.abc import Iterator, Mapping
from decimal import Context, Decimal
from typing import Any

from forms.charsets import WHITESPACE
from forms.components import CHOICE, MULTIPLE_CHOICE, Component
from forms.options import is_option
from forms.options import values as option_values
from forms.patterns import compiled, units_of
from forms.scopes import Scope, evaluate, is_expression
from forms.values import number_of, plain, written

Found = tuple[str, dict[str, Any]]

_EXACT = Context(prec=200)
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_COUNTRIES = (
    "297|93|244|1264|358|355|376|971|54|374|1684|1268|61|43|994|257|32|229|226|880|359|973|1242|387|590|375|501|1441|591|55|1246|673|975|267|236"
    "|1|61|41|56|86|225|237|243|242|682|57|269|238|506|53|5999|61|1345|357|420|49|253|1767|45|1809|1829|1849|213|593|20|291|212|34|372|251|358"
    "|679|500|33|298|691|241|44|995|44|233|350|224|590|220|245|240|30|1473|299|502|594|1671|592|852|504|385|509|36|62|44|91|246|353|98|964|354"
    "|972|39|1876|44|962|81|76|77|254|996|855|686|1869|82|383|965|856|961|231|218|1758|423|94|266|370|352|371|853|590|212|377|373|261|960|52"
    "|692|389|223|356|95|382|976|1670|258|222|1664|596|230|265|60|262|264|687|227|672|234|505|683|31|47|977|674|64|968|92|507|64|51|63|680|675"
    "|48|1787|1939|850|351|595|970|689|974|262|40|7|250|966|249|221|65|500|4779|677|232|503|378|252|508|381|211|239|597|421|386|46|268|1721"
    "|248|963|1649|235|228|66|992|690|993|670|676|1868|216|90|688|886|255|256|380|598|1|998|3906698|379|1784|58|1284|1340|84|678|681|685|967"
    "|27|260|263"
)
_AREAS = (
    r"9[976]\d|8[987530]\d|6[987]\d|5[90]\d|42\d|3[875]\d|2[98654321]\d|9[8543210]|8[6421]|6[6543210]|5[87654321]|4[987654310]|3[9643210]"
    r"|2[70]|7|1"
)
_PHONE = re.compile(rf"(\+|00)({_COUNTRIES})({_AREAS})\d{{4,20}}\Z", re.ASCII)


def broken(component: Component, value: Any, given: Mapping[str, Any], scope: Scope) -> list[Found]:
    """The rules that a value breaks, as (code, figures); `given` is the data the form was opened with."""
    found = list(_options(component, value, given, scope))
    if component.type == "number":
        found.extend(_number(component, value))
    rules = {name: rule for name, rule in component.rules.items() if rule is not None}
    for name in ("min", "max", "minLength", "maxLength"):
        if is_expression(rules.get(name)):
            rules[name] = evaluate(rules[name], scope)
            if rules[name] is None:
                del rules[name]
    if rules:
        found.extend(_preset(component, rules, value))
    return found


def _options(component: Component, value: Any, given: Mapping[str, Any], scope: Scope) -> Iterator[Found]:
    if component.type not in CHOICE or value is None:
        return
    offered = option_values(component, given, scope)
    chosen = value if component.type in MULTIPLE_CHOICE else [value]
    if not all(is_option(item, offered) for item in chosen):
        yield "field_option", {}


def _number(component: Component, value: Any) -> Iterator[Found]:
    number = number_of(value)
    if not number:
        return
    places = component.schema.get("decimalDigits")
    if isinstance(places, int) and places >= 0 and _places(number) > places:
        yield "field_decimals", {"limit": places}
    step = number_of(component.schema.get("increment"))
    if step:
        over = _EXACT.remainder(number, step)
        if over:
            before = _EXACT.subtract(number, over)
            yield "field_step", {"before": written(before), "after": written(_EXACT.add(before, step))}


def _places(number: Decimal) -> int:
    exact = plain(number)
    return 0 if isinstance(exact, int) else -int(exact.as_tuple().exponent)


def _preset(component: Component, rules: Mapping[str, Any], value: Any) -> Iterator[Found]:
    text = value if isinstance(value, str) and value else None
    if rules.get("pattern") and text is not None and not compiled(rules["pattern"]).found_in(text):
        yield "field_pattern", {"pattern": rules["pattern"]}
    if rules.get("required") and _is_empty(component, value):
        yield "field_required", {}
    if value is not None and value is not False and value not in ("", []):
        yield from _bounds(rules, value)
    if text is not None:
        yield from _text(rules, text)


def _is_empty(component: Component, value: Any) -> bool:
    return value is None or value in ("", []) or (component.type == "checkbox" and value is False)


def _bounds(rules: Mapping[str, Any], value: Any) -> Iterator[Found]:
    number = number_of(value)
    for name, code in (("min", "field_min"), ("max", "field_max")):
        if name not in rules:
            continue
        limit = number_of(rules[name])
        if number is None or limit is None:
            yield "field_limit", {}
        elif (number < limit) if name == "min" else (number > limit):
            yield code, {"limit": written(limit)}


def _text(rules: Mapping[str, Any], text: str) -> Iterator[Found]:
    length = len(units_of(text.strip(WHITESPACE)))
    least, most = number_of(rules.get("minLength")), number_of(rules.get("maxLength"))
    if least is not None and length < least:
        yield "field_min_length", {"limit": written(least)}
    if most is not None and length > most:
        yield "field_max_length", {"limit": written(most)}
    kind = rules.get("validationType")
    if kind == "phone" and not _PHONE.search(text):
        yield "field_phone", {}
    if kind == "email" and not _EMAIL.fullmatch(text):
        yield "field_email", {}

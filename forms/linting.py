"""What is wrong with a schema, before anybody has to fill it: each finding points into the schema."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from expressions import ExpressionRefused, Surface, parse
from forms.components import CHOICE, CONTAINERS, EMPTY, SHOWN_ONLY
from forms.errors import PatternRefused
from forms.languages import REQUIRED, texts, translation
from forms.patterns import compiled, may_hang
from forms.scopes import is_expression, negation
from forms.values import number_of

MAX_COMPONENTS = 500
MAX_DEPTH = 10
SCHEMA_VERSION = 19
FORBIDDEN = frozenset({"iframe", "html", "filepicker", "documentPreview"})
_FORBIDDEN_SEGMENTS = frozenset({"__proto__", "constructor", "prototype", "this", "parent", "i", "_this_", "_parent_", "_i_"})
_LABELLED = frozenset(EMPTY) - {"expression", "datetime"}
_LABEL_BY_DEFAULT = frozenset({"group", "dynamiclist", "button"})
_NUMERIC_RULES = ("min", "max", "minLength", "maxLength")
_RULES = frozenset({*_NUMERIC_RULES, "required", "pattern", "patternErrorMessage", "validationType"})
_MOST = {"decimalDigits": 30, "defaultRepetitions": 100}
_CONDITIONS = (("conditional", "hide"), ("readonly",))
_EXPRESSIONS = (("expression",), ("valuesExpression",), *(("validate", rule) for rule in _NUMERIC_RULES))


@dataclass(frozen=True)
class Finding:
    """One thing wrong: `code` has words in `texts/`, `pointer` is a JSON pointer into the schema, an "error" forbids deployment."""

    code: str
    pointer: str
    fields: dict[str, Any] = field(default_factory=dict)
    severity: str = "error"


def lint(schema: Any) -> list[Finding]:
    """The findings on a schema, in its order."""
    if not isinstance(schema, dict) or schema.get("type", "default") != "default" or not isinstance(schema.get("components"), list):
        return [Finding("form_not_a_schema", "")]
    return list(_Linter().root(schema))


class _Linter:
    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._taken: set[tuple[str, ...]] = set()
        self._lists: set[tuple[str, ...]] = set()
        self._count = 0

    def root(self, schema: Mapping[str, Any]) -> Iterator[Finding]:
        version = schema.get("schemaVersion")
        if isinstance(version, int) and version > SCHEMA_VERSION:
            yield Finding("form_version_unknown", "/schemaVersion", {"version": version, "known": SCHEMA_VERSION}, "warning")
        yield from self._children(schema, "", (), 1)

    def _children(self, container: Mapping[str, Any], pointer: str, above: tuple[str, ...], depth: int) -> Iterator[Finding]:
        components = container.get("components", [])
        if not isinstance(components, list):
            yield Finding("form_not_a_schema", f"{pointer}/components")
            return
        if depth > MAX_DEPTH:
            yield Finding("form_too_deep", pointer, {"limit": MAX_DEPTH})
            return
        for number, component in enumerate(components):
            self._count += 1
            if self._count == MAX_COMPONENTS + 1:
                yield Finding("form_too_large", pointer, {"limit": MAX_COMPONENTS})
            if self._count <= MAX_COMPONENTS:
                yield from self._component(component, f"{pointer}/components/{number}", above, depth)

    def _component(self, component: Any, pointer: str, above: tuple[str, ...], depth: int) -> Iterator[Finding]:
        if not isinstance(component, dict) or not isinstance(component.get("type"), str):
            yield Finding("form_not_a_schema", pointer)
            return
        kind = component["type"]
        if kind in FORBIDDEN:
            yield Finding("form_component_forbidden", pointer, {"type": kind})
            return
        if kind not in EMPTY and kind not in SHOWN_ONLY and kind not in CONTAINERS - {"default"}:
            yield Finding("form_component_unknown", pointer, {"type": kind})
            return
        yield from self._id(component, pointer)
        path = yield from self._path(component, pointer, above)
        yield from _labels(component, pointer)
        yield from _expressions(component, pointer)
        yield from _rules(component, pointer)
        yield from _source(component, pointer)
        if kind in CONTAINERS:
            yield from self._children(component, pointer, path, depth + 1)

    def _id(self, component: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
        identifier = component.get("id")
        if identifier is None:
            return
        if not isinstance(identifier, str) or identifier in self._ids:
            yield Finding("form_id_taken", f"{pointer}/id", {"id": str(identifier)})
            return
        self._ids.add(identifier)

    def _path(self, component: Mapping[str, Any], pointer: str, above: tuple[str, ...]) -> Any:
        """Yields findings; gives the way to the component's value."""
        kind = component["type"]
        name = "key" if kind in EMPTY else "path"
        own = component.get(name)
        if kind in SHOWN_ONLY or (kind == "group" and own in (None, "")):
            return above
        if not isinstance(own, str) or not own:
            yield Finding("form_key_missing", pointer, {"property": name})
            return above
        segments = own.split(".")
        if any(not part.isidentifier() or part in _FORBIDDEN_SEGMENTS for part in segments):
            yield Finding("form_key_malformed", f"{pointer}/{name}", {"key": own})
        path = (*above, *segments)
        if self._claimed(path, closed=kind != "group"):
            yield Finding("form_key_taken", f"{pointer}/{name}", {"key": ".".join(path)})
        if kind == "dynamiclist":
            self._lists.add(path)
        return path

    def _claimed(self, path: tuple[str, ...], *, closed: bool) -> bool:
        """Whether a value of another component is at, above or (unless this is a group) below a path; claims it otherwise."""
        taken = any(path[: len(other)] == other for other in self._taken if len(other) <= len(path) and not self._holds(other, path))
        taken = taken or (closed and any(other[: len(path)] == path for other in self._taken))
        if closed:
            self._taken.add(path)
        return taken

    def _holds(self, other: tuple[str, ...], path: tuple[str, ...]) -> bool:
        """Whether `other` is the list of rows that `path` is in."""
        return other != path and other in self._lists


def _labels(component: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    kind = component["type"]
    if (kind in _LABELLED and not component.get("label")) or (kind in _LABEL_BY_DEFAULT and "label" not in component):
        yield Finding("form_label_missing", pointer, {"property": "label"})
    if kind == "datetime" and not (component.get("dateLabel") or component.get("timeLabel")):
        yield Finding("form_label_missing", pointer, {"property": "dateLabel"})
    for name, _ in texts(component):
        for language in REQUIRED:
            if translation(component, name, language) is None:
                yield Finding("form_translation_missing", pointer, {"property": f"{name}.{language}"})


def _property(component: Mapping[str, Any], way: tuple[str, ...]) -> Any:
    found: Any = component
    for step in way:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _expressions(component: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    for way in (*_CONDITIONS, *_EXPRESSIONS):
        text = _property(component, way)
        if is_expression(text):
            yield from _readable(text[1:], f"{pointer}/{'/'.join(way)}", condition=way in _CONDITIONS)
    hide = _property(component, ("conditional", "hide"))
    if hide and not is_expression(hide):
        yield Finding("form_condition_plain", f"{pointer}/conditional/hide")
    if component["type"] == "expression" and not is_expression(component.get("expression")):
        yield Finding("form_condition_plain", f"{pointer}/expression")


def _readable(text: str, pointer: str, *, condition: bool) -> Iterator[Finding]:
    inner = negation(text) if condition else None
    try:
        parse(text if inner is None else inner, Surface.FEEL)
    except ExpressionRefused as refused:
        yield Finding("form_expression_refused", pointer, {"reason": refused.code, "column": refused.fields.get("column", 1)})


def _rules(component: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    rules = component.get("validate", {})
    if not isinstance(rules, dict):
        yield Finding("form_rule_malformed", f"{pointer}/validate", {"rule": "validate"})
        return
    for name, rule in rules.items():
        if name not in _RULES:
            yield Finding("form_rule_unknown", f"{pointer}/validate/{name}", {"rule": name})
        elif rule is not None and not _sound(component, name, rule):
            yield Finding("form_rule_malformed", f"{pointer}/validate/{name}", {"rule": name})
    for name in ("increment", "decimalDigits", "defaultRepetitions"):
        figure = component.get(name)
        if figure is not None and not _is_figure(name, figure):
            yield Finding("form_rule_malformed", f"{pointer}/{name}", {"rule": name})
    if isinstance(rules.get("pattern"), str) and rules["pattern"]:
        yield from _pattern(rules["pattern"], f"{pointer}/validate/pattern")


def _is_figure(name: str, figure: Any) -> bool:
    if name != "increment":
        return isinstance(figure, int) and not isinstance(figure, bool) and 0 <= figure <= _MOST[name]
    number = number_of(figure)
    return number is not None and number > 0


def _sound(component: Mapping[str, Any], name: str, rule: Any) -> bool:
    """Whether a rule is written as it must be, and on a component that can follow it."""
    texts_only = component["type"] in ("textfield", "textarea")
    if name in _NUMERIC_RULES:
        fits = texts_only if name.endswith("Length") else component["type"] == "number"
        return fits and (is_expression(rule) or number_of(rule) is not None)
    if name == "required":
        return isinstance(rule, bool)
    if name == "validationType":
        return texts_only and rule in ("", "custom", "email", "phone")
    return isinstance(rule, str) and (texts_only or not rule)


def _pattern(pattern: str, pointer: str) -> Iterator[Finding]:
    try:
        tree = compiled(pattern).tree
    except PatternRefused as refused:
        yield Finding("pattern_refused", pointer, refused.fields)
        return
    if may_hang(tree):
        yield Finding("form_pattern_may_hang", pointer)


def _source(component: Mapping[str, Any], pointer: str) -> Iterator[Finding]:
    """Where options and pictures come from."""
    kind = component["type"]
    if kind == "image" and not str(component.get("source", "")).startswith("data:image/"):
        yield Finding("form_image_from_outside", f"{pointer}/source")
    if kind not in CHOICE:
        return
    static, key, expression = (component.get(name) for name in ("values", "valuesKey", "valuesExpression"))
    if not (isinstance(static, list) and static) and not (isinstance(key, str) and key) and not is_expression(expression):
        yield Finding("form_options_missing", pointer)

"""The schema of a form, read: components with what the rules need to know of them. Facts about the types are those of form-js 2.0."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Types that hold a value, and the value of one that nobody filled.
EMPTY: Mapping[str, Any] = {
    "textfield": "",
    "textarea": "",
    "number": None,
    "datetime": None,
    "expression": None,
    "checkbox": False,
    "checklist": [],
    "radio": None,
    "select": None,
    "taglist": [],
}
SINGLE_CHOICE = frozenset({"radio", "select"})
MULTIPLE_CHOICE = frozenset({"checklist", "taglist"})
CHOICE = SINGLE_CHOICE | MULTIPLE_CHOICE
CONTAINERS = frozenset({"default", "group", "dynamiclist"})
SHOWN_ONLY = frozenset({"text", "image", "table", "spacer", "separator", "button"})

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Component:
    """One component of a form. `path` is its own part of the way to its value; a container's may be empty."""

    id: str
    type: str
    path: tuple[str, ...]
    schema: Mapping[str, Any]
    components: tuple["Component", ...] = ()

    @property
    def keyed(self) -> bool:
        """Whether it holds a value."""
        return self.type in EMPTY

    @property
    def repeats(self) -> bool:
        """Whether its children are repeated for each row of a list."""
        return self.type == "dynamiclist" and self.schema.get("isRepeating", True) is not False

    @property
    def rules(self) -> Mapping[str, Any]:
        """Its `validate` object."""
        rules = self.schema.get("validate")
        return rules if isinstance(rules, dict) else {}

    @property
    def hide(self) -> str | None:
        """The condition under which it is hidden."""
        conditional = self.schema.get("conditional")
        return (conditional.get("hide") or None) if isinstance(conditional, dict) else None

    @property
    def disabled(self) -> bool:
        """Whether it is shown without being part of what is sent."""
        return bool(self.schema.get("disabled"))

    @property
    def empty(self) -> Any:
        """The value of this component when nobody filled it."""
        value = EMPTY[self.type]
        return list(value) if isinstance(value, list) else value


def read(schema: Mapping[str, Any]) -> Component:
    """The tree of a schema that passed the linter."""
    return _component(schema, "form")


def walk(component: Component) -> Iterator[Component]:
    """A component and all below it."""
    yield component
    for child in component.components:
        yield from walk(child)


def _component(schema: Mapping[str, Any], place: str) -> Component:
    kind = schema.get("type", "default")
    own = schema.get("key") if kind in EMPTY else schema.get("path") if kind in CONTAINERS else None
    children = schema.get("components", ()) if kind in CONTAINERS else ()
    return Component(
        id=schema.get("id") or place,
        type=kind,
        path=tuple(own.split(".")) if own else (),
        schema=schema,
        components=tuple(_component(child, f"{place}_{number}") for number, child in enumerate(children)),
    )

"""What a model says of the processes and decisions that it calls."""

from dataclasses import dataclass
from typing import Literal

from expressions import Expression

BindingKind = Literal["latest", "deployment", "version", "versionTag"]


@dataclass(frozen=True)
class Binding:
    """Which version of a process or decision is meant; `value` gives the number or the tag where the kind wants one."""

    kind: BindingKind = "latest"
    value: Expression | None = None


@dataclass(frozen=True)
class DecisionCall:
    """What a business rule task evaluates: the decision that `key` names; its result becomes `result_variable`.

    `mapping` says what of it: "value" (as DMN gives it), "singleEntry", "singleResult", "collectEntries" or "resultList".
    """

    key: Expression
    result_variable: str | None
    mapping: str
    binding: Binding = Binding()


@dataclass(frozen=True)
class Call:
    """What a call activity calls: the process that `key` names, in the version that `binding` means when it is reached.

    `business_key` gives the key of what runs inside; None keeps that of the caller. `pass_all` gives the called process every variable,
    besides `Element.inputs`; `return_all` takes every variable back, besides `Element.outputs`.
    """

    key: Expression
    business_key: Expression | None = None
    binding: Binding = Binding()
    pass_all: bool = False
    return_all: bool = False

"""Indicators (көрсеткіштер, показатели): defined once, used by many kinds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from register.cells import ValueType
from register.documents import Document
from register.names import Names

_MEMBERS = ("code", "names", "definition", "unit", "value_type", "decimals", "minimum", "maximum", "breakdowns", "owner", "source")
MAX_DECIMALS = 8
LONGEST_CODE = 60


@dataclass(frozen=True)
class Breakdown:
    """A way an indicator is broken down, with what its members are called ("sex": men, women)."""

    code: str
    members: Mapping[str, Names]


@dataclass(frozen=True)
class Indicator:
    """What is measured, in which unit, how exactly, broken down how. `owner` answers for its meaning, `source` is where it comes from."""

    code: str
    names: Names
    definition: Names
    unit: Names
    value_type: ValueType
    decimals: int
    minimum: Decimal | None
    maximum: Decimal | None
    breakdowns: Mapping[str, Breakdown]
    owner: str
    source: str | None

    def fits(self, breakdown: Mapping[str, str]) -> bool:
        """Whether it is broken down in this way."""
        return all(name in self.breakdowns and member in self.breakdowns[name].members for name, member in breakdown.items())


def read(document: Document) -> Indicator:
    """An indicator of a document; faults are kept there."""
    document.only(_MEMBERS)
    code = document.text("code", longest=LONGEST_CODE)
    value_type = ValueType(document.one_of("value_type", [kind.value for kind in ValueType]))
    decimals = document.integer("decimals", 0, most=MAX_DECIMALS)
    if decimals and value_type is not ValueType.DECIMAL:
        document.at("decimals").fault("indicator_decimals")
    return Indicator(
        code=code,
        names=document.names(),
        definition=document.names("definition"),
        unit=document.names("unit"),
        value_type=value_type,
        decimals=decimals,
        minimum=document.decimal("minimum"),
        maximum=document.decimal("maximum"),
        breakdowns={name: _breakdown(name, held) for name, held in document.members("breakdowns")},
        owner=document.text("owner"),
        source=document.optional("source"),
    )


def _breakdown(code: str, document: Document) -> Breakdown:
    document.only(("members",))
    return Breakdown(code, {member: document.at("members").names(member) for member, _ in document.members("members")})

"""From what a form asks for to indicators: those of the catalogue where they measure the same, new ones where nothing does."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from register.drafting.captions import code_of
from register.drafting.draft import Notes, Proposal
from register.drafting.planning import Measure
from register.drafting.units import UNTOLD
from register.duplicates.duplicates import Collected
from register.duplicates.matching import Asked
from register.indicators import Breakdown, Indicator
from register.names import Names

#: Answers for indicators that are asked for what is collected already, the best match first.
Matching = Callable[[Sequence[Asked]], Sequence[Sequence[Collected]]]
#: Confidence of an indicator that nothing in the catalogue is like.
_NEW: Final = 0.8
_LONGEST_CODE: Final = 60


class Binding:
    """Binds measures one after another; keeps what is new and what is extended."""

    def __init__(self, kind: str, owner: str, matching: Matching, taken: Collection[str], notes: Notes) -> None:
        self._prefix = kind
        self._owner = owner
        self._matching = matching
        self._taken = {code.removeprefix(f"{kind}.").lower() for code in taken if code.startswith(f"{kind}.")}
        self._notes = notes
        self.new: list[dict[str, Any]] = []
        self.extended: dict[str, dict[str, Any]] = {}
        self._proposals: dict[Measure, Proposal] = {}

    def bind(self, measures: Sequence[Measure]) -> None:
        """Give every measure the code of its indicator."""
        asked = [Asked("", each.caption.names, each.unit.names if each.unit else None, frozenset(each.breakdowns)) for each in measures]
        used: dict[str, Measure] = {}
        for measure, found in zip(measures, self._matching(asked) if asked else (), strict=True):
            best = found[0] if found else None
            if best is not None and best.match.same and _measures_the_same(measure, best.indicator) and best.indicator.code not in used:
                used[best.indicator.code] = measure
                self._take(measure, best)
                continue
            self._add(measure, best)

    def tell(self, measure: Measure, pointer: str) -> None:
        """Keep the proposal of a measure with its first place in the document."""
        proposal = self._proposals.pop(measure, None)
        if proposal is not None:
            self._notes.proposals.append(
                Proposal("indicator", pointer, proposal.place, proposal.state, proposal.confidence, proposal.value, proposal.reasons)
            )

    def _take(self, measure: Measure, found: Collected) -> None:
        indicator = found.indicator
        measure.indicator = indicator.code
        lacking = _lacking(measure.breakdowns, indicator.breakdowns)
        if lacking:
            told = ", ".join(f"{name}={member}" for name, members in lacking.items() for member in members)
            self._notes.doubt("draft_breakdown_added", [measure.place], indicator=indicator.code, breakdown=told[:300])
            self.extended[indicator.code] = document_of(indicator, lacking)
        state = "extended" if lacking else "matched"
        self._propose(measure, state, found.match.score, found.match.reasons)

    def _add(self, measure: Measure, alike: Collected | None) -> None:
        left = _LONGEST_CODE - len(self._prefix) - 1
        measure.indicator = f"{self._prefix}.{code_of(measure.caption.ru or measure.caption.kk, self._taken, measure.code)[:left].upper()}"
        confidence = _NEW
        reasons: tuple[tuple[str, dict[str, str]], ...] = ()
        if alike is not None:
            fields = {"indicator": alike.indicator.code, "name": alike.indicator.names.ru, "alike": f"{alike.match.score:.0%}"}
            self._notes.doubt("draft_indicator_alike", [measure.place], **fields)
            confidence, reasons = round(_NEW * (1 - alike.match.score / 2), 2), alike.match.reasons
        if measure.unit is None and measure.value_type.numeric:
            self._notes.doubt("draft_unit_untold", [measure.place])
            confidence = round(confidence * 0.75, 2)
        self.new.append(self._document(measure))
        self._propose(measure, "new", confidence, reasons)

    def _propose(self, measure: Measure, state: str, confidence: float, reasons: Sequence[tuple[str, dict[str, str]]]) -> None:
        self._proposals[measure] = Proposal("indicator", "", measure.place, state, confidence, measure.indicator, tuple(reasons))

    def _document(self, measure: Measure) -> dict[str, Any]:
        numeric = measure.value_type.numeric
        unit = measure.unit or UNTOLD
        made: dict[str, Any] = {
            "code": measure.indicator,
            "names": measure.caption.names.as_dict(),
            "definition": measure.caption.names.as_dict(),
            "unit": (unit.names if numeric else Names("—", "—", "—")).as_dict(),
            "value_type": measure.value_type.value,
            "breakdowns": _members(measure.breakdowns),
            "owner": self._owner,
        }
        if measure.value_type.value == "decimal":
            made["decimals"] = measure.decimals or 1
        if numeric and not measure.signed:
            made["minimum"] = "0"
        return made


def document_of(indicator: Indicator, more: Mapping[str, Mapping[str, Names]] | None = None) -> dict[str, Any]:
    """The document of an indicator, with more members of its breakdowns."""
    breakdowns = {name: dict(held.members) for name, held in indicator.breakdowns.items()}
    for name, added in (more or {}).items():
        breakdowns[name] = {**breakdowns.get(name, {}), **added}
    made: dict[str, Any] = {
        "code": indicator.code,
        "names": indicator.names.as_dict(),
        "definition": indicator.definition.as_dict(),
        "unit": indicator.unit.as_dict(),
        "value_type": indicator.value_type.value,
        "decimals": indicator.decimals,
        "minimum": None if indicator.minimum is None else str(indicator.minimum),
        "maximum": None if indicator.maximum is None else str(indicator.maximum),
        "breakdowns": _members(breakdowns),
        "owner": indicator.owner,
        "source": indicator.source,
    }
    return {name: value for name, value in made.items() if value is not None}


def _members(breakdowns: Mapping[str, Mapping[str, Names]]) -> dict[str, Any]:
    return {name: {"members": {code: names.as_dict() for code, names in members.items()}} for name, members in breakdowns.items()}


def _lacking(wanted: Mapping[str, Mapping[str, Names]], held: Mapping[str, Breakdown]) -> dict[str, dict[str, Names]]:
    """The members that an indicator is not broken down by yet."""
    found = {
        name: {code: names for code, names in members.items() if name not in held or code not in held[name].members}
        for name, members in wanted.items()
    }
    return {name: members for name, members in found.items() if members}


def _measures_the_same(measure: Measure, indicator: Indicator) -> bool:
    """Whether figures of a measure can be told as those of an indicator: numbers for numbers, and no other scale of the unit."""
    if measure.value_type.numeric != indicator.value_type.numeric or measure.decimals > indicator.decimals > 0:
        return False
    if not measure.value_type.numeric:
        return measure.value_type == indicator.value_type
    return measure.unit is None or _scale(measure.unit.names.ru) == _scale(indicator.unit.ru)


def _scale(unit: str) -> str:
    words = unit.casefold()
    return (
        next((scale for scale in ("тыс", "млн", "миллион", "млрд", "миллиард") if scale in words), "")
        .replace("миллион", "млн")
        .replace("миллиард", "млрд")
    )

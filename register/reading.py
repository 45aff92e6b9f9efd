"""From a JSON document to a kind of report: everything is checked, every fault is told with a pointer into the document."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, get_args

from expressions import ExpressionRefused
from register import contents, due_rules, formulas, maps, mentions, retention, sources
from register.contents import Indicators
from register.documents import LONGEST_ACT_NUMBER, LONGEST_EXPRESSION, Document
from register.due_rules import DueRule
from register.errors import KindInvalid
from register.kinds import Act, Check, ElectronicSignature, Heading, Kind, Place, Section, Selector, Severity, Signature
from register.mentions import Addresses, Mention
from register.periods import Periodicity

FORMAT = 1
MAX_CHECKS = 1_000
LEVELS = ("state", "oblast", "district", "rural")
BODY_KINDS = ("ministry", "committee", "akimat", "directorate", "department", "office")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,29}", re.ASCII)
_BODY = re.compile(r"BIN-\d{12}|KATO-\d{9}", re.ASCII)
_MEMBERS = (
    *("format", "code", "version", "names", "legal_basis", "places", "addressee", "informed", "delivery", "route", "periodicity"),
    *(
        "valid_from",
        "reporting",
        "excluded",
        "due",
        "signature",
        "electronic_signature",
        "self_approval",
        "silence_days",
        "process_key",
        "minutes",
        "report_class",
        "publish",
    ),
    *("retention", "sections", "checks", "maps", "others"),
)
#: Working days; who has not answered in half a year is asked by other means.
MOST_SILENCE = 120
_SELECTOR_MEMBERS = ("level", "kind", "territory", "sector", "bodies")


def read(document: Mapping[str, Any], indicators: Indicators) -> Kind:
    """The kind that a document describes. Raises KindInvalid with all its faults."""
    whole = Document(document)
    if not isinstance(document, dict):
        whole.fault("document_object")
        raise KindInvalid("", whole.faults)
    kind = _kind(whole, indicators)
    ordered = formulas.in_order(kind.formulas, kind)
    if ordered is None:
        whole.at("sections").fault("formula_circle")
    if whole.faults:
        raise KindInvalid(kind.code, whole.faults)
    return replace(kind, formulas=ordered or ())


def heading(document: Mapping[str, Any]) -> Heading:
    """What a list of kinds tells of the kind of a document that was read before."""
    whole = Document(document)
    return _heading(whole, _places(whole), _periodicity(whole), whole.day("valid_from"))


def is_code(code: str) -> bool:
    """Whether a text can be the code of a kind."""
    return _CODE.fullmatch(code) is not None


def _kind(document: Document, indicators: Indicators) -> Kind:
    document.only(_MEMBERS)
    if document.at("format").value != FORMAT:
        document.at("format").fault("document_format", known=FORMAT)
    places = _places(document)
    reporting = tuple(_selector(held, places) for held in document.items("reporting", least=1, most=50))
    periodicity = _periodicity(document)
    valid_from = document.day("valid_from")
    due = {level: _due(held, level, periodicity, valid_from) for level, held in document.members("due")}
    if not document.at("due").value:
        document.at("due").fault("due_of_no_level")
    _require_deadlines(document, reporting, due)
    sections = contents.read(document, indicators)
    return Kind(
        **vars(_heading(document, places, periodicity, valid_from)),
        legal_basis=_act(document.at("legal_basis")),
        places=places,
        informed=tuple(_place_named(held, places) for held in document.items("informed", most=50)),
        reporting=reporting,
        excluded=tuple(_selector(held, places) for held in document.items("excluded", most=50)),
        due=due,
        self_approval=document.boolean("self_approval", default=False),
        silence_days=document.integer("silence_days", 0, most=MOST_SILENCE) or None,
        electronic_signature=_electronic_signature(document),
        process_key=document.text("process_key", "report_cycle", longest=100),
        sections=sections,
        checks=_checks(document, sections),
        formulas=formulas.read(document, sections),
        others=sources.read_others(Document(document.value), set()),
        maps=maps.read(document, {cell.address for section in sections for cell in section.cells if cell.indicator}),
    )


def _heading(document: Document, places: Mapping[str, Place], periodicity: Periodicity, valid_from: date) -> Heading:
    return Heading(
        code=_code(document),
        version=document.integer("version", least=1, most=10_000),
        names=document.names(),
        addressee=_place_named(document.at("addressee"), places),
        delivery=document.one_of("delivery", ("in_esep", "by_letter", "other_system"), "in_esep"),
        route=document.one_of("route", ("superiors", "direct"), "superiors"),
        periodicity=periodicity,
        valid_from=valid_from,
        signature=document.one_of("signature", get_args(Signature)),
        minutes=document.integer("minutes", least=1, most=100_000),
        report_class=document.one_of("report_class", ("open", "internal", "personal", "restricted")),
        publish=_publish(document),
        retention=retention.read(document.at("retention")),
    )


def _periodicity(document: Document) -> Periodicity:
    return Periodicity(document.one_of("periodicity", [each.value for each in Periodicity]))


def _electronic_signature(document: Document) -> ElectronicSignature:
    asked: ElectronicSignature = document.one_of("electronic_signature", get_args(ElectronicSignature), "optional")
    if asked != "optional" and document.at("signature").value == "none":
        document.at("electronic_signature").fault("electronic_signature_unsigned")
    return asked


def _publish(document: Document) -> bool:
    publish = document.boolean("publish", default=False)
    if publish and document.at("report_class").value != "open":
        document.at("publish").fault("publish_not_open", report_class=str(document.at("report_class").value)[:20])
    return publish


def _code(document: Document) -> str:
    code = document.text("code", longest=30)
    if code and not is_code(code):
        document.at("code").fault("kind_code")
    return code


def _act(document: Document) -> Act:
    document.only(("names", "number", "date", "link"))
    return Act(document.names(), document.text("number", longest=LONGEST_ACT_NUMBER), document.day("date"), document.optional("link"))


def _places(document: Document) -> dict[str, Place]:
    return {name: _place(held) for name, held in document.members("places")}


def _place(document: Document) -> Place:
    document.only(("names", "body"))
    body = document.optional("body")
    if body and not _BODY.fullmatch(body):
        document.at("body").fault("body_code")
    return Place(document.names(), body)


def _place_named(document: Document, places: Mapping[str, Place]) -> Place:
    place = places.get(document.value) if isinstance(document.value, str) else None
    if place is None:
        document.fault("place_not_named", place=str(document.value)[:80])
        return Place(Document({"kk": "", "ru": "", "en": ""}).names(), None)
    return place


def _selector(document: Document, places: Mapping[str, Place]) -> Selector:
    document.only(_SELECTOR_MEMBERS)
    if document.value == {}:
        document.fault("selector_empty")
    territory = document.optional("territory")
    if territory and not re.fullmatch(r"\d{9}", territory, re.ASCII):
        document.at("territory").fault("territory_code")
    return Selector(
        level=document.one_of("level", LEVELS, None),
        kind=document.one_of("kind", BODY_KINDS, None),
        territory=territory,
        sector=_body(document.at("sector"), places) if document.at("sector").value is not None else None,
        bodies=tuple(code for held in document.items("bodies", most=5_000) if (code := _body(held, places))),
    )


def _body(document: Document, places: Mapping[str, Place]) -> str | None:
    """A body, named by its code or by a place of the document that stands for one in Esep."""
    named = document.value
    if isinstance(named, str) and _BODY.fullmatch(named):
        return named
    place = _place_named(document, places)
    if isinstance(named, str) and named in places and place.body is None:
        document.fault("place_outside", place=str(named))
    return place.body


def _due(document: Document, level: str, periodicity: Periodicity, valid_from: date) -> DueRule:
    if level not in LEVELS:
        document.fault("level_unknown", level=level)
    return due_rules.read(document, periodicity, valid_from)


def _require_deadlines(document: Document, reporting: tuple[Selector, ...], due: Mapping[str, DueRule]) -> None:
    for number, selector in enumerate(reporting):
        if selector.level is not None and selector.level not in due:
            Document(None, f"{document.pointer}/reporting/{number}", document.faults).fault("deadline_missing", level=selector.level)


def _checks(document: Document, sections: tuple[Section, ...]) -> tuple[Check, ...]:
    addresses, others = Addresses(sections), sources.read_others(document, {section.code for section in sections})
    checks = tuple(_check(held, addresses, others) for held in document.items("checks", most=MAX_CHECKS))
    counted = Counter(check.code for check in checks)
    for code in sorted(code for code, count in counted.items() if count > 1):
        document.at("checks").fault("code_taken", code=code)
    return checks


def _check(document: Document, addresses: Addresses, others: Collection[str]) -> Check:
    document.only(("code", "expression", "severity", "messages", "absent"))
    expression = document.text("expression", longest=LONGEST_EXPRESSION)
    return Check(
        code=document.code(),
        expression=expression,
        severity=document.one_of("severity", get_args(Severity)),
        mentions=_mentions(document.at("expression"), expression, addresses, others),
        messages=document.names("messages"),
        absent=document.one_of("absent", ("silent", "finding"), "silent"),
    )


def _mentions(document: Document, expression: str, addresses: Addresses, others: Collection[str]) -> tuple[Mention, ...]:
    """What an expression speaks of; keeps a fault when it cannot be read or speaks of something that the kind does not have."""
    found = mentions.of(expression, addresses, sources.OWN, others)
    try:
        unknown = list(mentions.unknown(expression, found))
    except ExpressionRefused as refused:
        document.fault("check_unreadable", reason=refused.code, column=refused.fields.get("column", 1))
        return ()
    for name in unknown:
        document.fault("check_name_unknown", name=name)
    for mention in found:
        if mention.source == sources.HISTORY and (mention.address is None or not addresses.is_held(mention.address)):
            document.fault("check_history_unheld", name=mention.name)
    if expression and not found and not unknown:
        document.fault("check_without_cells")
    return found

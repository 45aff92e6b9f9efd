"""DMN files from a few words."""

from collections.abc import Mapping, Sequence


def definitions(*parts: str, inputs: Mapping[str, str] | None = None, namespace: str = "x") -> bytes:
    """A file with some decisions; `inputs` are input data, names by id."""
    named = "".join(f'<inputData id="{key}" name="{name}"/>' for key, name in (inputs or {}).items())
    space = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    return f'<definitions xmlns="{space}" id="file" name="file" namespace="{namespace}">\n{named}{"".join(parts)}</definitions>'.encode()


def decision(key: str, logic: str, *, requires: Sequence[str] = (), inputs: Sequence[str] = (), knows: Sequence[str] = ()) -> str:
    """A decision that requires others, input data and knowledge."""
    wanted = [f'<requiredDecision href="#{name}"/>' for name in requires] + [f'<requiredInput href="#{name}"/>' for name in inputs]
    needed = "".join(f"<informationRequirement>{one}</informationRequirement>" for one in wanted)
    return f'<decision id="{key}" name="{key}">{needed}{_known(knows)}{logic}</decision>\n'


def knowledge(key: str, logic: str, *, knows: Sequence[str] = (), **parameters: str) -> str:
    """A business knowledge model: a function of parameters with types."""
    formal = "".join(f'<formalParameter name="{name}" typeRef="{type_}"/>' for name, type_ in parameters.items())
    body = f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="{key}" name="{key}">{body}{_known(knows)}</businessKnowledgeModel>\n'


def _known(names: Sequence[str]) -> str:
    wanted = [f'<requiredKnowledge href="#{name}"/>' for name in names]
    return "".join(f"<knowledgeRequirement>{one}</knowledgeRequirement>" for one in wanted)


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{_escaped(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[str],
    policy: str = "UNIQUE",
    *,
    aggregation: str = "",
    values: str = "",
    default: str = "",
    allowed: str = "",
) -> str:
    """A decision table; each rule is its entries with bars between, single quotes for double ones."""
    listed = f"<inputValues><text>{_escaped(allowed)}</text></inputValues>" if allowed else ""
    made = "".join(f'<input label="{name}"><inputExpression><text>{name}</text></inputExpression>{listed}</input>' for name in inputs)
    order = f"<outputValues><text>{_escaped(values)}</text></outputValues>" if values else ""
    otherwise = f"<defaultOutputEntry><text>{_escaped(default)}</text></defaultOutputEntry>" if default else ""
    made += "".join(f'<output name="{name}">{order}{otherwise}</output>' for name in outputs)
    for number, rule in enumerate(rules):
        entries = [part.strip() for part in rule.split("|")]
        cells = "".join(f"<inputEntry><text>{_escaped(text)}</text></inputEntry>" for text in entries[: len(inputs)])
        cells += "".join(f"<outputEntry><text>{_escaped(text)}</text></outputEntry>" for text in entries[len(inputs) :])
        made += f'<rule id="r{number}">{cells}</rule>'
    gathered = f'aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable hitPolicy="{policy}" {gathered}>{made}</decisionTable>'


def _escaped(text: str) -> str:
    return text.replace("'", '"').replace("&", "&amp;").replace("<", "&lt;")

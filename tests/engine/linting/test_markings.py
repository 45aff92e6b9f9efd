"""The token game of the linter: dead ends and meetings that no single gateway shows, each with a way there."""

from tests.engine.parsing.factories import findings, flows

TASKS = '<userTask id="{}" camunda:assignee="x"/>'


def elements(*tags: str) -> str:
    """Start, end and elements: "task a" is a user task, "parallelGateway g" a gateway."""
    made = [tag.split() for tag in tags]
    return '<startEvent id="s"/><endEvent id="e"/>' + "".join(
        TASKS.format(name) if kind == "task" else f'<{kind} id="{name}"/>' for kind, name in made
    )


def told(body: str) -> list[tuple[str, str | None, str]]:
    wanted = ("join_waits_for_ever", "tokens_meet")
    return [(one.code, one.element_id, one.fields["way"]) for one in findings(body) if one.code in wanted]


def test_a_join_behind_a_choice_behind_other_work_waits_for_ever():
    body = elements("parallelGateway split", "task a", "task b", "exclusiveGateway choice", "task c", "parallelGateway join")
    body += flows(
        "s > split", "split > a", "split > b", "b > choice", "choice > join ? ${x}", "choice > c", "c > e", "a > join", "join > e"
    )

    assert told(body) == [("join_waits_for_ever", "join", "s → split → a → b → choice → c → e")]


def test_a_join_that_an_interrupting_event_leads_past_waits_for_ever():
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = elements("parallelGateway split", "task a", "task b", "parallelGateway join")
    body += f'<boundaryEvent id="late" attachedToRef="b">{timer}</boundaryEvent>'
    body += flows("s > split", "split > a", "split > b", "late > e", "a > join", "b > join", "join > e")

    assert [(code, element) for code, element, _ in told(body)] == [("join_waits_for_ever", "join")]


def test_branches_that_meet_behind_other_gateways_are_told():
    body = elements(
        "parallelGateway split", "task a", "task b", "exclusiveGateway choice", "task c", "task d", "exclusiveGateway merge", "task f"
    )
    body += flows("s > split", "split > a", "split > b", "a > choice", "choice > c ? ${x}", "choice > d", "c > merge", "d > e", "b > merge")
    body += '<sequenceFlow id="last" sourceRef="merge" targetRef="f"/><sequenceFlow id="out" sourceRef="f" targetRef="e"/>'

    assert [(code, element) for code, element, _ in told(body)] == [("tokens_meet", "merge")]


def test_an_inclusive_join_waits_for_what_was_chosen_and_no_longer():
    body = elements("inclusiveGateway split", "task a", "task b", "inclusiveGateway join")
    body += flows("s > split", "split > a ? ${x}", "split > b ? ${y}", "a > join", "b > join", "join > e")

    assert told(body) == []


def test_a_parallel_join_in_a_loop_is_sound():
    body = elements("parallelGateway ask", "task a", "task b", "parallelGateway join", "exclusiveGateway again", "exclusiveGateway in")
    body += flows("s > in", "in > ask", "ask > a", "ask > b", "a > join", "b > join", "join > again", "again > in ? ${x}", "again > e")

    assert told(body) == []


def test_a_level_with_very_many_markings_is_left_to_people():
    choices = 14
    body = elements("parallelGateway split", "parallelGateway join", *(f"exclusiveGateway c{n}" for n in range(choices)))
    body += "".join(TASKS.format(f"a{n}") + TASKS.format(f"b{n}") + f'<exclusiveGateway id="m{n}"/>' for n in range(choices))
    lines = [
        line
        for n in range(choices)
        for line in (f"split > c{n}", f"c{n} > a{n} ? ${{x}}", f"c{n} > b{n}", f"a{n} > m{n}", f"b{n} > m{n}", f"m{n} > join")
    ]

    assert told(body + flows("s > split", *lines, "join > e")) == []

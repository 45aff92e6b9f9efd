"""What the mutants have found, as small as it can be: what was wrong once is refused in words now."""

import pytest

from engine.definition_errors import DeploymentRefused
from tests.engine.factories import END, Desk, flows, model


def started_by(timer: str) -> bytes:
    return model(
        f'<bpmn:startEvent id="start"><bpmn:timerEventDefinition>{timer}</bpmn:timerEventDefinition></bpmn:startEvent>{END}'
        + flows("start end")
    )


REFUSED = {
    "a timer start that gives no moment": (
        started_by("<bpmn:timeCycle>= {}</bpmn:timeCycle>"),
        ("start_timer_without_moment", "start"),
    ),
    "a timer start that cannot be worked out": (
        started_by("<bpmn:timeDate>${due}</bpmn:timeDate>"),
        ("start_timer_without_moment", "start"),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_is_refused_with_its_element(desk: Desk, name: str):
    data, expected = REFUSED[name]

    with pytest.raises(DeploymentRefused) as refused:
        desk.deploy(data)

    assert [(finding.code, finding.element_id) for finding in refused.value.findings if finding.is_error] == [expected]
    assert all(finding.line for finding in refused.value.findings)
    assert desk.engine.definitions.list().items == ()

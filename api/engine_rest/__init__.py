"""The engine's door in the shape that clients and editors of the Camunda 7 family know: one module per resource.

Every act goes through worklist and operate, so that rights and form rules hold whoever knocks. What is supported, and where this door is
deliberately better, stands in docs/engine-rest.md.
"""

from flask import Flask

from api import problems
from api.engine_rest import (
    attempt_log,
    condition,
    converters,
    decision_definition,
    decision_history,
    decision_requirements,
    deployment,
    detail_history,
    engine,
    event_subscription,
    execution,
    external_task,
    history,
    history_cleanup,
    identity,
    incident,
    incident_history,
    job,
    job_definition,
    message,
    migration,
    modification,
    process_definition,
    process_instance,
    shape,
    signal,
    task,
    user_operation,
    variables,
)

PREFIX = "/engine-rest"
RESOURCES = (
    condition,
    event_subscription,
    execution,
    external_task,
    deployment,
    process_definition,
    decision_definition,
    decision_requirements,
    decision_history,
    process_instance,
    migration,
    modification,
    task,
    variables,
    message,
    signal,
    incident,
    job,
    job_definition,
    history,
    history_cleanup,
    incident_history,
    attempt_log,
    detail_history,
    user_operation,
    identity,
    engine,
)


def register(app: Flask) -> None:
    """Put the door on an application, after `problems.register` and before `access.guard`."""
    converters.register(app)
    problems.speak(app, PREFIX, shape.answer)
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint)

"""Starting instances where nobody stands behind who could be told: by a timer, a message or a signal, and again from an incident."""

from sqlalchemy.exc import InterfaceError, OperationalError

from engine.errors import StepBroken, StepFailed, in_words
from engine.failures import Start
from engine.instances import Instance, Instances
from refusals import Refusal


def begin(instances: Instances, start: Start) -> Instance:
    """Start an instance. Raises StepBroken for every failure but that of the database."""
    try:
        return instances.start(
            definition_id=start.definition_id,
            start_event=start.element_id,
            business_key=start.business_key,
            variables=start.variables,
            by=start.by,
        )
    except (StepBroken, OperationalError, InterfaceError):  # the database is away: no fault of the start
        raise
    except StepFailed as failed:
        raise StepBroken(failed.fields["element_id"], failed.fields["cause"], failed.fields["message"]) from failed
    except Refusal as refusal:
        raise StepBroken(None, refusal.code, str(refusal)) from refusal
    except Exception as failure:  # the incident border: one definition that cannot be started must not stop the worker
        raise StepBroken(None, "engine_failed", in_words(failure)) from failure

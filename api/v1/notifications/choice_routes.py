"""By which ways you are told of what, and the link in every mail that ends mails."""

from typing import Any

from flask.typing import ResponseReturnValue

from api.access import PUBLIC, SIGNED_IN
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.notifications.schemas import ChoicesShape
from notifications.choices import MUST_KNOW, Choices, Digest, When
from notifications.sorts import Sort

choices = Room("notification_choices", "By which ways you are told of what")


@choices.get("/notifications/choices", SIGNED_IN, answer=ChoicesShape)
def get_choices() -> Any:
    """What you have chosen, or how it is by default."""
    return _shown(house().notifications.choices(actor()))


@choices.put("/notifications/choices", SIGNED_IN, body=ChoicesShape, answer=ChoicesShape)
def set_choices(body: dict[str, Any]) -> Any:
    """Choose; sorts that you don't name are as by default. What must be known stays in the inbox."""
    sorts = {Sort(name): chosen for name, chosen in body["sorts"].items()}
    mail = {sort: When(chosen["mail"]) for sort, chosen in sorts.items()}
    inbox = {sort: chosen["inbox"] for sort, chosen in sorts.items()}
    chosen = Choices(Digest(body["digest"]), body["working_days_only"], mail, inbox)
    return _shown(house().notifications.choose(actor(), chosen))


@choices.post("/notifications/mail-stop/<token>", PUBLIC, status=204)
def unsubscribe(token: str) -> ResponseReturnValue:
    """End all mails to the person whose mail this link stood in (RFC 8058); the inbox goes on."""
    house().notifications.mailing.unsubscribe(token)
    return "", 204


def _shown(chosen: Choices) -> dict[str, Any]:
    sorts = {sort.value: {"mail": chosen.when(sort).value, "inbox": chosen.in_inbox(sort), "must_know": sort in MUST_KNOW} for sort in Sort}
    return {"digest": chosen.digest.value, "working_days_only": chosen.working_days_only, "sorts": sorts}

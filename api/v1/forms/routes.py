"""Forms: list, get, deploy."""

from typing import Any

from flask.typing import ResponseReturnValue

from api import problems
from api.access import needs
from api.authentication import actor
from api.house import house
from api.rooms import Room
from api.v1.forms.schemas import FormDeployment, FormQuery, FormVersions, FormVersionShape
from organisations.permissions import Permission

forms = Room("forms", "Forms of user tasks: form-js schemas, validated on the server")


@forms.get("/forms", needs(Permission.FORM_READ), answer=FormVersions)
def list_forms() -> Any:
    """The forms in use."""
    catalogue = house().forms
    return {"items": [catalogue.about(key) for key in catalogue.keys()]}  # noqa: SIM118  # a catalogue is no dict


@forms.get("/forms/<key>", needs(Permission.FORM_READ), query=FormQuery)
def get_form(key: str, query: dict[str, Any]) -> ResponseReturnValue:
    """The schema of a form, with its texts in one language."""
    return house().forms.localised(key, query["language"] or problems.language())


@forms.get("/forms/<key>/versions", needs(Permission.FORM_READ), answer=FormVersions)
def list_versions(key: str) -> Any:
    """The versions of a form, newest first."""
    return {"items": house().forms.versions(key)}


@forms.post("/forms/<key>/versions", needs(Permission.FORM_DEPLOY), body=FormDeployment, answer=FormVersionShape, status=201)
def deploy_form(key: str, body: dict[str, Any]) -> Any:
    """Put a new version of a form in use; refused with every finding of the form linter."""
    return house().forms.deploy(key, body["form"], actor().by)

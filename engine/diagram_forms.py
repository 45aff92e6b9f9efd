"""Forms in diagrams, by the key that tasks and definitions carry for them: the definition and the element that hold the form."""

from engine.definition_errors import DefinitionNotFound
from engine.definitions import Definitions
from engine.parsing.form_facts import DiagramForm
from engine.parsing.form_keys import parts_of


def find(definitions: Definitions, key: str) -> DiagramForm:
    """The form of a key. Raises DefinitionNotFound."""
    definition_id, element_id = parts_of(key)
    element = definitions.executable(definition_id).process.elements.get(element_id)
    if element is None or element.form is None:
        raise DefinitionNotFound(key)
    return element.form

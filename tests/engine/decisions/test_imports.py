"""A file imports others of its deployment, and sees their elements under the import's name."""

import pytest

from engine.definition_errors import DeploymentRefused
from storage.transaction import transaction
from tests.engine.decisions.factories import decision, definitions, knowledge, literal
from tests.engine.factories import Desk

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"
PERSON = '<itemDefinition name="person"><itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>'
LIBRARY = definitions(PERSON, knowledge("is adult", literal("p.age >= 18"), p="person"), namespace="library")
IMPORT = f'<import namespace="library" name="lib" importType="{MODEL}"/>'


def asking(text: str) -> bytes:
    wanted = '<knowledgeRequirement><requiredKnowledge href="library#is adult"/></knowledgeRequirement>'
    return definitions(IMPORT, decision("grown", wanted + literal(text)), namespace="own")


def deploy(desk: Desk, **files: bytes) -> None:
    with transaction():
        desk.engine.definitions.deploy("x", {f"{name}.dmn": data for name, data in files.items()}, by="ann", changed_only=True)


def value(desk: Desk, age: int) -> object:
    return desk.engine.decisions.evaluate(desk.engine.decisions.latest("grown").id, {"age": age}).value


def test_functions_and_types_of_an_imported_file_are_seen_under_its_name(desk: Desk):
    deploy(desk, library=LIBRARY, own=asking("lib.is adult({age: age}) and {age: 1} instance of lib.person"))

    assert value(desk, 20) is True
    assert value(desk, 10) is False


def test_a_file_that_is_deployed_again_brings_what_it_imports(desk: Desk):
    deploy(desk, library=LIBRARY, own=asking("lib.is adult({age: age})"))
    deploy(desk, library=LIBRARY, own=asking("not(lib.is adult({age: age}))"))

    assert value(desk, 20) is False


@pytest.mark.parametrize(
    ("code", "library"),
    [
        ("decision_import_unknown", definitions(decision("other", literal("1")), namespace="another")),
        ("decision_import_broken", definitions(decision("other", literal("1 +")), namespace="library")),
        ("decision_import_broken", definitions(IMPORT.replace("library", "own"), decision("other", literal("1")), namespace="library")),
    ],
)
def test_what_cannot_be_imported_is_refused(desk: Desk, code: str, library: bytes):
    with pytest.raises(DeploymentRefused) as refused:
        deploy(desk, library=library, own=asking("true"))

    assert code in {finding.code for finding in refused.value.findings}

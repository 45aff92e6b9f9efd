"""Every element of DMN 1.1 to 1.5. Those that say nothing to the engine (owners, questions, annotations) are shown."""

from typing import Final

ELEMENTS: Final = frozenset(
    (
        *("definitions", "import", "itemDefinition", "decision", "businessKnowledgeModel", "decisionService", "inputData"),
        *("knowledgeSource", "group", "textAnnotation", "association", "elementCollection", "performanceIndicator"),
        *("organizationUnit", "organisationalUnit", "businessContextElement", "description", "extensionElements", "question"),
        *("allowedAnswers", "variable", "informationRequirement", "knowledgeRequirement", "authorityRequirement"),
        *("supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner", "usingProcess", "usingTask"),
        *("requiredDecision", "requiredInput", "requiredKnowledge", "requiredAuthority", "type", "owner", "encapsulatedLogic"),
        *("formalParameter", "outputDecision", "encapsulatedDecision", "inputDecision", "drgElement", "impactingDecision"),
        *("decisionMade", "decisionOwned", "typeRef", "allowedValues", "typeConstraint", "itemComponent", "functionItem"),
        *("parameters", "literalExpression", "text", "importedValues", "importedElement", "invocation", "binding", "parameter"),
        *("context", "contextEntry", "list", "relation", "column", "row", "functionDefinition", "decisionTable", "input"),
        *("inputExpression", "inputValues", "output", "outputValues", "defaultOutputEntry", "annotation", "rule", "inputEntry"),
        *("outputEntry", "annotationEntry", "sourceRef", "targetRef", "conditional", "if", "then", "else", "for", "in"),
        *("return", "every", "some", "satisfies", "filter", "match"),
    )
)

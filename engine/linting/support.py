"""The table of what a model may hold: read, shown only, warned of, or refused with advice. What is not in the table is refused.

"read" changes what the engine does. "shown" is for people and drawings and cannot change anything. A code is the advice in `texts/`; codes
of things that only lose a convenience are listed in WARNINGS, all others forbid the deployment.
"""

from collections.abc import Mapping
from typing import Final

from engine.parsing.global_tasks import GLOBAL_TASKS

READ: Final = "read"
SHOWN: Final = "shown"

#: Codes that come back as warnings.
WARNINGS: Final = frozenset(
    {
        "async_has_no_effect",
        "job_priority_has_no_effect",
        "job_for_workers",
        "correlation_key_has_no_effect",
        "attribute_unknown",
        "foreign_extension",
        "import_has_no_effect",
    }
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READ_ELEMENTS: Final = _words("""
    process startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent task userTask serviceTask
    scriptTask manualTask receiveTask sendTask businessRuleTask subProcess transaction callActivity exclusiveGateway parallelGateway
    inclusiveGateway eventBasedGateway sequenceFlow conditionExpression laneSet lane childLaneSet flowNodeRef extensionElements
    timeDate timeDuration timeCycle message error script loopCardinality multiInstanceLoopCharacteristics
    completionCondition standardLoopCharacteristics loopCondition loopDataInputRef loopDataOutputRef inputDataItem outputDataItem
    complexBehaviorDefinition event complexGateway activationCondition adHocSubProcess
    incoming outgoing timerEventDefinition messageEventDefinition errorEventDefinition
    terminateEventDefinition signalEventDefinition escalationEventDefinition compensateEventDefinition
    conditionalEventDefinition linkEventDefinition cancelEventDefinition eventDefinitionRef
    globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask
    dataInputAssociation dataOutputAssociation sourceRef targetRef transformation assignment from to
""")
_SHOWN_ELEMENTS: Final = _words("""
    documentation textAnnotation text association group category categoryValue categoryValueRef dataObject
    dataObjectReference dataStore dataStoreReference dataState property collaboration participant
    participantMultiplicity interfaceRef messageFlow messageFlowAssociation itemDefinition signal escalation auditing
    monitoring ioSpecification dataInput dataOutput
    inputSet outputSet dataInputRefs dataOutputRefs interface operation inMessageRef outMessageRef relationship
    partnerRole partnerEntity participantRef resource resourceParameter endPoint correlationProperty
    correlationPropertyRetrievalExpression messagePath correlationKey correlationPropertyRef condition
    partitionElement definitions extension supports source target
""")

#: BPMN elements by local name; those that hold a finding of the reader's (unknown event definitions) count as read.
ELEMENTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(_READ_ELEMENTS, READ),
    **dict.fromkeys(_SHOWN_ELEMENTS, SHOWN),
    "potentialOwner": "performer_not_supported",
    "humanPerformer": "performer_not_supported",
    "performer": "performer_not_supported",
    "resourceRole": "performer_not_supported",
    "import": "import_has_no_effect",
}

#: BPMN attributes that would change behaviour: the values that are harmless, and the code for any other.
ATTRIBUTE_VALUES: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    "method": (frozenset({"##Compensate"}), "transaction_method_not_supported"),
    "operationRef": (frozenset(), "attribute_not_supported"),
}

#: BPMN attributes that are read, or that only people look at.
ATTRIBUTES: Final = _words("""
    id name scriptLanguage isExecutable sourceRef targetRef default attachedToRef cancelActivity messageRef errorRef signalRef
    escalationRef errorCode escalationCode scriptFormat calledElement isSequential language evaluatesToTypeRef
    processType isClosed gatewayDirection isInterrupting parallelMultiple implementation isImmediate structureRef
    itemKind itemSubjectRef isCollection dataObjectRef dataStoreRef itemRef processRef associationDirection textFormat
    categoryValueRef capacity isUnlimited definitionalCollaborationRef typeLanguage expressionLanguage targetNamespace
    exporter exporterVersion partitionElementRef activityRef waitForCompletion isForCompensation order noneBehaviorEventRef
    oneBehaviorEventRef behavior testBefore loopMaximum startQuantity completionQuantity ordering
    cancelRemainingInstances triggeredByEvent type value direction instantiate eventGatewayType schemaLocation importType location
    namespace
""")

_MAPPED: Final = _words("""
    userTask serviceTask scriptTask sendTask businessRuleTask subProcess transaction adHocSubProcess callActivity receiveTask
    task manualTask
    intermediateThrowEvent endEvent
""")
_PEOPLE: Final = frozenset({"userTask"})
_FORMS: Final = frozenset({"userTask", "startEvent"})
_WORK: Final = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
#: What a job can stand before or after, and the loop that repeats it.
_JOBS: Final = _words("""
    task userTask serviceTask scriptTask manualTask receiveTask sendTask businessRuleTask subProcess callActivity transaction
    adHocSubProcess startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent exclusiveGateway inclusiveGateway
    parallelGateway eventBasedGateway complexGateway
""")
#: What listeners can listen to.
_HEARD: Final = _JOBS | {"process", "sequenceFlow"}
#: What has versions of its own.
_VERSIONED: Final = frozenset({"process", *GLOBAL_TASKS})
_JOBS_AND_LOOPS: Final = _JOBS | {"multiInstanceLoopCharacteristics"}

#: Attributes of the `camunda` namespace on BPMN elements: the kinds they are read on (None: any), and the verdict there.
CAMUNDA_ATTRIBUTES: Final[Mapping[str, tuple[frozenset[str] | None, str]]] = {
    **dict.fromkeys(("assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"), (_PEOPLE, READ)),
    **dict.fromkeys(("formKey", "formRef"), (_FORMS, READ)),
    "delegateExpression": (_WORK, READ),
    "expression": (_WORK, READ),
    "resultVariable": (_WORK | {"scriptTask"}, READ),
    "resource": (frozenset({"scriptTask"}), READ),
    **dict.fromkeys(("decisionRef", "decisionRefBinding", "mapDecisionResult"), (frozenset({"businessRuleTask"}), READ)),
    **dict.fromkeys(("decisionRefVersion", "decisionRefVersionTag"), (frozenset({"businessRuleTask"}), READ)),
    **dict.fromkeys(("decisionRefTenantId", "calledElementTenantId"), (None, "tenant_of_reference_not_supported")),
    **dict.fromkeys(("formRefBinding", "formRefVersion"), (None, "form_binding_not_supported")),
    **dict.fromkeys(("variableMappingClass", "variableMappingDelegateExpression"), (None, "java_not_supported")),
    "asyncBefore": (_JOBS_AND_LOOPS, READ),
    "async": (_JOBS_AND_LOOPS, READ),
    "asyncAfter": (_JOBS, READ),
    "exclusive": (None, SHOWN),
    "collection": (frozenset({"multiInstanceLoopCharacteristics"}), READ),
    "elementVariable": (frozenset({"multiInstanceLoopCharacteristics"}), READ),
    **dict.fromkeys(("calledElementBinding", "calledElementVersion", "calledElementVersionTag"), (frozenset({"callActivity"}), READ)),
    **dict.fromkeys(("historyTimeToLive", "versionTag"), (_VERSIONED, READ)),
    "isStartableInTasklist": (frozenset({"process"}), SHOWN),
    "candidateStarterGroups": (frozenset({"process"}), READ),
    "candidateStarterUsers": (frozenset({"process"}), READ),
    "jobPriority": (_JOBS | {"process"}, READ),
    "taskPriority": (_WORK, READ),
    "errorCodeVariable": (frozenset({"errorEventDefinition"}), READ),
    "errorMessageVariable": (frozenset({"errorEventDefinition"}), READ),
    "escalationCodeVariable": (frozenset({"escalationEventDefinition"}), READ),
    "errorMessage": (frozenset({"error"}), SHOWN),
    "initiator": (frozenset({"startEvent"}), READ),
    "class": (None, "java_not_supported"),
    "type": (_WORK, READ),
    "topic": (_WORK, READ),
    "modelerTemplate": (None, SHOWN),
    "modelerTemplateVersion": (None, SHOWN),
    "diagramRelationId": (None, SHOWN),
}

#: What a `camunda` attribute means on a kind it is not read on, where that is harmless; else it is refused as misplaced.
ELSEWHERE: Final[Mapping[str, str]] = {
    "taskPriority": "job_priority_has_no_effect",
    "asyncBefore": "async_has_no_effect",
    "async": "async_has_no_effect",
    "asyncAfter": "async_has_no_effect",
    "jobPriority": "job_priority_has_no_effect",
    "expression": "java_not_supported",
}

#: Values of `camunda` attributes that are as good as the attribute's absence, or as what is done anyway.
CAMUNDA_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "formRefBinding": frozenset({"latest"}),
    "asyncBefore": frozenset({"false", "0"}),
    "async": frozenset({"false", "0"}),
    "asyncAfter": frozenset({"false", "0"}),
}

#: Extension elements of either family: the attributes that are read, or one code for the whole element.
EXTENSIONS: Final[Mapping[str, frozenset[str] | str]] = {
    "camunda:properties": frozenset(),
    "camunda:property": frozenset({"id", "name", "value"}),
    "camunda:inputOutput": frozenset(),
    "camunda:inputParameter": frozenset({"name"}),
    "camunda:outputParameter": frozenset({"name"}),
    "camunda:list": frozenset(),
    "camunda:map": frozenset(),
    "camunda:entry": frozenset({"key"}),
    "camunda:value": frozenset({"id", "name"}),
    "camunda:script": frozenset({"scriptFormat", "resource"}),
    "camunda:in": frozenset({"source", "sourceExpression", "target", "variables", "businessKey"}),
    "camunda:out": frozenset({"source", "sourceExpression", "target", "variables"}),
    "camunda:failedJobRetryTimeCycle": frozenset(),
    "camunda:executionListener": frozenset({"event", "class", "delegateExpression", "expression"}),
    "camunda:taskListener": frozenset({"id", "event", "class", "delegateExpression", "expression"}),
    "camunda:formData": frozenset(),
    "camunda:formField": frozenset({"id", "label", "type", "defaultValue", "datePattern"}),
    "camunda:validation": frozenset(),
    "camunda:constraint": frozenset({"name", "config"}),
    "camunda:formProperty": "form_data_not_supported",
    "camunda:field": "java_not_supported",
    "camunda:connector": "java_not_supported",
    "camunda:errorEventDefinition": frozenset({"id", "errorRef", "expression"}),
    "camunda:potentialStarter": "potential_starter_not_supported",
    "zeebe:userTask": frozenset(),
    "zeebe:formDefinition": frozenset({"formId", "formKey", "externalReference", "bindingType"}),
    "zeebe:assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "zeebe:taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "zeebe:priorityDefinition": frozenset({"priority"}),
    "zeebe:taskDefinition": frozenset({"type", "retries"}),
    "zeebe:ioMapping": frozenset(),
    "zeebe:input": frozenset({"source", "target"}),
    "zeebe:output": frozenset({"source", "target"}),
    "zeebe:calledElement": frozenset(
        {"processId", "propagateAllChildVariables", "propagateAllParentVariables", "bindingType", "versionTag"}
    ),
    "zeebe:calledDecision": frozenset({"decisionId", "resultVariable", "bindingType", "versionTag"}),
    "zeebe:loopCharacteristics": frozenset({"inputCollection", "inputElement", "outputCollection", "outputElement"}),
    "zeebe:adHoc": frozenset({"activeElementsCollection"}),
    "zeebe:script": frozenset({"expression", "resultVariable"}),
    "zeebe:properties": frozenset(),
    "zeebe:property": frozenset({"name", "value"}),
    "zeebe:versionTag": frozenset({"value"}),
    "zeebe:subscription": frozenset({"correlationKey"}),
    "zeebe:publishMessage": frozenset({"correlationKey", "timeToLive"}),
    "zeebe:taskHeaders": frozenset(),
    "zeebe:header": frozenset({"key", "value"}),
    "zeebe:userTaskForm": frozenset({"id"}),
    "zeebe:executionListeners": frozenset(),
    "zeebe:executionListener": frozenset({"eventType", "type", "retries"}),
    "zeebe:taskListeners": frozenset(),
    "zeebe:taskListener": frozenset({"eventType", "type", "retries"}),
}

#: Where extension elements that change behaviour may stand; those not named here may stand anywhere their element is read.
HOLDERS: Final[Mapping[str, frozenset[str]]] = {
    "camunda:in": frozenset({"callActivity", "signalEventDefinition"}),
    "camunda:formData": _FORMS,
    "zeebe:userTaskForm": frozenset({"process"}),
    "camunda:out": frozenset({"callActivity"}),
    "camunda:inputOutput": _MAPPED,
    "camunda:failedJobRetryTimeCycle": _JOBS,
    "camunda:executionListener": _HEARD,
    "camunda:taskListener": _PEOPLE,
    "zeebe:executionListeners": _HEARD,
    "zeebe:taskListeners": _PEOPLE,
    "zeebe:userTask": _PEOPLE,
    "zeebe:formDefinition": _FORMS,
    "zeebe:assignmentDefinition": _PEOPLE,
    "zeebe:taskSchedule": _PEOPLE,
    "zeebe:priorityDefinition": _PEOPLE,
    "zeebe:taskDefinition": _WORK | {"scriptTask"},
    "zeebe:ioMapping": _MAPPED,
    "zeebe:calledElement": frozenset({"callActivity"}),
    "zeebe:calledDecision": frozenset({"businessRuleTask"}),
    "zeebe:loopCharacteristics": frozenset({"multiInstanceLoopCharacteristics"}),
    "zeebe:adHoc": frozenset({"adHocSubProcess"}),
    "zeebe:script": frozenset({"scriptTask"}),
    "zeebe:subscription": frozenset({"message"}),
    "zeebe:publishMessage": frozenset({"intermediateThrowEvent", "endEvent", "sendTask"}),
    "zeebe:versionTag": _VERSIONED,
}

#: Attributes of the `zeebe` namespace on BPMN elements.
ZEEBE_ATTRIBUTES: Final = frozenset({"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"})
#: Attributes of our own namespace, all on `process`.
ESEP_ATTRIBUTES: Final = frozenset({"actType", "actNumber", "actDate", "uniqueBusinessKey"})

#: Attributes, of whatever namespace, that are kept in columns, and how long they may be.
KEPT: Final = _words("name versionTag formKey formRef formId externalReference actType actNumber calledElement processId type errorCode")
MAX_KEPT: Final = 255

#: The namespace of drawings, which stand beside the processes.
DRAWING: Final = "http://www.omg.org/spec/BPMN/20100524/DI"

#: Attributes that say yes or no.
FLAGS: Final = _words("""
    isExecutable cancelActivity isSequential testBefore cancelRemainingInstances isInterrupting parallelMultiple isForCompensation
    waitForCompletion     instantiate triggeredByEvent asyncBefore asyncAfter async propagateAllParentVariables propagateAllChildVariables
""")

#: Namespaces of engines whose extensions are not read here; a model that uses them would behave differently there.
FOREIGN_ENGINES: Final = frozenset(
    {
        "http://activiti.org/bpmn",
        "http://flowable.org/bpmn",
        "http://www.jboss.org/drools",
        "http://spiffworkflow.org/bpmn/schema/1.0/core",
        "http://www.bonitasoft.org/bpmn",
        "http://bpmn.sourceforge.net",
    }
)

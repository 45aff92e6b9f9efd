// Writes BPMN files with the library that BPMN editors write theirs with, its elements and those of both families of extensions made one
// by one, as an editor's commands make them.
//   node write.mjs   →   {"moddle_camunda": "<?xml …", "moddle_zeebe": "<?xml …"}
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { BpmnModdle } from "bpmn-moddle";

const require = createRequire(import.meta.url);
const extension = (name) => JSON.parse(readFileSync(require.resolve(`${name}-bpmn-moddle/resources/${name}.json`), "utf8"));

class Drawing {
  constructor(family, attributes) {
    this.moddle = new BpmnModdle({ [family]: extension(family) });
    this.process = this.make("Process", { isExecutable: true, flowElements: [], ...attributes });
    this.plane = this.make("bpmndi:BPMNPlane", { id: "BPMNPlane_1", bpmnElement: this.process, planeElement: [] });
    this.roots = [];
  }

  make(type, attributes = {}) {
    return this.moddle.create(type.includes(":") ? type : `bpmn:${type}`, attributes);
  }

  extended(...values) {
    return this.make("ExtensionElements", { values });
  }

  formal(body, attributes = {}) {
    return this.make("FormalExpression", { body, ...attributes });
  }

  root(type, attributes) {
    const made = this.make(type, attributes);
    this.roots.push(made);
    return made;
  }

  // An element with its shape; x counts columns, y rows of the drawing.
  node(type, id, x, y, attributes = {}, within = this.process) {
    const made = this.make(type, { id, incoming: [], outgoing: [], ...attributes });
    made.$parent = within;
    within.get("flowElements").push(made);
    const [width, height] = type.endsWith("Event") ? [36, 36] : type.endsWith("Gateway") ? [50, 50] : type === "SubProcess" ? [360, 200] : [100, 80];
    const bounds = this.make("dc:Bounds", { x: 150 * x - width / 2, y: 130 * y - height / 2, width, height });
    const expanded = type === "SubProcess" ? { isExpanded: true } : {};
    this.plane.planeElement.push(this.make("bpmndi:BPMNShape", { id: `${id}_di`, bpmnElement: made, bounds, ...expanded }));
    return made;
  }

  flow(id, sourceRef, targetRef, attributes = {}, within = this.process) {
    const made = this.make("SequenceFlow", { id, sourceRef, targetRef, ...attributes });
    sourceRef.get("outgoing").push(made);
    targetRef.get("incoming").push(made);
    within.get("flowElements").push(made);
    const waypoint = [sourceRef, targetRef].map((end) => {
      const { bounds } = this.plane.planeElement.find((shape) => shape.bpmnElement === end);
      return this.make("dc:Point", { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 });
    });
    this.plane.planeElement.push(this.make("bpmndi:BPMNEdge", { id: `${id}_di`, bpmnElement: made, waypoint }));
    return made;
  }

  async written() {
    const diagrams = [this.make("bpmndi:BPMNDiagram", { id: "BPMNDiagram_1", plane: this.plane })];
    const definitions = this.make("Definitions", {
      id: "Definitions_1", targetNamespace: "http://bpmn.io/schema/bpmn", rootElements: [this.process, ...this.roots], diagrams,
    });
    const { xml } = await this.moddle.toXML(definitions, { format: true });
    return xml;
  }
}

// For the older platform: forms in the diagram, listeners, mappings, an external task with its errors, a subprocess for each of a list.
async function camunda() {
  const draw = new Drawing("camunda", { id: "permit", name: "Рұқсат беру", "camunda:historyTimeToLive": "P180D", "camunda:versionTag": "3.1" });
  const make = draw.make.bind(draw);
  const field = (id, label, type, constraints = []) => make("camunda:FormField", {
    id, label, type, validation: make("camunda:Validation", { constraints: constraints.map((name) => make("camunda:Constraint", { name })) }),
  });
  const refused = draw.root("Error", { id: "Error_1", name: "Refused", errorCode: "REFUSED" });
  const answered = draw.root("Message", { id: "Message_1", name: "bodies_answered" });

  const start = draw.node("StartEvent", "StartEvent_1", 1, 1, {
    "camunda:initiator": "applicant",
    extensionElements: draw.extended(make("camunda:FormData", { fields: [field("amount", "Сома", "long", ["required"])] })),
  });
  const check = draw.node("ServiceTask", "Activity_check", 2, 1, {
    name: "Check <the> register & \"limits\"", "camunda:type": "external", "camunda:topic": "register", "camunda:taskPriority": "${amount}",
    extensionElements: draw.extended(
      make("camunda:InputOutput", {
        inputParameters: [make("camunda:InputParameter", {
          name: "query",
          definition: make("camunda:Map", { entries: [
            make("camunda:Entry", { key: "sum", value: "${amount}" }),
            make("camunda:Entry", { key: "of", definition: make("camunda:List", { items: [make("camunda:Value", { value: "permits" })] }) }),
          ] }),
        })],
        outputParameters: [make("camunda:OutputParameter", { name: "found", value: "${found}" })],
      }),
      make("camunda:Properties", { values: [make("camunda:Property", { name: "system", value: "egov" })] }),
    ),
  });
  const refusal = draw.node("BoundaryEvent", "Event_refused", 2.3, 1.4, {
    attachedToRef: check,
    eventDefinitions: [make("ErrorEventDefinition", { id: "ErrorEventDefinition_1", errorRef: refused, "camunda:errorMessageVariable": "why" })],
  });
  const enough = draw.node("ExclusiveGateway", "Gateway_enough", 3, 1, { name: "Enough?" });
  const note = draw.node("ScriptTask", "Activity_count", 4, 1, {
    scriptFormat: "feel", script: "count(bodies) + amount", "camunda:resultVariable": "total", "camunda:asyncBefore": true,
    extensionElements: draw.extended(make("camunda:FailedJobRetryTimeCycle", { body: "R3/PT10M" })),
  });
  const each = draw.node("SubProcess", "Activity_each", 5.5, 1, {
    loopCharacteristics: make("MultiInstanceLoopCharacteristics", {
      "camunda:collection": "bodies", "camunda:elementVariable": "body",
      completionCondition: draw.formal("${nrOfCompletedInstances == nrOfInstances}"),
    }),
  });
  const into = draw.node("StartEvent", "Event_into", 4.6, 1, {}, each);
  const approve = draw.node("UserTask", "Activity_approve", 5.5, 1, {
    name: "Approve", documentation: [make("Documentation", { text: "Line one\n  line two" })],
    "camunda:candidateGroups": "head", "camunda:dueDate": "${now() + duration('P3D')}", "camunda:priority": "60",
    extensionElements: draw.extended(
      make("camunda:FormData", { fields: [field("approved", "Мақұлданды", "boolean")] }),
      make("camunda:TaskListener", { event: "create", delegateExpression: "${note}", id: "TaskListener_1" }),
      make("camunda:ExecutionListener", { event: "end", expression: "${last = body}" }),
    ),
  }, each);
  const out = draw.node("EndEvent", "Event_out", 6.4, 1, {}, each);
  draw.flow("Flow_in", into, approve, {}, each);
  draw.flow("Flow_out", approve, out, {}, each);
  const wait = draw.node("IntermediateCatchEvent", "Event_answered", 7.3, 1, {
    eventDefinitions: [make("MessageEventDefinition", { id: "MessageEventDefinition_1", messageRef: answered })],
  });
  const end = draw.node("EndEvent", "Event_end", 8, 1);
  const stopped = draw.node("EndEvent", "Event_stopped", 4, 2, {
    eventDefinitions: [make("TerminateEventDefinition", { id: "TerminateEventDefinition_1" })],
  });
  draw.flow("Flow_1", start, check);
  draw.flow("Flow_2", check, enough);
  enough.default = draw.flow("Flow_3", enough, note);
  draw.flow("Flow_4", enough, stopped, { name: "no", conditionExpression: draw.formal("${amount < 10 && found == false}") });
  draw.flow("Flow_5", note, each);
  draw.flow("Flow_6", each, wait);
  draw.flow("Flow_7", wait, end);
  draw.flow("Flow_8", refusal, stopped);
  return draw.written();
}

// For the newer platform: FEEL, a form in the diagram, schedules, headers, a timer at a task, a list gathered, a message by its key.
async function zeebe() {
  const schema = { type: "default", id: "Form_1", schemaVersion: 17, components: [{ type: "textfield", id: "Field_1", key: "decision", label: "Шешім" }] };
  const draw = new Drawing("zeebe", { id: "complaint", name: "Шағым" });
  const make = draw.make.bind(draw);
  draw.process.extensionElements = draw.extended(make("zeebe:UserTaskForm", { id: "UserTaskForm_1", body: JSON.stringify(schema) }));
  const answered = draw.root("Message", {
    id: "Message_1", name: "answered", extensionElements: draw.extended(make("zeebe:Subscription", { correlationKey: "=number" })),
  });

  const start = draw.node("StartEvent", "StartEvent_1", 1, 1);
  const count = draw.node("ScriptTask", "Activity_count", 2, 1, {
    extensionElements: draw.extended(make("zeebe:Script", { expression: "=count(bodies)", resultVariable: "many" })),
  });
  const ask = draw.node("ServiceTask", "Activity_ask", 3, 1, {
    name: "Ask each body",
    loopCharacteristics: make("MultiInstanceLoopCharacteristics", {
      isSequential: true,
      extensionElements: draw.extended(make("zeebe:LoopCharacteristics", {
        inputCollection: "=bodies", inputElement: "body", outputCollection: "asked", outputElement: "=upper case(body)",
      })),
    }),
    extensionElements: draw.extended(
      make("zeebe:TaskDefinition", { type: "note", retries: "3" }),
      make("zeebe:TaskHeaders", { values: [make("zeebe:Header", { key: "language", value: "kk" })] }),
      make("zeebe:IoMapping", { inputParameters: [make("zeebe:Input", { source: "=body", target: "to" })] }),
    ),
  });
  const both = draw.node("ParallelGateway", "Gateway_both", 4, 1);
  const decide = draw.node("UserTask", "Activity_decide", 5, 1, {
    name: "Decide",
    extensionElements: draw.extended(
      make("zeebe:UserTask"),
      make("zeebe:FormDefinition", { formKey: "camunda-forms:bpmn:UserTaskForm_1" }),
      make("zeebe:AssignmentDefinition", { candidateGroups: "=[\"head\"]" }),
      make("zeebe:TaskSchedule", { dueDate: "=now() + duration(\"P3D\")" }),
      make("zeebe:PriorityDefinition", { priority: "=if many > 1 then 80 else 50" }),
      make("zeebe:Properties", { properties: [make("zeebe:Property", { name: "kind", value: "complaint" })] }),
    ),
  });
  const late = draw.node("BoundaryEvent", "Event_late", 5.3, 1.4, {
    attachedToRef: decide, cancelActivity: false,
    eventDefinitions: [make("TimerEventDefinition", { id: "TimerEventDefinition_1", timeDuration: draw.formal("=duration(\"P2D\")") })],
  });
  const remind = draw.node("ServiceTask", "Activity_remind", 6, 2, {
    extensionElements: draw.extended(make("zeebe:TaskDefinition", { type: "note" })),
  });
  const wait = draw.node("ReceiveTask", "Activity_wait", 5, 3, { messageRef: answered });
  const joined = draw.node("ParallelGateway", "Gateway_joined", 7, 1);
  const end = draw.node("EndEvent", "Event_end", 8, 1);
  const reminded = draw.node("EndEvent", "Event_reminded", 7, 2);
  draw.flow("Flow_1", start, count);
  draw.flow("Flow_2", count, ask);
  draw.flow("Flow_3", ask, both);
  draw.flow("Flow_4", both, decide);
  draw.flow("Flow_5", both, wait);
  draw.flow("Flow_6", decide, joined);
  draw.flow("Flow_7", wait, joined);
  draw.flow("Flow_8", joined, end);
  draw.flow("Flow_9", late, remind);
  draw.flow("Flow_10", remind, reminded);
  return draw.written();
}

console.log(JSON.stringify({ moddle_camunda: await camunda(), moddle_zeebe: await zeebe() }));

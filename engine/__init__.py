"""The BPMN engine: definitions, instances, user tasks, timers, messages. Knows no report, form, person or HTTP."""

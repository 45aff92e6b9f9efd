// Runs the shared vectors through the form viewer that officials use and prints what it makes of them, as JSON.
//   node run.mjs ../vectors/*.json   →   {"<file>": {"<vector>": {"values": {…}, "faults": {"/pointer": ["code", …]}}}}
// A vector's `context` is what the form is opened with, its `values` are what a person enters.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { basename } from "node:path";
import { JSDOM } from "jsdom";

register("./extensions.mjs", import.meta.url);
process.env.TZ = "Asia/Almaty";
const { window } = new JSDOM("<!doctype html><body></body>", { url: "http://localhost/" });
const GLOBALS = ["window", "document", "Node", "Element", "HTMLElement", "KeyboardEvent", "Event", "MouseEvent", "DOMParser", "MutationObserver", "DocumentFragment",
  "SVGElement", "Text", "HTMLInputElement", "HTMLTextAreaElement", "getComputedStyle"];
for (const name of GLOBALS) globalThis[name] = name === "window" ? window : window[name];
Object.defineProperty(globalThis, "navigator", { value: window.navigator, configurable: true });
globalThis.requestAnimationFrame = window.requestAnimationFrame = (callback) => setTimeout(callback, 0);
globalThis.cancelAnimationFrame = window.cancelAnimationFrame = clearTimeout;

const { Form } = await import("@bpmn-io/form-js-viewer");

const MESSAGES = [
  [/^Field is required/, "field_required"], [/^Field must match pattern/, "field_pattern"],
  [/minimum value/, "field_min"], [/maximum value/, "field_max"], [/validation value is not a valid number/, "field_limit"],
  [/minimum length/, "field_min_length"], [/maximum length/, "field_max_length"],
  [/valid international phone/, "field_phone"], [/valid email/, "field_email"],
  [/to be an integer|decimal digit/, "field_decimals"], [/two nearest valid values/, "field_step"],
];
const codeOf = (message) => (MESSAGES.find(([words]) => words.test(message)) ?? [null, message])[1];
const settle = async () => { for (let turn = 0; turn < 6; turn += 1) await new Promise((resolve) => { setTimeout(resolve, 1); }); };
const at = (holder, path) => path.reduce((found, step) => found?.[step], holder);

async function fill(schema, context, values) {
  const container = document.createElement("div");
  document.body.appendChild(container);
  const form = new Form({ container, debounce: false });
  try {
    await form.importSchema(schema, { ...context, ...values });   // makes each value sound, as for a draft that is opened again
    const sound = form._getState().data;
    await form.importSchema(schema, context);
    await settle();
    form._setState({ data: JSON.parse(JSON.stringify(sound)) });
    for (let turn = 0; turn < 4; turn += 1) {   // the viewer computes one expression after each thing a person does
      form.get("expressionLoopPreventer").reset();
      form._setState({});
      await settle();
    }
    const { data, errors } = form.submit();
    const faults = {};
    const fields = form.get("formFieldRegistry");
    for (const { id, valuePath, indexes } of form.get("formFieldInstanceRegistry").getAllKeyed()) {
      const messages = fields.get(id).disabled ? undefined : at(errors, [id, ...Object.values(indexes ?? {})]);
      if (messages?.length) faults[`/${valuePath.join("/")}`] = messages.map(codeOf);
    }
    return { values: data, faults };
  } finally {
    form.destroy();
    container.remove();
  }
}

const results = {};
for (const file of process.argv.slice(2)) {
  const { schema, vectors } = JSON.parse(readFileSync(file, "utf8"));
  const result = results[basename(file)] = {};
  for (const vector of vectors) {
    result[vector.name] = await fill(vector.schema ?? schema, vector.context ?? {}, vector.values);
  }
}
process.stdout.write(JSON.stringify(results));
process.exit(0);

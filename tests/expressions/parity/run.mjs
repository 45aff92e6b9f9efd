// Works out the shared vectors with the evaluator inside the form viewer and prints what each is worth, as JSON.
//   node run.mjs ../vectors/*.json   →   {"<file>": [<value>, …]}, in the order of the file; {"failure": "…"} where it throws
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { evaluate } from "@bpmn-io/feelin";

process.env.TZ = "Asia/Almaty";

// JSON has no undefined, and a value that is none of ours is told by its name.
const plain = (value) => {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "number" && !Number.isFinite(value)) return { failure: String(value) };
  if (typeof value !== "object") return typeof value === "function" ? { failure: "function" } : value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return { failure: value.constructor?.name ?? "object" };
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
};
const worth = ({ expression, context }) => {
  try {
    return plain(evaluate(expression, context ?? {}).value);
  } catch (error) {
    return { failure: error.name };
  }
};

const files = process.argv.slice(2);
console.log(JSON.stringify(Object.fromEntries(files.map((file) => [basename(file), JSON.parse(readFileSync(file, "utf8")).map(worth)]))));

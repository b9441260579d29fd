import type { CodeFacts } from "../../source/code/facts.ts";
import type { CodeFile } from "../usage.ts";

/** Where things stand, and what is the file's own business alone. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "at",
  "start",
  "end",
  "span",
  "options",
  "made",
  "sql",
  "environment",
  "environmentSchemas",
  "secrets",
  "directives",
  "fields",
]);

/** What a file says to others, without places: the same before and after an edit that only moves things. */
export function outline(facts: CodeFacts): string {
  return JSON.stringify(facts, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value));
}

const known = new WeakMap<CodeFile, ReadonlySet<string>>();

/** The other files in which names stand that a file's usages refer to. */
export function placesIn(file: CodeFile): ReadonlySet<string> {
  let places = known.get(file);
  if (!places) {
    const found = new Set<string>();
    for (const usage of file.usages) for (const value of Object.values(usage)) collect(value, found);
    found.delete(file.path);
    places = found;
    known.set(file, places);
  }
  return places;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const each of value) collect(each, found);
  else if (typeof value === "object" && value !== null && "path" in value && typeof value.path === "string")
    found.add(value.path);
}

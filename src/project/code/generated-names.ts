import type { CodeFacts } from "../../source/code/facts.ts";
import type { GeneratedNames } from "../usage.ts";

const known = new WeakMap<CodeFacts, GeneratedNames>();

/** The names in generated types, the same object as long as the file's facts are. */
export function generatedNames(facts: CodeFacts): GeneratedNames | undefined {
  if (!facts.generated) return undefined;
  let names = known.get(facts);
  if (!names) {
    const { tables, views, functions } = facts.generated;
    names = { path: facts.path, tables: setsOf(tables), views: setsOf(views), functions: new Set(functions) };
    known.set(facts, names);
  }
  return names;
}

const setsOf = (lists: Readonly<Record<string, readonly string[]>>): Map<string, ReadonlySet<string>> =>
  new Map(Object.entries(lists).map(([name, columns]) => [name, new Set(columns)]));

import { defaultName } from "../../source/code/calls.ts";
import type { CallFact, CodeFacts } from "../../source/code/facts.ts";
import type { Value } from "../../source/code/value.ts";
import { FilesByName } from "./by-name.ts";
import type { Evaluation } from "./evaluate.ts";
import { type Frame, functionKey, type Known, type Thunk } from "./known.ts";

/** Which files call something of a name, and hand on a name or a client. Kept from one link to the next. */
export class CallIndex {
  private readonly files = new FilesByName();
  private readonly renames = new Map<string, Map<string, number>>();

  add(facts: CodeFacts): void {
    this.rename(facts, 1);
    for (const { name } of facts.calls) this.files.add(name, facts);
  }

  remove(facts: CodeFacts): void {
    this.rename(facts, -1);
    for (const { name } of facts.calls) this.files.remove(name, facts);
  }

  /** Names that re-exports give to an export: `export { default as Panel } from "./panel"`. */
  renamed(name: string): Iterable<string> {
    return [...(this.renames.get(name)?.keys() ?? [])].sort();
  }

  private rename(facts: CodeFacts, by: 1 | -1): void {
    for (const [name, value] of Object.entries(facts.exports)) {
      if (value?.is !== "import" || value.name === "*") continue;
      const from =
        value.name === "default" ? defaultName(facts.modules[value.module]!.specifier) : value.name;
      if (from === name) continue;
      const counts = this.renames.get(from) ?? new Map<string, number>();
      counts.set(name, (counts.get(name) ?? 0) + by);
      if (counts.get(name) === 0) counts.delete(name);
      this.renames.set(from, counts);
    }
  }

  *find(name: string): Iterable<{ readonly file: CodeFacts; readonly call: CallFact }> {
    for (const file of this.files.of(name))
      for (const call of file.calls) if (call.name === name) yield { file, call };
  }
}

const MOST_CALLERS = 300;

/** The arguments that callers anywhere in the project give to a function, one frame for each call. */
export function findCallers(
  evaluation: Evaluation,
  index: CallIndex,
  names: ReadonlySet<string>,
  file: CodeFacts,
  at: number,
  parent: Frame | undefined,
): Frame[] {
  const key = functionKey(file, at);
  const frames: Frame[] = [];
  const seen = new Set<CallFact>();
  for (const name of names)
    for (const { file: caller, call } of index.find(name)) {
      if (frames.length >= MOST_CALLERS) return frames;
      if (seen.has(call)) continue;
      seen.add(call);
      if (!evaluation.evaluate(call.callee, caller, undefined).some((known) => isFunction(known, file, at)))
        continue;
      evaluation.touched.add(caller.path);
      const args: Thunk[] = call.args.map((value) => ({ value, file: caller, frame: undefined, open: true }));
      frames.push({ key, args, parent });
    }
  return frames;
}

/** The function itself, or the class whose constructor it is. */
function isFunction(known: Known, file: CodeFacts, at: number): boolean {
  if (known.is === "function") return known.file === file && known.index === at;
  return known.is === "class" && known.file === file && file.classes[known.index]?.init === at;
}

/** The names under which callers may know a function: its own, and those it is exported under, here or further on. */
export function callerNames(file: CodeFacts, at: number, index: CallIndex): Set<string> {
  const names = new Set<string>();
  const own = file.functions[at]?.name;
  if (own !== undefined) names.add(own);
  for (const fact of file.classes) if (fact.init === at && fact.name !== undefined) names.add(fact.name);
  for (const [name, value] of Object.entries(file.exports))
    if (refersTo(value, file, at, 0))
      names.add(name === "default" || name === "=" ? defaultName(file.path) : name);
  // A set's iteration reaches what is added meanwhile: names of names.
  for (const name of names) for (const other of index.renamed(name)) names.add(other);
  return names;
}

/** `export const Panel = memo(function ...)` too. */
function refersTo(value: Value, file: CodeFacts, at: number, deep: number): boolean {
  if (value === null || deep > 4) return false;
  if (value.is === "binding")
    return refersTo(file.bindings[value.binding]?.value ?? null, file, at, deep + 1);
  if (value.is === "function") return value.function === at;
  if (value.is === "class") return file.classes[value.class]?.init === at;
  return value.is === "call" && value.args.some((arg) => refersTo(arg, file, at, deep + 1));
}

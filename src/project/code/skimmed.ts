import type { CodeFacts } from "../../source/code/facts.ts";
import type { FileRole } from "../usage.ts";
import type { CallIndex } from "./callers.ts";
import { Evaluation, type Surroundings } from "./evaluate.ts";
import { FileLinker, type LinkedFile, orNone } from "./file.ts";
import { callFunction } from "./invoke.ts";
import { functionKey, type Known } from "./known.ts";
import { memberOf } from "./member.ts";
import { exportedValue, importedValue } from "./module.ts";

/** A skimmed file: what it imports from packages, and whether it must be read after all. */
export function linkSkimmed(
  facts: CodeFacts,
  role: FileRole,
  client: boolean,
  around: Surroundings,
  index: CallIndex,
): LinkedFile & { readonly functions: readonly string[] } {
  const linked = new FileLinker(facts, role, client, around, index).link();
  const evaluation = new Evaluation(around);
  const functions: string[] = [];
  let matters = false;
  facts.modules.forEach((module, at) => {
    if (module.typeOnly || module.how === "export" || around.resolve(facts, at) === undefined) return;
    for (const name of module.names) {
      evaluation.restart();
      for (const known of importedValues(evaluation, facts, at, name)) {
        functions.push(...functionsOf(known));
        matters ||= isOfUse(evaluation, known);
      }
    }
  });
  const unread = new Set(matters ? [facts.path] : []);
  return {
    functions,
    ...linked,
    touched: orNone(evaluation.touched),
    askedCarriers: orNone(evaluation.askedCarriers),
    unread: orNone(unread),
  };
}

/** What may be called with a name: the function itself, or a class's constructor and methods. */
function functionsOf(known: Known): string[] {
  if (known.is === "function") return [functionKey(known.file, known.index)];
  if (known.is !== "class" && known.is !== "instance") return [];
  const fact = known.file.classes[known.index];
  const all = [...(fact?.init === undefined ? [] : [fact.init]), ...Object.values(fact?.methods ?? {})];
  return all.map((index) => functionKey(known.file, index));
}

function importedValues(evaluation: Evaluation, facts: CodeFacts, module: number, name: string): Known[] {
  const known = importedValue(evaluation, facts, module, name);
  return known.flatMap((each) => {
    if (each.is !== "module") return [each];
    const target = evaluation.around.facts(each.path);
    return Object.keys(target?.exports ?? {})
      .slice(0, 50)
      .flatMap((exported) => exportedValue(evaluation, each.path, exported));
  });
}

const USEFUL: ReadonlySet<Known["is"]> = new Set([
  "prisma",
  "prisma-model",
  "supabase",
  "query",
  "channel",
  "sql",
]);

const isMethodOfSql = (known: Known): boolean => known.is === "method" && known.of.is === "sql";

/** A client, something that gives one, or an object that holds one. */
function isOfUse(evaluation: Evaluation, known: Known): boolean {
  if (USEFUL.has(known.is)) return true;
  if (known.is === "function") {
    const gives = known.file.functions[known.index]?.gives?.flatMap((each) => each.args) ?? [];
    const given = gives.flatMap((arg) => evaluation.evaluate(arg, known.file, known.frame));
    return [...given, ...callFunction(evaluation, known, [])].some((each) => USEFUL.has(each.is));
  }
  if (known.is !== "class" && known.is !== "instance") return false;
  const fact = known.file.classes[known.index];
  const instance: Known = { is: "instance", file: known.file, index: known.index, args: undefined };
  const piece = { text: "", path: known.file.path, start: 0, direct: false };
  if (memberOf(evaluation, instance, "$connect", piece).length) return true;
  if (known.is === "class" && memberOf(evaluation, known, "findAll", piece).some(isMethodOfSql)) return true;
  return Object.keys(fact?.fields ?? {}).some((name) =>
    memberOf(evaluation, instance, name, piece).some((each) => USEFUL.has(each.is)),
  );
}

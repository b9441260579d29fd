import type { CodeFacts } from "../../source/code/facts.ts";
import type { Evaluation } from "./evaluate.ts";
import { type Known, type Piece, shared } from "./known.ts";
import { memberOf } from "./member.ts";
import { findSupabaseFactory, instanceOf, knownExport } from "./packages.ts";

/** What a file imports from one of its modules. */
export function importedValue(
  evaluation: Evaluation,
  file: CodeFacts,
  module: number,
  name: string,
): Known[] {
  const path = evaluation.around.resolve(file, module);
  const specifier = file.modules[module]?.specifier ?? "";
  if (path === undefined) return [knownExport(specifier, name)];
  if (name === "*") return [{ is: "module", path }];
  // A generated client is too large to read, and its own name says what it is.
  const isPrisma = name === "PrismaClient" || name === "Prisma";
  if (isPrisma && evaluation.around.facts(path)?.hint === "generated") {
    evaluation.touched.add(path);
    return [knownExport(specifier, name)];
  }
  const found = exportedValue(evaluation, path, name).map(shared);
  return found.length || !isPrisma ? found : [knownExport(specifier, name)];
}

/** What a file exports under a name, through re-exports. */
export function exportedValue(
  evaluation: Evaluation,
  path: string,
  name: string,
  piece?: Piece,
  seen = new Set<string>(),
): Known[] {
  const facts = evaluation.around.facts(path);
  evaluation.touched.add(path);
  if (!facts || seen.has(path)) return [];
  seen.add(path);
  if (Object.hasOwn(facts.exports, name)) return evaluation.evaluate(facts.exports[name]!, facts, undefined);
  if (name !== "default")
    for (const star of facts.stars) {
      const target = evaluation.around.resolve(facts, star);
      const found =
        target === undefined
          ? fromPackage(facts, star, name)
          : exportedValue(evaluation, target, name, piece, seen);
      if (found.length) return found;
    }
  if (facts.depth === "skim") evaluation.unread.add(path);
  if (!Object.hasOwn(facts.exports, "=")) return [];
  const whole = evaluation.evaluate(facts.exports["="]!, facts, undefined);
  if (name === "default" || name === "*") return whole;
  const at = piece ?? { text: name, path, start: 0, direct: false };
  return whole.flatMap((known) => memberOf(evaluation, known, name, at));
}

/** `export * from "@prisma/client"`. */
function fromPackage(facts: CodeFacts, module: number, name: string): Known[] {
  const { specifier } = facts.modules[module]!;
  const known = knownExport(specifier, name);
  return known.is !== "package" || findSupabaseFactory(known) || instanceOf(known) ? [known] : [];
}

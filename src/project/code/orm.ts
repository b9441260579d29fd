import type { CodeFacts } from "../../source/code/facts.ts";
import { ORM_METHODS } from "../../source/code/vocabulary.ts";
import { addDraft, isHere } from "./client.ts";
import type { DraftOf } from "./draft.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Known, KnownSql, Thunk } from "./known.ts";
import { isOrm } from "./packages.ts";
import { joinText } from "./text.ts";

/** Queries of other ORMs than Prisma, as far as they can be told from their clients and methods. */

/** Properties by which a client gives another one. */
const GIVING = new Set(["manager", "em", "query"]);

export function memberOfSql(of: KnownSql, name: string): Known[] {
  return isOrm(of.library) && GIVING.has(name) ? [of] : [{ is: "method", of, name }];
}

/** Methods that give a client, or the repository of an entity. */
const CLIENTS = new Set(["connect", "reserve"]);
const REPOSITORIES = new Set(["getRepository", "withSchema", "with", "$with", "fork", "define", "model"]);

export function callSql(
  evaluation: Evaluation,
  of: KnownSql,
  method: string,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  if (CLIENTS.has(method)) return [of];
  if (!isOrm(of.library)) return [];
  const table = of.table ?? tableIn(evaluation, args[0]);
  const named = table === undefined ? {} : { table };
  if (REPOSITORIES.has(method)) return [{ ...of, ...named }];
  return ORM_METHODS.has(method) ? startOrmQuery(evaluation, of.library, method, named, file) : [];
}

/** `knex("tasks")`: the client is a function. */
export function callKnex(
  evaluation: Evaluation,
  of: KnownSql,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const table = of.library === "knex" ? tableIn(evaluation, args[0]) : undefined;
  return table === undefined ? [of] : startOrmQuery(evaluation, of.library, "query", { table }, file);
}

function startOrmQuery(
  evaluation: Evaluation,
  library: string,
  method: string,
  named: { readonly table?: string },
  file: CodeFacts,
): Known[] {
  const span = evaluation.drafts?.span ?? { start: 0, end: 0 };
  const draft = addDraft(evaluation, file, span.start, undefined, {
    kind: "orm-query",
    span,
    library,
    method,
    ...named,
  });
  return [{ is: "orm-query", draft, file }];
}

/** A later call of the chain says which table it is: `.from(invoices)`. */
export function nameTable(
  evaluation: Evaluation,
  { draft }: Extract<Known, { is: "orm-query" }>,
  method: string,
  args: readonly Thunk[],
  file: CodeFacts,
): void {
  const query = draft as DraftOf<"orm-query"> | undefined;
  if (!query || query.table !== undefined || !/^(from|into|table)$/.test(method)) return;
  const table = isHere(evaluation, file) ? tableIn(evaluation, args[0]) : undefined;
  if (table !== undefined) query.table = table;
}

/** A table's name as text, a table that Drizzle describes, or the class of an entity. */
function tableIn(evaluation: Evaluation, given: Thunk | undefined): string | undefined {
  for (const known of given ? evaluation.thunk(given) : []) {
    if (known.is === "text") return joinText(known) || undefined;
    if (known.is === "class") return known.file.classes[known.index]?.name;
    if (known.is === "foreign" && /Table$/.test(known.name)) return tableIn(evaluation, known.args[0]);
  }
  return undefined;
}

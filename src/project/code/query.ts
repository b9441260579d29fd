import type { CodeFacts } from "../../source/code/facts.ts";
import type { CallValue } from "../../source/code/value.ts";
import { FILTERS } from "../../source/code/vocabulary.ts";
import type { NamedAt } from "../usage.ts";
import { addDraft, isHere } from "./client.ts";
import { columnInFilter, columnInRealtimeFilter, columnsInLogic, columnsInSelect } from "./columns.ts";
import { addColumn, type Column, type DraftOf } from "./draft.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Known, KnownText, Thunk } from "./known.ts";
import { joinText, nameAt, textsOf } from "./text.ts";

type Query = Known & { readonly is: "query" };
type Draft = DraftOf<"supabase-query">;

const VERBS = new Set(["select", "insert", "update", "upsert", "delete"]);

/** One link of `.from("tasks").select("id").eq("ownerId", x)`: adds what it names, and gives the query on. */
export function callQuery(
  evaluation: Evaluation,
  of: Query,
  name: string,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const draft = of.draft as Draft | undefined;
  if (!draft || !isHere(evaluation, file)) return [of];
  if (name === "on") return listen(evaluation, draft, call, args, file);
  if (VERBS.has(name)) setVerb(draft, name as NonNullable<Draft["method"]>);
  const known = args[0] ? evaluation.thunk(args[0]) : [];
  const columns = readColumns(evaluation, name, known, args[1]);
  for (const column of columns) addColumn(draft, column);
  return [of];
}

/** `.insert(...).select()` is an insert that gives its rows back. */
function setVerb(draft: Draft, verb: NonNullable<Draft["method"]>): void {
  if (verb === "select" && draft.method && draft.method !== "select") draft.returning = true;
  else draft.method ??= verb;
}

function readColumns(
  evaluation: Evaluation,
  name: string,
  known: readonly Known[],
  options: Thunk | undefined,
): Column[] {
  const texts = textsOf(known);
  if (name === "select") return texts.flatMap((text) => as(columnsInSelect(text), "select"));
  if (FILTERS.has(name)) return texts.flatMap((text) => as(columnInFilter(text), "filter"));
  if (name === "order" && !namesAnotherTable(evaluation, options))
    return texts.flatMap((text) => as(columnInFilter(text), "order"));
  if (name === "or" && !namesAnotherTable(evaluation, options))
    return texts.flatMap((text) => as(columnsInLogic(text), "filter"));
  if (name === "match") return as(keysOf(known), "filter");
  if (name !== "insert" && name !== "update" && name !== "upsert") return [];
  return as(
    rowsOf(evaluation, known).flatMap((row) => keysOf([row])),
    "data",
  );
}

const as = (names: readonly NamedAt[], where: Column["in"]): Column[] =>
  names.map((name) => ({ in: where, ...name }));

/** `{ referencedTable: "x" }`: the column is of an embedded table. */
function namesAnotherTable(evaluation: Evaluation, options: Thunk | undefined): boolean {
  if (!options) return false;
  const known = evaluation.thunk(options).find((each) => each.is === "object");
  return known?.entries.some((each) => /^(referenced|foreign)Table$/.test(each.name ?? "")) ?? false;
}

function rowsOf(evaluation: Evaluation, known: readonly Known[]): Known[] {
  return known.flatMap((each) =>
    each.is === "array" ? each.items.flatMap((item) => evaluation.thunk(item)) : [each],
  );
}

function keysOf(known: readonly Known[]): NamedAt[] {
  return known.flatMap((object) => {
    if (object.is !== "object") return [];
    return object.entries.flatMap((entry): NamedAt[] => {
      if (entry.name === undefined || entry.at === undefined) return [];
      const span = { start: entry.at, end: entry.at + entry.name.length };
      const quote = entry.quote ? { quote: entry.quote } : {};
      return [{ value: entry.name, span, path: object.file.path, literal: object.direct, ...quote }];
    });
  });
}

/** The first generation's realtime: `.from("tasks:id=eq.1").on("INSERT", ...)`. */
function listen(
  evaluation: Evaluation,
  query: Draft,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const event = args[0] ? textsOf(evaluation.thunk(args[0]))[0] : undefined;
  evaluation.drafts?.remove(query);
  const at = call.at ?? query.span;
  const { table, column } = splitTopic(query.table);
  const client = query.client && { client: query.client };
  addDraft(evaluation, file, at.start, table, {
    kind: "realtime-subscription",
    span: query.span,
    ...(event && { event: joinText(event) }),
    ...(table && { table }),
    ...(column && { column }),
    ...client,
  });
  return [];
}

function splitTopic(topic: NamedAt | undefined): { table?: NamedAt; column?: NamedAt } {
  if (!topic) return {};
  const colon = topic.value.indexOf(":");
  if (colon < 0) return { table: topic };
  const text: KnownText = {
    is: "text",
    pieces: [{ text: topic.value, path: topic.path, start: topic.span.start, direct: topic.literal }],
  };
  const filter: KnownText = {
    is: "text",
    pieces: [{ ...text.pieces[0]!, text: topic.value.slice(colon + 1), start: topic.span.start + colon + 1 }],
  };
  const table = nameAt(text, 0, colon);
  const column = columnInRealtimeFilter(filter);
  return { ...(table && { table }), ...(column && { column }) };
}

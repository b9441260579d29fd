import type { CodeFacts } from "../../source/code/facts.ts";
import type { CallValue } from "../../source/code/value.ts";
import { PRISMA_METHODS } from "../../source/code/vocabulary.ts";
import type { Span } from "../../text/span.ts";
import { callChannel } from "./channel.ts";
import type { Draft, DraftOf } from "./draft.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Known, KnownSupabase, KnownText, Piece, SupabaseKind, Thunk } from "./known.ts";
import { propertyOf } from "./member.ts";
import { callSql, memberOfSql, nameTable } from "./orm.ts";
import { isOrm } from "./packages.ts";
import { callQuery } from "./query.ts";
import { nameOf, patternOf, templateOf, textsOf } from "./text.ts";

type Method = Known & { readonly is: "method" };

/** A property of a client, or of what a client gives. */
export function memberOfClient(of: Known, name: string, piece: Piece): Known[] {
  switch (of.is) {
    case "prisma":
      if (name.startsWith("$")) return [{ is: "method", of, name }];
      return [{ is: "prisma-model", name: { is: "text", pieces: [piece] } }];
    case "prisma-namespace":
      return /^(TransactionClient|DefaultPrismaClient)$/.test(name)
        ? [{ is: "prisma", transaction: name === "TransactionClient" }]
        : [];
    case "supabase":
      if (name === "storage") return [{ is: "storage", client: of.client }];
      return [{ is: "method", of, name }];
    case "prisma-model":
    case "query":
    case "channel":
    case "storage":
    case "bucket":
    case "orm-query":
      return [{ is: "method", of, name }];
    case "sql":
      return memberOfSql(of, name);
    case "method":
      // `db.query.tasks.findMany`: the properties of a client are its tables.
      return of.of.is === "sql" && isOrm(of.of.library)
        ? [{ is: "method", of: { ...of.of, table: of.name }, name }]
        : [];
    default:
      return [];
  }
}

/** A method of a client: what it gives, and the usage that it is. */
export function callClient(
  evaluation: Evaluation,
  { of, name }: Method,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  switch (of.is) {
    case "prisma":
      return name === "$extends" ? [of] : [];
    case "prisma-model":
      return callModel(evaluation, of.name, name, call, file);
    case "supabase":
      return callSupabase(evaluation, of, name, call, args, file);
    case "query":
      return callQuery(evaluation, of, name, call, args, file);
    case "channel":
      return callChannel(evaluation, of, name, call, args, file);
    case "storage":
      if (BUCKET_METHODS.has(name)) useBucket(evaluation, of, call, args, file, name);
      return name === "from" ? useBucket(evaluation, of, call, args, file) : [];
    case "bucket":
      return nameMethod(evaluation, of.draft as DraftOf<"storage"> | undefined, name, args, file);
    case "sql":
      return callSql(evaluation, of, name, args, file);
    case "orm-query":
      nameTable(evaluation, of, name, args, file);
      return [of];
    case "array":
      return /^(filter|slice|sort|toSorted|reverse|concat)$/.test(name) ? [of] : [];
    default:
      return [];
  }
}

function callModel(
  evaluation: Evaluation,
  name: KnownText,
  method: string,
  call: CallValue,
  file: CodeFacts,
): Known[] {
  const model = nameOf(name);
  if (!PRISMA_METHODS.has(method) || !model) return [];
  const at = call.at?.start ?? model.span.start;
  addDraft(evaluation, file, at, model, {
    kind: "prisma-call",
    span: evaluation.drafts?.span ?? model.span,
    model,
    method,
    fields: call.fields ?? [],
  });
  return [];
}

function callSupabase(
  evaluation: Evaluation,
  of: KnownSupabase,
  method: string,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const first = args[0] ? evaluation.thunk(args[0]) : [];
  if (method === "schema")
    return [{ ...of, schema: nameOf(textsOf(first)[0] ?? { is: "text", pieces: [] })?.value }];
  const names = textsOf(first);
  const each = names.length ? names : [undefined];
  if (method === "from") return each.flatMap((name) => startQuery(evaluation, of, name, call, file));
  if (method === "rpc") return each.flatMap((name) => callFunction(evaluation, of, name, call, file));
  return method === "channel"
    ? each.flatMap((name) => openChannel(evaluation, name, call, args, file, of.client))
    : [];
}

function startQuery(
  evaluation: Evaluation,
  of: KnownSupabase,
  text: KnownText | undefined,
  call: CallValue,
  file: CodeFacts,
): Known[] {
  const table = text && nameOf(text);
  const at = call.at ?? { start: 0, end: 0 };
  const draft = addDraft(evaluation, file, at.start, table, {
    kind: "supabase-query",
    span: spanAround(evaluation, at),
    returning: false,
    columns: [],
    ...(of.schema !== undefined && { schema: of.schema }),
    ...(table && { table }),
    ...(of.client && { client: of.client }),
  });
  return [{ is: "query", draft, file }];
}

function callFunction(
  evaluation: Evaluation,
  of: KnownSupabase,
  text: KnownText | undefined,
  call: CallValue,
  file: CodeFacts,
): Known[] {
  const name = text && nameOf(text);
  const at = call.at ?? { start: 0, end: 0 };
  addDraft(evaluation, file, at.start, name, {
    kind: "supabase-rpc",
    span: spanAround(evaluation, at),
    ...(of.schema !== undefined && { schema: of.schema }),
    ...(name && { function: name }),
  });
  return [];
}

/** `.channel("room", { config: { private: true } })`. */
export function openChannel(
  evaluation: Evaluation,
  text: KnownText | undefined,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
  client?: SupabaseKind,
): Known[] {
  const topic = text && nameOf(text);
  const pattern = text && !topic && patternOf(text);
  const at = call.at ?? { start: 0, end: 0 };
  const draft = addDraft(evaluation, file, at.start, topic, {
    kind: "realtime-channel",
    span: spanAround(evaluation, at),
    private: isPrivate(evaluation, args[1]),
    uses: [],
    optionsAt: call.options ?? at,
    ...(topic && { topic }),
    ...(pattern && { pattern }),
  });
  return [{ is: "channel", draft, file, client }];
}

/** False without options; undefined where the options cannot be known. */
function isPrivate(evaluation: Evaluation, options: Thunk | undefined): boolean | undefined {
  if (!options) return false;
  const known = evaluation.thunk(options).find((each) => each.is === "object");
  if (!known) return undefined;
  const hasConfig = known.entries.some((each) => each.name === "config" || each.name === undefined);
  if (!hasConfig) return false;
  const config = propertyOf(evaluation, known, "config").find((each) => each.is === "object");
  if (!config) return undefined;
  const flags = propertyOf(evaluation, config, "private");
  const flag = flags.length === 1 ? flags[0] : undefined;
  if (flag?.is === "flag") return flag.value;
  return config.entries.some((each) => each.name === "private" || each.name === undefined)
    ? undefined
    : false;
}

/** What is done with a bucket itself: `storage.createBucket("exports")`. */
const BUCKET_METHODS = new Set(["createBucket", "updateBucket", "getBucket", "emptyBucket", "deleteBucket"]);

function useBucket(
  evaluation: Evaluation,
  of: Known & { is: "storage" },
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
  method?: string,
): Known[] {
  const names = args[0] ? textsOf(evaluation.thunk(args[0])) : [];
  const at = call.at ?? { start: 0, end: 0 };
  return (names.length ? names : [undefined]).map((text) => {
    const bucket = text && nameOf(text);
    const draft = addDraft(evaluation, file, at.start, bucket, {
      kind: "storage",
      span: spanAround(evaluation, at),
      ...(bucket && { bucket }),
      ...(method !== undefined && { method }),
      ...(of.client && { client: of.client }),
    });
    return { is: "bucket", draft, file };
  });
}

function nameMethod(
  evaluation: Evaluation,
  draft: DraftOf<"storage"> | undefined,
  name: string,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  if (!draft || !isHere(evaluation, file)) return [];
  draft.method ??= name;
  const paths = PATH_METHODS.has(name) && args[0] ? textsOf(evaluation.thunk(args[0])).map(templateOf) : [];
  if (paths.length) draft.paths = [...new Set([...(draft.paths ?? []), ...paths])];
  return [];
}

/** Methods whose first argument is an object's path. */
const PATH_METHODS = new Set(["upload", "update", "download", "createSignedUrl", "createSignedUploadUrl"]);

/** Adds a usage where the expression stands in the file at hand; elsewhere that file has it. */
export function addDraft<D extends Draft>(
  evaluation: Evaluation,
  file: CodeFacts,
  at: number,
  name: Parameters<NonNullable<Evaluation["drafts"]>["add"]>[1],
  draft: D,
): D | undefined {
  return isHere(evaluation, file) ? evaluation.drafts!.add(at, name, draft) : undefined;
}

export const isHere = (evaluation: Evaluation, file: CodeFacts): boolean =>
  evaluation.drafts?.path === file.path;

/** The whole chain where it is the site at hand, else the call alone. */
export function spanAround(evaluation: Evaluation, at: Span): Span {
  const span = evaluation.drafts?.span;
  return span && span.start <= at.start && at.end <= span.end ? span : at;
}

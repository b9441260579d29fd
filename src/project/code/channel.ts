import type { CodeFacts } from "../../source/code/facts.ts";
import type { CallValue } from "../../source/code/value.ts";
import type { NamedAt } from "../usage.ts";
import { addDraft, isHere } from "./client.ts";
import { columnInRealtimeFilter } from "./columns.ts";
import type { DraftOf } from "./draft.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Known, KnownObject, KnownText, SupabaseKind, Thunk } from "./known.ts";
import { propertyOf } from "./member.ts";
import { joinText, nameOf, textsOf } from "./text.ts";

type Channel = Known & { readonly is: "channel" };
type Draft = DraftOf<"realtime-channel">;

const SENDS: Readonly<Record<string, Draft["uses"][number]>> = {
  send: "broadcast",
  httpSend: "broadcast",
  track: "presence",
  untrack: "presence",
  presenceState: "presence",
};

/** `.on("postgres_changes", ...)`, `.on("broadcast", ...)`, `.track(...)`. */
export function callChannel(
  evaluation: Evaluation,
  of: Channel,
  name: string,
  call: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const draft = isHere(evaluation, file) ? (of.draft as Draft | undefined) : undefined;
  const sent = Object.hasOwn(SENDS, name) ? SENDS[name]! : undefined;
  if (draft && sent) addUse(draft, sent);
  if (name !== "on") return [of];
  const kind = args[0] ? textsOf(evaluation.thunk(args[0])).map(joinText)[0] : undefined;
  if (draft && (kind === "broadcast" || kind === "presence" || kind === "postgres_changes"))
    addUse(draft, kind);
  if (kind === "postgres_changes") subscribe(evaluation, of, call, args[1], file);
  return [of];
}

function addUse(draft: Draft, use: Draft["uses"][number]): void {
  if (!draft.uses.includes(use)) draft.uses.push(use);
}

/** `{ event: "*", schema: "public", table: "tasks", filter: "ownerId=eq.1" }`. */
function subscribe(
  evaluation: Evaluation,
  { client }: Channel,
  call: CallValue,
  options: Thunk | undefined,
  file: CodeFacts,
): void {
  const objects = options ? evaluation.thunk(options).filter((each) => each.is === "object") : [];
  if (!objects.length) addSubscription(evaluation, call, file, client && { client }, undefined);
  for (const object of objects) {
    const tables = textIn(evaluation, object, "table");
    const schema = textIn(evaluation, object, "schema")[0];
    const event = textIn(evaluation, object, "event")[0];
    const filter = textIn(evaluation, object, "filter")[0];
    const names = {
      ...(event && { event: joinText(event) }),
      schema: schema && nameOf(schema),
      column: filter && columnInRealtimeFilter(filter),
      ...(client && { client }),
    };
    for (const table of tables.length ? tables : [undefined])
      addSubscription(evaluation, call, file, names, table && nameOf(table));
  }
}

interface Heard {
  readonly event?: string;
  readonly schema?: NamedAt | undefined;
  readonly column?: NamedAt | undefined;
  readonly client?: SupabaseKind;
}

function addSubscription(
  evaluation: Evaluation,
  call: CallValue,
  file: CodeFacts,
  names: Heard | undefined,
  table: NamedAt | undefined,
): void {
  const span = call.at ?? { start: 0, end: 0 };
  const { event, schema, column, client } = names ?? {};
  addDraft(evaluation, file, span.start, table, {
    kind: "realtime-subscription",
    span,
    ...(event !== undefined && { event }),
    ...(schema && { schema }),
    ...(table && { table }),
    ...(column && { column }),
    ...(client && { client }),
  });
}

const textIn = (evaluation: Evaluation, object: KnownObject, name: string): KnownText[] =>
  textsOf(propertyOf(evaluation, object, name));

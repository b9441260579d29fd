import type { CodeFacts } from "../../source/code/facts.ts";
import type { CallValue, Value } from "../../source/code/value.ts";
import { MEMOISING } from "../../source/code/vocabulary.ts";
import { callBuiltin } from "./builtin.ts";
import { callClient, openChannel } from "./client.ts";
import type { Evaluation } from "./evaluate.ts";
import { type Frame, functionKey, isClient, type Known, type Thunk } from "./known.ts";
import { carriedBy } from "./member.ts";
import { callKnex } from "./orm.ts";
import { instanceOf } from "./packages.ts";
import { oneText, textsOf } from "./text.ts";

export function evaluateNew(
  evaluation: Evaluation,
  value: Value & { is: "new" },
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const args = value.args.map((arg) => ({ value: arg, file, frame }));
  return evaluation.evaluate(value.of, file, frame).flatMap((known): Known[] => {
    if (known.is === "class") return [{ is: "instance", file: known.file, index: known.index, args }];
    const instance = instanceOf(known);
    if (instance) return [instance];
    return known.is === "package"
      ? [{ is: "foreign", specifier: known.specifier, name: known.name, args }]
      : [];
  });
}

export function evaluateCall(
  evaluation: Evaluation,
  value: CallValue,
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const args = value.args.map((arg) => ({ value: arg, file, frame }));
  const callees = evaluation.evaluate(value.of, file, frame);
  const found = callees.flatMap((callee): Known[] => {
    if (callee.is === "function") return callProject(evaluation, callee, args);
    if (callee.is === "method") return callClient(evaluation, callee, value, args, file);
    if (callee.is === "sql") return callKnex(evaluation, callee, args, file);
    return callBuiltin(evaluation, callee, value, args, file, frame);
  });
  if (found.length || callees.length) return found;
  return fetchedBy(evaluation, value, args, file);
}

/** `singleton("prisma", () => new PrismaClient())` keeps what the callback gives where nobody can follow. */
function callProject(
  evaluation: Evaluation,
  callee: Known & { is: "function" },
  args: readonly Thunk[],
): Known[] {
  const found = callFunction(evaluation, callee, args);
  const name = callee.file.functions[callee.index]?.name;
  if (found.length || name === undefined || !MEMOISING.test(name)) return found;
  return args.flatMap((arg) =>
    evaluation
      .thunk(arg)
      .flatMap((known) => (known.is === "function" ? callFunction(evaluation, known, []) : [])),
  );
}

/** `c.get("prisma")`, `inject("supabase")`, `Object.values(TABLES)`. */
function fetchedBy(
  evaluation: Evaluation,
  value: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const of = value.of;
  if (of?.is !== "member") return [];
  if (of.of?.is === "global" && of.of.name === "Object")
    return args[0] ? listFrom(evaluation, of.name, args[0]) : [];
  if (of.name === "on") return listenTo(evaluation, of, value, args, file);
  if (!/^(get|inject|getContext|resolve)$/.test(of.name)) return [];
  const name = args[0] ? oneText(evaluation.thunk(args[0])) : undefined;
  return name === undefined ? [] : carriedBy(evaluation, name);
}

/** `x.channel("room").on("presence", ...)` and `x.on("postgres_changes", ...)` are realtime whatever `x` is. */
function listenTo(
  evaluation: Evaluation,
  of: Value & { is: "member" },
  value: CallValue,
  args: readonly Thunk[],
  file: CodeFacts,
): Known[] {
  const kind = args[0] ? oneText(evaluation.thunk(args[0])) : undefined;
  const opened =
    of.of?.is === "call" && of.of.of?.is === "member" && of.of.of.name === "channel" ? of.of : undefined;
  if (kind !== "postgres_changes" && !(opened && (kind === "broadcast" || kind === "presence"))) return [];
  const channels: Known[] = opened
    ? openedBy(evaluation, opened, file, args[0]!.frame)
    : [{ is: "channel", draft: undefined, file }];
  return channels.flatMap((channel) =>
    callClient(evaluation, { is: "method", of: channel, name: "on" }, value, args, file),
  );
}

function openedBy(
  evaluation: Evaluation,
  call: CallValue,
  file: CodeFacts,
  frame: Frame | undefined,
): Known[] {
  const args = call.args.map((value) => ({ value, file, frame }));
  const names = args[0] ? textsOf(evaluation.thunk(args[0])) : [];
  return (names.length ? names : [undefined]).flatMap((name) =>
    openChannel(evaluation, name, call, args, file),
  );
}

function listFrom(evaluation: Evaluation, what: string, object: Thunk): Known[] {
  return evaluation.thunk(object).flatMap((known): Known[] => {
    if (known.is !== "object") return known.is === "array" && what === "freeze" ? [known] : [];
    if (what === "freeze") return [known];
    const named = known.entries.filter((each) => each.name !== undefined);
    const list = named.map((entry): Value => {
      const key: Value = {
        is: "text",
        parts: [{ text: entry.name!, start: entry.at ?? 0 }],
        ...(entry.quote && { quote: entry.quote }),
      };
      if (what === "keys") return key;
      return what === "values" ? entry.value : { is: "array", items: [key, entry.value] };
    });
    if (!/^(keys|values|entries)$/.test(what)) return [];
    return [
      {
        is: "array",
        items: list.map((each) => ({ value: each, file: known.file, frame: known.frame })),
        direct: known.direct,
      },
    ];
  });
}

/** What a function of the project gives for some arguments. */
export function callFunction(
  evaluation: Evaluation,
  called: Known & { is: "function" },
  args: readonly Thunk[],
): Known[] {
  const fact = called.file.functions[called.index];
  if (!fact) return [];
  const frame: Frame = { key: functionKey(called.file, called.index), args, parent: called.frame };
  return evaluation.once(fact, () => {
    const known = fact.returns.flatMap((each) => evaluation.evaluate(each, called.file, frame));
    return known.some(isClient) ? known : [...known, ...evaluation.type(fact.returnType, called.file, frame)];
  });
}

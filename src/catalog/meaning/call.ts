import type { Expr } from "../../source/sql/expression.ts";
import { type Func, qualify, type ResolvedType } from "../catalog.ts";
import { findBodyMeaning } from "../resolve/resolve.ts";
import { typeOf } from "../resolve/types.ts";
import { unwrap } from "../walk.ts";
import { always, chooseBy, nullOfAny } from "./choices.ts";
import { readCondition } from "./condition.ts";
import { constantTerm } from "./facts.ts";
import { and, FALSE, type Formula, not, or, type Term, UNKNOWN } from "./formula.ts";
import { isGiven } from "./held.ts";
import { applied } from "./opaque.ts";
import type { Argument, Choice, Frame, Reading } from "./reader.ts";
import { type Block, blocksOf, DEEPEST, keepWhere } from "./rows.ts";
import { readTerm, sorted } from "./term.ts";

type Call = Extract<Expr, { kind: "call" }>;
type Caller = Extract<Term, { kind: "caller" }>;

/** A call that names who asks. */
export function callerOfCall(call: Call, frame: Frame, reading: Reading): Caller | undefined {
  const simple = call.name.at(-1)!;
  const type = frame.meaning.types.get(call);
  if (call.bare) return BARE.has(simple) ? callerTerm(simple, [], false, type) : undefined;
  if (simple === "current_setting") return callerOfSetting(call, reading);
  const found = frame.meaning.calls.get(call)?.[0];
  const key = found ? qualify(found.schema, found.name) : call.name.slice(-2).join(".");
  const { names } = reading;
  const claim = names.claims[key];
  if (claim !== undefined && names.token !== undefined) return callerTerm(names.token, [claim], true, type);
  return names.functions.includes(key) ? callerTerm(key, [], key !== names.token, type) : undefined;
}

const BARE = new Set(["current_user", "session_user", "current_role", "user", "system_user"]);

const TEXT = typeOf("text");

/** A setting is NULL, or an error, where nobody set it. */
function callerOfSetting(call: Call, { names }: Reading): Caller | undefined {
  const [name, missing] = call.args.map(unwrap);
  if (name?.kind !== "constant") return undefined;
  const setting = name.value.toLowerCase();
  if (names.token !== undefined && names.tokenSetting !== undefined) {
    if (setting === names.tokenSetting) return callerTerm(names.token, [], false, undefined);
    // Older releases set every claim on its own: `request.jwt.claim.sub`.
    const one = `${names.tokenSetting.replace(/s$/, "")}.`;
    if (setting.startsWith(one)) return callerTerm(names.token, [setting.slice(one.length)], true, undefined);
  }
  const optional = missing?.kind === "constant" && /^t/i.test(missing.value);
  return callerTerm(`current_setting('${setting}')`, [], optional, TEXT);
}

function callerTerm(
  source: string,
  path: readonly string[],
  nullable: boolean,
  type: ResolvedType | undefined,
): Caller {
  const key = path.length ? `${source} ${JSON.stringify(path)}` : source;
  return { kind: "caller", key, source, path, nullable, ...(type ? { type } : {}) };
}

export const callerOfPath = (base: Caller, keys: readonly string[], type: ResolvedType): Caller =>
  callerTerm(base.source, [...base.path, ...keys], true, type);

interface Entered {
  readonly func: Func;
  readonly frame: Frame;
  /** Where its body does not run, and NULL is what it gives: a STRICT function of a NULL. */
  readonly skipped: Formula;
}

/** The inside of a function that a call surely means; undefined where its body cannot be followed. */
function enter(call: Call, frame: Frame, reading: Reading): Entered | undefined {
  const functions = frame.meaning.calls.get(call);
  const func = functions?.length === 1 ? functions[0]! : undefined;
  if (!func?.body.complete || func.procedure) return undefined;
  const key = qualify(func.schema, func.name);
  if (frame.inside.includes(key) || frame.inside.length > DEEPEST || reading.names.functions.includes(key))
    return undefined;
  const inside: Frame = {
    meaning: findBodyMeaning(reading.catalog, func),
    sources: new Map(),
    named: undefined,
    args: [],
    top: false,
    inside: [...frame.inside, key],
    definer: frame.definer || func.securityDefiner,
  };
  const args = argumentsOf(func, call, frame, inside, reading);
  return args && { func, frame: { ...inside, args }, skipped: func.strict ? nullAmong(args) : FALSE };
}

const nullAmong = (args: readonly Argument[]): Formula =>
  nullOfAny(args.flatMap(({ choices }) => choices).filter(({ term, from }) => from || !isGiven(term)));

/** What a call passes and, where it passes nothing, the defaults, which are read inside. */
function argumentsOf(
  func: Func,
  call: Call,
  frame: Frame,
  inside: Frame,
  reading: Reading,
): readonly Argument[] | undefined {
  const inputs = func.args.filter(({ mode }) => mode !== "out" && mode !== "table");
  const isVariadic = inputs.at(-1)?.mode === "variadic";
  if (!isVariadic && call.args.length > inputs.length) return undefined;
  const positional = call.argumentNames?.filter((name) => name === null).length ?? call.args.length;
  const args = inputs.map(({ name, mode, type, default: otherwise }, i): Argument => {
    const named = name === undefined ? -1 : (call.argumentNames?.indexOf(name) ?? -1);
    const given = i < positional ? call.args[i] : call.args[named];
    const list =
      mode === "variadic" && given?.kind !== "array" ? call.args.slice(i) : given && itemsOf(given);
    const passed = (list && constantList(list)) ?? (given && readTerm(given, frame, reading));
    const choices = passed ?? (otherwise ? readTerm(otherwise, inside, reading) : unknownDefault(func, i));
    return { name, of: func.name, choices: sorted(choices, type) };
  });
  const isOpen = isVariadic && args.at(-1)!.choices.some(({ term }) => term.kind !== "constant");
  return isOpen ? undefined : args;
}

const itemsOf = (expr: Expr): readonly Expr[] | undefined => {
  const part = unwrap(expr);
  return part.kind === "array" ? part.args : undefined;
};

/** Constants that a function takes as an array, written as one: `has_role(id, 'editor', 'owner')`. */
function constantList(list: readonly Expr[]): readonly Choice[] | undefined {
  const values = list.map((each) => {
    const part = unwrap(each);
    return part.kind === "constant" && part.type !== "null" && /^[\w.:@-]+$/.test(part.value)
      ? part.value
      : undefined;
  });
  const isWhole = values.length > 0 && values.every((value) => value !== undefined);
  return isWhole ? always(constantTerm(`{${values.join(",")}}`, "vague")) : undefined;
}

/** An argument that is left out, of which the default was not seen. */
const unknownDefault = ({ schema, name }: Func, index: number): readonly Choice[] =>
  always(
    applied(`? default ${qualify(schema, name)} ${index}`, [], {
      strict: false,
      nullable: true,
      free: false,
    }),
  );

/** The condition that a boolean function stands for. */
export function inlineCondition(call: Call, frame: Frame, reading: Reading): Formula | undefined {
  const called = resultOfCall(call, frame, reading);
  return called && unlessSkipped(called.skipped, readCondition(called.result, called.frame, reading));
}

/** What comes of a function's body, for whoever calls it: NULL where that does not run. */
export const unlessSkipped = (skipped: Formula, formula: Formula): Formula =>
  or([and([skipped, UNKNOWN]), and([not(skipped), formula])]);

/** The value that a function stands for. */
export function inlineValue(call: Call, frame: Frame, reading: Reading): readonly Choice[] | undefined {
  const called = resultOfCall(call, frame, reading);
  const choices = called && readTerm(called.result, called.frame, reading);
  if (!choices || called.skipped === FALSE) return choices;
  return chooseBy([{ when: not(called.skipped), choices }]);
}

/** What a function gives, as an expression of its body, and where it gives NULL instead. */
export function resultOfCall(
  call: Call,
  frame: Frame,
  reading: Reading,
): ({ readonly result: Expr } & Pick<Entered, "frame" | "skipped">) | undefined {
  const entered = enter(call, frame, reading);
  const result = entered?.func.body.result;
  return entered && result && !entered.func.returnsSet ? { ...entered, result } : undefined;
}

/** The rows that a function gives, and the names of their columns where it declares them. */
export function tableOfCall(
  call: Call,
  frame: Frame,
  reading: Reading,
): { readonly blocks: readonly Block[]; readonly columns: readonly string[] | undefined } | undefined {
  const entered = enter(call, frame, reading);
  if (!entered) return undefined;
  const { func, skipped } = entered;
  const query =
    func.body.queries.length === 1 && !func.body.expressions.length ? func.body.queries[0] : undefined;
  const read = query && blocksOf(query, entered.frame, reading);
  if (!read) return undefined;
  const blocks = skipped === FALSE ? read : read.map((block) => keepWhere(block, not(skipped)));
  const outputs = func.args.flatMap(({ mode, name }) =>
    (mode === "table" || mode === "out") && name !== undefined ? [name] : [],
  );
  return { blocks, columns: outputs.length ? outputs : undefined };
}

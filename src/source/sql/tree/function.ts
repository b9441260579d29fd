import type { Node } from "@pgsql/types";
import type { Span } from "../../../text/span.ts";
import { readBody } from "../body/function-body.ts";
import type { FunctionArgument, FunctionStatement, StatementBody } from "../statement.ts";
import { findWord } from "../tokens/locate.ts";
import type { Reading } from "../tokens/reading.ts";
import { constantSpan, Kind, type TokenRange, tokenText } from "../tokens/tokens.ts";
import { argumentTypes, nameAfter } from "./drop.ts";
import { readExpr } from "./expression.ts";
import { readRelation, readType } from "./name.ts";
import { as, itemsOf, type NodeOf, stringOf, stringsOf } from "./node.ts";
import { settingOf } from "./setting.ts";
import type { StatementReaders } from "./statement.ts";

export const functionReaders: StatementReaders = {
  CreateFunctionStmt: readCreate,
  DefineStmt: readDefine,
  AlterFunctionStmt: (reading, node, range) => {
    const options = optionsOf(node.actions);
    const args = argumentTypes(reading, node.func);
    const volatility = volatilityOf(options);
    const security = options.get("security");
    const leakproof = options.get("leakproof");
    const strict = options.get("strict");
    return {
      kind: "alter-function",
      name: nameAfter(reading, range, stringsOf(node.func?.objname), range.first + 2),
      ...(args ? { args } : {}),
      ...(volatility ? { volatility } : {}),
      ...(security ? { securityDefiner: isTrue(security) } : {}),
      ...(leakproof ? { leakproof: isTrue(leakproof) } : {}),
      ...(strict ? { strict: isTrue(strict) } : {}),
      ...changedSettings(node.actions),
    };
  },
  CreateTrigStmt: (reading, node, range) => ({
    kind: "create-trigger",
    name: node.trigname ?? "",
    table: readRelation(reading, node.relation),
    function: triggerFunction(reading, range, stringsOf(node.funcname)),
    events: EVENTS.filter(([bit]) => ((node.events ?? 0) & bit) !== 0).map(([, name]) => name),
    timing: node.timing === 2 ? "before" : node.timing === 64 ? "instead of" : "after",
    forEachRow: node.row ?? false,
  }),
  RuleStmt: (reading, node) => ({
    kind: "create-rule",
    name: node.rulename ?? "",
    table: readRelation(reading, node.relation),
    event: RULE_EVENTS.get(node.event ?? "") ?? "select",
  }),
  CreateEventTrigStmt: (reading, node, range) => ({
    kind: "create-event-trigger",
    name: node.trigname ?? "",
    event: node.eventname ?? "",
    function: triggerFunction(reading, range, stringsOf(node.funcname)),
    tags: (node.whenclause ?? []).flatMap((item) => stringsOf(itemsOf(as(item, "DefElem")?.arg))),
  }),
};

const EVENTS = [
  [4, "insert"],
  [16, "update"],
  [8, "delete"],
  [32, "truncate"],
] as const;

const RULE_EVENTS = new Map([
  ["CMD_INSERT", "insert"],
  ["CMD_UPDATE", "update"],
  ["CMD_DELETE", "delete"],
] as const) as ReadonlyMap<string, "insert" | "update" | "delete">;

function triggerFunction(reading: Reading, range: TokenRange, parts: readonly string[]) {
  const execute = findWord(reading, range, "execute");
  return nameAfter(reading, range, parts, execute < 0 ? range.first : execute + 2);
}

function readCreate(
  reading: Reading,
  node: NodeOf<"CreateFunctionStmt">,
  range: TokenRange,
): FunctionStatement {
  const options = optionsOf(node.options);
  const language = (stringOf(options.get("language")) || "sql").toLowerCase();
  const source = stringsOf(itemsOf(options.get("as")))[0];
  const sourceSpan = source === undefined ? undefined : bodySpan(reading, range);
  const word = node.is_procedure ? "procedure" : "function";
  const at = findWord(reading, range, word) + 1;
  const args = (node.parameters ?? []).map((item) =>
    readArgument(reading, as(item, "FunctionParameter") ?? {}),
  );
  const place = sourceSpan ?? reading.place(range.first, range.last);
  return {
    kind: "create-function",
    name: nameAfter(reading, range, stringsOf(node.funcname), at),
    procedure: node.is_procedure ?? false,
    replace: node.replace ?? false,
    args,
    ...(node.returnType ? { returns: readType(reading, node.returnType) } : {}),
    returnsSet: node.returnType?.setof ?? false,
    language,
    volatility: volatilityOf(options) ?? "volatile",
    securityDefiner: isTrue(options.get("security")),
    leakproof: isTrue(options.get("leakproof")),
    strict: isTrue(options.get("strict")),
    settings: settingsOf(node.options),
    ...(source === undefined ? {} : { source }),
    ...(sourceSpan ? { sourceSpan } : {}),
    body: readBody({ reading, range, node, language, source, place }),
  };
}

const MODES = new Map<string, FunctionArgument["mode"]>([
  ["FUNC_PARAM_OUT", "out"],
  ["FUNC_PARAM_INOUT", "inout"],
  ["FUNC_PARAM_VARIADIC", "variadic"],
  ["FUNC_PARAM_TABLE", "table"],
]);

const readArgument = (reading: Reading, node: NodeOf<"FunctionParameter">): FunctionArgument => ({
  ...(node.name === undefined ? {} : { name: node.name }),
  type: readType(reading, node.argType),
  mode: MODES.get(node.mode ?? "") ?? "in",
  hasDefault: node.defexpr !== undefined,
  ...(node.defexpr ? { default: readExpr(reading, node.defexpr) } : {}),
});

/** Options by name; the last of a name counts. */
export function optionsOf(nodes: readonly Node[] | undefined): ReadonlyMap<string, Node> {
  const options = new Map<string, Node>();
  for (const node of nodes ?? []) {
    const option = as(node, "DefElem");
    if (option?.defname !== undefined && option.arg) options.set(option.defname, option.arg);
  }
  return options;
}

const isTrue = (node: Node | undefined): boolean => as(node, "Boolean")?.boolval ?? false;

function volatilityOf(options: ReadonlyMap<string, Node>) {
  const word = stringOf(options.get("volatility"));
  return word === "" ? undefined : (word as "immutable" | "stable" | "volatile");
}

const setClauses = (nodes: readonly Node[] | undefined) =>
  (nodes ?? [])
    .filter((node) => as(node, "DefElem")?.defname === "set")
    .map((node) => as(as(node, "DefElem")?.arg, "VariableSetStmt") ?? {});

function settingsOf(nodes: readonly Node[] | undefined): Record<string, readonly string[]> {
  return Object.fromEntries(
    setClauses(nodes).map((clause) => {
      const { name, values } = settingOf(clause);
      return [name, values];
    }),
  );
}

function changedSettings(nodes: readonly Node[] | undefined) {
  const clauses = setClauses(nodes);
  const set = clauses.filter((clause) => !clause.kind?.startsWith("VAR_RESET"));
  const reset = clauses.filter((clause) => clause.kind?.startsWith("VAR_RESET"));
  return {
    ...(set.length > 0
      ? { settings: Object.fromEntries(set.map((clause) => Object.values(settingOf(clause)))) }
      : {}),
    ...(reset.length > 0 ? { resetSettings: reset.map((clause) => settingOf(clause).name) } : {}),
  };
}

/** The text of a body between its quotes: the constant after AS or DO, or DO LANGUAGE x. */
export function bodySpan(reading: Reading, range: TokenRange): Span | undefined {
  const { tokens } = reading;
  const word = Math.max(findWord(reading, range, "as"), findWord(reading, range, "do"), range.first);
  let at = word;
  while (at <= range.last && tokens.kind[at] !== Kind.string) at++;
  if (at > range.last) return undefined;
  if (reading.whole) return reading.whole;
  return constantSpan(tokens, at);
}

/** CREATE AGGREGATE makes a function of its own kind; CREATE TYPE a base type. */
function readDefine(reading: Reading, node: NodeOf<"DefineStmt">, range: TokenRange): StatementBody {
  const parts = stringsOf(node.defnames);
  const name = nameAfter(reading, range, parts, range.first + 2);
  if (node.kind === "OBJECT_TYPE") return { kind: "create-type", name };
  if (node.kind !== "OBJECT_AGGREGATE")
    return { kind: "other", what: `create ${tokenText(reading.tokens, range.first + 1)}` };
  const parameters = itemsOf(node.args?.[0]);
  return {
    kind: "create-function",
    name,
    procedure: false,
    replace: node.replace ?? false,
    args: parameters.map((item) => readArgument(reading, as(item, "FunctionParameter") ?? {})),
    returnsSet: false,
    language: "aggregate",
    volatility: "immutable",
    securityDefiner: false,
    leakproof: false,
    strict: false,
    settings: {},
    body: { queries: [], expressions: [], dynamic: false, complete: false },
  };
}

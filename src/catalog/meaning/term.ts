import type { Expr } from "../../source/sql/expression.ts";
import type { ResolvedType } from "../catalog.ts";
import { resolveType } from "../resolve/types.ts";
import { readAggregate } from "./aggregate.ts";
import { isClock, isStrict, isVolatileCall } from "./built-in.ts";
import { callerOfCall, inlineValue } from "./call.ts";
import { castTerm } from "./cast.ts";
import {
  always,
  choicesOf,
  chooseBy,
  coalesceChoices,
  combine,
  mapChoices,
  NULL_CHOICES,
} from "./choices.ts";
import { readColumn } from "./column.ts";
import { compare, isCondition, readCondition } from "./condition.ts";
import { constantTerm } from "./facts.ts";
import { and, is, not, TRUE } from "./formula.ts";
import { inOneRow, ofAllRows } from "./grouped.ts";
import { JSON_PATHS, keysOf, pathTerm, readElement } from "./json-path.ts";
import { applied, noteUnread, opaqueTerm } from "./opaque.ts";
import type { Choice, Frame, Reading } from "./reader.ts";
import { blocksOf } from "./rows.ts";
import { BOOLS, constantOf, sortOf, TYPES_OF_SORTS, typeOfTerm } from "./value.ts";

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;
type Choices = readonly Choice[];

/** What a value can be. Strings have no type of their own yet: `readPair` gives them their neighbour's. */
export function readTerm(expr: Expr, frame: Frame, reading: Reading): Choices {
  return (
    (--reading.left < 0 ? undefined : readKind(expr, frame, reading)) ??
    always(opaqueTerm(expr, frame, reading))
  );
}

function readKind(expr: Expr, frame: Frame, reading: Reading): Choices | undefined {
  if (isCondition(expr, frame)) return choicesOf(readCondition(expr, frame, reading), BOOLS);
  return readPlain(expr, frame, reading);
}

/** A boolean that is a value and nothing more: its structure, if it has one, was looked at before. */
export const readBoolean = (expr: Expr, frame: Frame, reading: Reading): Choices =>
  readPlain(expr, frame, reading) ?? always(opaqueTerm(expr, frame, reading));

function readPlain(expr: Expr, frame: Frame, reading: Reading): Choices | undefined {
  switch (expr.kind) {
    case "constant":
      return readConstant(expr);
    case "parameter":
      return frame.args[expr.number - 1]?.choices;
    case "column":
      return readColumn(expr, frame, reading);
    case "cast":
      return readCast(expr, frame, reading);
    case "coalesce":
      return coalesceChoices(readList(expr.args, frame, reading));
    case "nullif":
      return readNullif(expr, frame, reading);
    case "case":
      return readCase(expr, frame, reading);
    case "call":
      return readCall(expr, frame, reading);
    case "operator":
      return readOperator(expr, frame, reading);
    case "element":
      return readElement(expr, frame, reading);
    case "subquery":
      return expr.form === "scalar" ? readScalar(expr, frame, reading) : undefined;
    default:
      return undefined;
  }
}

function readConstant(expr: Of<"constant">): Choices {
  if (expr.type === "null") return NULL_CHOICES;
  const sort = expr.type === "number" ? "number" : expr.type === "boolean" ? "bool" : "vague";
  return always(constantOf(expr.value, sort));
}

/** Several values; strings among them take the type that another one has. */
function readList(list: readonly Expr[], frame: Frame, reading: Reading): Choices[] {
  const read = list.map((each) => readTerm(each, frame, reading));
  const type = read.flatMap((choices) => choices.map(({ term }) => typeOfTerm(term))).find((each) => each);
  return read.map((choices, i) => (isString(list[i]!) ? sorted(choices, type) : choices));
}

/** Two values that are compared. */
export function readPair(
  left: Expr,
  right: Expr,
  frame: Frame,
  reading: Reading,
): readonly [Choices, Choices] {
  const [a, b] = [readTerm(left, frame, reading), readTerm(right, frame, reading)];
  const type = (expr: Expr, choices: Choices) =>
    choices.map(({ term }) => typeOfTerm(term)).find((each) => each) ?? frame.meaning.types.get(expr);
  // Two strings that nothing gives a type are texts.
  const text = isString(left) && isString(right) ? TYPES_OF_SORTS.text : undefined;
  return [sorted(a, text ?? type(right, b)), sorted(b, text ?? type(left, a))];
}

/** Strings as constants of the type that their neighbour, or the argument they are passed for, has. */
export const sorted = (choices: Choices, type: ResolvedType | undefined): Choices =>
  choices.map((choice) =>
    choice.term.kind === "constant" && choice.term.sort === "vague"
      ? { ...choice, term: constantOf(choice.term.value, sortOf(type)) }
      : choice,
  );

const isString = (expr: Expr): boolean => expr.kind === "constant" && expr.type === "string";

function readCast(expr: Of<"cast">, frame: Frame, reading: Reading): Choices | undefined {
  const type =
    frame.meaning.types.get(expr) ?? resolveType(reading.catalog, expr.type, reading.catalog.searchPath);
  const inner = readTerm(expr.arg, frame, reading);
  return mapChoices([inner], ([term]) => castTerm(term!, type));
}

function readNullif(expr: Of<"nullif">, frame: Frame, reading: Reading): Choices | undefined {
  const equal = is(compare("=", expr.left, expr.right, expr, { ...frame, top: false }, reading), true);
  const left = readTerm(expr.left, frame, reading);
  return [
    { when: equal, term: NULL_CHOICES[0]!.term },
    ...left.map((choice) => ({ ...choice, when: and([choice.when, not(equal)]) })),
  ];
}

function readCase(expr: Of<"case">, frame: Frame, reading: Reading): Choices | undefined {
  const within = { ...frame, top: false };
  const values = [...expr.whens.map(({ then }) => then), ...(expr.otherwise ? [expr.otherwise] : [])];
  const read = readList(values, frame, reading);
  const cases = expr.whens.map(({ when }, i) => ({
    when: expr.arg
      ? compare("=", expr.arg, when, expr, within, reading)
      : readCondition(when, within, reading),
    choices: read[i]!,
  }));
  if (expr.otherwise) cases.push({ when: TRUE, choices: read.at(-1)! });
  return chooseBy(cases);
}

function readCall(expr: Of<"call">, frame: Frame, reading: Reading): Choices | undefined {
  const of = ofAllRows(expr, frame);
  if (of) return readScalar(of.taken, of.frame, reading);
  const login = expr.bare && expr.name.at(-1) === "session_user" ? reading.names.login : undefined;
  if (login !== undefined) return always(constantTerm(login, "text"));
  const caller = callerOfCall(expr, frame, reading);
  if (caller) return always(caller);
  const inlined = inlineValue(expr, frame, reading);
  if (inlined) return inlined;
  if (expr.extra?.length || expr.over || expr.distinct) return undefined;
  if (frame.meaning.calls.has(expr) || isVolatileCall(expr)) return undefined;
  const type = frame.meaning.types.get(expr);
  const how = { strict: isStrict(expr.name), nullable: true, free: false, ...(type ? { type } : {}) };
  if (expr.bare || isClock(expr.name))
    return always(applied(expr.name.at(-1)!, [], { ...how, nullable: false }));
  // A function that the sources do not make: the same call is the same value, and what value is not known.
  if (expr.name.length > 1 && expr.name[0] !== "pg_catalog") noteUnread(expr, frame, reading);
  const args = combineAll(expr.args, frame, reading);
  return args && mapChoices(args, (terms) => applied(expr.name.at(-1)!, terms, how));
}

const combineAll = (exprs: readonly Expr[], frame: Frame, reading: Reading): Choices[] | undefined => {
  const lists = exprs.map((each) => readTerm(each, frame, reading));
  return combine(lists) ? lists : undefined;
};

/** `->`, `->>`, `#>`, `#>>` lead into JSON; other operators are functions of their sides. */
function readOperator(expr: Of<"operator">, frame: Frame, reading: Reading): Choices | undefined {
  const left = expr.left && readTerm(expr.left, frame, reading);
  const written = keysOf(expr);
  const right = written ? NULL_CHOICES : readTerm(expr.right, frame, reading);
  const keys = written ?? keyGiven(expr, right);
  if (keys && left) {
    const text = expr.name.endsWith(">>");
    return mapChoices([left], ([term]) => pathTerm(term!, keys, text));
  }
  const type = frame.meaning.types.get(expr);
  // An array and NULL are an array, and a way into JSON that a value gives may lead nowhere.
  const strict = expr.name !== "||" || (type !== undefined && !type.array);
  const nullable = !strict || JSON_PATHS.has(expr.name);
  const how = { strict, nullable, free: false, ...(type ? { type } : {}) };
  return mapChoices(left ? [left, right] : [right], (terms) => applied(expr.name, terms, how));
}

/** `claims ->> name` in a helper that is called with the name. */
function keyGiven({ name }: Of<"operator">, [first, ...others]: Choices): readonly string[] | undefined {
  const isKey = (name === "->" || name === "->>") && !others.length && !first?.from;
  return isKey && first?.term.kind === "constant" ? [first.term.value] : undefined;
}

function readScalar(expr: Of<"subquery">, frame: Frame, reading: Reading): Choices | undefined {
  const aggregated = readAggregate(expr, frame, reading);
  if (aggregated) return aggregated;
  const one = inOneRow(expr.query, frame);
  if (one) return readTerm(one.target, one.frame, reading);
  const blocks = blocksOf(expr.query, frame, reading);
  if (blocks?.length === 0) return NULL_CHOICES;
  if (blocks?.length !== 1 || blocks[0]!.targets.length !== 1) return undefined;
  const { rows, where, frame: inner, targets } = blocks[0]!;
  const choices = readTerm(targets[0]!, inner, reading);
  if (rows.length)
    return choices.length === 1 && !choices[0]!.from
      ? [{ ...choices[0]!, from: { rows, where } }]
      : undefined;
  if (where.kind === "truth" && where.value) return choices;
  return chooseBy([{ when: where, choices }]);
}

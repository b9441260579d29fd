import type { Expr, FromItem } from "../../source/sql/expression.ts";
import { callsOf, visitExpr } from "../../source/sql/walk.ts";
import type { ResolvedType } from "../catalog.ts";
import { isBuiltin } from "../resolve/functions.ts";
import { familyOf, resolveType, typeOf } from "../resolve/types.ts";
import { readAggregate } from "./aggregate.ts";
import { callerOfCall, inlineValue } from "./call.ts";
import {
  always,
  choicesOf,
  chooseBy,
  coalesceChoices,
  combine,
  mapChoices,
  NULL_CHOICES,
} from "./choices.ts";
import { compare, isCondition, readCondition } from "./condition.ts";
import { constantTerm } from "./facts.ts";
import { and, applyKey, type Formula, is, not, type Term, TRUE, UNKNOWN } from "./formula.ts";
import { inOneRow, ofAllRows } from "./grouped.ts";
import { JSON_PATHS, keysOf, pathTerm, readElement } from "./json-path.ts";
import { type Choice, type Frame, type Reading, type Source, spanOf } from "./reader.ts";
import { blocksOf, itemsIn } from "./rows.ts";
import { BOOLS, columnTerm, constantOf, labelOf, namesOf, sortOf, uniqueKeysOf } from "./value.ts";

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

const TYPES_OF_SORTS = {
  text: typeOf("text"),
  number: typeOf("numeric"),
  uuid: typeOf("uuid"),
  bool: typeOf("bool"),
  vague: undefined,
};

const typeOfTerm = (term: Term): ResolvedType | undefined =>
  term.kind === "null" ? undefined : term.kind === "constant" ? TYPES_OF_SORTS[term.sort] : term.type;

function readColumn(expr: Of<"column">, frame: Frame, reading: Reading): Choices | undefined {
  const binding = frame.meaning.columns.get(expr);
  if (!binding) return argumentOf(expr.path, frame);
  const { relation, column } = binding;
  if (relation.row)
    return always(columnTerm(reading.catalog, 0, relation.key, column, relation.table?.columns.get(column)));
  const item = frame.meaning.sources.get(relation);
  if (!item) return argumentOf(expr.path, frame);
  const source = frame.sources.get(item);
  return source && columnOf(source, column, reading);
}

function columnOf(source: Source, name: string, reading: Reading): Choices | undefined {
  if (source.kind === "columns") return source.columns.get(name);
  return rowColumn(source.row, source.table, name, reading);
}

function rowColumn(row: number, table: string | undefined, name: string, reading: Reading): Choices {
  const found = table === undefined ? undefined : reading.catalog.tables.get(table);
  const term = columnTerm(reading.catalog, row, table, name, found?.columns.get(name));
  const keys = found && uniqueKeysOf(reading.catalog, found);
  if (!keys?.length) return always(term);
  const isName = namesOf(found!).has(name);
  return always({ ...term, keys, ...(isName ? { names: true } : {}) } as Term);
}

/** `wanted`, or `is_member.wanted`: what stands behind another name is a part of a variable. */
const argumentOf = ([name, ...parts]: readonly string[], { args }: Frame): Choices | undefined =>
  args.find((each) =>
    parts.length ? parts.length === 1 && each.of === name && each.name === parts[0] : each.name === name,
  )?.choices;

/** `join ... using (name)`: the column of both sides is the same. */
export function compareColumns(
  item: Extract<FromItem, { kind: "join" }>,
  name: string,
  frame: Frame,
  reading: Reading,
): Formula {
  const find = (side: FromItem) =>
    itemsIn(side)
      .map((each) => frame.sources.get(each))
      .flatMap((source) => {
        const known = source?.kind === "row" ? reading.catalog.tables.get(source.table ?? "") : undefined;
        if (known && !known.columns.has(name)) return [];
        return (source && columnOf(source, name, reading)) ?? [];
      });
  const [left, right] = [find(item.left)[0], find(item.right)[0]];
  if (!left || !right || left.from || right.from) return UNKNOWN;
  return { kind: "compare", operator: "=", left: left.term, right: right.term };
}
compareColumns.choices = rowColumn;

/** Types between which a cast gives another value for another value, and the same for the same. */
const FAITHFUL = new Set(["string", "uuid", "number", "time"]);

function readCast(expr: Of<"cast">, frame: Frame, reading: Reading): Choices | undefined {
  const type =
    frame.meaning.types.get(expr) ?? resolveType(reading.catalog, expr.type, reading.catalog.searchPath);
  const inner = readTerm(expr.arg, frame, reading);
  return mapChoices([inner], ([term]) => castTerm(term!, type));
}

function castTerm(term: Term, type: ResolvedType): Term {
  if (term.kind === "null") return term;
  if (term.kind === "constant") return type.array ? term : constantOf(term.value, sortOf(type));
  const family = familyOf(type);
  const before = familyOf(typeOfTerm(term));
  if (family === "bool" && before !== "bool" && !type.array)
    return applied("::bool", [term], { strict: true, nullable: false, free: true, type });
  const faithful =
    type.array ||
    family === "json" ||
    family === "jsonb" ||
    type.kind === "enum" ||
    (family !== undefined && FAITHFUL.has(family));
  if (faithful && before !== "bool" && (isFaithful(before, family) || isSameArray(term, type)))
    return retyped(term, type);
  return applied(`::${type.name}`, [term], { strict: true, nullable: false, free: false, type });
}

const isSameArray = (term: Term, { name, array }: ResolvedType): boolean => {
  const before = typeOfTerm(term);
  return array && before?.array === true && before.name === name;
};

/** To a narrower number, or to a date, several values become one. */
const isFaithful = (before: string | undefined, after: string | undefined): boolean =>
  !(before === "number" && after === "number") && !(before === "time" && after === "time");

/** The same value seen as another type. A bounded string is cut, and that changes nothing that policies compare. */
function retyped(term: Term, type: ResolvedType): Term {
  if (term.kind === "null" || term.kind === "constant") return term;
  if (term.kind !== "column" || !term.domain || type.kind !== "enum") return { ...term, type } as Term;
  const { domain: _, ...rest } = term;
  return { ...rest, type };
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
  if (frame.meaning.calls.has(expr) || VOLATILE.has(expr.name.at(-1)!)) return undefined;
  const type = frame.meaning.types.get(expr);
  const strict = isBuiltin(expr.name) && !NOT_STRICT.has(expr.name.at(-1)!);
  const how = { strict, nullable: true, free: false, ...(type ? { type } : {}) };
  if (expr.bare || CLOCKS.has(expr.name.at(-1)!))
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

/** PostgreSQL's own functions that give values for NULL. */
const NOT_STRICT = new Set(
  "array_append array_cat array_fill array_position array_positions array_prepend array_remove array_replace array_to_string concat concat_ws daterange enum_first enum_last enum_range format format_type int4range int8range json_build_array json_build_object json_populate_record jsonb_build_array jsonb_build_object jsonb_populate_record jsonb_set_lax num_nonnulls num_nulls numrange overlaps pg_collation_for pg_typeof quote_nullable set_config string_to_array string_to_table tsrange tstzrange".split(
    " ",
  ),
);
const VOLATILE = new Set(
  "random gen_random_uuid uuid_generate_v4 clock_timestamp nextval timeofday".split(" "),
);
const CLOCKS = new Set("now transaction_timestamp statement_timestamp".split(" "));

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

interface How {
  readonly strict: boolean;
  readonly nullable: boolean;
  readonly free: boolean;
  readonly type?: ResolvedType;
}

export const applied = (name: string, args: readonly Term[], how: How): Term => ({
  kind: "apply",
  key: applyKey(name, args),
  name,
  args,
  ...how,
});

/** A value of which only is known what it is made of. Said twice in the same words of the same things it is the same. */
export function opaqueTerm(expr: Expr, frame: Frame, reading: Reading): Term {
  const args: Term[] = [];
  visitExpr(expr, {
    expr: (part) => {
      const choices =
        part.kind === "column"
          ? readColumn(part, frame, reading)
          : part.kind === "parameter"
            ? frame.args[part.number - 1]?.choices
            : undefined;
      if (choices) args.push(...choices.map(({ term }) => term));
      const caller = part.kind === "call" ? callerOfCall(part, frame, reading) : undefined;
      if (caller) args.push(caller);
    },
  });
  noteUnread(expr, frame, reading);
  const type = frame.meaning.types.get(expr);
  // Functions whose every call is another value are never the same, said twice or not.
  const once = isVolatile(expr) ? `#${reading.nextRow++}` : "";
  return applied(`? ${labelOf(expr)}${once}`, args, {
    strict: false,
    nullable: true,
    free: false,
    ...(type ? { type } : {}),
  });
}

function noteUnread(expr: Expr, frame: Frame, { unread }: Reading): void {
  const at = spanOf(expr, frame);
  unread.push({ what: nameOfPart(expr), ...(at ? { at } : {}) });
}

const isVolatile = (expr: Expr): boolean => callsOf(expr).some(({ name }) => VOLATILE.has(name.at(-1)!));

const nameOfPart = (expr: Expr): string =>
  expr.kind === "call"
    ? `${expr.name.join(".")}()`
    : expr.kind === "subquery"
      ? "a sub-select"
      : "an expression";

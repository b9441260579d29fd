import type { Node, SubLink, TypeName as TypeNode } from "@pgsql/types";
import type { Expr } from "./expression.ts";
import { readType, typeEnd } from "./read-name.ts";
import { readOperator } from "./read-operator.ts";
import { readQuery } from "./read-query.ts";
import { closing, isOperator, nameEnd, type Reading, tokenOf } from "./reading.ts";
import { isMark, isName, isWord, tokenText } from "./tokens.ts";
import { as, itemsOf, kindOf, type NodeKind, type NodeOf, stringOf, stringsOf } from "./tree.ts";

/** Deeper than anything written by hand; below it neither this reader nor JSON overflows the stack. */
const DEEPEST = 800;

let depth = 0;

/**
 * One expression of the tree. Leaves in `reading.first` and `.last` the tokens it begins and ends with.
 * Throws a RangeError on an expression that is nested too deeply; whoever reads a statement catches it.
 */
export function readExpr(reading: Reading, node: Node | undefined): Expr {
  if (depth > DEEPEST) throw new RangeError("nested too deeply");
  depth++;
  try {
    const kind = node === undefined ? undefined : kindOf(node);
    const read = kind === undefined ? undefined : READER_OF.get(kind);
    if (read) return read(reading, (node as Record<string, unknown>)[kind!] as never);
    return readOther(reading, kind ?? "nothing", node);
  } finally {
    depth--;
  }
}

type Reader = (reading: Reading, node: never) => Expr;

const READERS: { readonly [K in NodeKind]?: (reading: Reading, node: NodeOf<K>) => Expr } = {
  ColumnRef: readColumn,
  A_Const: readConstant,
  ParamRef: readParameter,
  TypeCast: readCast,
  FuncCall: readCall,
  SQLValueFunction: readValueFunction,
  A_Expr: readOperator,
  BoolExpr: readBoolean,
  NullTest: readNullTest,
  BooleanTest: readBooleanTest,
  SubLink: readSubLink,
  CaseExpr: readCase,
  CoalesceExpr: (reading, node) => readBracketed(reading, "coalesce", node),
  MinMaxExpr: (reading, node) => readBracketed(reading, node.op === "IS_LEAST" ? "least" : "greatest", node),
  RowExpr: (reading, node) => readBracketed(reading, "row", node),
  A_ArrayExpr: (reading, node) => readBracketed(reading, "array", { ...node, args: node.elements ?? [] }),
  A_Indirection: readIndirection,
  CollateClause: readCollation,
  NamedArgExpr: (reading, node) => readExpr(reading, node.arg),
  ResTarget: (reading, node) => readExpr(reading, node.val),
  SortBy: (reading, node) => readExpr(reading, node.node),
  SetToDefault: (reading, node) => readBracketed(reading, undefined, { ...node, what: "DEFAULT" }),
  List: (reading, node) => readOther(reading, "List", { List: node }),
};

/** A Map, because some nodes have a field called "constructor". */
const READER_OF = new Map(Object.entries(READERS) as [string, Reader][]);

/** Whether a node is one of the expressions above. */
export const isExpression = (node: Node): boolean => {
  const kind = kindOf(node);
  return kind !== undefined && READER_OF.has(kind);
};

/** Reads several expressions; `reading.first` and `.last` then cover them all. */
export function readExprs(reading: Reading, nodes: readonly Node[] | undefined): Expr[] {
  const list = nodes ?? [];
  let first = Number.MAX_SAFE_INTEGER;
  let last = -1;
  const exprs: Expr[] = [];
  for (const node of list) {
    exprs.push(readExpr(reading, node));
    if (reading.first < first) first = reading.first;
    if (reading.last > last) last = reading.last;
  }
  if (last >= 0) {
    reading.first = first;
    reading.last = last;
  }
  return exprs;
}

/** Spans the tokens from `first` to `last`, widened over brackets that only one of them stands in. */
export function cover(reading: Reading, first: number, last: number) {
  const { parent } = reading.tokens;
  let from = first;
  let to = last;
  let left = parent[from] ?? -1;
  let right = parent[to] ?? -1;
  while (left !== right) {
    if (left > right) {
      from = left;
      left = parent[from]!;
    } else {
      to = closing(reading.tokens, right);
      right = parent[right]!;
    }
  }
  reading.first = from;
  reading.last = to;
  return reading.place(from, to);
}

function readColumn(reading: Reading, node: NodeOf<"ColumnRef">): Expr {
  const fields = node.fields ?? [];
  const path = fields.map((field) => (as(field, "A_Star") ? "*" : stringOf(field)));
  const first = tokenOf(reading, node.location);
  return { kind: "column", path, span: cover(reading, first, first + 2 * (path.length - 1)) };
}

function readConstant(reading: Reading, node: NodeOf<"A_Const">): Expr {
  const first = tokenOf(reading, node.location);
  const last = isOperator(reading.tokens, first, "-") ? first + 1 : first;
  return { kind: "constant", ...constantOf(node), span: cover(reading, first, last) };
}

type Constant = Pick<Extract<Expr, { kind: "constant" }>, "type" | "value">;

/** The type and text of a constant; numbers as written, booleans as `true` and `false`. */
export function constantOf(node: NodeOf<"A_Const">): Constant {
  if (node.sval) return { type: "string", value: node.sval.sval ?? "" };
  if (node.ival) return { type: "number", value: String(node.ival.ival ?? 0) };
  if (node.fval) return { type: "number", value: node.fval.fval ?? "0" };
  if (node.boolval) return { type: "boolean", value: String(node.boolval.boolval ?? false) };
  if (node.bsval) return { type: "bit", value: node.bsval.bsval ?? "" };
  return { type: "null", value: "" };
}

function readParameter(reading: Reading, node: NodeOf<"ParamRef">): Expr {
  const first = tokenOf(reading, node.location);
  return { kind: "parameter", number: node.number ?? 0, span: cover(reading, first, first) };
}

/** `x::type`, `cast(x as type)`, `type 'text'`: only the first has a location of the cast that helps. */
function readCast(reading: Reading, node: NodeOf<"TypeCast">): Expr {
  const { tokens } = reading;
  const arg = readExpr(reading, node.arg);
  const type = readType(reading, node.typeName as TypeNode);
  const typeFirst = tokenOf(reading, node.typeName?.location);
  let first = Math.min(reading.first, typeFirst);
  let last = Math.max(reading.last, typeEnd(tokens, typeFirst));
  const at = tokenOf(reading, node.location);
  if (isWord(tokens, at, "cast") && isMark(tokens, at + 1, "(")) {
    first = at;
    last = closing(tokens, at + 1);
  }
  return { kind: "cast", arg, type, span: cover(reading, first, last) };
}

function readCall(reading: Reading, node: NodeOf<"FuncCall">): Expr {
  const parts = node.args ?? [];
  const args = readExprs(reading, parts);
  const argFirst = parts.length > 0 ? reading.first : Number.MAX_SAFE_INTEGER;
  const argLast = parts.length > 0 ? reading.last : -1;
  if (node.agg_star) args.push(readStar(reading, node.location));
  const extra = readExprs(reading, callExtras(node));
  const at = tokenOf(reading, node.location);
  const name = stringsOf(node.funcname);
  const last = callEnd(reading, at);
  const infix = last < 0 || argFirst < at;
  const span = infix
    ? cover(reading, Math.min(at, argFirst), Math.max(argLast, predicateEnd(reading, at)))
    : cover(reading, at, last);
  return {
    kind: "call",
    name: node.funcformat === "COERCE_SQL_SYNTAX" ? name.slice(-1) : name,
    args,
    ...argumentNames(parts),
    ...(node.agg_distinct ? { distinct: true } : {}),
    ...(node.over ? { over: true } : {}),
    ...(extra.length > 0 ? { extra } : {}),
    span,
  };
}

const PREDICATES = new Set("json value array object scalar document normalized nfc nfd nfkc nfkd".split(" "));
const PREDICATE_TAIL = new Set([...PREDICATES, "with", "without", "unique", "keys"]);

/** The last token of IS [NOT] JSON ..., DOCUMENT, NORMALIZED after an operand that ends at `last`. */
function predicateEnd(reading: Reading, last: number): number {
  const { tokens } = reading;
  const is = isWord(tokens, last, "is") ? last : last + 1;
  if (!isWord(tokens, is, "is")) return last;
  let at = isWord(tokens, is + 1, "not") ? is + 2 : is + 1;
  const word = () => (isName(tokens, at) ? tokenText(tokens, at).toLowerCase() : "");
  if (!PREDICATES.has(word())) return last;
  while (PREDICATE_TAIL.has(word())) at++;
  return at - 1;
}

function readStar(reading: Reading, location: number | undefined): Expr {
  const at = nameEnd(reading.tokens, tokenOf(reading, location)) + 2;
  return { kind: "column", path: ["*"], span: reading.place(at, at) };
}

/** What counts in FILTER, ORDER BY and OVER. */
function callExtras(node: NodeOf<"FuncCall">): Node[] {
  const filter = node.agg_filter ? [node.agg_filter] : [];
  return [
    ...filter,
    ...(node.agg_order ?? []),
    ...(node.over?.partitionClause ?? []),
    ...(node.over?.orderClause ?? []),
  ];
}

function argumentNames(args: readonly Node[]): { argumentNames?: (string | null)[] } {
  const names = args.map((arg) => as(arg, "NamedArgExpr")?.name ?? null);
  return names.some((name) => name !== null) ? { argumentNames: names } : {};
}

/** The last token of `name(...) within group (...) filter (...) over (...)`; -1 where no bracket follows the name. */
function callEnd(reading: Reading, first: number): number {
  const { tokens } = reading;
  let last = nameEnd(tokens, first);
  if (!isMark(tokens, last + 1, "(")) return -1;
  last = closing(tokens, last + 1);
  if (isWord(tokens, last + 1, "within") && isMark(tokens, last + 3, "(")) last = closing(tokens, last + 3);
  if (isWord(tokens, last + 1, "filter") && isMark(tokens, last + 2, "(")) last = closing(tokens, last + 2);
  if (!isWord(tokens, last + 1, "over")) return last;
  return isMark(tokens, last + 2, "(") ? closing(tokens, last + 2) : last + 2;
}

/** `current_user`, `current_timestamp(3)`: SVFOP_CURRENT_TIMESTAMP_N is the latter. */
function readValueFunction(reading: Reading, node: NodeOf<"SQLValueFunction">): Expr {
  const first = tokenOf(reading, node.location);
  const name = (node.op ?? "")
    .replace(/^SVFOP_/, "")
    .replace(/_N$/, "")
    .toLowerCase();
  const last = isMark(reading.tokens, first + 1, "(") ? closing(reading.tokens, first + 1) : first;
  return { kind: "call", name: [name], args: [], bare: true, span: cover(reading, first, last) };
}

function readBoolean(reading: Reading, node: NodeOf<"BoolExpr">): Expr {
  const args = readExprs(reading, node.args);
  if (node.boolop !== "NOT_EXPR") {
    const kind = node.boolop === "OR_EXPR" ? "or" : "and";
    return { kind, args, span: cover(reading, reading.first, reading.last) };
  }
  // NOT IN and its kin carry the location of the word NOT, after the left operand.
  const first = Math.min(tokenOf(reading, node.location), reading.first);
  return { kind: "not", arg: args[0]!, span: cover(reading, first, reading.last) };
}

function readNullTest(reading: Reading, node: NodeOf<"NullTest">): Expr {
  const arg = readExpr(reading, node.arg);
  const negated = node.nulltesttype === "IS_NOT_NULL";
  return { kind: "test", test: "null", negated, arg, span: testSpan(reading, node.location) };
}

function readBooleanTest(reading: Reading, node: NodeOf<"BooleanTest">): Expr {
  const arg = readExpr(reading, node.arg);
  const words = (node.booltesttype ?? "").toLowerCase().split("_");
  const test = words.at(-1) as "true" | "false" | "unknown";
  return { kind: "test", test, negated: words.includes("not"), arg, span: testSpan(reading, node.location) };
}

/** From the operand to the last word of IS [NOT] NULL, ISNULL, NOTNULL. */
function testSpan(reading: Reading, location: number | undefined) {
  const first = reading.first;
  let last = tokenOf(reading, location);
  if (isWord(reading.tokens, last, "is")) last += isWord(reading.tokens, last + 1, "not") ? 2 : 1;
  return cover(reading, first, Math.max(last, reading.last));
}

const FORMS = {
  EXISTS_SUBLINK: "exists",
  EXPR_SUBLINK: "scalar",
  ARRAY_SUBLINK: "array",
  ANY_SUBLINK: "any",
  ALL_SUBLINK: "all",
} as const;

function readSubLink(reading: Reading, node: SubLink): Expr {
  const form = FORMS[node.subLinkType as keyof typeof FORMS] ?? "scalar";
  const at = tokenOf(reading, node.location);
  let first = at;
  let left: Expr | undefined;
  if (node.testexpr) {
    left = readExpr(reading, node.testexpr);
    first = Math.min(first, reading.first);
  }
  const open = nextBracket(reading, at);
  const last = closing(reading.tokens, open);
  const query = readQuery(reading, node.subselect, { first: open + 1, last: last - 1 });
  const operator = stringsOf(node.operName).at(-1) ?? (form === "any" ? "=" : undefined);
  return {
    kind: "subquery",
    form,
    ...(operator === undefined ? {} : { operator }),
    ...(left === undefined ? {} : { left }),
    query,
    span: cover(reading, first, last),
  };
}

/** The first opening bracket from a token on: after EXISTS, IN, ANY, ARRAY or an operator. */
function nextBracket(reading: Reading, from: number): number {
  for (let i = from; i < Math.min(from + 10, reading.tokens.count); i++) {
    if (isMark(reading.tokens, i, "(") && !isOperatorBracket(reading, i)) return i;
  }
  return from;
}

/** `= operator(pg_catalog.=) (select ...)`. */
const isOperatorBracket = (reading: Reading, index: number): boolean =>
  isWord(reading.tokens, index - 1, "operator");

function readCase(reading: Reading, node: NodeOf<"CaseExpr">): Expr {
  const first = tokenOf(reading, node.location);
  const arg = node.arg ? readExpr(reading, node.arg) : undefined;
  const whens = (node.args ?? []).map((item) => {
    const when = as(item, "CaseWhen");
    // biome-ignore lint/suspicious/noThenProperty: SQL's own word, and never awaited
    return { when: readExpr(reading, when?.expr), then: readExpr(reading, when?.result) };
  });
  const otherwise = node.defresult ? readExpr(reading, node.defresult) : undefined;
  return {
    kind: "case",
    ...(arg ? { arg } : {}),
    whens,
    ...(otherwise ? { otherwise } : {}),
    span: cover(reading, first, caseEnd(reading, first)),
  };
}

/** The END after what was read last, at the level of CASE. */
function caseEnd(reading: Reading, first: number): number {
  const { tokens } = reading;
  const level = tokens.parent[first];
  for (let i = reading.last + 1; i < tokens.count; i++) {
    if (tokens.parent[i] === level && isWord(tokens, i, "end")) return i;
  }
  return reading.last;
}

type Bracketed = { readonly args?: readonly Node[]; readonly location?: number; readonly what?: string };

/** COALESCE(...), GREATEST(...), ROW(...), (..., ...), ARRAY[...]; or a word alone. */
function readBracketed(
  reading: Reading,
  kind: "coalesce" | "greatest" | "least" | "array" | "row" | undefined,
  node: Bracketed,
): Expr {
  const args = readExprs(reading, node.args);
  const first = tokenOf(reading, node.location);
  const open = isName(reading.tokens, first) ? first + 1 : first;
  const bracket = isMark(reading.tokens, open, "(") || isMark(reading.tokens, open, "[");
  const span = cover(reading, first, bracket ? closing(reading.tokens, open) : first);
  return kind === undefined ? { kind: "other", what: node.what ?? "", args, span } : { kind, args, span };
}

/** `(arg).field`, `(arg)[1]`, `arg[1].field`: the tree has no place for these but the operand's. */
function readIndirection(reading: Reading, node: NodeOf<"A_Indirection">): Expr {
  const { tokens } = reading;
  let expr = readExpr(reading, node.arg);
  let first = reading.first;
  let last = reading.last;
  while (isMark(tokens, first - 1, "(") && closing(tokens, first - 1) === last + 1) {
    first--;
    last++;
  }
  for (const part of node.indirection ?? []) {
    const indices = as(part, "A_Indices");
    const index = indices
      ? readExprs(
          reading,
          [indices.lidx, indices.uidx].filter((item) => item !== undefined),
        )
      : [];
    last = indices ? closing(tokens, last + 1) : last + 2;
    const span = cover(reading, first, last);
    const name = as(part, "A_Star") ? "*" : stringOf(part);
    expr = indices ? { kind: "element", arg: expr, index, span } : { kind: "field", arg: expr, name, span };
  }
  return expr;
}

function readCollation(reading: Reading, node: NodeOf<"CollateClause">): Expr {
  const arg = readExpr(reading, node.arg);
  const first = reading.first;
  const last = nameEnd(reading.tokens, tokenOf(reading, node.location) + 1);
  const what = `collate ${stringsOf(node.collname).join(".")}`;
  return { kind: "other", what, args: [arg], span: cover(reading, first, last) };
}

/** A node this model has no word for: its place, and the expressions anywhere inside. */
function readOther(reading: Reading, what: string, node: Node | undefined): Expr {
  const content = node === undefined ? undefined : (node as Record<string, unknown>)[what];
  const location = (content as { location?: number } | undefined)?.location;
  const inside: Node[] = [];
  collectExpressions(content, inside);
  const args = readExprs(reading, inside);
  const at = location === undefined || location < 0 ? reading.first : tokenOf(reading, location);
  const first = inside.length > 0 ? Math.min(at, reading.first) : at;
  let last = inside.length > 0 ? Math.max(at, reading.last) : at;
  if (isMark(reading.tokens, at + 1, "(")) last = Math.max(last, closing(reading.tokens, at + 1));
  else last = predicateEnd(reading, last);
  return {
    kind: "other",
    what: tokenText(reading.tokens, at).toLowerCase() || what,
    args,
    span: cover(reading, first, last),
  };
}

function collectExpressions(value: unknown, into: Node[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collectExpressions(item, into);
  } else if (typeof value === "object" && value !== null) {
    if (isExpression(value as Node) && !as(value as Node, "List")) into.push(value as Node);
    else for (const part of Object.values(value)) collectExpressions(part, into);
  }
}

/** The elements of a row or list expression, read one by one. */
export const readItems = (reading: Reading, node: Node | undefined): Expr[] =>
  readExprs(reading, itemsOf(node));

import type { Node, TypeName as TypeNode } from "@pgsql/types";
import { maskSecret } from "../../../text/secret.ts";
import type { Expr } from "../expression.ts";
import { closing, isOperator, nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, isName, isWord, tokenText } from "../tokens/tokens.ts";
import { readCall, readValueFunction } from "./call.ts";
import { readBracketed, readCase, readIndirection } from "./constructor.ts";
import { readType, typeEnd } from "./name.ts";
import { as, itemsOf, kindOf, type NodeKind, type NodeOf, stringOf, stringsOf } from "./node.ts";
import { readOperator } from "./operator.ts";
import { readSubLink } from "./sub-link.ts";

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
  const { type, value } = constantOf(node);
  return { kind: "constant", type, value, span: cover(reading, first, last) };
}

type Constant = Pick<Extract<Expr, { kind: "constant" }>, "type" | "value">;

/** The type and text of a constant; numbers as written, booleans as `true` and `false`. */
export function constantOf(node: NodeOf<"A_Const">): Constant {
  if (node.sval) return { type: "string", value: maskSecret(node.sval.sval ?? "") };
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

function readCollation(reading: Reading, node: NodeOf<"CollateClause">): Expr {
  const arg = readExpr(reading, node.arg);
  const first = reading.first;
  const last = nameEnd(reading.tokens, tokenOf(reading, node.location) + 1);
  const what = `collate ${stringsOf(node.collname).join(".")}`;
  return { kind: "other", what, args: [arg], span: cover(reading, first, last) };
}

const PREDICATES = new Set("json value array object scalar document normalized nfc nfd nfkc nfkd".split(" "));
const PREDICATE_TAIL = new Set([...PREDICATES, "with", "without", "unique", "keys"]);

/** The last token of IS [NOT] JSON ..., DOCUMENT, NORMALIZED after an operand that ends at `last`. */
export function predicateEnd(reading: Reading, last: number): number {
  const { tokens } = reading;
  const is = isWord(tokens, last, "is") ? last : last + 1;
  if (!isWord(tokens, is, "is")) return last;
  let at = isWord(tokens, is + 1, "not") ? is + 2 : is + 1;
  const word = () => (isName(tokens, at) ? tokenText(tokens, at).toLowerCase() : "");
  if (!PREDICATES.has(word())) return last;
  while (PREDICATE_TAIL.has(word())) at++;
  return at - 1;
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

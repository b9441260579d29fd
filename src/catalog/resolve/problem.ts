import type { Expr } from "../../source/sql/expression.ts";
import { findNear } from "../../text/near.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import type { Place, Span } from "../../text/span.ts";
import type { ResolvedType } from "../catalog.ts";
import { nearRelation } from "./near-relation.ts";
import type { Ground, Relation, Scope } from "./scope.ts";
import { nameOfType } from "./types.ts";

type Call = Extract<Expr, { kind: "call" }>;
type ColumnExpr = Extract<Expr, { kind: "column" }>;

export const placeOf = (ground: Ground, span: Span): Place => ({ path: ground.source.path, span });

/** A column that none of the relations in sight has. */
export function reportColumn(ground: Ground, expr: ColumnExpr, candidates: readonly Relation[]): void {
  const name = expr.path.at(-1)!;
  const columns = new Set(candidates.flatMap(columnNames));
  const near = findNear(name, columns);
  const foreign = candidates.some((relation) => relation.table?.platform);
  if (near === undefined && (foreign || !ground.certain)) return;
  const owner =
    candidates.length === 1 ? ` of ${candidates[0]!.key ?? candidates[0]!.name ?? "the query"}` : "";
  ground.listener.problem?.({
    kind: "column-unknown",
    name,
    ...(near === undefined ? {} : { near: quoteIdentifier(near) }),
    at: placeOf(ground, lastPart(ground, expr.span)),
    message: `There is no column ${quoteIdentifier(name)}${owner}.`,
  });
}

const columnNames = (relation: Relation): string[] =>
  relation.table ? [...relation.table.columns.keys()] : [...relation.columns.keys()];

/** `x.column` where nothing in sight is called x. */
export function reportQualifier(ground: Ground, expr: ColumnExpr, scope: Scope): void {
  const name = expr.path.at(-2)!;
  const names = relationNames(scope);
  const near = expr.path.length === 2 ? (names.aliasOf.get(name) ?? findNear(name, names.all)) : undefined;
  ground.listener.problem?.({
    kind: "table-unknown",
    name,
    ...(near === undefined ? {} : { near: quoteIdentifier(near) }),
    at: placeOf(ground, expr.path.length === 2 ? firstPart(ground, expr.span) : expr.span),
    message: `Nothing in this query is called ${quoteIdentifier(name)}.`,
  });
}

/** Names that qualify columns; and for tables behind an alias, the alias to use instead. */
function relationNames(scope: Scope): { all: string[]; aliasOf: Map<string, string> } {
  const all: string[] = [];
  const aliasOf = new Map<string, string>();
  for (let at: Scope | undefined = scope; at; at = at.parent)
    for (const relation of at.relations) {
      if (relation.name === undefined) continue;
      all.push(relation.name);
      if (relation.table && relation.table.name !== relation.name)
        aliasOf.set(relation.table.name, relation.name);
    }
  return { all, aliasOf };
}

/** A relation in FROM that does not exist: wrong only where another one is near, since dashboards make tables too. */
export function reportRelation(
  ground: Ground,
  name: { readonly schema?: string; readonly name: string; readonly span: Span },
): void {
  const near = nearRelation(ground.names, name, ground.searchPath);
  if (near === undefined) return;
  ground.listener.problem?.({
    kind: "table-unknown",
    name: name.name,
    near,
    at: placeOf(ground, name.span),
    message: `There is no table ${name.schema === undefined ? "" : `${quoteIdentifier(name.schema)}.`}${quoteIdentifier(name.name)}.`,
  });
}

/** A function that neither PostgreSQL, an extension nor the project has, under that name and in the search path. */
export function reportFunction(ground: Ground, call: Call, sure: boolean): void {
  const name = call.name.at(-1)!;
  const near = nearFunction(ground, call.name);
  if (near === undefined && !(sure && ground.certain)) return;
  ground.listener.problem?.({
    kind: "function-unknown",
    name,
    ...(near === undefined ? {} : { near }),
    at: placeOf(ground, calleeSpan(ground, call)),
    message: `There is no function ${call.name.map(quoteIdentifier).join(".")}.`,
  });
}

/** The project's own functions only: that a built-in name is near says nothing. */
function nearFunction(ground: Ground, path: readonly string[]): string | undefined {
  const name = path.at(-1)!;
  const wanted = path.length > 1 ? path.at(-2) : undefined;
  const inSight = new Map<string, string>();
  const elsewhere: string[] = [];
  for (const [first] of ground.names.functions.values()) {
    if (!first || first.platform) continue;
    const visible = wanted === undefined ? ground.searchPath.includes(first.schema) : first.schema === wanted;
    if (visible) inSight.set(first.name, first.schema);
    else if (first.name === name) elsewhere.push(first.schema);
  }
  if (elsewhere.length === 1) return `${quoteIdentifier(elsewhere[0]!)}.${quoteIdentifier(name)}`;
  const near = findNear(name, inSight.keys());
  if (near === undefined) return undefined;
  return wanted === undefined ? quoteIdentifier(near) : `${quoteIdentifier(wanted)}.${quoteIdentifier(near)}`;
}

/** A call that fits no overload. */
export function reportOverload(
  ground: Ground,
  call: Call,
  args: readonly (ResolvedType | undefined)[],
  overloads: readonly string[],
): void {
  const given = args.map((type) => (type ? nameOfType(type) : "?")).join(", ");
  ground.listener.problem?.({
    kind: "function-unknown",
    name: call.name.at(-1)!,
    at: placeOf(ground, calleeSpan(ground, call)),
    message: `There is no function ${call.name.map(quoteIdentifier).join(".")}(${given}), only ${overloads.join(", ")}.`,
  });
}

/** `left operator right` where no operator takes the two. */
export function reportMismatch(
  ground: Ground,
  operator: string,
  left: { readonly type: ResolvedType; readonly expr?: Expr },
  right: { readonly type: ResolvedType; readonly expr?: Expr },
  at: Span,
  message?: string,
): void {
  const names = [nameOfType(left.type), nameOfType(right.type)] as const;
  ground.listener.problem?.({
    kind: "type-mismatch",
    operator,
    left: names[0],
    right: names[1],
    ...(left.expr ? { leftExpr: placeOf(ground, left.expr.span) } : {}),
    ...(right.expr ? { rightExpr: placeOf(ground, right.expr.span) } : {}),
    at: placeOf(ground, at),
    message: message ?? `PostgreSQL has no operator ${names[0]} ${operator} ${names[1]}.`,
  });
}

/** A constant that its type does not have. */
export function reportValue(
  ground: Ground,
  type: ResolvedType,
  value: string,
  values: readonly string[],
  span: Span,
): void {
  const near = findNear(value, values);
  if (near === undefined && !ground.certain) return;
  ground.listener.problem?.({
    kind: "value-invalid",
    type: nameOfType(type),
    value,
    ...(near === undefined ? {} : { near }),
    at: placeOf(ground, span),
    message: `${nameOfType(type)} has no value '${value}'.`,
  });
}

/** A cast to a type that does not exist, where another one is near. */
export function reportType(ground: Ground, name: string, schema: string | undefined, span: Span): void {
  const candidates = [...ground.names.types.values()].filter((type) => !type.platform);
  const near = findNear(
    name,
    candidates.map((type) => type.name),
  );
  const type = candidates.find((each) => each.name === near);
  if (!type) return;
  const bare = schema === undefined && ground.searchPath.includes(type.schema);
  const written = quoteIdentifier(type.name);
  ground.listener.problem?.({
    kind: "type-unknown",
    name,
    near: bare ? written : `${quoteIdentifier(type.schema)}.${written}`,
    at: placeOf(ground, span),
    message: `There is no type ${quoteIdentifier(name)}.`,
  });
}

/** The last name of `a.b."c d"`. */
function lastPart(ground: Ground, span: Span): Span {
  const text = textOf(ground, span);
  if (text === "") return span;
  if (!text.endsWith('"')) return { start: span.start + text.lastIndexOf(".") + 1, end: span.end };
  let open = text.length - 2;
  while (open > 0 && (text[open] !== '"' || text[open - 1] === '"')) open -= text[open] === '"' ? 2 : 1;
  return { start: span.start + Math.max(open, 0), end: span.end };
}

function firstPart(ground: Ground, span: Span): Span {
  const last = lastPart(ground, span);
  const head = textOf(ground, { start: span.start, end: last.start });
  const end = span.start + head.replace(/\s*\.\s*$/, "").length;
  return head === "" ? span : { start: span.start, end };
}

/** The name before the parenthesis. */
function calleeSpan(ground: Ground, call: Call): Span {
  const text = textOf(ground, call.span);
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '"') quoted = !quoted;
    else if (text[index] === "(" && !quoted)
      return { start: call.span.start, end: call.span.start + text.slice(0, index).trimEnd().length };
  }
  return call.span;
}

/** Where the operator stands between its operands. */
export function operatorSpan(ground: Ground, operator: string, left: Span, whole: Span): Span {
  const text = textOf(ground, { start: left.end, end: whole.end });
  const at = text.indexOf(operator);
  return at < 0 ? whole : { start: left.end + at, end: left.end + at + operator.length };
}

function textOf(ground: Ground, span: Span): string {
  const { text, start } = ground.source;
  return span.start < start ? "" : text.slice(span.start - start, span.end - start);
}

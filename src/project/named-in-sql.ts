import type { Catalog } from "../catalog/catalog.ts";
import { qualify } from "../catalog/catalog.ts";
import type { Expr, QualifiedName, Query } from "../source/sql/expression.ts";
import type { Statement } from "../source/sql/statement.ts";
import { type Visitor, visitExpr, visitQuery } from "../source/sql/walk.ts";
import type { Span } from "../text/span.ts";
import type { Entity } from "./occurrences.ts";

type Note = (entity: Entity, span: Span) => void;

/** Tables, functions and buckets that the expressions and queries of a statement name; what the catalog has not is left out. */
export function noteNamesIn(statement: Statement, catalog: Catalog, note: Note): void {
  const visitor: Visitor = {
    from: (item) => {
      if (item.kind !== "table") return;
      const key = findKey(catalog, item.name, (each) => catalog.tables.has(each) || catalog.views.has(each));
      if (key !== undefined) note({ kind: "table", key }, item.name.span);
    },
    expr: (expr) => {
      const entity = expr.kind === "call" ? calledFunction(expr, catalog) : comparedBucket(expr);
      if (entity) note(entity.entity, entity.span);
    },
  };
  const { exprs, queries } = partsOf(statement);
  for (const expr of exprs) visitExpr(expr, visitor);
  for (const query of queries) visitQuery(query, visitor);
}

interface Parts {
  readonly exprs: readonly Expr[];
  readonly queries: readonly Query[];
}

function partsOf(statement: Statement): Parts {
  switch (statement.kind) {
    case "create-policy":
    case "alter-policy":
      return {
        exprs: [statement.using, statement.check].flatMap((clause) => clause?.expr ?? []),
        queries: [],
      };
    case "create-view":
      return { exprs: [], queries: [statement.query] };
    case "create-function":
      return { exprs: statement.body.expressions, queries: statement.body.queries };
    default:
      return { exprs: [], queries: [] };
  }
}

interface Named {
  readonly entity: Entity;
  readonly span: Span;
}

function calledFunction({ name, span }: Expr & { kind: "call" }, catalog: Catalog): Named | undefined {
  const [schema, last] = name.length > 1 ? name.slice(-2) : [undefined, name[0]];
  const written = { ...(schema === undefined ? {} : { schema }), name: last!, span };
  const key = findKey(catalog, written, (each) => catalog.functions.has(each));
  if (key === undefined) return undefined;
  // The name alone: what stands between the parentheses is other things.
  const end = Math.min(span.end, span.start + name.join(".").length);
  return { entity: { kind: "function", key }, span: { start: span.start, end } };
}

/** `bucket_id = 'avatars'`, either way round. */
function comparedBucket(expr: Expr): Named | undefined {
  if (expr.kind !== "operator" || expr.name !== "=" || !expr.left) return undefined;
  const [column, constant] =
    expr.left.kind === "constant" ? [expr.right, expr.left] : [expr.left, expr.right];
  if (column.kind !== "column" || column.path.at(-1) !== "bucket_id" || constant.kind !== "constant")
    return undefined;
  return { entity: { kind: "bucket", key: constant.value }, span: constant.span };
}

function findKey(
  catalog: Catalog,
  { schema, name }: QualifiedName,
  isThere: (key: string) => boolean,
): string | undefined {
  const schemas = schema === undefined ? catalog.searchPath : [schema];
  return schemas.map((each) => qualify(each, name)).find(isThere);
}

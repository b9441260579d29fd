import type { FromItem, Query, Target } from "../expression.ts";
import { evaluate, type Known, type Row, type Variables } from "./built-text.ts";

/** The rows of a query where they follow from constants: VALUES, unnest(array[...]). Undefined where they do not. */
export function knownRows(query: Query, variables: Variables): readonly Row[] | undefined {
  if (query.ctes.length > 0 || query.limit || query.where || query.groupBy || query.having) return undefined;
  if (query.setOperation) {
    const left = knownRows(query.setOperation.left, variables);
    const right = knownRows(query.setOperation.right, variables);
    return left && right && query.setOperation.operator === "union" ? [...left, ...right] : undefined;
  }
  if (query.values) return query.values.map((row) => numbered(row.map((expr) => evaluate(expr, variables))));
  if (query.command !== "select") return undefined;
  if (query.from.length === 0) return targetRows(query.targets, variables);
  const rows = query.from.length === 1 ? itemRows(query.from[0]!, variables) : undefined;
  return rows?.map((row) => selected(query.targets, row, variables));
}

const numbered = (values: readonly Known[]): Row =>
  new Map(values.map((value, i) => [`column${i + 1}`, value]));

/** `select unnest(array['a', 'b']) as t, 'x'`: one row for each element. */
function targetRows(targets: readonly Target[], variables: Variables): readonly Row[] | undefined {
  const columns = targets.map((target) => {
    const elements = unnested(target.expr, variables);
    return { name: nameOf(target), elements, value: elements ? undefined : evaluate(target.expr, variables) };
  });
  const length = Math.max(...columns.map(({ elements }) => elements?.length ?? 1));
  return Array.from({ length }, (_, i) => {
    return new Map(columns.map(({ name, elements, value }) => [name, elements ? elements[i] : value]));
  });
}

/** The elements of unnest(...) or of a set of constants; undefined for anything else. */
function unnested(expr: Target["expr"], variables: Variables): readonly Known[] | undefined {
  if (expr.kind !== "call" || expr.name.at(-1) !== "unnest") return undefined;
  const value = expr.args[0] && evaluate(expr.args[0], variables);
  return Array.isArray(value) ? value : undefined;
}

function nameOf(target: Target): string {
  if (target.name !== undefined) return target.name;
  const { expr } = target;
  if (expr.kind === "call") return expr.name.at(-1)!;
  return expr.kind === "column" ? expr.path.at(-1)! : "?column?";
}

function itemRows(item: FromItem, variables: Variables): readonly Row[] | undefined {
  if (item.kind === "query") return renamed(knownRows(item.query, variables), item.columns);
  if (item.kind !== "function") return undefined;
  const elements = unnested(item.call, variables);
  const name = item.columns?.[0] ?? item.alias ?? "unnest";
  return elements?.map((element) => new Map([[name, element]]));
}

/** `(values ...) as v(a, b)`. */
function renamed(
  rows: readonly Row[] | undefined,
  names: readonly string[] | undefined,
): readonly Row[] | undefined {
  if (names === undefined) return rows;
  return rows?.map((row) => new Map([...row].map(([name, value], i) => [names[i] ?? name, value])));
}

/** The targets over one row: `*`, a column with or without its table's name, an expression. */
function selected(targets: readonly Target[], row: Row, variables: Variables): Row {
  const scope: Variables = new Map([...variables, ...row]);
  const columns = targets.flatMap((target): [string, Known][] => {
    const { expr } = target;
    if (expr.kind !== "column") return [[nameOf(target), evaluate(expr, scope)]];
    const last = expr.path.at(-1)!;
    if (last === "*") return [...row];
    return [[nameOf(target), row.has(last) ? row.get(last) : evaluate(expr, scope)]];
  });
  return new Map(columns);
}

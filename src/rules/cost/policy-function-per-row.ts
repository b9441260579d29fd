import type { PolicyClause, Table } from "../../catalog/catalog.ts";
import { findMeaning, type Meaning, namesRow } from "../../catalog/resolve/resolve.ts";
import { containsExpr, partsOfQuery } from "../../catalog/walk.ts";
import { functionOf } from "../../project/caller-parts.ts";
import { changeClauses, clausesOf, type WrittenClause } from "../../project/clauses.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { nameOf } from "../../project/words.ts";
import type { Expr, Query } from "../../source/sql/expression.ts";
import { type Call, columnsOf, exprParts, queryParts } from "../../source/sql/walk.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "warning",
  summary: "A policy asks who the caller is once for every row.",
  why: "PostgreSQL runs a stable function for every row it looks at, unless it stands in a sub-select of its own. On 100,000 rows, `(select auth.uid())` took 4.7 ms where `auth.uid()` took 29 ms, and `(select is_admin())` 5 ms where `is_admin()` took 229 ms.",
  *check({ policy, table }, project) {
    if (policy.refused || (isConcealed(project, table) && policy.platform)) return;
    const calls = clausesOf(policy).flatMap((written) => findCalls(written, table, project));
    const bare = calls.filter(({ correlated }) => !correlated);
    const shown = bare.length ? bare : calls;
    if (!shown.length) return;
    const names = [...new Set(shown.map(({ call }) => functionOf(project, call)))];
    const first = shown[0]!;
    const remedy = changeClauses(
      policy,
      shown.map(({ call, ...rest }) => ({
        in: rest.in,
        span: call.span,
        text: `(select ${textOf(rest.in.clause, call)})`,
      })),
      "Ask once, in a sub-select",
    );
    yield {
      at: { path: first.in.clause.place.path, span: first.call.span },
      subject: `${table.schema}.${table.name}/${policy.name}`,
      ...(bare.length ? {} : { severity: "info" as const }),
      message: `"${policy.name}" on ${nameOf(table)} calls ${names.map((name) => `${name}()`).join(" and ")} for every row.`,
      ...(remedy ? { remedy } : {}),
    };
  },
});

interface Found {
  readonly in: WrittenClause;
  readonly call: Call;
  /** Inside a sub-select that depends on the row: whether it is asked again is up to the plan. */
  readonly correlated: boolean;
}

const textOf = ({ text, place }: PolicyClause, { span }: Call): string =>
  text.slice(span.start - place.span.start, span.end - place.span.start);

/** Calls that ask for the caller outside a sub-select that PostgreSQL evaluates once. */
function findCalls(written: WrittenClause, table: Table, project: Project): Found[] {
  const found: Found[] = [];
  let meaning: Meaning | undefined;
  const isCorrelated = (query: Query): boolean => {
    if (!namesColumns(query)) return false;
    meaning ??= findMeaning(project.catalog, table, written.clause);
    return queryNamesRow(query, meaning);
  };
  const walk = (expr: Expr, correlated: boolean): void => {
    if (expr.kind === "subquery") {
      if (expr.left) walk(expr.left, correlated);
      if (isCorrelated(expr.query)) for (const part of queryParts(expr.query)) walk(part, true);
      return;
    }
    if (expr.kind === "call" && asksPerRow(expr, project))
      found.push({ in: written, call: expr, correlated });
    for (const part of exprParts(expr)) walk(part, correlated);
  };
  walk(written.clause.expr, false);
  return found;
}

const queryNamesRow = (query: Query, meaning: Meaning): boolean =>
  partsOfQuery(query).some((part) => namesRow(part, meaning));

const namesColumns = (query: Query): boolean =>
  partsOfQuery(query).some((part) => containsExpr(part, ({ kind }) => kind === "column"));

/** A function of the caller, or a helper of the project's own, none of whose arguments come from the row. */
function asksPerRow(call: Call, project: Project): boolean {
  if (call.bare || call.over || columnsOf(call).length) return false;
  const name = functionOf(project, call);
  if (project.platform.callerFunctions.includes(name) || /^(pg_catalog\.)?current_setting$/.test(name))
    return true;
  const func = project.catalog.functions.get(name)?.[0];
  return func !== undefined && !func.platform && !func.returnsSet && func.volatility !== "immutable";
}

import type { Policy, PolicyClause, Table } from "../../catalog/catalog.ts";
import { derived } from "../../catalog/derived.ts";
import { findBodyMeaning, findMeaning, type Meaning } from "../../catalog/resolve/resolve.ts";
import { changeClauses, clausesOf, type WrittenClause } from "../../project/clauses.ts";
import type { Project } from "../../project/project.ts";
import { isConcealed } from "../../project/reach.ts";
import { visitThrough } from "../../project/through.ts";
import { placeIn, type Wording, wordingOf } from "../../project/wording.ts";
import { nameOf } from "../../project/words.ts";
import type { Expr, FromItem, Query } from "../../source/sql/expression.ts";
import { type Column, columnsOf, queriesOf, visitExpr, visitQuery } from "../../source/sql/walk.ts";
import type { Remedy } from "../../text/finding.ts";
import { quoteIdentifier } from "../../text/quote.ts";
import type { Span } from "../../text/span.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  on: "policy",
  severity: "error",
  summary: "A column in a sub-select means the sub-select's own table, not the policy's row.",
  why: "PostgreSQL looks for a name without a qualifier in the sub-select first: `exists (select 1 from members where members.org_id = org_id)` compares the column with itself, and every row passes.",
  *check({ policy, table }, project) {
    if (policy.refused || (isConcealed(project, table) && policy.platform)) return;
    for (const written of clausesOf(policy)) {
      const found = findCaptured(project, table, written.clause) ?? capturedThrough(project, written.clause);
      if (!found) continue;
      const remedy = found.column && qualify(policy, table, written, found.column, found.query);
      yield {
        at: { path: written.clause.place.path, span: found.at },
        subject: `${table.schema}.${table.name}/${policy.name}`,
        message: `${found.name} in the sub-select of "${policy.name}" is the sub-select's own column, not ${found.meant}.`,
        ...(remedy ? { remedy } : {}),
      };
      return;
    }
  },
});

interface Captured {
  readonly at: Span;
  readonly name: string;
  readonly meant: string;
  readonly column?: Column;
  readonly query?: Query;
}

/** A name that the row has too, compared with a column of the same table in a sub-select that never names the row. */
function findCaptured(project: Project, table: Table, clause: PolicyClause): Captured | undefined {
  for (const query of queriesOf(clause.expr))
    for (const [column, other] of comparedIn(query)) {
      if (!isCaptured(column, other, query, table, findMeaning(project.catalog, table, clause))) continue;
      return { at: column.span, name: column.path[0]!, meant: `that of ${nameOf(table)}`, column, query };
    }
  return undefined;
}

function isCaptured(column: Column, other: Column, query: Query, table: Table, meaning: Meaning): boolean {
  const [own, against] = [meaning.columns.get(column), meaning.columns.get(other)];
  if (column.path.length > 1 || !own || !against || own.relation.row || own.level !== 0) return false;
  if (own.relation !== against.relation || !table.columns.has(own.column)) return false;
  return own.column === against.column || !namesRowIn(query, meaning);
}

const namesRowIn = (query: Query, meaning: Meaning): boolean => {
  let found = false;
  const look = (expr: Expr): void => {
    if (meaning.columns.get(expr)?.relation.row) found = true;
  };
  visitQuery(query, { expr: look });
  return found;
};

function capturedThrough(project: Project, clause: PolicyClause): Captured | undefined {
  const found = findCapturedInHelper(project, wordingOf(clause));
  return found && { ...found, at: placeIn(clause, found.at).span };
}

/** An argument of an SQL helper that has a column's name: the column comes first there as well. */
const findCapturedInHelper = derived((project: Project, { expr }: Wording): Captured | undefined => {
  let found: Captured | undefined;
  visitThrough(project, expr, {
    query: (query, { functions, call }) => {
      const func = functions.at(-1);
      if (found || !func || !call || func.language !== "sql") return;
      const names = func.args.map(({ name }) => name);
      for (const [column, other] of comparedIn(query)) {
        if (column.path.length > 1 || !names.includes(column.path[0]!)) continue;
        const meaning = findBodyMeaning(project.catalog, func);
        const [own, against] = [meaning.columns.get(column), meaning.columns.get(other)];
        if (!own?.relation.key || own.relation !== against?.relation || own.column !== against.column)
          continue;
        found = { at: call.span, name: column.path[0]!, meant: `the argument of ${nameOf(func)}` };
      }
    },
  });
  return found;
});

/** Columns that a query compares with columns in its own conditions, both ways round. */
function comparedIn(query: Query): [Column, Column][] {
  const found: [Column, Column][] = [];
  const look = (expr: Expr): unknown => {
    if (expr.kind === "subquery") return false;
    if (expr.kind !== "operator" || !expr.left || expr.name !== "=") return true;
    const [left, right] = [columnIn(expr.left), columnIn(expr.right)];
    if (left && right) found.push([right, left], [left, right]);
    return true;
  };
  for (const condition of [query.where, ...query.from.flatMap(conditionsOf)])
    if (condition) visitExpr(condition, { expr: look, query: () => false });
  return found;
}

const conditionsOf = (item: FromItem): (Expr | undefined)[] =>
  item.kind === "join" ? [item.on, ...conditionsOf(item.left), ...conditionsOf(item.right)] : [];

/** The one column that a side is made of: `name`, `org_id::text`, `(storage.foldername(name))[1]`. */
function columnIn(expr: Expr): Column | undefined {
  if (expr.kind === "column") return expr;
  if (expr.kind === "cast" || expr.kind === "element") return columnIn(expr.arg);
  if (expr.kind !== "call") return undefined;
  const columns = expr.args.flatMap((arg) => columnsOf(arg));
  return columns.length === 1 ? columns[0] : undefined;
}

/** `tasks.org_id`, where no table of that name stands in the sub-select. */
function qualify(
  policy: Policy,
  table: Table,
  written: WrittenClause,
  column: Column,
  query: Query | undefined,
): Remedy | undefined {
  let hidden = false;
  if (query)
    visitQuery(query, {
      from: (item) => {
        if (item.kind === "table" && (item.alias ?? item.name.name) === table.name) hidden = true;
      },
    });
  if (hidden) return undefined;
  const text = `${quoteIdentifier(table.name)}.${quoteIdentifier(column.path[0]!)}`;
  return changeClauses(policy, [{ in: written, span: column.span, text }], `Name it ${text}`);
}

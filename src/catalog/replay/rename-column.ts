import type { Expr } from "../../source/sql/expression.ts";
import { rewriteExpr } from "../../source/sql/rewrite.ts";
import type { TableStatement } from "../../source/sql/statement.ts";
import type { Constraint, Index } from "../catalog.ts";
import { withDescendants } from "./inheritance.ts";
import { findRelation, reportUnknown } from "./names.ts";
import { renameInExpressions } from "./renamed-names.ts";
import { markChanged, type State, type Step } from "./state.ts";

type Rename = Extract<TableStatement, { kind: "rename" }>;

/** ALTER TABLE ... RENAME COLUMN, in the table and all that inherit it. */
export function renameColumn(step: Step, { name, part, to, ifExists }: Rename) {
  const { state } = step;
  const found = findRelation(state, name);
  if (!found) return reportUnknown(step, "alter table", name, ifExists);
  if (found.kind === "view") return renameViewColumn(step, found.key, part ?? "", to);
  if (found.kind !== "table") return;
  for (const key of withDescendants(step, found.key)) renameColumnOf(step, key, part ?? "", to);
}

function renameColumnOf(step: Step, key: string, from: string, to: string): void {
  const { state } = step;
  const before = state.shelves.tables.get(key);
  if (!before?.columns.has(from) || before.columns.has(to)) return;
  renameInExpressions(state, key, { what: "column", table: key, from, to });
  const table = state.edit("tables", key)!;
  const renamed = [...table.columns].map(
    ([name, column]) =>
      [name === from ? to : name, name === from ? { ...column, name: to } : column] as const,
  );
  table.columns = new Map(renamed);
  table.constraints = table.constraints.map((constraint) => renameInConstraint(constraint, from, to));
  table.indexes = table.indexes.map((index) => renameInIndex(index, from, to));
  markChanged(step, table);
  renameReferenced(state, key, from, to);
}

export const renameIn = (names: readonly string[], from: string, to: string): readonly string[] =>
  names.includes(from) ? names.map((name) => (name === from ? to : name)) : names;

function renameInConstraint(constraint: Constraint, from: string, to: string): Constraint {
  const columns = renameIn(constraint.columns, from, to);
  const check = constraint.check && renameInOwn(constraint.check, from, to);
  if (columns === constraint.columns && check === constraint.check) return constraint;
  return { ...constraint, columns, ...(check ? { check } : {}) };
}

function renameInIndex(index: Index, from: string, to: string): Index {
  const keys = index.keys.map((key) => {
    if (key.column !== undefined) return key.column === from ? { column: to } : key;
    return key.expr ? { expr: renameInOwn(key.expr, from, to) } : key;
  });
  return { ...index, keys, ...(index.where ? { where: renameInOwn(index.where, from, to) } : {}) };
}

/** In expressions that know no table but their own. */
const renameInOwn = (expr: Expr, from: string, to: string): Expr =>
  rewriteExpr(expr, {
    expr: (each) =>
      each.kind === "column" && each.path.at(-1) === from
        ? { ...each, path: [...each.path.slice(0, -1), to] }
        : each,
  });

/** Foreign keys of other tables that point at the column. */
function renameReferenced(state: State, key: string, from: string, to: string): void {
  const point = (constraint: Constraint): Constraint => {
    const { references } = constraint;
    if (references?.table !== key || !references.columns.includes(from)) return constraint;
    return { ...constraint, references: { ...references, columns: renameIn(references.columns, from, to) } };
  };
  for (const user of new Set([key, ...state.usersOf(key)])) {
    const table = state.shelves.tables.get(user);
    if (!table?.constraints.some((constraint) => point(constraint) !== constraint)) continue;
    state.edit("tables", user)!.constraints = table.constraints.map(point);
  }
}

function renameViewColumn(step: Step, key: string, from: string, to: string): void {
  const view = step.state.edit("views", key);
  if (!view) return;
  view.columns = renameIn(view.columns, from, to);
  markChanged(step, view);
}

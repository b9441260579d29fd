import type { Expr, FromItem, TypeName } from "../../source/sql/expression.ts";
import { type Rewrite, rewriteExpr, rewriteQuery } from "../../source/sql/rewrite.ts";
import { type Policy, type PolicyClause, qualify, type Table, type View } from "../catalog.ts";
import { resolveQuery } from "../resolve/query.ts";
import { resolveClause } from "../resolve/resolve.ts";
import type { Listener } from "../resolve/scope.ts";
import type { Draft, State } from "./state.ts";

/**
 * A rename, as it meets names in stored expressions. PostgreSQL stores references, and so policies and views survive
 * it; here their names are rewritten, so that they go on meaning the same.
 */
export type Renaming =
  | { readonly what: "column"; readonly table: string; readonly from: string; readonly to: string }
  | {
      readonly what: "relation" | "function" | "type";
      readonly from: string;
      readonly schema: string;
      readonly name: string;
    };

/** Rewrites the policies and views that may use what is renamed. Called before the rename itself. */
export function renameInExpressions(state: State, key: string, renaming: Renaming): void {
  for (const user of new Set([key, ...state.usersOf(key)])) {
    const table = state.shelves.tables.get(user);
    if (table) renameInTable(state, user, table, renaming);
    const view = state.shelves.views.get(user);
    if (view) renameInView(state, user, view, renaming);
  }
}

function renameInTable(state: State, key: string, table: Table, renaming: Renaming): void {
  for (const policy of table.policies.values()) {
    const after = renameInPolicy(state, table, policy, renaming);
    if (after === policy) continue;
    const draft = state.edit("tables", key)!;
    const policies = state.own(draft.policies);
    policies.set(policy.name, after);
    draft.policies = policies;
  }
}

function renameInPolicy(state: State, table: Table, policy: Policy, renaming: Renaming): Policy {
  const draft: Draft<Policy> = { ...policy };
  if (policy.using) draft.using = renameInClause(state, table, policy.using, renaming);
  if (policy.check) draft.check = renameInClause(state, table, policy.check, renaming);
  return draft.using === policy.using && draft.check === policy.check ? policy : draft;
}

function renameInClause(state: State, table: Table, clause: PolicyClause, renaming: Renaming): PolicyClause {
  const marked = markNodes(renaming);
  resolveClause(clause, table, state.shelves, false, marked.listener);
  const expr = rewriteExpr(clause.expr, rewriteMarked(marked, renaming));
  return expr === clause.expr ? clause : { ...clause, expr };
}

function renameInView(state: State, key: string, view: View, renaming: Renaming): void {
  const marked = markNodes(renaming);
  const source = { path: "", text: "", start: 0 };
  const ground = {
    names: state.shelves,
    searchPath: view.searchPath,
    source,
    certain: false,
    variables: false,
  };
  const scope = { relations: [], parent: undefined };
  resolveQuery(view.query, { ground: { ...ground, listener: marked.listener }, scope, ctes: undefined });
  const query = rewriteQuery(view.query, rewriteMarked(marked, renaming));
  if (query !== view.query) state.edit("views", key)!.query = query;
}

interface Marked {
  readonly exprs: ReadonlySet<Expr>;
  /** Columns whose qualifier is the table's own name. */
  readonly qualified: ReadonlySet<Expr>;
  readonly items: ReadonlySet<FromItem>;
  readonly listener: Listener;
}

/** Finds the nodes that name what is renamed. */
function markNodes(renaming: Renaming): Marked {
  const exprs = new Set<Expr>();
  const qualified = new Set<Expr>();
  const items = new Set<FromItem>();
  const listener: Listener = {
    column: (expr, { relation, column }) => {
      if (renaming.what === "column" && relation.key === renaming.table && column === renaming.from)
        exprs.add(expr);
      if (renaming.what === "relation" && relation.key === renaming.from && relation.schema !== undefined)
        qualified.add(expr);
    },
    relation: (item, key) => {
      if (renaming.what === "relation" && key === renaming.from) items.add(item);
    },
    call: (expr, functions) => {
      if (renaming.what !== "function") return;
      if (functions.some((func) => qualify(func.schema, func.name) === renaming.from)) exprs.add(expr);
    },
  };
  return { exprs, qualified, items, listener };
}

function rewriteMarked(marked: Marked, renaming: Renaming): Rewrite {
  return {
    table: (item) => {
      if (!marked.items.has(item) || renaming.what === "column") return item;
      const { schema, name } = renaming;
      return { ...item, name: { ...item.name, schema, name } };
    },
    expr: (expr, before) => {
      if (expr.kind === "cast" && renaming.what === "type")
        return { ...expr, type: renamedType(expr.type, renaming) };
      if (expr.kind === "call" && renaming.what === "function" && marked.exprs.has(before))
        return { ...expr, name: [renaming.schema, renaming.name] };
      if (expr.kind !== "column") return expr;
      if (renaming.what === "column" && marked.exprs.has(before))
        return { ...expr, path: [...expr.path.slice(0, -1), renaming.to] };
      if (renaming.what === "relation" && marked.qualified.has(before) && expr.path.length > 1)
        return { ...expr, path: requalified(expr.path, renaming) };
      return expr;
    },
  };
}

const requalified = (
  path: readonly string[],
  { schema, name }: { schema: string; name: string },
): string[] => (path.length === 2 ? [name, path[1]!] : [schema, name, path.at(-1)!]);

/** A cast to the type: by its schema, or without one where the name is the same. */
function renamedType(
  type: TypeName,
  renaming: Extract<Renaming, { from: string; schema: string }>,
): TypeName {
  const written = type.schema === undefined ? undefined : qualify(type.schema, type.name);
  const bare = renaming.from.slice(renaming.from.indexOf(".") + 1);
  if (written !== renaming.from && !(written === undefined && type.name === bare)) return type;
  return { ...type, schema: renaming.schema, name: renaming.name };
}

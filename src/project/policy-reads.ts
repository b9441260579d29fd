import { type Func, type Policy, type PolicyClause, qualify, type Table } from "../catalog/catalog.ts";
import { derived } from "../catalog/derived.ts";
import { findBodyMeaning, findMeaning, type Meaning } from "../catalog/resolve/resolve.ts";
import { unwrap } from "../catalog/walk.ts";
import type { Expr, Query } from "../source/sql/expression.ts";
import { columnsOf, queriesOf, queryParts, visitExpr, visitQuery } from "../source/sql/walk.ts";
import { clausesOf } from "./clauses.ts";
import type { Project } from "./project.ts";
import { findClaimCall } from "./session.ts";
import { visitThrough, type Way } from "./through.ts";
import { type Wording, wordingOf } from "./wording.ts";

/** A policy that looks into another table, and the columns of the caller's own row that it goes by there. */
export interface PolicyRead {
  readonly policy: Policy;
  readonly table: Table;
  /** Columns that the sub-select names, those that find the caller's row left out. */
  readonly columns: ReadonlySet<string>;
  /** Some column is compared with the caller: it is his row that decides. */
  readonly own: boolean;
}

/** Which policies look into which table, themselves or through helpers; by the table's key. */
export const policyReads = derived((project: Project): ReadonlyMap<string, readonly PolicyRead[]> => {
  const found = new Map<string, PolicyRead[]>();
  for (const table of project.catalog.tables.values())
    for (const read of readsOfTable(project, table)) {
      const list = found.get(read.key) ?? [];
      list.push(read);
      found.set(read.key, list);
    }
  return found;
});

/** For each table by itself: an edit of one leaves what the others' policies read as it is. */
const readsOfTable = derived(
  (project: Project, table: Table): readonly (PolicyRead & { readonly key: string })[] =>
    [...table.policies.values()].flatMap((policy) =>
      (policy.refused ? [] : clausesOf(policy)).flatMap(({ clause }) =>
        readsOfClause(project, table, clause)
          .filter(({ key }) => key !== qualify(table.schema, table.name))
          .map(({ key, columns, own }) => ({ key, policy, table, columns, own })),
      ),
    ),
);

interface Read extends Pick<PolicyRead, "columns" | "own"> {
  readonly key: string;
}

function readsOfClause(project: Project, table: Table, clause: PolicyClause): readonly Read[] {
  const queries = queriesOf(clause.expr).filter(({ from }) => from.length);
  const meaning = queries.length ? findMeaning(project.catalog, table, clause) : undefined;
  const own = meaning ? queries.flatMap((query) => readsOfQuery(project, query, meaning)) : [];
  return [...own, ...functionsIn(project, wordingOf(clause)).flatMap((func) => readsOfBody(project, func))];
}

/** The sources' own functions that are called, at any depth. */
const functionsIn = derived((project: Project, { expr }: Wording): readonly Func[] => {
  const functions = new Set<Func>();
  const note = (_: unknown, way: Way): void => {
    for (const func of way.functions) functions.add(func);
  };
  visitThrough(project, expr, { expr: note, query: note });
  return [...functions];
});

const readsOfBody = derived((project: Project, func: Func): readonly Read[] => {
  const meaning = findBodyMeaning(project.catalog, func);
  const queries = func.body.expressions.flatMap(queriesOf);
  for (const query of func.body.queries) visitQuery(query, { query: (each) => void queries.push(each) });
  return queries.flatMap((query) => readsOfQuery(project, query, meaning));
});

function readsOfQuery(project: Project, query: Query, meaning: Meaning): Read[] {
  const keys = new Set(query.from.flatMap((item) => keysIn(item, meaning)));
  if (!keys.size || query.into) return [];
  const identity = new Set<string>();
  for (const part of queryParts(query)) collectIdentity(project, part, meaning, identity);
  return [...keys].map((key) => {
    const columns = new Set<string>();
    const finds = (part: Expr) => findsCaller(project, part, meaning, key);
    for (const part of queryParts(query).flatMap((each) => besideCaller(each, finds)))
      for (const column of columnsOf(part)) {
        const binding = meaning.columns.get(column);
        if (
          binding?.relation.key === key &&
          !binding.relation.row &&
          !identity.has(`${key} ${binding.column}`)
        )
          columns.add(binding.column);
      }
    return { key, columns, own: [...identity].some((each) => each.startsWith(`${key} `)) };
  });
}

/** Arms beside one that finds the caller let others in, and make nothing more of him: `user_id = auth.uid() or is_public`. */
function besideCaller(expr: Expr, finds: (part: Expr) => boolean): readonly Expr[] {
  if (expr.kind === "and") return expr.args.flatMap((part) => besideCaller(part, finds));
  if (expr.kind !== "or") return [expr];
  const arms = expr.args.filter(finds);
  return (arms.length ? arms : expr.args).flatMap((arm) => besideCaller(arm, finds));
}

function findsCaller(project: Project, part: Expr, meaning: Meaning, key: string): boolean {
  const found = new Set<string>();
  collectIdentity(project, part, meaning, found);
  return [...found].some((each) => each.startsWith(`${key} `));
}

const keysIn = (item: Query["from"][number], meaning: Meaning): string[] => {
  if (item.kind === "join") return [...keysIn(item.left, meaning), ...keysIn(item.right, meaning)];
  const key = item.kind === "table" ? meaning.relations.get(item) : undefined;
  return key === undefined ? [] : [key];
};

/** Columns compared with the caller, or with what a helper was given: they find his row. */
function collectIdentity(project: Project, expr: Expr, meaning: Meaning, found: Set<string>): void {
  visitExpr(expr, {
    query: () => false,
    expr: (part) => {
      if (part.kind !== "operator" || part.name !== "=" || !part.left) return;
      for (const [side, other] of [
        [part.left, part.right],
        [part.right, part.left],
      ] as const) {
        const binding = meaning.columns.get(unwrap(side));
        if (!binding?.relation.key || binding.relation.row || !binding.relation.table) continue;
        if (isArgument(unwrap(other), meaning) || findClaimCall(project, other))
          found.add(`${binding.relation.key} ${binding.column}`);
      }
    },
  });
}

/** A function's argument or a variable: no column of any table. */
const isArgument = (expr: Expr, meaning: Meaning): boolean =>
  expr.kind === "parameter" || (expr.kind === "column" && !meaning.columns.get(expr)?.relation.key);

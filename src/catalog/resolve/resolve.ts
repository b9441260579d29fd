import type { Expr, FromItem, Query } from "../../source/sql/expression.ts";
import {
  type Catalog,
  type Func,
  type PolicyClause,
  qualify,
  type Refusal,
  type ResolvedType,
  type Table,
  type View,
} from "../catalog.ts";
import { derived } from "../derived.ts";
import { containsExpr } from "../walk.ts";
import { resolveExpr } from "./expression.ts";
import { signatureOf } from "./functions.ts";
import { type Noted, NotedFew } from "./noted.ts";
import { checkCondition } from "./operator.ts";
import { resolveQuery } from "./query.ts";
import {
  type ColumnBinding,
  type Ground,
  type Listener,
  type Output,
  type Relation,
  relationOfOutput,
  relationOfTable,
  type Scope,
} from "./scope.ts";
import type { Names } from "./types.ts";

/** What the names of an expression mean, node by node. What is not there is not known. */
export interface Meaning {
  readonly columns: Noted<Expr, ColumnBinding>;
  /** Tables and views in FROM, by key. */
  readonly relations: Noted<FromItem, string>;
  /** The item of FROM that a column's relation comes from; the policy's own row and arguments come from none. */
  readonly sources: Noted<Relation, FromItem>;
  /** The project's and platform's functions a call can mean; built-in ones are in none. */
  readonly calls: Noted<Expr, readonly Func[]>;
  readonly types: Noted<Expr, ResolvedType>;
  /** What PostgreSQL would refuse, in its order. */
  readonly problems: readonly Refusal[];
}

/** The meaning of a policy's USING or WITH CHECK in a catalog: many rules ask for it. */
export const findMeaning = derived((catalog: Catalog, table: Table, clause: PolicyClause): Meaning => {
  const noted = noteMeaning();
  resolveClause(clause, table, catalog, catalog.unresolved.length === 0, noted.listener);
  return noted.meaning;
});

/** The meaning of a view's query. */
export const findViewMeaning = derived((catalog: Catalog, view: View): Meaning => {
  const noted = noteMeaning();
  resolveQuery(view.query, sightOf(bodyGround(catalog, view.searchPath, false, noted.listener)));
  return noted.meaning;
});

/**
 * The meaning of all that was read of a function's body. In PL/pgSQL and other languages an unknown name may be a
 * variable and is no problem; in SQL only arguments can stand beside columns.
 */
export const findBodyMeaning = derived((catalog: Catalog, func: Func): Meaning => {
  const noted = noteMeaning();
  const ground = bodyGround(catalog, func.searchPath, func.language !== "sql", noted.listener);
  const sight = { ground, scope: argumentScope(func), ctes: undefined };
  for (const query of func.body.queries) resolveQuery(query, sight);
  for (const expr of func.body.expressions) resolveExpr(expr, sight);
  const { result, expressions, reached = [] } = func.body;
  // Put together from them; what is wrong with their parts was found there.
  const quiet = {
    ...sight,
    ground: bodyGround(catalog, func.searchPath, true, { ...noted.listener, problem: () => {} }),
  };
  if (result && func.language === "plpgsql" && !expressions.includes(result)) resolveExpr(result, quiet);
  for (const { query, when } of reached) {
    resolveQuery(query, quiet);
    if (when) resolveExpr(when, quiet);
  }
  return noted.meaning;
});

const bodyGround = (
  catalog: Catalog,
  searchPath: readonly string[],
  variables: boolean,
  listener: Listener,
): Ground => groundOf(catalog, searchPath, { certain: catalog.unresolved.length === 0, variables, listener });

/** Arguments are reached by their names, or by the function's name and theirs; columns come first. */
function argumentScope(func: Func): Scope {
  const columns = func.args.flatMap(({ name, type }) => (name === undefined ? [] : [{ name, type }]));
  return { relations: [relationOfOutput(func.name, { columns, open: false })], parent: undefined };
}

function noteMeaning(): { readonly meaning: Meaning; readonly listener: Listener } {
  const meaning: Draft<Meaning> = {
    columns: NONE,
    relations: NONE,
    sources: NONE,
    calls: NONE,
    types: NONE,
    problems: NO_PROBLEMS,
  };
  const listener: Listener = {
    column: (expr, binding) => {
      meaning.columns = added(meaning.columns, expr, binding);
    },
    relation: (item, key) => {
      meaning.relations = added(meaning.relations, item, key);
    },
    source: (item, relation) => {
      meaning.sources = added(meaning.sources, relation, item);
    },
    call: (expr, functions) => {
      meaning.calls = added(meaning.calls, expr, functions);
    },
    type: (expr, type) => {
      meaning.types = added(meaning.types, expr, type);
    },
    problem: (problem) => {
      meaning.problems = [...meaning.problems, problem];
    },
  };
  return { meaning, listener };
}

type Draft<T> = { -readonly [Key in keyof T]: T[Key] };

// Most clauses have one column, a call and no sub-select: what they do not have costs nothing.
const NONE: Noted<never, never> = new NotedFew<never, never>();
const NO_PROBLEMS: readonly Refusal[] = [];

const added = <Node extends object, Value>(
  noted: Noted<Node, Value>,
  node: Node,
  value: Value,
): Noted<Node, Value> =>
  (noted === NONE ? new NotedFew<Node, Value>() : (noted as NotedFew<Node, Value>)).set(node, value);

/** Resolves a policy's clause over its table's row, telling the listener. */
export function resolveClause(
  clause: PolicyClause,
  table: Table,
  names: Names,
  certain: boolean,
  listener: Listener,
): void {
  const ground: Ground = {
    names,
    searchPath: clause.searchPath,
    source: { path: clause.place.path, text: clause.text, start: clause.place.span.start },
    certain,
    variables: false,
    listener,
  };
  const row = relationOfTable(qualify(table.schema, table.name), table, true);
  const type = resolveExpr(clause.expr, {
    ground,
    scope: { relations: [row], parent: undefined },
    ctes: undefined,
  });
  checkCondition(ground, "A policy", clause.expr, type);
}

/** The objects that an expression or query uses. */
export interface Uses {
  /** Keys of tables and views. */
  readonly relations: ReadonlySet<string>;
  /** `columnKey`s. */
  readonly columns: ReadonlySet<string>;
  /** `signatureOf` functions. */
  readonly functions: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** Keys of all of them, functions without their arguments. */
  readonly objects: ReadonlySet<string>;
}

export const columnKey = (relation: string, column: string): string => `${relation}\0${column}`;

/** What a policy's clause uses, its own table's columns included. */
export function clauseUses(names: Names, table: Table, clause: PolicyClause): Uses {
  const noted = noteUses();
  resolveClause(clause, table, names, false, noted.listener);
  return noted.uses;
}

/** What a view's query uses, and the columns it yields. */
export function queryUses(
  names: Names,
  query: Query,
  searchPath: readonly string[],
): Uses & { readonly output: Output } {
  const noted = noteUses();
  const ground = groundOf(names, searchPath, { certain: false, variables: false, listener: noted.listener });
  const output = resolveQuery(query, sightOf(ground));
  return { ...noted.uses, output };
}

export function queryColumns(names: Names, query: Query, searchPath: readonly string[]): Output {
  const ground = groundOf(names, searchPath, { certain: false, variables: false, listener: {} });
  return resolveQuery(query, sightOf(ground));
}

function noteUses(): { readonly uses: Uses; readonly listener: Listener } {
  const relations = new Set<string>();
  const columns = new Set<string>();
  const functions = new Set<string>();
  const types = new Set<string>();
  const objects = new Set<string>();
  const listener: Listener = {
    column: (_, { relation, column }) => {
      if (relation.key !== undefined) columns.add(columnKey(relation.key, column));
    },
    relation: (_, key) => {
      relations.add(key);
      objects.add(key);
    },
    call: (_, called) => {
      for (const func of called) {
        functions.add(signatureOf(func));
        objects.add(qualify(func.schema, func.name));
      }
    },
    cast: ({ name, kind }) => {
      if (kind === "builtin" || kind === "unknown") return;
      types.add(name);
      objects.add(name);
    },
  };
  return { uses: { relations, columns, functions, types, objects }, listener };
}

const groundOf = (
  names: Names,
  searchPath: readonly string[],
  rest: Pick<Ground, "certain" | "variables" | "listener">,
): Ground => ({ names, searchPath, source: { path: "", text: "", start: 0 }, ...rest });

const sightOf = (ground: Ground) => ({ ground, scope: NOWHERE, ctes: undefined });
const NOWHERE: Scope = { relations: [], parent: undefined };

/** Whether any part of an expression, sub-queries included, names a column of the row that the policy is about. */
export const namesRow = (expr: Expr, meaning: Meaning): boolean =>
  containsExpr(expr, (part) => meaning.columns.get(part)?.relation.row === true);

import type {
  CommonTable,
  Expr,
  FromItem,
  QualifiedName,
  Query,
  Target,
} from "../../source/sql/expression.ts";
import type { Func, ResolvedType } from "../catalog.ts";
import { qualify } from "../catalog.ts";
import { resolveExpr, type Sight } from "./expression.ts";
import { checkCondition } from "./operator.ts";
import { reportRelation } from "./problem.ts";
import {
  type CommonTables,
  type Output,
  openRelation,
  outputOf,
  type Relation,
  relationOfOutput,
  relationOfTable,
  relationOfView,
  renameRelation,
  type Scope,
  UNNAMED,
} from "./scope.ts";
import { LITERAL } from "./types.ts";

type Item<Kind extends FromItem["kind"]> = Extract<FromItem, { kind: Kind }>;

const OPEN: Output = { columns: [], open: true };

/** Resolves a query inside what is in sight, and gives the columns it yields. */
export function resolveQuery(query: Query, outer: Sight): Output {
  const ctes = resolveCommonTables(query.ctes, outer);
  const scope: Scope = { relations: [], parent: outer.scope };
  const sight: Sight = { ground: outer.ground, scope, ctes };
  if (query.setOperation) return resolveSetOperation(query, { ...sight, scope: outer.scope });
  if (query.into) addTarget(query, query.into, sight);
  for (const item of query.from) addItem(item, sight);
  const output = query.values ? resolveValues(query.values, sight) : resolveTargets(query.targets, sight);
  if (query.returning) resolveTargets(query.returning, sight);
  resolveClauses(query, sight, output);
  return query.into ? OPEN : output;
}

/** The table that is written, under its name and whichever other; ON CONFLICT knows it as `excluded` too. */
function addTarget(query: Query, name: QualifiedName, sight: Sight): void {
  const target = relationOfName(name, undefined, sight);
  addRelation(sight.scope, target);
  addRelation(sight.scope, UNNAMED);
  if (query.command === "insert") addRelation(sight.scope, renameRelation(target, "excluded"));
}

function resolveSetOperation(query: Query, sight: Sight): Output {
  const { left, right } = query.setOperation!;
  const [first, second] = [resolveQuery(left, sight), resolveQuery(right, sight)];
  const columns = first.columns.map((column, index) =>
    column.type === LITERAL ? { ...column, type: second.columns[index]?.type } : column,
  );
  return { columns, open: first.open };
}

function resolveCommonTables(list: readonly CommonTable[], outer: Sight): CommonTables | undefined {
  let { ctes } = outer;
  for (const { name, columns, recursive, query } of list) {
    const itself = recursive ? recursiveOutput(query, columns, { ...outer, ctes }) : undefined;
    const inner = itself ? { name, output: itself, outer: ctes } : ctes;
    const output = resolveQuery(query, { ...outer, ctes: inner });
    ctes = { name, output: renamed(output, columns), outer: ctes };
  }
  return ctes;
}

/** A recursive table yields what its first half does. Resolved in silence: it is resolved again as a whole. */
function recursiveOutput(query: Query, columns: readonly string[] | undefined, outer: Sight): Output {
  const first = query.setOperation?.left;
  if (!first) return OPEN;
  const ground = { ...outer.ground, listener: {} };
  return renamed(resolveQuery(first, { ...outer, ground }), columns);
}

function renamed(output: Output, names: readonly string[] | undefined): Output {
  if (!names?.length) return output;
  return outputOf(relationOfOutput(undefined, output, names));
}

/** FROM, one item after the other: LATERAL items see those before them. */
function addItem(item: FromItem, sight: Sight): void {
  switch (item.kind) {
    case "table":
      addSource(item, relationOfItem(item, sight), sight);
      break;
    case "query": {
      const scope = item.lateral ? sight.scope : (sight.scope.parent ?? NOWHERE);
      const output = resolveQuery(item.query, { ...sight, scope });
      addSource(item, relationOfOutput(item.alias, output, item.columns), sight);
      break;
    }
    case "function":
      addSource(item, relationOfFunction(item, sight), sight);
      break;
    case "join":
      addItem(item.left, sight);
      addItem(item.right, sight);
      if (item.on) resolveCondition(item.on, "ON", sight);
      if (item.alias !== undefined) addRelation(sight.scope, openRelation(item.alias));
  }
}

const NOWHERE: Scope = { relations: [], parent: undefined };
function addSource(item: FromItem, relation: Relation, sight: Sight): void {
  sight.ground.listener.source?.(item, relation);
  addRelation(sight.scope, relation);
}

const addRelation = (scope: Scope, relation: Relation): void => void scope.relations.push(relation);

function relationOfItem(item: Item<"table">, sight: Sight): Relation {
  const { name } = item;
  const cte = name.schema === undefined ? findCommonTable(sight.ctes, name.name) : undefined;
  if (cte) return relationOfOutput(item.alias ?? name.name, cte, item.columns);
  const relation = relationOfName(name, item, sight);
  if (item.alias === undefined) return relation;
  if (item.columns?.length) return relationOfOutput(item.alias, outputOf(relation), item.columns);
  return renameRelation(relation, item.alias);
}

function findCommonTable(ctes: CommonTables | undefined, name: string): Output | undefined {
  for (let at = ctes; at; at = at.outer) if (at.name === name) return at.output;
  return undefined;
}

function relationOfName(
  name: Item<"table">["name"],
  item: Item<"table"> | undefined,
  { ground }: Sight,
): Relation {
  for (const schema of name.schema === undefined ? ground.searchPath : [name.schema]) {
    const key = qualify(schema, name.name);
    const found = relationOfKey(ground, key);
    if (!found) continue;
    if (item) ground.listener.relation?.(item, key);
    return found;
  }
  if (name.schema !== "pg_catalog" && name.schema !== "information_schema") reportRelation(ground, name);
  return openRelation(name.name);
}

function relationOfKey(ground: Sight["ground"], key: string): Relation | undefined {
  const table = ground.names.tables.get(key);
  if (table) return relationOfTable(key, table, false);
  const view = ground.names.views.get(key);
  if (!view) return undefined;
  return relationOfView(key, view);
}

/** A function in FROM: its OUT columns where they are known, else one column of its alias's name. */
function relationOfFunction(item: Item<"function">, sight: Sight): Relation {
  let called: readonly Func[] = [];
  const listener = {
    ...sight.ground.listener,
    call: (expr: Expr, functions: readonly Func[]) => {
      if (expr === item.call) called = functions;
      sight.ground.listener.call?.(expr, functions);
    },
  };
  const type = resolveExpr(item.call, { ...sight, ground: { ...sight.ground, listener } });
  const name = item.alias ?? (item.call.kind === "call" ? item.call.name.at(-1) : undefined);
  const outputs = called.length === 1 ? outputsOf(called[0]!) : [];
  if (outputs.length) return relationOfOutput(name, { columns: outputs, open: false }, item.columns);
  const scalar = type !== undefined && (called.length === 1 || isElements(item));
  const columns = scalar && name !== undefined ? [{ name, type }] : [];
  return relationOfOutput(name, { columns, open: !scalar }, item.columns);
}

/** `unnest(array)` alone: of several arrays, and numbered, it has more columns. */
const isElements = ({ call, ordinality }: Item<"function">): boolean =>
  !ordinality && call.kind === "call" && call.name.at(-1) === "unnest" && call.args.length === 1;

const outputsOf = (func: Func): Output["columns"] =>
  func.args.flatMap(({ mode, name, type }) =>
    (mode === "table" || mode === "out" || mode === "inout") && name !== undefined ? [{ name, type }] : [],
  );

function resolveValues(rows: readonly (readonly Expr[])[], sight: Sight): Output {
  const types = rows.map((row) => row.map((expr) => resolveExpr(expr, sight)));
  const first = types[0] ?? [];
  const columns = first.map((_, index) => ({
    name: `column${index + 1}`,
    type: types.map((row) => row[index]).find((type) => type !== LITERAL),
  }));
  return { columns, open: false };
}

function resolveTargets(targets: readonly Target[], sight: Sight): Output {
  const columns: { name: string; type: ResolvedType | undefined }[] = [];
  let open = false;
  for (const { expr, name } of targets) {
    if (expr.kind === "column" && expr.path.at(-1) === "*") {
      const star = expandStar(expr.path.at(-2), sight.scope);
      columns.push(...star.columns);
      open ||= star.open;
    } else columns.push({ name: name ?? nameOfTarget(expr), type: resolveExpr(expr, sight) });
  }
  return { columns, open };
}

function expandStar(name: string | undefined, scope: Scope): Output {
  const relations = scope.relations.filter((relation) => name === undefined || relation.name === name);
  const outputs = relations.map(outputOf);
  const open = outputs.length === 0 || outputs.some((output) => output.open);
  return { columns: outputs.flatMap((output) => output.columns), open };
}

/** The name PostgreSQL gives to a column without one. */
export function nameOfTarget(expr: Expr): string {
  switch (expr.kind) {
    case "column":
      return expr.path.at(-1)!;
    case "call":
      return expr.name.at(-1)!;
    case "field":
      return expr.name;
    case "cast": {
      const inner = nameOfTarget(expr.arg);
      return inner === "?column?" ? expr.type.name : inner;
    }
    case "element":
      return nameOfTarget(expr.arg);
    case "subquery":
      return nameOfSubquery(expr);
    case "coalesce":
    case "greatest":
    case "least":
    case "nullif":
    case "case":
    case "array":
    case "row":
      return expr.kind;
    default:
      return "?column?";
  }
}

function nameOfSubquery(expr: Extract<Expr, { kind: "subquery" }>): string {
  if (expr.form === "exists" || expr.form === "array") return expr.form;
  const target = expr.form === "scalar" ? expr.query.targets[0] : undefined;
  return target ? (target.name ?? nameOfTarget(target.expr)) : "?column?";
}

function resolveClauses(query: Query, sight: Sight, output: Output): void {
  if (query.where) resolveCondition(query.where, "WHERE", sight);
  if (query.having) resolveCondition(query.having, "HAVING", sight);
  for (const expr of [query.limit, query.offset]) if (expr) resolveExpr(expr, sight);
  if (!query.groupBy?.length && !query.orderBy?.length) return;
  const outputNames = new Set(output.columns.map(({ name }) => name));
  for (const expr of [...(query.groupBy ?? []), ...(query.orderBy ?? [])]) {
    const named = expr.kind === "column" && expr.path.length === 1 && outputNames.has(expr.path[0]!);
    if (!named && expr.kind !== "constant") resolveExpr(expr, sight);
  }
}

function resolveCondition(expr: Expr, word: string, sight: Sight): void {
  checkCondition(sight.ground, word, expr, resolveExpr(expr, sight));
}

import type { Expr } from "../../source/sql/expression.ts";
import type { Func, ResolvedType } from "../catalog.ts";
import {
  builtinResult,
  extensionsMayHave,
  findFunctions,
  isBuiltin,
  refusedArguments,
  resultOf,
  signatureOf,
  takesCount,
} from "./functions.ts";
import { checkElements, checkLiteral } from "./literal.ts";
import {
  checkComparison,
  checkCondition,
  checkMember,
  commonType,
  isComparison,
  operatorType,
} from "./operator.ts";
import {
  reportColumn,
  reportFunction,
  reportMismatch,
  reportOverload,
  reportQualifier,
  reportType,
} from "./problem.ts";
import { resolveQuery } from "./query.ts";
import {
  bind,
  type CommonTables,
  findColumn,
  findRelation,
  type Ground,
  type Relation,
  type Scope,
  UNNAMED,
} from "./scope.ts";
import { arrayOf, BOOL, elementOf, LITERAL, resolveType, typeOf } from "./types.ts";

/** Where names are looked up: the queries around the expression and the WITHs in sight. */
export interface Sight {
  readonly ground: Ground;
  readonly scope: Scope;
  readonly ctes: CommonTables | undefined;
}

type Of<Kind extends Expr["kind"]> = Extract<Expr, { kind: Kind }>;
type ListExpr = Extract<Expr, { kind: "coalesce" | "greatest" | "least" | "array" | "row" }>;

/**
 * Resolves an expression and everything in it, telling the listener, and gives its type: LITERAL for a string whose
 * type its neighbour decides, undefined where it is not known.
 */
export function resolveExpr(expr: Expr, sight: Sight): ResolvedType | undefined {
  const type = resolveKind(expr, sight);
  if (type) sight.ground.listener.type?.(expr, type);
  return type;
}

function resolveKind(expr: Expr, sight: Sight): ResolvedType | undefined {
  switch (expr.kind) {
    case "column":
      return resolveColumn(expr, sight);
    case "constant":
      return typeOfConstant(expr);
    case "parameter":
      return undefined;
    case "call":
      return resolveCall(expr, sight);
    case "operator":
      return resolveOperator(expr, sight);
    case "and":
    case "or":
      return resolveConditions(expr.args, expr.kind.toUpperCase(), sight);
    case "not":
      return resolveConditions([expr.arg], "NOT", sight);
    case "test":
      return resolveTest(expr, sight);
    case "distinct":
      return resolveDistinct(expr, sight);
    case "in":
      return resolveIn(expr, sight);
    case "between":
      return resolveBetween(expr, sight);
    case "cast":
      return resolveCast(expr, sight);
    case "case":
      return resolveCase(expr, sight);
    case "coalesce":
    case "greatest":
    case "least":
      return resolveCommon(expr, sight);
    case "array":
      return resolveArray(expr, sight);
    case "nullif":
      return resolveNullif(expr, sight);
    case "element":
      return resolveElement(expr, sight);
    case "field":
      resolveExpr(expr.arg, sight);
      return undefined;
    case "subquery":
      return resolveSubquery(expr, sight);
    case "row":
    case "other":
      for (const arg of expr.args) resolveExpr(arg, sight);
      return undefined;
  }
}

function resolveColumn(expr: Of<"column">, sight: Sight): ResolvedType | undefined {
  const { path } = expr;
  const { ground, scope } = sight;
  if (path.at(-1) === "*") return undefined;
  if (path.length > 1) return resolveQualified(expr, sight);
  const found = findColumn(scope, path[0]!);
  if (found === "open") return undefined;
  if (found) {
    ground.listener.column?.(expr, found);
    return found.type;
  }
  if (!ground.variables) reportColumn(ground, expr, relationsInSight(scope));
  return undefined;
}

function resolveQualified(expr: Of<"column">, sight: Sight): ResolvedType | undefined {
  const { ground, scope } = sight;
  const [column, name, schema] = [expr.path.at(-1)!, expr.path.at(-2)!, expr.path.at(-3)];
  const found = findRelation(scope, name, schema);
  if (!found) {
    const known = ground.variables || isNamedOtherwise(name, scope);
    if (!known) reportQualifier(ground, expr, scope);
    return undefined;
  }
  const binding = bind(found.relation, column, found.level);
  if (binding) {
    ground.listener.column?.(expr, binding);
    return binding.type;
  }
  if (!found.relation.open) reportColumn(ground, expr, [found.relation]);
  return undefined;
}

/** An alias out of sight, or an argument that is a row. */
const isNamedOtherwise = (name: string, scope: Scope): boolean =>
  relationsInSight(scope).some(
    (relation) => relation === UNNAMED || (relation.key === undefined && relation.columns.has(name)),
  );

function relationsInSight(scope: Scope): Relation[] {
  const relations: Relation[] = [];
  for (let at: Scope | undefined = scope; at; at = at.parent) relations.push(...at.relations);
  return relations;
}

const CONSTANT_TYPES = { boolean: "bool", bit: "bit" } as const;

function typeOfConstant(expr: Of<"constant">): ResolvedType {
  if (expr.type === "string" || expr.type === "null") return LITERAL;
  if (expr.type !== "number") return typeOf(CONSTANT_TYPES[expr.type]);
  const value = Number(expr.value);
  if (!Number.isInteger(value) || /[.e]/i.test(expr.value)) return typeOf("numeric");
  return typeOf(Math.abs(value) <= 0x7fffffff ? "int4" : "int8");
}

const BARE_TYPES: Readonly<Record<string, string>> = {
  current_date: "date",
  current_time: "timetz",
  current_timestamp: "timestamptz",
  localtime: "time",
  localtimestamp: "timestamp",
  current_catalog: "name",
  current_schema: "name",
  current_role: "name",
  current_user: "name",
  session_user: "name",
  system_user: "text",
  user: "name",
};

function resolveCall(expr: Of<"call">, sight: Sight): ResolvedType | undefined {
  const args = expr.args.map((arg) => resolveExpr(arg, sight));
  for (const extra of expr.extra ?? []) resolveExpr(extra, sight);
  const name = expr.name.at(-1)!;
  if (expr.bare) return BARE_TYPES[name] === undefined ? undefined : typeOf(BARE_TYPES[name]);
  const { ground } = sight;
  const functions = findFunctions(ground.names, expr.name, ground.searchPath);
  if (isBuiltin(expr.name) && !functions.length) return builtinResult(name, args);
  if (!functions.length) {
    reportUnknownFunction(expr, ground);
    return undefined;
  }
  const fitting = fittingOverloads(expr, args, functions, ground);
  ground.listener.call?.(expr, fitting);
  return sharedResult(fitting, isBuiltin(expr.name));
}

function reportUnknownFunction(expr: Of<"call">, ground: Ground): void {
  const name = expr.name.at(-1)!;
  const schema = expr.name.length > 1 ? expr.name.at(-2) : undefined;
  const foreign = schema !== undefined && isForeignSchema(ground, schema);
  if (foreign || isTypeName(ground, expr.name)) return;
  reportFunction(ground, expr, !extensionsMayHave(ground.names, name));
}

/** The platform's schemas and those that no source makes hold more than is seen. */
function isForeignSchema(ground: Ground, schema: string): boolean {
  const found = ground.names.schemas.get(schema);
  return schema === "pg_catalog" || !found || (found.platform && schema !== "public");
}

/** `role('admin')` may be a cast in the form of a call. */
function isTypeName(ground: Ground, path: readonly string[]): boolean {
  const type = { name: path.at(-1)!, array: false, span: { start: 0, end: 0 } };
  const written = path.length > 1 ? { ...type, schema: path.at(-2)! } : type;
  return resolveType(ground.names, written, ground.searchPath).kind !== "unknown";
}

/** The overloads a call can mean. Where PostgreSQL surely refuses every one, that is reported. */
function fittingOverloads(
  expr: Of<"call">,
  args: readonly (ResolvedType | undefined)[],
  functions: readonly Func[],
  ground: Ground,
): readonly Func[] {
  if (expr.argumentNames) return functions;
  const counted = functions.filter((func) => takesCount(func, args.length));
  const fitting = counted.filter((func) => !refusedArguments(func, args).length);
  if (fitting.length || isBuiltin(expr.name) || extensionsMayHave(ground.names, expr.name.at(-1)!))
    return fitting;
  const only = counted.length === 1 ? counted[0]! : undefined;
  const refused = only ? refusedArguments(only, args) : [];
  if (only && refused.length === 1) reportArgument(expr, args, only, refused[0]!, ground);
  else if (ground.certain) reportOverload(ground, expr, args, functions.map(signatureOf));
  return functions;
}

function reportArgument(
  expr: Of<"call">,
  args: readonly (ResolvedType | undefined)[],
  func: Func,
  index: number,
  ground: Ground,
): void {
  const arg = expr.args[index]!;
  const wanted = func.args.filter(({ mode }) => mode !== "out" && mode !== "table")[index]!.type;
  const given = args[index]!;
  const message = `${signatureOf(func)} takes no ${given.name}.`;
  reportMismatch(ground, func.name, { type: given, expr: arg }, { type: wanted }, arg.span, message);
}

function sharedResult(functions: readonly Func[], builtin: boolean): ResolvedType | undefined {
  const [first, ...others] = functions.map(resultOf);
  return !builtin && others.every((type) => type === first) ? first : undefined;
}

function resolveOperator(expr: Of<"operator">, sight: Sight): ResolvedType | undefined {
  const left = expr.left && resolveExpr(expr.left, sight);
  const right = resolveExpr(expr.right, sight);
  if (expr.quantifier) checkElements(expr.right, left, sight.ground);
  else if (isComparison(expr.name)) checkLiterals(expr.left, left, expr.right, right, sight);
  return operatorType(sight.ground, expr, left, right);
}

/** A string takes its neighbour's type, and must be a value of it. */
function checkLiterals(
  leftExpr: Expr | undefined,
  left: ResolvedType | undefined,
  rightExpr: Expr,
  right: ResolvedType | undefined,
  sight: Sight,
): void {
  if (left) checkLiteral(rightExpr, left, sight.ground);
  if (right && leftExpr) checkLiteral(leftExpr, right, sight.ground);
}

function resolveConditions(args: readonly Expr[], word: string, sight: Sight): ResolvedType {
  for (const arg of args) checkCondition(sight.ground, word, arg, resolveExpr(arg, sight));
  return BOOL;
}

function resolveTest(expr: Of<"test">, sight: Sight): ResolvedType {
  const type = resolveExpr(expr.arg, sight);
  if (expr.test !== "null") checkCondition(sight.ground, "IS", expr.arg, type);
  return BOOL;
}

function resolveDistinct(expr: Of<"distinct">, sight: Sight): ResolvedType {
  const [left, right] = [resolveExpr(expr.left, sight), resolveExpr(expr.right, sight)];
  checkLiterals(expr.left, left, expr.right, right, sight);
  checkComparison(sight.ground, "=", [expr.left, left], [expr.right, right], expr.span);
  return BOOL;
}

function resolveIn(expr: Of<"in">, sight: Sight): ResolvedType {
  const left = resolveExpr(expr.left, sight);
  for (const item of expr.list) {
    const type = resolveExpr(item, sight);
    checkLiterals(expr.left, left, item, type, sight);
    checkComparison(sight.ground, "=", [expr.left, left], [item, type], item.span);
  }
  return BOOL;
}

function resolveBetween(expr: Of<"between">, sight: Sight): ResolvedType {
  const type = resolveExpr(expr.arg, sight);
  if (type) for (const bound of [expr.low, expr.high]) checkLiteral(bound, type, sight.ground);
  for (const [operator, bound] of [[">=", expr.low] as const, ["<=", expr.high] as const])
    checkComparison(sight.ground, operator, [expr.arg, type], [bound, resolveExpr(bound, sight)], bound.span);
  return BOOL;
}

function resolveCast(expr: Of<"cast">, sight: Sight): ResolvedType | undefined {
  resolveExpr(expr.arg, sight);
  const { ground } = sight;
  const type = resolveType(ground.names, expr.type, ground.searchPath);
  if (type.kind === "unknown") {
    reportType(ground, expr.type.name, expr.type.schema, expr.type.span);
    return type;
  }
  ground.listener.cast?.(type);
  checkLiteral(expr.arg, type, ground);
  return type;
}

function resolveCase(expr: Of<"case">, sight: Sight): ResolvedType | undefined {
  const subject = expr.arg && resolveExpr(expr.arg, sight);
  const results: (ResolvedType | undefined)[] = [];
  for (const { when, then } of expr.whens) {
    const type = resolveExpr(when, sight);
    if (expr.arg) checkComparison(sight.ground, "=", [expr.arg, subject], [when, type], when.span);
    else checkCondition(sight.ground, "CASE", when, type);
    results.push(resolveExpr(then, sight));
  }
  if (expr.otherwise) results.push(resolveExpr(expr.otherwise, sight));
  return commonType(results);
}

function resolveCommon(expr: ListExpr, sight: Sight): ResolvedType | undefined {
  const types = expr.args.map((arg) => resolveExpr(arg, sight));
  const members = expr.args.map((arg, index) => ({ expr: arg, type: types[index] }));
  for (const member of members.slice(1)) checkMember(sight.ground, expr.kind, members[0]!, member);
  return commonType(types);
}

function resolveArray(expr: ListExpr, sight: Sight): ResolvedType | undefined {
  const type = commonType(expr.args.map((arg) => resolveExpr(arg, sight)));
  return type && type !== LITERAL ? arrayOf(type) : undefined;
}

function resolveNullif(expr: Of<"nullif">, sight: Sight): ResolvedType | undefined {
  const [left, right] = [resolveExpr(expr.left, sight), resolveExpr(expr.right, sight)];
  checkComparison(sight.ground, "=", [expr.left, left], [expr.right, right], expr.span);
  return left;
}

function resolveElement(expr: Of<"element">, sight: Sight): ResolvedType | undefined {
  const type = resolveExpr(expr.arg, sight);
  for (const index of expr.index) resolveExpr(index, sight);
  if (type?.array) return elementOf(type);
  return type?.name === "jsonb" ? type : undefined;
}

function resolveSubquery(expr: Of<"subquery">, sight: Sight): ResolvedType | undefined {
  const left = expr.left && resolveExpr(expr.left, sight);
  const output = resolveQuery(expr.query, sight);
  const only = output.columns.length === 1 && !output.open ? output.columns[0]!.type : undefined;
  if (expr.form === "exists") return BOOL;
  if (expr.form === "scalar") return only;
  if (expr.form === "array") return only && only !== LITERAL ? arrayOf(only) : undefined;
  const target = expr.query.targets[0]?.expr;
  if (expr.left && target && only)
    checkComparison(sight.ground, expr.operator ?? "=", [expr.left, left], [target, only], expr.span);
  return BOOL;
}

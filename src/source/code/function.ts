import type ts from "typescript";
import { readCallee } from "./call.ts";
import { readValue } from "./expression.ts";
import type { FunctionFact, ParamFact } from "./facts.ts";
import type { FunctionNode } from "./scope.ts";
import type { Tables } from "./tables.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import type { Value } from "./value.ts";
import { FOREIGN, TELLING } from "./vocabulary.ts";

/** Parameters, returned values, and who calls it where it is an argument itself. */
export function readFunction(tables: Tables, node: FunctionNode): FunctionFact {
  const name = nameOf(node);
  const given = findGiven(tables, node);
  const returnType = readType(tables, node.type);
  const returns = (tables.survey.returns.get(node) ?? []).map((each) => readValue(tables, each));
  return {
    params: node.parameters.map((param) => readParam(tables, param)),
    returns: returns.filter((each) => !isNothing(each)),
    ...(name !== undefined && { name }),
    ...(returnType && { returnType }),
    ...(given && { given }),
  };
}

/** Also an object of which nothing was worth keeping. */
export const isNothing = (value: Value): boolean =>
  value === null || (value.is === "object" && !value.entries.length);

function readParam(tables: Tables, param: ts.ParameterDeclaration): ParamFact {
  const type = readType(tables, param.type);
  const fallback = param.initializer ? readValue(tables, param.initializer) : null;
  return { ...(type && { type }), ...(fallback && { fallback }) };
}

/** `function f`, `const f = () => ...`, `const f = cache(() => ...)`, a method. */
export function nameOf(node: ts.Node): string | undefined {
  const t = typescript();
  const own = (node as { name?: ts.Node }).name;
  if (own && (t.isIdentifier(own) || t.isStringLiteral(own))) return own.text;
  let at = node.parent;
  while (
    at &&
    (t.isCallExpression(at) ||
      t.isParenthesizedExpression(at) ||
      t.isAsExpression(at) ||
      t.isSatisfiesExpression(at))
  )
    at = at.parent;
  if (
    at &&
    (t.isVariableDeclaration(at) || t.isPropertyAssignment(at) || t.isPropertyDeclaration(at)) &&
    t.isIdentifier(at.name)
  )
    return at.name.text;
  return undefined;
}

/** Methods of arrays and clients that call back with something telling. */
const CALLING = /^(forEach|map|filter|flatMap|find|some|every|reduce|\$?transaction|begin)$/;

function findGiven(tables: Tables, node: FunctionNode): FunctionFact["given"] {
  const t = typescript();
  let child: ts.Node = node;
  while (t.isParenthesizedExpression(child.parent)) child = child.parent;
  const call = child.parent;
  if (!call || !t.isCallExpression(call)) return undefined;
  const arg = call.arguments.indexOf(child as ts.Expression);
  if (arg < 0) return undefined;
  if (!mayCallBack(tables, call.expression)) return undefined;
  const callee = readCallee(tables, call);
  return callee ? { callee, arg } : undefined;
}

/** Also functions and objects of the project: `withTenant(id, async (tx) => ...)`. */
function mayCallBack(tables: Tables, callee: ts.Expression): boolean {
  const t = typescript();
  if (t.isIdentifier(callee)) {
    const origin = tables.survey.scopeAt(callee).find(callee.text)?.origin;
    return origin?.from !== "import" || !FOREIGN.test(tables.survey.modules[origin.module]!.specifier);
  }
  if (!t.isPropertyAccessExpression(callee)) return false;
  if (CALLING.test(callee.name.text)) return true;
  const of = callee.expression;
  const named = t.isPropertyAccessExpression(of) ? of.name : of;
  return t.isIdentifier(named) && TELLING.test(named.text);
}

import type ts from "typescript";
import { classAround } from "./class.ts";
import { readValue } from "./expression.ts";
import { readFields } from "./fields.ts";
import { readObject } from "./object.ts";
import { startOf } from "./survey.ts";
import type { Tables } from "./tables.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import type { CallValue, Value } from "./value.ts";
import { ARGUMENTS, FOREIGN, PRISMA_METHODS, TRANSPARENT } from "./vocabulary.ts";

/** A call as a Value: its callee, the arguments that matter for that callee, and where it stands. */
export function readCall(tables: Tables, node: ts.CallExpression): Value {
  const required = requiredModule(tables, node);
  if (required) return required;
  const of = isForeign(tables, node) ? null : readCallee(tables, node);
  if (!of) return null;
  const type = node.typeArguments?.[0] && readType(tables, node.typeArguments[0]);
  const fields = findFields(tables, node);
  return {
    is: "call",
    of,
    args: readArguments(tables, node),
    ...placesOf(tables, node),
    ...(type && { type }),
    ...(fields && { fields }),
  } satisfies CallValue;
}

/** A call into a package that leads nowhere: `z.object(...)`, `format(date)`. */
function isForeign(tables: Tables, node: ts.CallExpression): boolean {
  const t = typescript();
  let root: ts.Expression = node;
  let last = "";
  for (;;) {
    if (t.isCallExpression(root)) root = root.expression;
    else if (t.isPropertyAccessExpression(root)) {
      last = root.name.text;
      root = root.expression;
    } else break;
  }
  if (!t.isIdentifier(root)) return false;
  const origin = tables.survey.scopeAt(root).find(root.text)?.origin;
  if (origin?.from !== "import" || !FOREIGN.test(tables.survey.modules[origin.module]!.specifier))
    return false;
  const name = origin.name === "*" || origin.name === "default" ? last : origin.name;
  return !TRANSPARENT.has(name);
}

export function readNew(tables: Tables, node: ts.NewExpression): Value {
  const of = readValue(tables, node.expression);
  if (!of || of.is === "global") return null;
  const args = (node.arguments ?? []).map((each) => readValue(tables, each));
  return { is: "new", of, args };
}

export function readCallee(tables: Tables, node: ts.CallExpression): Value {
  if (node.expression.kind === typescript().SyntaxKind.SuperKeyword) {
    const around = classAround(node);
    return around
      ? {
          is: "member",
          of: { is: "this", class: tables.classOf(around) },
          name: "super",
          at: 0,
        }
      : null;
  }
  return readValue(tables, node.expression);
}

/** Methods whose calls are usages of their own within a chain. */
const PLACED = new Set(["from", "rpc", "channel", "on"]);

function placesOf(tables: Tables, node: ts.CallExpression): Pick<CallValue, "at" | "options"> {
  const t = typescript();
  const { expression } = node;
  if (!t.isPropertyAccessExpression(expression) || !PLACED.has(expression.name.text)) return {};
  const at = { start: startOf(expression.name, tables.survey.file), end: node.end };
  if (expression.name.text !== "channel") return { at };
  const given = node.arguments[1];
  const options = given
    ? { start: startOf(given, tables.survey.file), end: given.end }
    : { start: node.end - 1, end: node.end - 1 };
  return { at, options };
}

/** `require("x")`, `import("x")`: the walk has put the module into the list. */
function requiredModule(tables: Tables, node: ts.CallExpression): Value {
  const t = typescript();
  const from = node.arguments[0];
  if (!from || !t.isStringLiteralLike(from)) return null;
  const called = node.expression.kind === t.SyntaxKind.ImportKeyword || t.isIdentifier(node.expression);
  const start = startOf(from, tables.survey.file) + 1;
  const module = called ? tables.survey.modules.findIndex((each) => each.at === start) : -1;
  return module < 0 ? null : { is: "import", module, name: "*" };
}

function readArguments(tables: Tables, node: ts.CallExpression): readonly Value[] {
  const t = typescript();
  const method = t.isPropertyAccessExpression(node.expression) ? node.expression.name.text : undefined;
  const policy = method === undefined ? undefined : ARGUMENTS.get(method);
  if (policy === undefined) return trim(node.arguments.map((each) => readValue(tables, each)));
  const kept = node.arguments.slice(0, policy.count);
  if (policy.nameOnly && !kept.every((each) => t.isIdentifier(each))) return [];
  return trim(
    kept.map((each, i) => (policy.keysOnly && i === 0 ? readRows(tables, each) : readValue(tables, each))),
  );
}

/** The rows of an insert or update: their keys alone. */
function readRows(tables: Tables, node: ts.Expression): Value {
  const t = typescript();
  if (t.isObjectLiteralExpression(node)) return readObject(tables, node, true);
  if (t.isArrayLiteralExpression(node)) {
    const items = node.elements.slice(0, 20).map((each) => readRows(tables, each));
    return { is: "array", items };
  }
  if (t.isAsExpression(node) || t.isParenthesizedExpression(node) || t.isSatisfiesExpression(node))
    return readRows(tables, node.expression);
  return readValue(tables, node);
}

function trim(values: Value[]): Value[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === null) length--;
  return values.slice(0, length);
}

function findFields(tables: Tables, node: ts.CallExpression): CallValue["fields"] {
  const t = typescript();
  if (!t.isPropertyAccessExpression(node.expression)) return undefined;
  if (!PRISMA_METHODS.has(node.expression.name.text)) return undefined;
  const fields = readFields(tables, node.arguments[0]);
  return fields.length ? fields : undefined;
}

import type ts from "typescript";
import { readCall, readNew } from "./call.ts";
import { classAround } from "./class.ts";
import { readEnvironmentAccess } from "./environment-access.ts";
import { readObject } from "./object.ts";
import type { Declaration, Step } from "./scope.ts";
import { readText } from "./string.ts";
import { startOf } from "./survey.ts";
import { resolveName, type Tables } from "./tables.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import type { Value } from "./value.ts";

type Reader = (tables: Tables, node: never) => Value;

let readers: Map<ts.SyntaxKind, Reader> | undefined;

/** An expression as a Value; null for what no client, name or environment could come from. */
export function readValue(tables: Tables, node: ts.Expression | undefined): Value {
  if (!node) return null;
  const site = tables.siteOf.get(node);
  if (site !== undefined) return { is: "site", site };
  readers ??= makeReaders();
  return readers.get(node.kind)?.(tables, node as never) ?? null;
}

/** What a declared name holds: its initial value, or any of the values it is given. */
export function readDeclaration(tables: Tables, declaration: Declaration): Value {
  const { steps, fallback, assigned } = declaration;
  let value = readOrigin(tables, declaration);
  for (const step of steps) value = stepInto(value, step);
  if (fallback) value = either(value, readValue(tables, fallback));
  return anyOf([value, ...assigned.map((each) => readValue(tables, each))]);
}

function readOrigin(tables: Tables, { origin }: Declaration): Value {
  switch (origin.from) {
    case "value":
      return readValue(tables, origin.init);
    case "param": {
      const index = tables.functionOf(origin.of);
      return { is: "param", function: index, index: origin.index, ...(origin.rest && { rest: true }) };
    }
    case "each":
      return { is: "each", of: readValue(tables, origin.of), id: tables.loop(origin.loop) };
    case "function":
      return { is: "function", function: tables.functionOf(origin.node) };
    case "class":
      return { is: "class", class: tables.classOf(origin.node) };
    case "enum":
      return readEnum(tables, origin.node);
    case "import":
      return { is: "import", module: origin.module, name: origin.name };
    case "environment":
      return { is: "environment", name: origin.name, at: origin.at };
    case "nothing":
      return null;
  }
}

function stepInto(of: Value, step: Step | number): Value {
  if (typeof step !== "number") return { is: "member", of, ...step };
  return of && { is: "element", of, index: indexOf(step) };
}

const either = (of: Value, fallback: Value): Value =>
  of && fallback ? { is: "or", of, fallback } : (of ?? fallback);

const indexOf = (index: number): Value => ({ is: "text", parts: [{ text: `${index}`, start: 0 }] });

export function anyOf(values: readonly Value[]): Value {
  const some = values.filter((each) => each !== null);
  return some.length > 1 ? { is: "any", of: some } : (some[0] ?? null);
}

function readEnum(tables: Tables, node: ts.EnumDeclaration): Value {
  const t = typescript();
  const entries = node.members.flatMap((member) => {
    if (!t.isIdentifier(member.name) && !t.isStringLiteral(member.name)) return [];
    const at = startOf(member.name, tables.survey.file);
    return [{ name: member.name.text, at, value: readValue(tables, member.initializer) }];
  });
  return { is: "object", entries };
}

function makeReaders(): Map<ts.SyntaxKind, Reader> {
  const t = typescript();
  const K = t.SyntaxKind;
  const all = new Map<ts.SyntaxKind, Reader>();
  const on = <N extends ts.Node>(
    kinds: ts.SyntaxKind | ts.SyntaxKind[],
    read: (tables: Tables, node: N) => Value,
  ) => {
    for (const kind of [kinds].flat()) all.set(kind, read as Reader);
  };
  on<ts.ParenthesizedExpression>(
    [K.ParenthesizedExpression, K.NonNullExpression, K.SatisfiesExpression, K.AwaitExpression],
    (tables, node) => readValue(tables, node.expression),
  );
  on<ts.AsExpression>([K.AsExpression, K.TypeAssertionExpression], readAs);
  on<ts.Expression>([K.StringLiteral, K.NoSubstitutionTemplateLiteral, K.TemplateExpression], readText);
  on<ts.BinaryExpression>(K.BinaryExpression, readBinary);
  on<ts.ConditionalExpression>(K.ConditionalExpression, (tables, node) =>
    anyOf([readValue(tables, node.whenTrue), readValue(tables, node.whenFalse)]),
  );
  on<ts.Identifier>(K.Identifier, (tables, node) => resolveName(tables, node));
  on<ts.ThisExpression>(K.ThisKeyword, (tables, node) => {
    const around = classAround(node);
    return around ? { is: "this", class: tables.classOf(around) } : null;
  });
  on<ts.PropertyAccessExpression>(K.PropertyAccessExpression, readMember);
  on<ts.ElementAccessExpression>(K.ElementAccessExpression, readElement);
  on<ts.CallExpression>(K.CallExpression, readCall);
  on<ts.NewExpression>(K.NewExpression, readNew);
  on<ts.ObjectLiteralExpression>(K.ObjectLiteralExpression, (tables, node) => readObject(tables, node));
  on<ts.ArrayLiteralExpression>(K.ArrayLiteralExpression, readArray);
  on<ts.FunctionExpression | ts.ArrowFunction>([K.FunctionExpression, K.ArrowFunction], (tables, node) => ({
    is: "function",
    function: tables.functionOf(node),
  }));
  on<ts.ClassExpression>(K.ClassExpression, (tables, node) => ({ is: "class", class: tables.classOf(node) }));
  on<ts.SpreadElement>(K.SpreadElement, (tables, node) => {
    const of = readValue(tables, node.expression);
    return of && { is: "spread", of };
  });
  on(K.TrueKeyword, () => ({ is: "flag", value: true }));
  on(K.FalseKeyword, () => ({ is: "flag", value: false }));
  return all;
}

function readAs(tables: Tables, node: ts.AsExpression): Value {
  const of = readValue(tables, node.expression);
  const type = readType(tables, node.type);
  return type ? { is: "typed", of, type } : of;
}

function readBinary(tables: Tables, node: ts.BinaryExpression): Value {
  const K = typescript().SyntaxKind;
  switch (node.operatorToken.kind) {
    case K.PlusToken:
      return readText(tables, node);
    case K.BarBarToken:
    case K.QuestionQuestionToken:
    case K.QuestionQuestionEqualsToken:
    case K.BarBarEqualsToken:
      return either(readValue(tables, node.left), readValue(tables, node.right));
    case K.AmpersandAmpersandToken:
    case K.CommaToken:
    case K.EqualsToken:
      return readValue(tables, node.right);
    default:
      return null;
  }
}

function readMember(tables: Tables, node: ts.PropertyAccessExpression): Value {
  const environment = readEnvironmentAccess(tables, node);
  if (environment) return environment;
  const of = readValue(tables, node.expression);
  return { is: "member", of, name: node.name.text, at: startOf(node.name, tables.survey.file) };
}

function readElement(tables: Tables, node: ts.ElementAccessExpression): Value {
  const environment = readEnvironmentAccess(tables, node);
  if (environment) return environment;
  const of = readValue(tables, node.expression);
  const given = node.argumentExpression;
  const index = typescript().isNumericLiteral(given) ? indexOf(Number(given.text)) : readValue(tables, given);
  return of && { is: "element", of, index };
}

const LONGEST_ARRAY = 500;

function readArray(tables: Tables, node: ts.ArrayLiteralExpression): Value {
  const items = node.elements.slice(0, LONGEST_ARRAY).map((each) => readValue(tables, each));
  return items.some((each) => each !== null) ? { is: "array", items } : null;
}

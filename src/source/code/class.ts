import type ts from "typescript";
import { readValue } from "./expression.ts";
import type { ClassFact } from "./facts.ts";
import type { Tables } from "./tables.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import type { TypeFact, Value } from "./value.ts";

interface ClassParts {
  readonly fields: Record<string, { value: Value; type?: TypeFact }>;
  readonly methods: Record<string, number>;
  init?: number;
}

/** Fields with what they hold (parameter properties and `this.x = y` included), methods, and what it extends. */
export function readClass(tables: Tables, node: ts.ClassLikeDeclaration): ClassFact {
  const t = typescript();
  const parts: ClassParts = { fields: Object.create(null), methods: Object.create(null) };
  for (const member of node.members) readMember(tables, member, parts);
  for (const assignment of tables.survey.assignments) readAssignment(tables, node, assignment, parts);
  const heritage = node.heritageClauses?.find((each) => each.token === t.SyntaxKind.ExtendsKeyword);
  const base = heritage?.types[0] ? readValue(tables, heritage.types[0].expression) : null;
  const superArgs = base ? findSuper(tables, node) : undefined;
  return {
    ...(node.name && { name: node.name.text }),
    ...parts,
    ...(base && { extends: base }),
    ...(superArgs && { superArgs }),
  };
}

function readMember(tables: Tables, member: ts.ClassElement, parts: ClassParts): void {
  const t = typescript();
  if (t.isConstructorDeclaration(member)) readInit(tables, member, parts);
  const name =
    member.name && (t.isIdentifier(member.name) || t.isPrivateIdentifier(member.name))
      ? member.name.text
      : "";
  if (!name) return;
  if (t.isPropertyDeclaration(member)) {
    const type = readType(tables, member.type);
    const value = member.initializer ? readValue(tables, member.initializer) : null;
    addField(parts, name, value, type);
  } else if (t.isMethodDeclaration(member)) parts.methods[name] = tables.functionOf(member);
  else if (t.isGetAccessorDeclaration(member)) parts.methods[`get ${name}`] = tables.functionOf(member);
}

/** `constructor(private readonly prisma: PrismaService)`. */
function readInit(tables: Tables, node: ts.ConstructorDeclaration, parts: ClassParts): void {
  const t = typescript();
  const init = tables.functionOf(node);
  parts.init = init;
  node.parameters.forEach((param, index) => {
    if (!t.isIdentifier(param.name) || !t.isParameterPropertyDeclaration(param, node)) return;
    const type = readType(tables, param.type);
    addField(parts, param.name.text, { is: "param", function: init, index }, type);
  });
}

function readAssignment(
  tables: Tables,
  node: ts.ClassLikeDeclaration,
  assignment: ts.BinaryExpression,
  parts: ClassParts,
): void {
  const t = typescript();
  const { left, right } = assignment;
  if (!t.isPropertyAccessExpression(left)) return;
  const onThis = left.expression.kind === t.SyntaxKind.ThisKeyword;
  const onClass = t.isIdentifier(left.expression) && left.expression.text === node.name?.text;
  if (!onClass && !(onThis && classAround(left) === node)) return;
  addField(parts, left.name.text, readValue(tables, right), undefined);
}

function addField(parts: ClassParts, name: string, value: Value, type: TypeFact | undefined): void {
  const known = parts.fields[name];
  const both =
    known?.value && value ? ({ is: "any", of: [known.value, value] } as const) : (value ?? known?.value);
  const settled = type ?? known?.type;
  parts.fields[name] = { value: both ?? null, ...(settled && { type: settled }) };
}

export function classAround(node: ts.Node): ts.ClassLikeDeclaration | undefined {
  const t = typescript();
  for (let at = node.parent; at; at = at.parent) {
    if (t.isClassLike(at)) return at;
    const ownThis =
      t.isFunctionDeclaration(at) ||
      t.isFunctionExpression(at) ||
      (t.isMethodDeclaration(at) && t.isObjectLiteralExpression(at.parent));
    if (ownThis) return undefined;
  }
  return undefined;
}

function findSuper(tables: Tables, node: ts.ClassLikeDeclaration): readonly Value[] | undefined {
  const t = typescript();
  const call = tables.survey.calls.find(
    (each) => each.expression.kind === t.SyntaxKind.SuperKeyword && classAround(each) === node,
  );
  return call?.arguments.map((each) => readValue(tables, each));
}

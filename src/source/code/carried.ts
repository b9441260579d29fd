import type ts from "typescript";
import { readValue } from "./expression.ts";
import type { CarriedFact } from "./facts.ts";
import { resolveName, type Tables } from "./tables.ts";
import { readType } from "./type.ts";
import { typescript } from "./typescript.ts";
import { remembered } from "./vocabulary.ts";

/** Names under which clients travel. Only such properties are kept; what they hold is settled when files are linked. */
const isCarrier = remembered((name) => /prisma|supabase|^db$|Db$|^DB$|database|^orm$/i.test(name));

/** Properties that bring a client to where types do not lead. */
export function readCarried(tables: Tables): CarriedFact[] {
  const { survey } = tables;
  const found: CarriedFact[] = [];
  for (const node of survey.objects) found.push(...readObject(tables, node));
  for (const node of survey.assignments) found.push(...readAssignment(tables, node));
  for (const node of survey.calls) found.push(...readDecoration(tables, node));
  for (const nodes of survey.types.values())
    for (const node of nodes) found.push(...readMembers(tables, node));
  return found;
}

function readObject(tables: Tables, node: ts.ObjectLiteralExpression): CarriedFact[] {
  const t = typescript();
  return node.properties.flatMap((property) => {
    const { name } = property;
    if (!name || !t.isIdentifier(name) || !isCarrier(name.text)) return [];
    if (t.isShorthandPropertyAssignment(property))
      return carry(name.text, resolveName(tables, property.name));
    return t.isPropertyAssignment(property) && mayHold(property.initializer)
      ? carry(name.text, readValue(tables, property.initializer))
      : [];
  });
}

/** `req.prisma = prisma`, `event.locals.supabase = createServerClient(...)`; a class's own fields are known by class. */
function readAssignment(tables: Tables, { left, right }: ts.BinaryExpression): CarriedFact[] {
  const t = typescript();
  if (!t.isPropertyAccessExpression(left) || !isCarrier(left.name.text)) return [];
  if (left.expression.kind === t.SyntaxKind.ThisKeyword || !mayHold(right)) return [];
  return carry(left.name.text, readValue(tables, right));
}

/** `app.decorate("prisma", prisma)`, `c.set("supabase", client)`, `provide("supabase", client)`. */
function readDecoration(tables: Tables, node: ts.CallExpression): CarriedFact[] {
  const t = typescript();
  const [name, value] = node.arguments;
  if (!name || !value || !t.isStringLiteralLike(name) || !isCarrier(name.text) || !mayHold(value)) return [];
  const callee = t.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  if (!t.isIdentifier(callee) || !/^(decorate|decorateRequest|set|provide|register)$/.test(callee.text))
    return [];
  return carry(name.text, readValue(tables, value));
}

function readMembers(tables: Tables, node: ts.InterfaceDeclaration | ts.TypeAliasDeclaration): CarriedFact[] {
  const t = typescript();
  const members = t.isInterfaceDeclaration(node)
    ? node.members
    : t.isTypeLiteralNode(node.type)
      ? node.type.members
      : [];
  return members.flatMap((member) => {
    if (!t.isPropertySignature(member) || !t.isIdentifier(member.name) || !isCarrier(member.name.text))
      return [];
    const type = readType(tables, member.type);
    return type ? [{ name: member.name.text, type }] : [];
  });
}

const carry = (name: string, value: CarriedFact["value"]): CarriedFact[] =>
  value && value.is !== "global" ? [{ name, value }] : [];

function mayHold(node: ts.Expression): boolean {
  const t = typescript();
  if (t.isAwaitExpression(node) || t.isAsExpression(node) || t.isParenthesizedExpression(node))
    return mayHold(node.expression);
  return (
    t.isIdentifier(node) ||
    t.isCallExpression(node) ||
    t.isNewExpression(node) ||
    t.isPropertyAccessExpression(node) ||
    t.isBinaryExpression(node)
  );
}

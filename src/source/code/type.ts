import type ts from "typescript";
import { resolveName, type Tables } from "./tables.ts";
import { typescript } from "./typescript.ts";
import type { TypeFact, Value } from "./value.ts";

const DEEPEST = 6;

/** Types of the language itself that are looked through for their first argument. */
const WRAPPERS = new Set([
  "Promise",
  "Awaited",
  "Readonly",
  "Partial",
  "Required",
  "NonNullable",
  "Omit",
  "Pick",
  "ReturnType",
  "InstanceType",
]);

/** What a type may name of interest: a class, an import, a shape with such members. Null for everything else. */
export function readType(tables: Tables, node: ts.Node | undefined, deep = 0): TypeFact {
  if (!node || deep > DEEPEST) return null;
  const t = typescript();
  if (t.isTypeAliasDeclaration(node)) return readType(tables, node.type, deep + 1);
  if (t.isInterfaceDeclaration(node)) return readInterface(tables, node, deep);
  if (t.isTypeReferenceNode(node)) return readReference(tables, node.typeName, node.typeArguments, deep);
  if (t.isTypeLiteralNode(node)) return readMembers(tables, node.members, deep);
  if (t.isTypeQueryNode(node)) {
    const of = readEntity(tables, node.exprName);
    return of && { is: "typeof", of };
  }
  if (t.isUnionTypeNode(node) || t.isIntersectionTypeNode(node))
    return anyOf(node.types.map((each) => readType(tables, each, deep + 1)));
  if (t.isParenthesizedTypeNode(node)) return readType(tables, node.type, deep + 1);
  return null;
}

function readInterface(tables: Tables, node: ts.InterfaceDeclaration, deep: number): TypeFact {
  const bases = node.heritageClauses?.flatMap((clause) => [...clause.types]) ?? [];
  const all = bases.map((base) => readBase(tables, base, deep));
  return anyOf([readMembers(tables, node.members, deep), ...all]);
}

function readBase(tables: Tables, base: ts.ExpressionWithTypeArguments, deep: number): TypeFact {
  const t = typescript();
  return t.isIdentifier(base.expression)
    ? readReference(tables, base.expression, base.typeArguments, deep)
    : null;
}

function readReference(
  tables: Tables,
  name: ts.EntityName,
  typeArguments: readonly ts.TypeNode[] | undefined,
  deep: number,
): TypeFact {
  const t = typescript();
  const args = typeArguments?.map((each) => readType(tables, each, deep + 1)).filter((each) => each !== null);
  if (t.isIdentifier(name)) {
    const declared = tables.declaredType(name.text);
    if (declared !== undefined) return { is: "declared", type: declared };
    if (WRAPPERS.has(name.text) && !tables.survey.root.find(name.text)) {
      const inner = args?.[0];
      if (!inner) return null;
      return name.text === "ReturnType" ? { is: "name", of: null, name: "ReturnType", args: [inner] } : inner;
    }
  }
  const of = readEntity(tables, name);
  if (!of || of.is === "global") return args?.length ? args[0]! : null;
  const last = t.isIdentifier(name) ? name.text : name.right.text;
  return { is: "name", of, name: last, ...(args?.length && { args }) };
}

/** `prisma`, `Prisma.TransactionClient`. */
function readEntity(tables: Tables, name: ts.EntityName): Value {
  const t = typescript();
  if (t.isIdentifier(name)) {
    const declaration = tables.survey.root.find(name.text);
    return declaration ? resolveName(tables, name, tables.survey.file) : { is: "global", name: name.text };
  }
  const of = readEntity(tables, name.left);
  return of && { is: "member", of, name: name.right.text, at: name.right.pos };
}

function readMembers(tables: Tables, members: readonly ts.TypeElement[], deep: number): TypeFact {
  const t = typescript();
  const found: Record<string, TypeFact> = Object.create(null);
  let some = false;
  for (const member of members) {
    if (!t.isPropertySignature(member) || !t.isIdentifier(member.name)) continue;
    const type = readType(tables, member.type, deep + 1);
    if (!type) continue;
    found[member.name.text] = type;
    some = true;
  }
  return some ? { is: "members", members: found } : null;
}

function anyOf(types: readonly TypeFact[]): TypeFact {
  const some = types.filter((each) => each !== null);
  return some.length > 1 ? { is: "any", of: some } : (some[0] ?? null);
}

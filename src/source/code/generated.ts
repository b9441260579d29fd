import type ts from "typescript";
import type { GeneratedFact } from "./facts.ts";
import type { Survey } from "./survey.ts";
import { typescript } from "./typescript.ts";

interface Names {
  readonly tables: Record<string, string[]>;
  readonly views: Record<string, string[]>;
  readonly functions: string[];
}

/** `export type Database = { public: { Tables: { tasks: { Row: {...` as `supabase gen types` writes it, or as an interface. */
export function readGenerated(survey: Survey): GeneratedFact | undefined {
  const t = typescript();
  const names: Names = { tables: Object.create(null), views: Object.create(null), functions: [] };
  let some = false;
  for (const nodes of survey.types.values())
    for (const node of nodes)
      for (const member of membersOf(t.isInterfaceDeclaration(node) ? node : node.type)) {
        const schema = nameOf(member);
        if (schema !== undefined && readSchema(schema, member, names)) some = true;
      }
  return some ? names : undefined;
}

function readSchema(schema: string, member: ts.TypeElement, names: Names): boolean {
  const groups = new Map(membersOf(typeOf(member)).map((each) => [nameOf(each), typeOf(each)]));
  if (!groups.has("Tables") || !(groups.has("Views") || groups.has("Functions") || groups.has("Enums")))
    return false;
  readRelations(schema, groups.get("Tables"), names.tables);
  readRelations(schema, groups.get("Views"), names.views);
  for (const each of membersOf(groups.get("Functions"))) {
    const name = nameOf(each);
    if (name !== undefined) names.functions.push(`${schema}.${name}`);
  }
  return true;
}

function readRelations(
  schema: string,
  type: ts.TypeNode | undefined,
  relations: Record<string, string[]>,
): void {
  for (const relation of membersOf(type)) {
    const row = membersOf(typeOf(relation)).find((each) => nameOf(each) === "Row");
    const name = nameOf(relation);
    if (name === undefined || !row) continue;
    relations[`${schema}.${name}`] = membersOf(typeOf(row))
      .map(nameOf)
      .filter((each) => each !== undefined);
  }
}

function membersOf(node: ts.Node | undefined): readonly ts.TypeElement[] {
  const t = typescript();
  if (!node) return [];
  if (t.isInterfaceDeclaration(node) || t.isTypeLiteralNode(node)) return node.members;
  if (t.isParenthesizedTypeNode(node)) return membersOf(node.type);
  return t.isIntersectionTypeNode(node) ? node.types.flatMap((each) => [...membersOf(each)]) : [];
}

const typeOf = (member: ts.TypeElement): ts.TypeNode | undefined =>
  typescript().isPropertySignature(member) ? member.type : undefined;

function nameOf(member: ts.TypeElement): string | undefined {
  const t = typescript();
  const { name } = member;
  return name && (t.isIdentifier(name) || t.isStringLiteral(name)) ? name.text : undefined;
}

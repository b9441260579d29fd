import type { Node } from "@pgsql/types";
import type { QualifiedName, TypeName } from "../expression.ts";
import { nameEnd, type Reading } from "../tokens/reading.ts";
import type { TokenRange } from "../tokens/tokens.ts";
import { argumentTypes, nameAfter, namePartsOf } from "./drop.ts";
import { readNameAt, readRelation, roleName } from "./name.ts";
import { as, itemsOf, type NodeOf, stringsOf } from "./node.ts";
import { isPart, objectKind } from "./object-kind.ts";
import type { StatementReaders } from "./statement.ts";

export const renameReaders: StatementReaders = {
  RenameStmt: (reading, node, range) => {
    const kind = objectKind(node.renameType);
    return {
      kind: "rename",
      objectKind: kind,
      ...subject(reading, node, range, node.subname),
      ...(isPart(kind) && node.subname !== undefined ? { part: node.subname } : {}),
      to: node.newname ?? "",
      ifExists: node.missing_ok ?? false,
    };
  },
  AlterObjectSchemaStmt: (reading, node, range) => ({
    kind: "set-schema",
    objectKind: objectKind(node.objectType),
    ...subject(reading, node, range),
    to: node.newschema ?? "",
    ifExists: node.missing_ok ?? false,
  }),
  AlterOwnerStmt: (reading, node, range) => ({
    kind: "owner",
    objectKind: objectKind(node.objectType),
    ...subject(reading, node, range),
    to: roleName(node.newowner),
  }),
  CommentStmt: (reading, node, range) => {
    const kind = objectKind(node.objtype);
    return {
      kind: "comment",
      objectKind: kind,
      ...commented(reading, node, range),
      text: node.comment ?? "",
    };
  },
};

type Named = { readonly relation?: NodeOf<"RangeVar">; readonly object?: Node };

/** What an ALTER acts on: a table where it stands, or another object by its name. */
function subject(
  reading: Reading,
  node: Named,
  range: TokenRange,
  subname?: string,
): { name: QualifiedName; args?: readonly TypeName[] } {
  if (node.relation) return { name: readRelation(reading, node.relation) };
  const parts = node.object ? namePartsOf(node.object) : [subname ?? ""];
  const args = argumentTypes(reading, as(node.object, "ObjectWithArgs"));
  return { name: nameAfter(reading, range, parts, range.first + 2), ...(args ? { args } : {}) };
}

function commented(reading: Reading, node: NodeOf<"CommentStmt">, range: TokenRange) {
  const kind = objectKind(node.objtype);
  const from = range.first + 3;
  if (!isPart(kind)) return { name: nameAfter(reading, range, namePartsOf(node.object), from) };
  const path = stringsOf(itemsOf(node.object));
  const table = path.slice(0, -1);
  const part = path.at(-1) ?? "";
  if (kind !== "column") return { name: nameAfter(reading, range, table, from), part };
  const { span: _, ...name } = readNameAt(reading, table, from);
  return { name: { ...name, span: reading.place(from, nameEnd(reading.tokens, from) - 2) }, part };
}

import type { Node } from "@pgsql/types";
import type { TypeName } from "../expression.ts";
import type { ObjectKind, TableStatement } from "../statement.ts";
import { findWord, locateName, skipWords } from "../tokens/locate.ts";
import { nameEnd, type Reading } from "../tokens/reading.ts";
import { isWord, type TokenRange } from "../tokens/tokens.ts";
import { readNameAt, readType, roleName } from "./name.ts";
import { as, itemsOf, type NodeOf, stringOf, stringsOf } from "./node.ts";
import { isPart, objectKind } from "./object-kind.ts";
import type { StatementReaders } from "./statement.ts";

type Drop = Extract<TableStatement, { kind: "drop" }>;

export const dropReaders: StatementReaders = {
  DropStmt: (reading, node, range) => {
    const kind = objectKind(node.removeType);
    return {
      kind: "drop",
      objectKind: kind,
      objects: readDropped(reading, node.objects, kind, range),
      ifExists: node.missing_ok ?? false,
      cascade: node.behavior === "DROP_CASCADE",
    };
  },
  DropRoleStmt: (reading, node, range) => {
    const names = (node.roles ?? []).map((item) => roleName(as(item, "RoleSpec")));
    return dropNamed(reading, "role", names, node.missing_ok, range);
  },
  DropdbStmt: (reading, node, range) =>
    dropNamed(reading, "database", [node.dbname ?? ""], node.missing_ok, range),
};

function dropNamed(
  reading: Reading,
  kind: ObjectKind,
  names: readonly string[],
  ifExists: boolean | undefined,
  range: TokenRange,
): Drop {
  const objects = names.map((name) => ({ name: nameAfter(reading, range, [name], range.first + 2) }));
  return { kind: "drop", objectKind: kind, objects, ifExists: ifExists ?? false, cascade: false };
}

/** The names of DROP, which the tree gives without their places. */
function readDropped(
  reading: Reading,
  nodes: readonly Node[] | undefined,
  kind: ObjectKind,
  range: TokenRange,
) {
  let from = objectsStart(reading, range);
  const dropped: Drop["objects"][number][] = [];
  for (const node of nodes ?? []) {
    if (isPart(kind)) {
      dropped.push(readPart(reading, stringsOf(itemsOf(node)), range, from));
      continue;
    }
    const parts = namePartsOf(node);
    const first = locateName(reading, range, parts, from);
    from = Math.min(nameEnd(reading.tokens, first) + 1, range.last);
    const args = argumentTypes(reading, as(node, "ObjectWithArgs"));
    dropped.push({ name: readNameAt(reading, parts, first), ...(args ? { args } : {}) });
  }
  return dropped;
}

/** After DROP [MATERIALIZED] KIND [CONCURRENTLY] [IF EXISTS]. */
function objectsStart(reading: Reading, range: TokenRange): number {
  const { tokens } = reading;
  let at = range.first + 2;
  if (["materialized", "foreign", "event"].some((word) => isWord(tokens, range.first + 1, word))) at++;
  at = skipWords(tokens, at, "concurrently");
  return Math.min(skipWords(tokens, at, "if", "exists"), range.last);
}

/** `policy on schema.table`. */
function readPart(reading: Reading, path: readonly string[], range: TokenRange, from: number) {
  const part = path.at(-1) ?? "";
  const table = path.slice(0, -1);
  const at = locateName(reading, range, [part], from);
  const on = findWord(reading, range, "on", at + 1);
  const name = readNameAt(reading, table, locateName(reading, range, table, on < 0 ? at : on + 1));
  return { name, part, partSpan: reading.place(at, at) };
}

/** The parts of a name in any of the shapes the tree has for names. */
export function namePartsOf(node: Node | undefined): string[] {
  const list = as(node, "List");
  if (list) return stringsOf(list.items);
  const object = as(node, "ObjectWithArgs");
  if (object) return stringsOf(object.objname);
  const type = as(node, "TypeName");
  if (type) return stringsOf(type.names);
  return [stringOf(node)];
}

/** The types that tell overloads apart; undefined where none are given. */
export function argumentTypes(
  reading: Reading,
  node: NodeOf<"ObjectWithArgs"> | undefined,
): TypeName[] | undefined {
  if (node === undefined || node.args_unspecified) return undefined;
  return (node.objargs ?? [])
    .map((item) => as(item, "TypeName"))
    .filter((type) => type !== undefined)
    .map((type) => readType(reading, type));
}

/** A name found from a token on. */
export const nameAfter = (reading: Reading, range: TokenRange, parts: readonly string[], from: number) =>
  readNameAt(reading, parts, locateName(reading, range, parts, Math.min(from, range.last)));

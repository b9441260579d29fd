import type { PrismaField } from "../../source/prisma/schema.ts";
import { type PlacedModel, type SchemaIndex, schemaOf } from "./schema-index.ts";

/**
 * The table that Prisma makes for two lists that refer to each other (`Post.tags`, `Tag.posts`): no model declares
 * it. Its column A refers to `a`, B to `b`.
 */
export interface JoinTable {
  /** `_PostToTag`, or `_` and the relation's name. */
  readonly name: string;
  readonly schema?: string;
  readonly a: PlacedModel;
  readonly b: PlacedModel;
  /** The list fields that stand for it, the first one A's. */
  readonly fields: readonly [PrismaField, PrismaField];
}

/** One end of a relation of lists. */
interface End {
  readonly owner: PlacedModel;
  readonly field: PrismaField;
}

/** The implicit many-to-many tables of a schema, in the order of their first field. */
export function findJoinTables(index: SchemaIndex): JoinTable[] {
  const ends = new Map<string, End[]>();
  for (const owner of index.models.values()) {
    for (const field of owner.model.fields) {
      if (!field.list || field.relation?.fields.length || !index.models.has(field.type)) continue;
      const name = tableName(owner.model.name, field);
      const key = [owner.model.name, field.type].sort(byBytes).join(" ") + name;
      const known = ends.get(key);
      if (known) known.push({ owner, field });
      else ends.set(key, [{ owner, field }]);
    }
  }
  return [...ends.values()].flatMap((pair) => joinTable(pair, index));
}

function joinTable(ends: readonly End[], index: SchemaIndex): JoinTable[] {
  const [first, second] = [...ends].sort((x, y) => byBytes(x.owner.model.name, y.owner.model.name));
  if (!first || !second || ends.length !== 2) return [];
  if (first.owner.model.kind === "view" || second.owner.model.kind === "view") return [];
  if (first.field.type !== second.owner.model.name || second.field.type !== first.owner.model.name) return [];
  return [
    {
      name: tableName(first.owner.model.name, first.field),
      ...schemaOf(first.owner.model, index),
      a: first.owner,
      b: second.owner,
      fields: [first.field, second.field],
    },
  ];
}

function tableName(owner: string, { relation, type }: PrismaField): string {
  const [a, b] = [owner, type].sort(byBytes);
  return `_${relation?.name || `${a}To${b}`}`;
}

/** Prisma compares names byte by byte: capitals come first. */
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

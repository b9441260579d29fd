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
      const key = inOrder(owner.model.name, field.type, " ") + tableName(owner.model.name, field);
      const known = ends.get(key);
      if (known) known.push({ owner, field });
      else ends.set(key, [{ owner, field }]);
    }
  }
  return [...ends.values()].flatMap((pair) => joinTable(pair, index));
}

function joinTable(ends: readonly End[], index: SchemaIndex): JoinTable[] {
  const [one, other] = ends;
  if (!one || !other || ends.length !== 2) return [];
  const [first, second] = one.owner.model.name > other.owner.model.name ? [other, one] : [one, other];
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

const tableName = (owner: string, { relation, type }: PrismaField): string =>
  `_${relation?.name || inOrder(owner, type, "To")}`;

/** Prisma compares names byte by byte: capitals come first. */
const inOrder = (a: string, b: string, between: string): string =>
  a < b ? `${a}${between}${b}` : `${b}${between}${a}`;

import type { ObjectType } from "@pgsql/types";
import type { ObjectKind } from "../statement.ts";

const KINDS = new Map<string, ObjectKind>([
  ["OBJECT_TABLE", "table"],
  ["OBJECT_VIEW", "view"],
  ["OBJECT_MATVIEW", "materialized view"],
  ["OBJECT_FOREIGN_TABLE", "foreign table"],
  ["OBJECT_INDEX", "index"],
  ["OBJECT_SEQUENCE", "sequence"],
  ["OBJECT_SCHEMA", "schema"],
  ["OBJECT_ROLE", "role"],
  ["OBJECT_FUNCTION", "function"],
  ["OBJECT_PROCEDURE", "function"],
  ["OBJECT_ROUTINE", "function"],
  ["OBJECT_AGGREGATE", "function"],
  ["OBJECT_TYPE", "type"],
  ["OBJECT_DOMAIN", "domain"],
  ["OBJECT_POLICY", "policy"],
  ["OBJECT_TRIGGER", "trigger"],
  ["OBJECT_TABCONSTRAINT", "constraint"],
  ["OBJECT_COLUMN", "column"],
  ["OBJECT_ATTRIBUTE", "column"],
  ["OBJECT_PUBLICATION", "publication"],
  ["OBJECT_EXTENSION", "extension"],
  ["OBJECT_EVENT_TRIGGER", "event trigger"],
  ["OBJECT_RULE", "rule"],
  ["OBJECT_DATABASE", "database"],
]);

/** PostgreSQL's word for a kind of object, in ours; routines of every kind are functions. */
export const objectKind = (type: ObjectType | undefined): ObjectKind => KINDS.get(type ?? "") ?? "other";

/** Kinds that live on a table: their names come last in a list that begins with the table's. */
export const isPart = (kind: ObjectKind): boolean =>
  kind === "policy" || kind === "trigger" || kind === "rule" || kind === "constraint" || kind === "column";

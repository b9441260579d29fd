import type { Node } from "@pgsql/types";
import type { PublicationStatement, SchemaStatement, Statement, StatementBody } from "../statement.ts";
import type { Reading } from "../tokens/reading.ts";
import { isWord, type TokenRange } from "../tokens/tokens.ts";
import { readColumn } from "./column.ts";
import { nameAfter } from "./drop.ts";
import { readRelation, readType, roleName } from "./name.ts";
import { as, itemsOf, type NodeOf, stringsOf } from "./node.ts";
import { readStatement, type StatementReaders } from "./statement.ts";

export const schemaReaders: StatementReaders = {
  CreateSchemaStmt: readCreateSchema,
  CreateExtensionStmt: (_reading, node) => {
    const schema = optionOf(node.options, "schema");
    return {
      kind: "create-extension",
      name: node.extname ?? "",
      ...(schema === undefined ? {} : { schema }),
    };
  },
  CreateEnumStmt: (reading, node, range) => ({
    kind: "create-enum",
    name: nameAfter(reading, range, stringsOf(node.typeName), range.first + 2),
    values: stringsOf(node.vals),
  }),
  AlterEnumStmt: (reading, node, range) => ({
    kind: "alter-enum",
    name: nameAfter(reading, range, stringsOf(node.typeName), range.first + 2),
    ...(node.newVal === undefined
      ? {}
      : node.oldVal === undefined
        ? { addValue: node.newVal }
        : { renameValue: [node.oldVal, node.newVal] as const }),
  }),
  CreateDomainStmt: (reading, node, range) => ({
    kind: "create-domain",
    name: nameAfter(reading, range, stringsOf(node.domainname), range.first + 2),
    type: readType(reading, node.typeName),
  }),
  CompositeTypeStmt: (reading, node, range) => ({
    kind: "create-composite",
    name: readRelation(reading, node.typevar),
    columns: (node.coldeflist ?? []).map(
      (item) => readColumn(reading, as(item, "ColumnDef") ?? {}, range).column,
    ),
  }),
  CreateRangeStmt: (reading, node, range) => ({
    kind: "create-type",
    name: nameAfter(reading, range, stringsOf(node.typeName), range.first + 2),
  }),
  CreateSeqStmt: (reading, node) => ({ kind: "create-sequence", name: readRelation(reading, node.sequence) }),
  CreatePublicationStmt: (reading, node) => ({
    kind: "create-publication",
    name: node.pubname ?? "",
    allTables: node.for_all_tables ?? false,
    ...published(reading, node.pubobjects),
  }),
  AlterPublicationStmt: readAlterPublication,
};

function readCreateSchema(
  reading: Reading,
  node: NodeOf<"CreateSchemaStmt">,
  range: TokenRange,
): SchemaStatement {
  const owner = node.authrole ? roleName(node.authrole) : undefined;
  return {
    kind: "create-schema",
    name: node.schemaname ?? owner ?? "",
    ...(owner === undefined ? {} : { owner }),
    ifNotExists: node.if_not_exists ?? false,
    statements: readElements(reading, node.schemaElts, range),
  };
}

/** The statements inside CREATE SCHEMA: each begins with CREATE or GRANT and ends before the next. */
function readElements(reading: Reading, nodes: readonly Node[] | undefined, range: TokenRange): Statement[] {
  const { tokens } = reading;
  const starts: number[] = [];
  for (let i = range.first + 1; nodes !== undefined && i <= range.last; i++) {
    if (tokens.parent[i] !== tokens.parent[range.first]) continue;
    if (isWord(tokens, i, "create") || isWord(tokens, i, "grant")) starts.push(i);
  }
  return (nodes ?? []).map((node, i) => {
    const first = starts[i] ?? range.first;
    return readStatement(reading, node, { first, last: (starts[i + 1] ?? range.last + 1) - 1 });
  });
}

function optionOf(options: readonly Node[] | undefined, name: string): string | undefined {
  for (const node of options ?? []) {
    const option = as(node, "DefElem");
    if (option?.defname === name) return stringsOf(itemsOf(option.arg))[0];
  }
  return undefined;
}

type Published = Pick<Extract<PublicationStatement, { kind: "create-publication" }>, "tables" | "schemas">;

function published(reading: Reading, nodes: readonly Node[] | undefined): Published {
  const objects = (nodes ?? [])
    .map((node) => as(node, "PublicationObjSpec"))
    .filter((item) => item !== undefined);
  return {
    tables: objects.flatMap((item) =>
      item.pubtable?.relation ? [readRelation(reading, item.pubtable.relation)] : [],
    ),
    schemas: objects.flatMap((item) => (item.pubtable ? [] : [item.name ?? "current_schema"])),
  };
}

const CHANGES = new Map([
  ["AP_AddObjects", "add"],
  ["AP_DropObjects", "drop"],
  ["AP_SetObjects", "set"],
] as const);

/** ALTER PUBLICATION ... SET (options) names no tables and changes none. */
function readAlterPublication(reading: Reading, node: NodeOf<"AlterPublicationStmt">): StatementBody {
  if (node.pubobjects === undefined && !node.for_all_tables)
    return { kind: "other", what: "alter publication" };
  const action = CHANGES.get(node.action as "AP_AddObjects") ?? "set";
  return {
    kind: "alter-publication",
    name: node.pubname ?? "",
    action,
    ...published(reading, node.pubobjects),
  };
}

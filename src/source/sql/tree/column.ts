import type { Node } from "@pgsql/types";
import type { Expr } from "../expression.ts";
import type { ColumnDefinition, ConstraintDefinition } from "../statement.ts";
import { clauseEnd } from "../tokens/locate.ts";
import { type Reading, tokenOf } from "../tokens/reading.ts";
import { readExpr } from "./expression.ts";
import { readRelation, readType } from "./name.ts";
import { as, type NodeOf, stringsOf } from "./node.ts";
import type { TokenRange } from "./query.ts";

export interface ReadColumn {
  readonly column: ColumnDefinition;
  /** The constraints written with the column, as the table's own. */
  readonly constraints: readonly ConstraintDefinition[];
}

/** A column of CREATE TABLE or ADD COLUMN with its constraints. */
export function readColumn(reading: Reading, node: NodeOf<"ColumnDef">, range: TokenRange): ReadColumn {
  const first = tokenOf(reading, node.location);
  const last = clauseEnd(reading.tokens, first, range.last);
  const name = node.colname ?? "";
  const found = (node.constraints ?? [])
    .map((item) => as(item, "Constraint"))
    .filter((item) => item !== undefined);
  const has = (type: string) => found.some((item) => item.contype === type);
  const defaultNode = found.find((item) => item.contype === "CONSTR_DEFAULT")?.raw_expr ?? node.raw_default;
  const generatedNode = found.find((item) => item.contype === "CONSTR_GENERATED")?.raw_expr;
  return {
    column: {
      name,
      ...(node.typeName ? { type: readType(reading, node.typeName) } : {}),
      notNull: has("CONSTR_NOTNULL") || has("CONSTR_PRIMARY") || has("CONSTR_IDENTITY"),
      primaryKey: has("CONSTR_PRIMARY"),
      ...optional("default", defaultNode && readExpr(reading, defaultNode)),
      ...optional("generated", generatedNode && readExpr(reading, generatedNode)),
      identity: has("CONSTR_IDENTITY"),
      span: reading.place(first, last),
      nameSpan: reading.place(first, first),
    },
    constraints: inlineConstraints(reading, found, name, last),
  };
}

const optional = <K extends string>(key: K, expr: Expr | undefined): { [P in K]?: Expr } =>
  expr === undefined ? {} : ({ [key]: expr } as { [P in K]?: Expr });

type Constraint = NodeOf<"Constraint">;

const KINDS = new Map<string, ConstraintDefinition["kind"]>([
  ["CONSTR_PRIMARY", "primary key"],
  ["CONSTR_UNIQUE", "unique"],
  ["CONSTR_FOREIGN", "foreign key"],
  ["CONSTR_CHECK", "check"],
  ["CONSTR_EXCLUSION", "exclude"],
  ["CONSTR_NOTNULL", "not null"],
]);

function inlineConstraints(reading: Reading, found: readonly Constraint[], column: string, last: number) {
  const constraints: ConstraintDefinition[] = [];
  found.forEach((node, i) => {
    const kind = KINDS.get(node.contype ?? "");
    if (kind === undefined || kind === "not null") return;
    const next = found[i + 1]?.location;
    const end = next === undefined ? last : tokenOf(reading, next) - 1;
    const range = { first: tokenOf(reading, node.location), last: end };
    constraints.push(build(reading, node, kind, [column], range));
  });
  return constraints;
}

/** A constraint of the table; undefined for what is none (attributes such as DEFERRABLE). */
export function readConstraint(
  reading: Reading,
  node: Constraint,
  range: TokenRange,
): ConstraintDefinition | undefined {
  const kind = KINDS.get(node.contype ?? "");
  if (kind === undefined) return undefined;
  const first = tokenOf(reading, node.location);
  const last = clauseEnd(reading.tokens, first, range.last);
  return build(reading, node, kind, columnsOf(node), { first, last });
}

const columnsOf = (node: Constraint): string[] =>
  node.contype === "CONSTR_EXCLUSION"
    ? exclusionColumns(node.exclusions)
    : stringsOf(node.fk_attrs ?? node.keys);

const exclusionColumns = (nodes: readonly Node[] | undefined): string[] =>
  (nodes ?? [])
    .map((item) => as(as(item, "List")?.items?.[0], "IndexElem")?.name)
    .filter((name) => name !== undefined);

const ACTIONS = new Map([
  ["r", "restrict"],
  ["c", "cascade"],
  ["n", "set null"],
  ["d", "set default"],
]);

function build(
  reading: Reading,
  node: Constraint,
  kind: ConstraintDefinition["kind"],
  columns: readonly string[],
  range: TokenRange,
): ConstraintDefinition {
  const onDelete = ACTIONS.get(node.fk_del_action ?? "");
  const references = node.pktable && {
    table: readRelation(reading, node.pktable),
    columns: stringsOf(node.pk_attrs),
    ...(onDelete ? { onDelete } : {}),
  };
  const check = kind === "check" && node.raw_expr ? readExpr(reading, node.raw_expr) : undefined;
  return {
    kind,
    ...(node.conname === undefined ? {} : { name: node.conname }),
    columns,
    ...(references ? { references } : {}),
    ...(check ? { check } : {}),
    ...(node.indexname === undefined ? {} : { usingIndex: node.indexname }),
    span: reading.place(range.first, range.last),
  };
}

import type { Node } from "@pgsql/types";
import type { ColumnDefinition, ConstraintDefinition } from "../statement.ts";
import { clauseEnd } from "../tokens/locate.ts";
import { type Reading, tokenOf } from "../tokens/reading.ts";
import type { TokenRange } from "../tokens/tokens.ts";
import { readExpr } from "./expression.ts";
import { readRelation, readType } from "./name.ts";
import { as, type Draft, type NodeOf, stringsOf } from "./node.ts";

export interface ReadColumn {
  readonly column: ColumnDefinition;
  /** The constraints written with the column, as the table's own. */
  readonly constraints: readonly ConstraintDefinition[];
}

/** A column of CREATE TABLE or ADD COLUMN with its constraints. */
export function readColumn(reading: Reading, node: NodeOf<"ColumnDef">, range: TokenRange): ReadColumn {
  const first = tokenOf(reading, node.location);
  const last = clauseEnd(reading.tokens, first, range.last);
  const column: Draft<ColumnDefinition> = {
    name: node.colname ?? "",
    notNull: false,
    primaryKey: false,
    identity: false,
    span: reading.place(first, last),
    nameSpan: reading.place(first, first),
  };
  if (node.typeName) column.type = readType(reading, node.typeName);
  if (node.raw_default) column.default = readExpr(reading, node.raw_default);
  const constraints: ConstraintDefinition[] = [];
  const nodes = node.constraints ?? [];
  for (let i = 0; i < nodes.length; i++) {
    const constraint = as(nodes[i], "Constraint");
    if (constraint === undefined || applyToColumn(reading, constraint, column)) continue;
    const next = as(nodes[i + 1], "Constraint")?.location;
    const end = next === undefined ? last : tokenOf(reading, next) - 1;
    const inline = readInline(reading, constraint, column.name, end);
    if (inline) constraints.push(inline);
  }
  return { column, constraints };
}

/** What a constraint says of its column; true where it is nothing more than that. */
function applyToColumn(reading: Reading, node: Constraint, column: Draft<ColumnDefinition>): boolean {
  switch (node.contype) {
    case "CONSTR_NOTNULL":
      column.notNull = true;
      return true;
    case "CONSTR_DEFAULT":
      column.default = readExpr(reading, node.raw_expr);
      return true;
    case "CONSTR_GENERATED":
      column.generated = readExpr(reading, node.raw_expr);
      return true;
    case "CONSTR_IDENTITY":
      column.notNull = true;
      column.identity = true;
      return true;
    case "CONSTR_PRIMARY":
      column.notNull = true;
      column.primaryKey = true;
      return false;
    default:
      return false;
  }
}

type Constraint = NodeOf<"Constraint">;

const KINDS = new Map<string, ConstraintDefinition["kind"]>([
  ["CONSTR_PRIMARY", "primary key"],
  ["CONSTR_UNIQUE", "unique"],
  ["CONSTR_FOREIGN", "foreign key"],
  ["CONSTR_CHECK", "check"],
  ["CONSTR_EXCLUSION", "exclude"],
  ["CONSTR_NOTNULL", "not null"],
]);

function readInline(
  reading: Reading,
  node: Constraint,
  column: string,
  last: number,
): ConstraintDefinition | undefined {
  const kind = KINDS.get(node.contype ?? "");
  const first = tokenOf(reading, node.location);
  return kind && build(reading, node, kind, [column], { first, last });
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
  const constraint: Draft<ConstraintDefinition> = {
    kind,
    columns,
    span: reading.place(range.first, range.last),
  };
  if (node.conname !== undefined) constraint.name = node.conname;
  if (node.pktable) constraint.references = readReferences(reading, node);
  if (kind === "check" && node.raw_expr) constraint.check = readExpr(reading, node.raw_expr);
  if (node.skip_validation) constraint.notValid = true;
  if (node.indexname !== undefined) constraint.usingIndex = node.indexname;
  return constraint;
}

function readReferences(reading: Reading, node: Constraint): NonNullable<ConstraintDefinition["references"]> {
  const table = readRelation(reading, node.pktable);
  const columns = stringsOf(node.pk_attrs);
  const onDelete = ACTIONS.get(node.fk_del_action ?? "");
  return onDelete === undefined ? { table, columns } : { table, columns, onDelete };
}

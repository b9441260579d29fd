import type { AlterTableAction } from "../statement.ts";
import { clausesOf } from "../tokens/locate.ts";
import { isOperator, nameEnd, type Reading, tokenOf } from "../tokens/reading.ts";
import { isMark, type TokenRange } from "../tokens/tokens.ts";
import { readColumn, readConstraint } from "./column.ts";
import { readExpr } from "./expression.ts";
import { readRelation, readType, roleName } from "./name.ts";
import { as, type Draft, itemsOf, type NodeOf } from "./node.ts";
import { objectKind } from "./object-kind.ts";
import type { StatementReaders } from "./statement.ts";
import { readOptions } from "./table.ts";

export const alterTableReaders: StatementReaders = {
  AlterTableStmt: (reading, node, range) => {
    const clauses = clausesOf(reading.tokens, actionsStart(reading, node, range), range.last);
    return {
      kind: "alter-table",
      name: readRelation(reading, node.relation),
      ifExists: node.missing_ok ?? false,
      objectKind: objectKind(node.objtype),
      actions: (node.cmds ?? []).map((item, i) =>
        readAction(reading, as(item, "AlterTableCmd") ?? {}, clauses[i] ?? range),
      ),
    };
  },
};

/** The token after the table's name, `*` and brackets left out. */
function actionsStart(reading: Reading, node: NodeOf<"AlterTableStmt">, range: TokenRange): number {
  const { tokens } = reading;
  let last = nameEnd(tokens, tokenOf(reading, node.relation?.location));
  if (isOperator(tokens, last + 1, "*")) last++;
  if (isMark(tokens, last + 1, ")")) last++;
  return Math.min(last + 1, range.last);
}

type Command = NodeOf<"AlterTableCmd">;
type Action = AlterTableAction extends infer A ? (A extends unknown ? Omit<A, "span"> : never) : never;

/** The action with its span: the command itself, without the table's name. */
function readAction(reading: Reading, node: Command, clause: TokenRange): AlterTableAction {
  const span = reading.place(clause.first, clause.last);
  const action = readDoing(reading, node, clause) as Draft<AlterTableAction>;
  action.span = span;
  return action;
}

function readDoing(reading: Reading, node: Command, clause: TokenRange): Action {
  const name = node.name ?? "";
  const cascade = node.behavior === "DROP_CASCADE";
  const ifExists = node.missing_ok ?? false;
  switch (node.subtype) {
    case "AT_AddColumn":
      return readAddColumn(reading, node, clause);
    case "AT_DropColumn":
      return { do: "drop-column", name, ifExists, cascade };
    case "AT_AlterColumnType":
      return { do: "column-type", name, type: readType(reading, as(node.def, "ColumnDef")?.typeName) };
    case "AT_ColumnDefault":
      return { do: "column-default", name, ...(node.def ? { default: readExpr(reading, node.def) } : {}) };
    case "AT_SetNotNull":
    case "AT_DropNotNull":
      return { do: "column-not-null", name, notNull: node.subtype === "AT_SetNotNull" };
    case "AT_DropConstraint":
      return { do: "drop-constraint", name, ifExists, cascade };
    case "AT_EnableRowSecurity":
    case "AT_DisableRowSecurity":
      return { do: "row-security", enabled: node.subtype === "AT_EnableRowSecurity" };
    case "AT_ForceRowSecurity":
    case "AT_NoForceRowSecurity":
      return { do: "force-row-security", forced: node.subtype === "AT_ForceRowSecurity" };
    default:
      return readRarer(reading, node, clause);
  }
}

function readRarer(reading: Reading, node: Command, clause: TokenRange): Action {
  const relation = as(node.def, "RangeVar") ?? as(node.def, "PartitionCmd")?.name;
  const options = () => readOptions(itemsOf(node.def));
  switch (node.subtype) {
    case "AT_AddConstraint":
      return readAddConstraint(reading, node, clause);
    case "AT_AttachPartition":
      return { do: "attach-partition", partition: readRelation(reading, relation) };
    case "AT_DetachPartition":
      return { do: "detach-partition", partition: readRelation(reading, relation) };
    case "AT_AddInherit":
      return { do: "inherit", parent: readRelation(reading, relation) };
    case "AT_DropInherit":
      return { do: "no-inherit", parent: readRelation(reading, relation) };
    case "AT_ReplicaIdentity":
      return readReplicaIdentity(node);
    case "AT_SetRelOptions":
    case "AT_ResetRelOptions":
      return { do: "options", options: options(), reset: node.subtype === "AT_ResetRelOptions" };
    case "AT_ChangeOwner":
      return { do: "owner", to: roleName(node.newowner) };
    default:
      return { do: "other", what: (node.subtype ?? "").replace(/^AT_/, "") };
  }
}

function readAddColumn(reading: Reading, node: Command, clause: TokenRange): Action {
  const definition = as(node.def, "ColumnDef") ?? {};
  const ifNotExists = node.missing_ok ?? false;
  return { do: "add-column", ...readColumn(reading, definition, clause), ifNotExists };
}

function readAddConstraint(reading: Reading, node: Command, clause: TokenRange): Action {
  const constraint = readConstraint(reading, as(node.def, "Constraint") ?? {}, clause);
  return constraint ? { do: "add-constraint", constraint } : { do: "other", what: "AddConstraint" };
}

const IDENTITIES = new Map([
  ["d", "default"],
  ["f", "full"],
  ["n", "nothing"],
  ["i", "index"],
] as const);

function readReplicaIdentity(node: Command): Action {
  const definition = as(node.def, "ReplicaIdentityStmt");
  const identity = IDENTITIES.get((definition?.identity_type ?? "d") as "d") ?? "default";
  const index = definition?.name;
  return { do: "replica-identity", identity, ...(index === undefined ? {} : { index }) };
}

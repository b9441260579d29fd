import type { Node } from "@pgsql/types";
import type { OtherStatement, SchemaStatement } from "../statement.ts";
import { constantOf } from "./expression.ts";
import { as, type NodeOf, stringOf } from "./node.ts";
import type { StatementReaders } from "./statement.ts";

type Transaction = Extract<SchemaStatement, { kind: "transaction" }>;

const ACTIONS = new Map<string, Transaction["action"]>([
  ["TRANS_STMT_BEGIN", "begin"],
  ["TRANS_STMT_START", "begin"],
  ["TRANS_STMT_COMMIT", "commit"],
  ["TRANS_STMT_ROLLBACK", "rollback"],
  ["TRANS_STMT_SAVEPOINT", "savepoint"],
]);

export const settingReaders: StatementReaders = {
  VariableSetStmt: (_reading, node): SchemaStatement | OtherStatement => ({
    kind: "set",
    ...settingOf(node),
    local: node.is_local ?? false,
  }),
  TransactionStmt: (_reading, node) => ({
    kind: "transaction",
    action: ACTIONS.get(node.kind ?? "") ?? "other",
  }),
};

/** A setting's lower-case name and its values as text; none for RESET and DEFAULT. RESET ALL has the name "all". */
export function settingOf(node: NodeOf<"VariableSetStmt">): { name: string; values: string[] } {
  const name = node.kind === "VAR_RESET_ALL" ? "all" : (node.name ?? "").toLowerCase();
  return { name, values: (node.args ?? []).map(valueText) };
}

function valueText(node: Node): string {
  const constant = as(node, "A_Const") ?? as(as(node, "TypeCast")?.arg, "A_Const");
  return constant ? constantOf(constant).value : stringOf(node);
}
